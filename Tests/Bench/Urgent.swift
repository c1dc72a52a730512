// urgent: how long a line that goes ahead of all others takes through two stages that 100,000 other lines pass. The
// feeder is a writer as commands are: what it has to say waits in an `OutputQueue`, and it writes as its reader takes
// it.

import Glibc
import Lines
import Support

private let waiting = 100_000

/// urgent COMMAND [ARGUMENT...] -- COMMAND [ARGUMENT...]: milliseconds from saying a `vrrp.state` to its arrival behind
/// the second command, then how many of the other lines had arrived before it.
func urgent(_ arguments: [String]) throws {
  let parts = arguments.split(separator: "--").map(Array.init)
  guard parts.count == 2 else { throw Unusable("urgent COMMAND... -- COMMAND...") }
  let first = try Child(parts[0][0], Array(parts[0].dropFirst()), errors: .null)
  let second = try Child(
    parts[1][0], Array(parts[1].dropFirst()), input: .descriptor(first.output), errors: .null)
  first.closeOutput()

  var queue = OutputQueue(from: "ss-vrrp")
  for index in 0..<waiting { queue.say(verdict(index)) }
  let reader = ArrivalReader(descriptor: second.output)
  var said: ContinuousClock.Instant?
  let deadline = ContinuousClock.now + .seconds(30)
  while said == nil || reader.urgent == nil {
    guard ContinuousClock.now < deadline else { throw Unusable("the line never came") }
    // Once the pipes are full for the first time, everything else waits in the queue.
    let isBlocked = feed(first.input, &queue)
    if isBlocked, said == nil {
      said = .now
      queue.say(Line("vrrp.state", key: "v", [JSONMember("state", "master")]))
    }
    guard reader.read(wait: isBlocked ? 1 : 0) else { throw Unusable("a stage ended") }
    if queue.isEmpty, said == nil { throw Unusable("nothing waited") }
  }
  guard let said, let arrived = reader.urgent else { return }
  print(milliseconds(arrived - said), reader.linesBefore)
}

private func verdict(_ index: Int) -> Line {
  Line(
    "check.state", key: "http/80 10.0.0.4 \(index)",
    [JSONMember("healthy", true), JSONMember("class", "ok"), JSONMember("reason", "status 200 in 3 ms")])
}

/// Writes while the pipe takes it; true once it takes no more.
private func feed(_ descriptor: Int32, _ queue: inout OutputQueue) -> Bool {
  for _ in 0..<16 {
    let piece = queue.next(limit: 4096)
    if piece.isEmpty { return true }
    var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    guard unsafe poll(&polled, 1, 0) == 1 else { return true }
    let count = unsafe piece.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    if count > 0 { queue.wrote(count) }
  }
  return false
}

private final class ArrivalReader {
  let descriptor: Int32
  var linesBefore = 0
  var urgent: ContinuousClock.Instant?
  private var framer = LineFramer()
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)

  init(descriptor: Int32) { self.descriptor = descriptor }

  func read(wait: Int32) -> Bool {
    var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&polled, 1, wait) == 1 else { return true }
    let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
    guard count > 0 else { return false }
    let bytes = buffer
    framer.take(
      bytes.span.extracting(0..<count),
      line: { text, _ in
        if let head = try? LineHead(scanning: text), head.type(in: text) == "vrrp.state" { urgent = .now }
        if urgent == nil { linesBefore += 1 }
      }, fault: { _, _ in })
    return true
  }
}
