// One line of the contract, parsed: a type, a key if it is state, and members in order.

/// Why a line cannot be used; becomes the `reason` of an error line.
package struct LineError: Error, Hashable, Sendable, CustomStringConvertible {
  package var reason: String
  /// The line's key, where it could be read.
  package var key: String?

  package init(_ reason: String, key: String? = nil) {
    self.reason = reason
    self.key = key
  }

  package var description: String { key.map { "\($0): \(reason)" } ?? reason }
}

/// A parsed line.
package struct Line: Hashable, Sendable {
  package var type: String
  package var key: String?
  /// True for the line that removes an object.
  package var isDeleted: Bool
  /// All other members, in order.
  package var members: [JSONMember]

  package init(_ type: String, key: String? = nil, _ members: [JSONMember] = []) {
    self.type = type
    self.key = key
    self.isDeleted = false
    self.members = members
  }

  /// The line that removes the object.
  package static func deleted(_ type: String, key: String) -> Line {
    var line = Line(type, key: key)
    line.isDeleted = true
    return line
  }

  /// Parses one line, without its newline. Duplicate members and members of the wrong JSON type are errors.
  package init(parsing text: borrowing Span<UInt8>) throws(LineError) {
    var members: [JSONMember]
    do throws(JSONError) {
      var reader = JSONReader()
      guard reader.peek(text) == UInt8(ascii: "{") else { throw JSONError("not an object", at: reader.index) }
      members = try reader.object(text, depth: 0)
      try reader.end(text)
    } catch {
      let key = (try? LineHead(scanning: text))?.key(in: text)
      throw LineError("\(error.reason), at byte \(error.offset + 1)", key: key)
    }
    let key = Line.take("key", from: &members)
    let type = Line.take("type", from: &members)
    let deleted = Line.take("deleted", from: &members)
    self.init("", key: key?.string, members)
    if let key, self.key == nil { throw wrongType("key", key) }
    if let type {
      guard let type = type.string else { throw wrongType("type", type) }
      self.type = type
    }
    if let deleted {
      guard let isDeleted = deleted.bool else { throw wrongType("deleted", deleted) }
      self.isDeleted = isDeleted
    }
    guard !self.type.isEmpty else { throw LineError("no member \"type\"", key: self.key) }
  }

  /// Takes the member out; it is among the first as a rule.
  private static func take(_ name: String, from members: inout [JSONMember]) -> JSON? {
    guard let index = members.firstIndex(where: { $0.name == name }) else { return nil }
    return members.remove(at: index).value
  }

  private func wrongType(_ name: String, _ value: JSON) -> LineError {
    LineError("member \"\(name)\" is of type \(value.typeName)", key: key)
  }

  package init(parsing text: String) throws(LineError) {
    let bytes = Array(text.utf8)
    try self.init(parsing: bytes.span)
  }

  /// The first member of that name.
  package subscript(_ name: String) -> JSON? {
    for member in members where member.name == name { return member.value }
    return nil
  }

  /// Appends the line and its newline: type and key come first.
  package func write(into out: inout [UInt8]) {
    out.append("{\"type\":")
    JSON.write(type, into: &out)
    if let key {
      out.append(",\"key\":")
      JSON.write(key, into: &out)
    }
    if isDeleted { out.append(",\"deleted\":true") }
    for member in members {
      out.append(UInt8(ascii: ","))
      JSON.write(member.name, into: &out)
      out.append(UInt8(ascii: ":"))
      member.value.write(into: &out)
    }
    out.append("}\n")
  }

  /// The line with its newline.
  package var bytes: [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(256)
    write(into: &out)
    return out
  }

  /// The line without its newline.
  package var text: String { String(decoding: bytes.dropLast(), as: UTF8.self) }
}
