// One command of the pipeline without its system: what FilterRunner does with descriptors is done here with streams of
// bytes, one small step at a time, so that a seed can put the steps of all commands into any order.

import Fakes
import Lines
import Values

/// A pipe: what was written and not read yet.
struct Pipe {
  /// As on Linux.
  static let capacity = 1 << 16

  var bytes: [UInt8] = []
  /// Nobody writes any more.
  var isClosed = false

  /// Takes up to that many bytes out.
  mutating func take(_ count: Int) -> [UInt8] {
    let piece = Array(bytes.prefix(count))
    bytes.removeFirst(piece.count)
    return piece
  }
}

struct Stage<Core: FilterCore> {
  enum Step { case read, end, write, fire, answer }

  /// Input that is there is taken before a due timer, but no longer than this (FilterRunner).
  private static var patience: Duration { .milliseconds(50) }

  var driver: FilterDriver<Core>
  /// What was asked of the kernel, in order, and when it will have answered.
  private(set) var asked: [(request: Core.Request, due: Instant)] = []
  /// Not scheduled before that time.
  var stalledUntil = Instant.zero
  private(set) var isRunning = true
  private var framer = LineFramer()

  init(_ command: String, _ core: Core, run: Int, memory: [Line] = [], at now: Instant) {
    driver = FilterDriver(command: command, core: core, start: "r\(run)", epoch: 0, passes: true)
    driver.begin(memory: memory, at: now)
  }

  /// What it could do now.
  func steps(_ input: Pipe, _ output: Pipe, at now: Instant) -> [Step] {
    guard isRunning, stalledUntil <= now else { return [] }
    var steps: [Step] = []
    let canRead = driver.wantsInput && !input.bytes.isEmpty
    if canRead { steps.append(.read) }
    if input.isClosed, input.bytes.isEmpty, !driver.hasEnded { steps.append(.end) }
    if !driver.queue.isEmpty, output.bytes.count < Pipe.capacity { steps.append(.write) }
    if let time = driver.deadline, time <= now, !canRead || now - time >= Stage.patience { steps.append(.fire) }
    if let first = asked.first, first.due <= now { steps.append(.answer) }
    return steps
  }

  /// When it could do something, if nothing else happens.
  var wake: Instant? {
    guard isRunning else { return nil }
    let times = [driver.deadline, asked.first?.due].compactMap { $0 }
    return times.min().map { max($0, stalledUntil) } ?? stalledUntil
  }

  /// - Parameter latency: how long the kernel takes for what is asked now.
  /// - Returns: what was read or written.
  mutating func perform(
    _ step: Step, _ input: inout Pipe, _ output: inout Pipe, size: Int, latency: Duration, at now: Instant,
    kernel: (Core.Request) -> Core.Answer
  ) -> [UInt8] {
    var moved: [UInt8] = []
    switch step {
    case .read:
      moved = input.take(size)
      framer.take(
        moved.span, line: { text, number in driver.line(text, number: number, at: now) },
        fault: { fault, number in driver.lost(fault, number: number, at: now) })
    case .end:
      framer.end { fault, number in driver.lost(fault, number: number, at: now) }
      driver.end(at: now)
    case .write:
      moved = Array(driver.queue.next(limit: min(size, 4096)))
      driver.queue.wrote(moved.count)
      output.bytes += moved
    case .fire: driver.timer(at: now)
    case .answer:
      let request = asked.removeFirst().request
      driver.answer(kernel(request), at: now)
    }
    for request in driver.takeRequests() { asked.append((request, now + latency)) }
    if driver.isFinished { isRunning = false }
    if !isRunning { output.isClosed = true }
    return moved
  }

  /// Killed, or its reader has gone.
  /// - Returns: the request that the kernel had begun with.
  mutating func kill(_ output: inout Pipe) -> Core.Request? {
    guard isRunning else { return nil }
    isRunning = false
    output.isClosed = true
    return asked.first?.request
  }

  /// All that it would say if its reader took it at once.
  var unsaid: [UInt8] {
    var copy = driver.queue
    var bytes: [UInt8] = []
    while true {
      let piece = copy.next(limit: 1 << 20)
      if piece.isEmpty { return bytes }
      bytes += piece
      copy.wrote(piece.count)
    }
  }
}
