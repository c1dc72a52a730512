// A message of Seesaw's configuration as it was written: fields in order with their positions, and what was found wrong
// while reading them. Text and binary form both become this tree; what it means is decided elsewhere.

/// What a field can hold. Which case it is follows from the field's rule.
package enum Value: Hashable, Sendable {
  case integer(Int64)
  case real(Double)
  case truth(Bool)
  case text(String)
  /// A string whose bytes are no UTF-8: only `send` and `receive` can use it.
  case bytes([UInt8])
  /// The number of an enumeration's member.
  case choice(Int)
  case message(Message)
}

/// One value that was given for one field.
package struct Field: Hashable, Sendable {
  package let name: FieldName
  package let value: Value
  package let position: Position

  package init(_ name: FieldName, _ value: Value, at position: Position) {
    self.name = name
    self.value = value
    self.position = position
  }
}

/// A message and its fields in the order of the text.
package struct Message: Hashable, Sendable {
  package let type: MessageType
  package let position: Position
  package private(set) var fields: [Field] = []
  /// What was wrong with this message's own text, without that of the messages inside it.
  package var faults: [Problem] = []
  /// Fields that were given a value that is none, with a fault told: they are not missing besides.
  package var unreadable: [FieldName] = []

  package init(_ type: MessageType, at position: Position) {
    self.type = type
    self.position = position
  }

  /// Adds a value. A second one for a field that can have only one is a fault, and the first is kept; false then.
  @discardableResult
  package mutating func append(_ field: Field) -> Bool {
    guard type.rule(field.name)?.label != .repeated, let first = self.field(field.name) else {
      fields.append(field)
      return true
    }
    faults.append(
      Problem(.error, .duplicate, at: field.position, "\(field.name) is given twice", also: first.position))
    return false
  }

  /// Adds the fields of another message of the same type, as if its text followed.
  package mutating func merge(_ other: Message) {
    faults += other.faults
    unreadable += other.unreadable
    for field in other.fields { append(field) }
  }

  /// What was wrong with its text and that of the messages inside it.
  package var allFaults: [Problem] {
    faults
      + fields.flatMap { field -> [Problem] in
        if case .message(let message) = field.value { message.allFaults } else { [] }
      }
  }

  /// Ends the reading of the message: notes what is missing, unless it may be inherited.
  package mutating func close() { if !type.inherits { noteMissing() } }

  /// Adds a value that was not given here.
  mutating func inherit(_ field: Field) { fields.append(field) }

  mutating func replace(_ index: Int, by message: Message) {
    fields[index] = Field(fields[index].name, .message(message), at: fields[index].position)
  }

  /// Notes as faults the required fields that were not given.
  package mutating func noteMissing() {
    for rule in type.fields where rule.label == .required && field(rule.name) == nil && !unreadable.contains(rule.name)
    {
      faults.append(Problem(.error, .missing, at: position, "\(type.rawValue) has no \(rule.name)"))
    }
  }
}

// MARK: Access by name; an unset field has the table's default

extension Message {
  package func field(_ name: FieldName) -> Field? { fields.first { $0.name == name } }

  /// Where the field was given, else where the message is.
  package func position(of name: FieldName) -> Position { field(name)?.position ?? position }

  private func value(_ name: FieldName) -> Value? { field(name)?.value ?? type.rule(name)?.fallback }

  package func integer(_ name: FieldName) -> Int64 {
    if case .integer(let number) = value(name) { number } else { 0 }
  }

  package func real(_ name: FieldName) -> Double? {
    if case .real(let number) = value(name) { number } else { nil }
  }

  package func truth(_ name: FieldName) -> Bool { value(name) == .truth(true) }

  /// Empty if unset or not UTF-8.
  package func text(_ name: FieldName) -> String {
    if case .text(let text) = value(name) { text } else { "" }
  }

  package func bytes(_ name: FieldName) -> [UInt8] {
    switch value(name) {
    case .text(let text): Array(text.utf8)
    case .bytes(let bytes): bytes
    default: []
    }
  }

  /// The chosen member; an unset enumeration without a default is its first member, as Seesaw reads it.
  package func choice<Choice: Choosable>(_ name: FieldName, _: Choice.Type = Choice.self) -> Choice {
    if case .choice(let number) = value(name), let choice = Choice(number: number) { choice } else { Choice.first }
  }

  /// The members of a repeated enumeration, each once and in order.
  package func choices<Choice: Choosable & Hashable & Comparable>(_ name: FieldName, _: Choice.Type = Choice.self)
    -> [Choice]
  {
    let given = fields.compactMap { field -> Choice? in
      if field.name == name, case .choice(let number) = field.value { Choice(number: number) } else { nil }
    }
    return Set(given).sorted()
  }

  package func message(_ name: FieldName) -> Message? {
    if case .message(let message) = field(name)?.value { message } else { nil }
  }

  package func messages(_ name: FieldName) -> [Message] {
    fields.compactMap { field in
      if field.name == name, case .message(let message) = field.value { message } else { nil }
    }
  }

  /// The texts of a repeated string.
  package func texts(_ name: FieldName) -> [(text: String, position: Position)] {
    fields.compactMap { field in
      if field.name == name, case .text(let text) = field.value { (text, field.position) } else { nil }
    }
  }
}
