// A JSON value (RFC 8259) as lines carry it. Objects keep the order of their members, so that what is read and written
// again is the same; integers are exact over the whole range of Int64.

/// One JSON value.
package enum JSON: Hashable, Sendable {
  case null
  case bool(Bool)
  /// A number without fraction and exponent, exact from -2^63 to 2^63-1.
  case int(Int64)
  /// Any other number; always finite.
  case number(Double)
  case string(String)
  case array([JSON])
  case object([JSONMember])

  /// How the schema and error sentences name the value's type.
  package var typeName: String {
    switch self {
    case .null: "null"
    case .bool: "boolean"
    case .int: "integer"
    case .number: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }
}

/// One `"name": value` of an object.
package struct JSONMember: Hashable, Sendable {
  package var name: String
  package var value: JSON

  package init(_ name: String, _ value: JSON) {
    self.name = name
    self.value = value
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByFloatLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int64) { self = .int(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(floatLiteral value: Double) { self = .number(value) }
  package init(arrayLiteral elements: JSON...) { self = .array(elements) }
}

extension JSON {
  package var string: String? {
    if case .string(let value) = self { value } else { nil }
  }

  package var int: Int64? {
    if case .int(let value) = self { value } else { nil }
  }

  package var bool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  package var array: [JSON]? {
    if case .array(let value) = self { value } else { nil }
  }

  /// An integer or a fraction, as a fraction.
  package var double: Double? {
    switch self {
    case .int(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The compact text, cut where it would make a sentence long.
  package var excerpt: String {
    text.cut(above: 100, to: 80)
  }

  /// The value of an object's member; nil when absent or when this is no object.
  package subscript(_ name: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }
}

extension String {
  /// Whether both are the same bytes. `==` takes different spellings of an accented letter for the same, the contract
  /// does not.
  func isSame(as other: String) -> Bool { self == other && utf8.elementsEqual(other.utf8) }

  /// The text itself, or if it has more bytes than the limit its beginning, of at most so many bytes and whole scalars,
  /// and an ellipsis. A character may have any number of bytes, so it is no measure.
  package func cut(above limit: Int, to length: Int) -> String {
    utf8.count <= limit ? self : String(beginning(length)) + " ..."
  }

  /// The whole scalars of the first so many bytes.
  package func beginning(_ length: Int) -> Substring.UnicodeScalarView {
    guard utf8.count > length else { return self[...].unicodeScalars }
    var end = utf8.index(startIndex, offsetBy: length)
    // 10xxxxxx goes on with a scalar.
    while end > startIndex, utf8[end] & 0xc0 == 0x80 { utf8.formIndex(before: &end) }
    return unicodeScalars[..<end]
  }
}
