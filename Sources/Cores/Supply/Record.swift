// A generation as it lies on disk: one header line that is a comment of the text form, and the texts as they were read.
// The header's check covers all that follows it, so that a record is whole or is refused. A file without a header, as
// Seesaw archives them, is a generation of one text.
//
//   # ss-config 1 CHECK {"id":"…","parts":[{"name":"cluster.pb","bytes":123}],…}

package import Lines

/// One text of a configuration.
package struct Part: Hashable, Sendable {
  package var name: String
  package var bytes: [UInt8]

  package init(_ name: String, _ bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }
}

extension [Part] {
  /// Which texts these are, under which names.
  package var id: String {
    var fingerprint = Identity()
    for part in self {
      fingerprint.feed(part.name)
      fingerprint.feed("\(part.bytes.count)")
      fingerprint.feed(part.bytes.span)
    }
    return fingerprint.text
  }
}

package struct Record: Hashable, Sendable {
  /// Why bytes are no record.
  package enum Failure: Error, Hashable, Sendable {
    case header
    /// Cut off, or changed.
    case damaged
  }

  private static let beginning = Array("# ss-config 1 ".utf8)

  /// What is said of the texts, by name.
  package var members: [JSONMember]
  package var parts: [Part]

  package init(_ members: [JSONMember], parts: [Part]) {
    self.members = members
    self.parts = parts
  }

  package subscript(_ name: String) -> JSON? { members.first { $0.name == name }?.value }

  package var bytes: [UInt8] {
    let list = parts.map {
      JSON.object([JSONMember("name", .string($0.name)), JSONMember("bytes", .int(Int64($0.bytes.count)))])
    }
    var rest: [UInt8] = []
    JSON.object(members + [JSONMember("parts", .array(list))]).write(into: &rest)
    rest.append(UInt8(ascii: "\n"))
    for part in parts {
      rest += part.bytes
      // The next text begins on a line of its own, for who looks at it.
      rest.append(UInt8(ascii: "\n"))
    }
    var check = Identity()
    check.feed(rest.span)
    return Self.beginning + Array("\(check.text) ".utf8) + rest
  }

  /// - Parameter name: what a file without a header is called.
  package init(parsing bytes: [UInt8], name: String) throws(Failure) {
    guard bytes.starts(with: Self.beginning) else {
      self.init([], parts: [Part(name, bytes)])
      return
    }
    let start = Self.beginning.count + 17
    guard bytes.count > start, bytes[start - 1] == UInt8(ascii: " ") else { throw .header }
    var check = Identity()
    check.feed(bytes.span.extracting(start...))
    guard check.text.utf8.elementsEqual(bytes[Self.beginning.count..<(start - 1)]) else { throw .damaged }
    guard let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")),
      case .object(let all)? = try? JSONReader.parse(bytes.span.extracting(start..<end)),
      let list = all.first(where: { $0.name == "parts" })?.value.array
    else { throw .header }
    var parts: [Part] = []
    var rest = bytes[(end + 1)...]
    for entry in list {
      guard let name = entry["name"]?.string, let count = entry["bytes"]?.int, (0..<Int64(rest.count)).contains(count)
      else { throw .header }
      parts.append(Part(name, Array(rest.prefix(Int(count)))))
      rest = rest.dropFirst(Int(count) + 1)
    }
    guard rest.isEmpty else { throw .header }
    self.init(all.filter { $0.name != "parts" }, parts: parts)
  }
}
