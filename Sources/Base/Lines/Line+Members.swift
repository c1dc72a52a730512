// The members of a line by their names and types, as the typed lines of a family read them.

extension Line {
  private func wrong(_ name: String, _ wanted: String) -> LineError {
    guard let value = self[name] else { return LineError("member \"\(name)\" is missing", key: key) }
    let isSecret = Schema.type(type)?.members.contains { $0.name == name && $0.isSecret } ?? false
    return LineError("member \"\(name)\" is not \(wanted)\(isSecret ? "" : ": \(value.excerpt)")", key: key)
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
