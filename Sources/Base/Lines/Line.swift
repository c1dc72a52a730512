// One line of the contract, parsed: a type, a key if it is state, and members in order. Reading a member checks its
// JSON type; ranges and required members are the schema's business.

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

// MARK: Typed members

extension Line {
  private func wrong(_ name: String, _ wanted: String) -> LineError {
    guard let value = self[name] else { return LineError("member \"\(name)\" is missing", key: key) }
    return LineError("member \"\(name)\" is not \(wanted): \(value.text)", key: key)
  }

  package func string(_ name: String) throws(LineError) -> String {
    guard let value = self[name]?.string else { throw wrong(name, "a string") }
    return value
  }

  package func optionalString(_ name: String) throws(LineError) -> String? {
    self[name] == nil ? nil : try string(name)
  }

  /// An integer within the range.
  package func int<Value: FixedWidthInteger>(_ name: String, in range: ClosedRange<Value>) throws(LineError) -> Value {
    guard let number = self[name]?.int, let value = Value(exactly: number), range.contains(value) else {
      throw wrong(name, "an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  package func int<Value: FixedWidthInteger>(
    _ name: String, in range: ClosedRange<Value>, default value: Value
  ) throws(LineError) -> Value {
    self[name] == nil ? value : try int(name, in: range)
  }

  package func bool(_ name: String, default value: Bool? = nil) throws(LineError) -> Bool {
    if let value, self[name] == nil { return value }
    guard let value = self[name]?.bool else { throw wrong(name, "true or false") }
    return value
  }

  /// One of the words of a string enumeration.
  package func word<Word: RawRepresentable & CaseIterable>(
    _ name: String, default value: Word? = nil
  ) throws(LineError) -> Word where Word.RawValue == String {
    if let value, self[name] == nil { return value }
    guard let word = self[name]?.string.flatMap({ Word(rawValue: $0) }) else {
      throw wrong(name, "one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return word
  }

  /// Text that a type such as `IPAddress` or `Prefix` can be made from.
  package func parsed<Value: LosslessStringConvertible>(_ name: String, as wanted: String) throws(LineError) -> Value {
    guard let value = self[name]?.string.flatMap({ Value($0) }) else { throw wrong(name, wanted) }
    return value
  }

  package func optionalParsed<Value: LosslessStringConvertible>(
    _ name: String, as wanted: String
  ) throws(LineError) -> Value? {
    self[name] == nil ? nil : try parsed(name, as: wanted)
  }

  /// An array of strings; absent is empty.
  package func strings(_ name: String) throws(LineError) -> [String] {
    guard let value = self[name] else { return [] }
    guard let elements = value.array else { throw wrong(name, "an array of strings") }
    var strings: [String] = []
    for element in elements {
      guard let string = element.string else { throw wrong(name, "an array of strings") }
      strings.append(string)
    }
    return strings
  }

  /// An array of objects, each as a line without type; absent is empty.
  package func objects(_ name: String) throws(LineError) -> [Line] {
    guard let value = self[name] else { return [] }
    guard let elements = value.array else { throw wrong(name, "an array of objects") }
    var objects: [Line] = []
    for element in elements {
      guard case .object(let members) = element else { throw wrong(name, "an array of objects") }
      var object = Line(type, key: key)
      object.members = members
      objects.append(object)
    }
    return objects
  }
}
