// Runs a filter's core on the loop: standard input to the core, its queue to standard output, its requests to the
// command. Ends when the input has ended and all is written, at once when the reader has gone, and at the latest 2 s
// after SIGTERM.

internal import CLinux
internal import Glibc
package import Lines
internal import Values

/// What every filter is told on its command line.
package struct FilterSettings {
  package var command: String
  package var arguments: [String]
  /// Under the supervisor: nothing is passed on.
  package var own: Bool
  /// File that keeps the core's memory.
  package var memory: String?
  /// File that records all events.
  package var record: String?

  package init(
    command: String, arguments: [String] = Array(CommandLine.arguments.dropFirst()), own: Bool = false,
    memory: String? = nil, record: String? = nil
  ) {
    self.command = command
    self.arguments = arguments
    self.own = own
    self.memory = memory
    self.record = record
  }
}

package final class FilterRunner<Core: FilterCore> {
  /// Input that is there is taken before a due timer, but no longer than this.
  private static var patience: Duration { .milliseconds(50) }
  /// How long after SIGTERM or SIGINT the input may take to end. DESIGN.md rule 6.
  private static var grace: Duration { .seconds(2) }

  private let loop: Loop
  private let settings: FilterSettings
  private var driver: FilterDriver<Core>
  private var framer = LineFramer()
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)
  private var recorder: Recorder?
  private var memory: MemoryFile?
  private var endBy: Instant?
  private let started: Instant
  /// What the memory held, until the core was told.
  private var remembered: [Line]
  /// Does what the core asks; answers by `answer`.
  package var perform: (Core.Request) -> Void = { _ in }

  package init(_ core: Core, settings: FilterSettings, loop: Loop) throws(SystemError) {
    self.loop = loop
    self.settings = settings
    let start = Clock.startToken()
    let epoch = Clock.epoch()
    driver = FilterDriver(command: settings.command, core: core, start: start, epoch: epoch, passes: !settings.own)
    var lines: [Line] = []
    if let path = settings.memory {
      let (file, found, complaint) = MemoryFile.open(path)
      memory = file
      lines = found
      if let complaint { StandardStreams.complain(settings.command, complaint) }
    }
    started = loop.now()
    remembered = lines
    if let path = settings.record {
      recorder = try Recorder(
        path,
        header: RecordingHeader(
          command: settings.command, version: Version.text, arguments: settings.arguments, start: start, epoch: epoch,
          at: started, passes: !settings.own, memory: lines))
    }
  }

  /// The core, for questions at the end.
  package var core: Core { driver.core }

  /// An answer to a request.
  package func answer(_ answer: Core.Answer) {
    let now = loop.now()
    recorder?.record(.answer(answer.recorded), at: now)
    driver.answer(answer, at: now)
    settle()
  }

  /// Runs until the end; gives the exit status.
  package func run() throws(SystemError) -> ExitStatus {
    driver.begin(memory: remembered, at: started)
    remembered = []
    try loop.watch(1, []) { [unowned self] ready in
      if !ready.isDisjoint(with: [.error, .hangUp]) { loop.stop(.success) } else { settle() }
    }
    try loop.watch(0, .read) { [unowned self] _ in readInput() }
    // SIGHUP asks nothing of a filter: where a terminal goes, the input or the reader goes with it.
    try loop.onSignals([SIGTERM, SIGINT, SIGHUP]) { [unowned self] signal in
      if signal != SIGHUP { endBy = endBy ?? loop.now() + Self.grace }
    }
    loop.addTimer(deadline: { [unowned self] in endBy }, fire: { [unowned self] _ in loop.stop(.success) })
    loop.addTimer(deadline: { [unowned self] in driver.deadline }, fire: { [unowned self] now in fire(now) })
    loop.addTimer(
      deadline: { [unowned self] in memory?.deadline(driver.memoryVersion) }, fire: { [unowned self] _ in saveMemory() }
    )
    settle()
    let status = loop.run()
    saveMemory()
    flushRecorder()
    return status
  }

  private func readInput() {
    guard driver.wantsInput else { return settle() }
    let now = loop.now()
    guard let count = StandardStreams.read(into: &buffer) else { return endInput(now) }
    if count > 0 {
      framer.take(
        buffer.span.extracting(0..<count),
        line: { text, number in
          recorder?.record(text, number, at: now)
          driver.line(text, number: number, at: now)
        }, fault: { fault, number in lose(fault, number, at: now) })
    }
    settle()
  }

  private func lose(_ fault: FramingFault, _ number: Int, at now: Instant) {
    recorder?.record(.lost(fault, number: number), at: now)
    driver.lost(fault, number: number, at: now)
  }

  private func endInput(_ now: Instant) {
    framer.end { fault, number in lose(fault, number, at: now) }
    loop.unwatch(0)
    recorder?.record(.ended, at: now)
    driver.end(at: now)
    settle()
  }

  private func fire(_ now: Instant) {
    if let deadline = driver.deadline, now - deadline < Self.patience, driver.wantsInput, StandardStreams.hasInput() {
      return
    }
    recorder?.record(.timer, at: now)
    driver.timer(at: now)
    settle()
  }

  /// Carries out requests, writes what can be written, and asks for input while there is room.
  private func settle() {
    while true {
      let requests = driver.takeRequests()
      if requests.isEmpty { break }
      for request in requests { perform(request) }
    }
    for sentence in driver.takeComplaints() { StandardStreams.complain(settings.command, sentence) }
    var counts: [Int] = []
    let result = StandardStreams.write(from: &driver.queue) { counts.append($0) }
    if let recorder, !counts.isEmpty { recorder.record(.wrote(counts), at: loop.now()) }
    switch result {
    case .drained: loop.change(1, to: [])
    case .blocked: loop.change(1, to: .write)
    case .gone: return loop.stop(.success)
    case .failed(let error):
      StandardStreams.complain(settings.command, "\(error)")
      return loop.stop(.environment)
    }
    // Not even a hang-up is wanted of input that is not read: it would be told without end.
    loop.change(0, to: driver.wantsInput ? .read : nil)
    flushRecorder()
    if driver.isFinished { loop.stop(.success) }
  }

  private func flushRecorder() {
    if let complaint = recorder?.flush() { StandardStreams.complain(settings.command, complaint) }
  }

  private func saveMemory() {
    guard var file = memory else { return }
    if let complaint = file.save(driver.memory, version: driver.memoryVersion) {
      StandardStreams.complain(settings.command, complaint)
    }
    memory = file
  }
}
