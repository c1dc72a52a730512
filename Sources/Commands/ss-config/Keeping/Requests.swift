// What operators ask of a running ss-config: files in its state folder, so that nothing asked is lost when it is not
// running, or is killed meanwhile. A request is written whole, and goes only when all that follows from it is on disk.

internal import Glibc
internal import Lines
package import Loop
internal import Storage
package import Supply
internal import Values

/// A request as it lies on disk.
package enum Asked: Sendable {
  case confirm(String?)
  case apply([Part], within: Duration?)
  case choose([Origin])

  private var record: Record {
    let word = { (text: String) in JSONMember("request", .string(text)) }
    switch self {
    case .confirm(let id):
      return Record([word("confirm")] + (id.map { [JSONMember("generation", .string($0))] } ?? []), parts: [])
    case .apply(let parts, let within):
      let limit = within.map { [JSONMember("within_ms", .int($0.milliseconds))] } ?? []
      return Record([word("apply")] + limit, parts: parts)
    case .choose(let order):
      return Record([word("source"), JSONMember("order", .array(order.map { .string($0.rawValue) }))], parts: [])
    }
  }

  package init?(_ record: Record) {
    switch record["request"]?.string {
    case "confirm": self = .confirm(record["generation"]?.string)
    case "apply": self = .apply(record.parts, within: record["within_ms"]?.int.map { .milliseconds($0) })
    case "source":
      self = .choose((record["order"]?.array ?? []).compactMap { $0.string.flatMap(Origin.init) })
    default: return nil
    }
  }

  /// Puts the request into the folder; gives its name.
  package func put(into folder: StateFolder) throws(SystemError) -> String {
    for path in [folder.path, folder.requests] { try Folder.make(path) }
    // Requests are taken in the order of their names: 2^63 has 19 digits.
    let time = String(max(0, Clock.epoch() + Clock.now().nanoseconds))
    let name = "\(String(repeating: "0", count: max(0, 19 - time.count)))\(time)-\(getpid())"
    let path = "\(folder.requests)/\(name)"
    let steps: [DiskStep] = [
      .write("\(folder.requests)/.\(name)", record.bytes), .rename("\(folder.requests)/.\(name)", to: path),
      .sync(folder.requests),
    ]
    for step in steps { try step.run() }
    return name
  }
}

extension StateFolder {
  /// What is asked for, in order, by name; nil for what cannot be read.
  package func asked() throws(SystemError) -> [(name: String, asked: Asked?)] {
    try Folder.names(requests).filter { !$0.hasPrefix(".") }.map { name in
      (name, (try? record("requests/\(name)")).flatMap { $0 }.flatMap(Asked.init))
    }
  }
}
