// What ss-config says: each generation as one complete set, and between them what went wrong and which configuration is
// in use. A generation that is overtaken before its turn came is never said, so that no more than one waits however
// slow the reader is.

internal import Glibc
package import Lines
package import Loop
package import Supply

package final class Speaker {
  private let start = Clock.startToken()
  private var queue = OutputQueue(from: "ss-config")
  private var commits = 0
  private var waiting: Edition?
  private var isStatusDue = false
  /// Makes the line that tells what is in use; nil where that is told to nobody.
  package var status: () -> Line? = { nil }

  package init() {}

  private static let from = JSONMember("from", .string("ss-config"))

  package func say(_ edition: Edition) {
    for sentence in edition.sentences { StandardStreams.complain("ss-config", sentence) }
    waiting = edition
  }

  package func sayStatus() { isStatusDue = true }

  package func tell(_ notice: Notice) {
    let fault = notice.fault
    var members = [Self.from, JSONMember("reason", .string(fault.reason))]
    if let line = fault.line { members.append(JSONMember("line", .int(Int64(line)))) }
    if let file = fault.file { members.append(JSONMember("file", .string(file))) }
    if let column = fault.column { members.append(JSONMember("column", .int(Int64(column)))) }
    if notice.isWarning { members.append(JSONMember("severity", .string("warning"))) }
    queue.say(Line("error", members))
    let place = fault.line == nil ? "" : "\(fault.file ?? ""):\(fault.line ?? 0):\(fault.column ?? 0): "
    StandardStreams.complain("ss-config", place + (notice.isWarning ? "warning: " : "") + fault.reason)
  }

  /// Error lines of an edition of which nothing is used.
  package func tell(_ edition: Edition) {
    for line in edition.errors { queue.say(line) }
    for sentence in edition.sentences { StandardStreams.complain("ss-config", sentence) }
  }

  /// Nothing waits to be written.
  package var isDone: Bool { queue.isEmpty && waiting == nil && !isStatusDue }

  /// Writes what the reader takes.
  package func write() -> StandardStreams.WriteResult {
    while true {
      fill()
      let result = StandardStreams.write(from: &queue)
      guard case .drained = result, !isDone else { return result }
    }
  }

  private func fill() {
    if queue.isEmpty, let edition = waiting {
      waiting = nil
      isStatusDue = false
      let reset = Line("reset", [Self.from, JSONMember("lines", .int(Schema.version))])
      put([reset] + edition.errors)
      put(edition.lines)
      put((status().map { [$0] } ?? []) + [sync()])
    } else if isStatusDue, waiting == nil {
      isStatusDue = false
      guard let line = status() else { return }
      queue.say(line)
      queue.say(sync())
    }
  }

  /// Nothing of a set is said twice, so nothing need be found again in the queue: lines pass through it as they are.
  private func put(_ lines: [Line]) {
    var text: [UInt8] = []
    for line in lines {
      text.removeAll(keepingCapacity: true)
      line.write(into: &text)
      queue.pass(text.span.extracting(0..<(text.count - 1)))
    }
  }

  private func sync() -> Line {
    commits += 1
    return Line("sync", [Self.from, JSONMember("n", .string("\(start).\(commits)"))])
  }
}
