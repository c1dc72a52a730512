// The byte-level JSON reader (RFC 8259), strict: no duplicate members, no lone surrogates, no leading zeros, no numbers
// outside what `JSON` can hold, bounded depth. It works on UTF-8 that the framer has validated.

/// What was wrong, and at which byte of the line, counted from 0.
package struct JSONError: Error, Hashable, Sendable {
  package var reason: String
  package var offset: Int

  package init(_ reason: String, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }
}

/// A position in a text, and the ways to go on from there. The text itself is passed to each call.
package struct JSONReader {
  /// Objects and arrays within each other; our own lines need 4.
  package static let maxDepth = 32

  package var index: Int

  package init(at index: Int = 0) { self.index = index }

  /// Reads a text that must be one value and nothing else.
  package static func parse(_ text: borrowing Span<UInt8>) throws(JSONError) -> JSON {
    var reader = JSONReader()
    let value = try reader.value(text)
    try reader.end(text)
    return value
  }

  package static func parse(_ text: String) throws(JSONError) -> JSON {
    let bytes = Array(text.utf8)
    return try parse(bytes.span)
  }

  package mutating func end(_ text: borrowing Span<UInt8>) throws(JSONError) {
    skipSpace(text)
    guard index == text.count else { throw JSONError("something follows the value", at: index) }
  }

  @inline(__always)
  package mutating func skipSpace(_ text: borrowing Span<UInt8>) {
    while index < text.count {
      switch text[index] {
      case 0x20, 0x09, 0x0a, 0x0d: index += 1
      default: return
      }
    }
  }

  /// The next byte that is not white space, without taking it; 0 at the end.
  @inline(__always)
  package mutating func peek(_ text: borrowing Span<UInt8>) -> UInt8 {
    skipSpace(text)
    return index < text.count ? text[index] : 0
  }

  @inline(__always)
  package mutating func expect(_ byte: UInt8, _ text: borrowing Span<UInt8>) throws(JSONError) {
    guard peek(text) == byte else {
      let found = index < text.count ? "" : " but the line ends"
      throw JSONError("expected '\(Character(UnicodeScalar(byte)))'\(found)", at: index)
    }
    index += 1
  }

  package mutating func value(_ text: borrowing Span<UInt8>, depth: Int = 0) throws(JSONError) -> JSON {
    switch peek(text) {
    case UInt8(ascii: "\""): return .string(try string(text))
    case UInt8(ascii: "{"): return .object(try object(text, depth: depth))
    case UInt8(ascii: "["): return .array(try array(text, depth: depth))
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number(text)
    case UInt8(ascii: "t"): return try word("true", text, .bool(true))
    case UInt8(ascii: "f"): return try word("false", text, .bool(false))
    case UInt8(ascii: "n"): return try word("null", text, .null)
    default: throw JSONError(index < text.count ? "not a value" : "the line ends early", at: index)
    }
  }

  private mutating func word(_ word: StaticString, _ text: borrowing Span<UInt8>, _ value: JSON) throws(JSONError)
    -> JSON
  {
    let count = word.utf8CodeUnitCount
    guard index + count <= text.count else { throw JSONError("not a value", at: index) }
    for offset in 0..<count where unsafe text[index + offset] != word.utf8Start[offset] {
      throw JSONError("not a value", at: index)
    }
    index += count
    return value
  }

  package mutating func array(_ text: borrowing Span<UInt8>, depth: Int) throws(JSONError) -> [JSON] {
    guard depth < JSONReader.maxDepth else { throw JSONError("nested too deeply", at: index) }
    index += 1
    var elements: [JSON] = []
    if peek(text) == UInt8(ascii: "]") {
      index += 1
      return elements
    }
    while true {
      elements.append(try value(text, depth: depth + 1))
      if peek(text) == UInt8(ascii: ",") {
        index += 1
        continue
      }
      try expect(UInt8(ascii: "]"), text)
      return elements
    }
  }

  package mutating func object(_ text: borrowing Span<UInt8>, depth: Int) throws(JSONError) -> [JSONMember] {
    guard depth < JSONReader.maxDepth else { throw JSONError("nested too deeply", at: index) }
    try expect(UInt8(ascii: "{"), text)
    var members: [JSONMember] = []
    if peek(text) == UInt8(ascii: "}") {
      index += 1
      return members
    }
    members.reserveCapacity(16)
    // A bit for a trait of each name seen. Only a name whose bit is there already can be there twice; lines have few
    // members, so looking through them then costs less than a set.
    var seen: UInt64 = 0
    while true {
      _ = peek(text)
      let start = index
      let name = try string(text)
      let trait = JSONReader.trait(of: name)
      if seen & trait != 0 {
        for member in members where member.name.isSame(as: name) {
          throw JSONError("member \"\(name.cut(above: 100, to: 80))\" is there twice", at: start)
        }
      }
      seen |= trait
      try expect(UInt8(ascii: ":"), text)
      members.append(JSONMember(name, try value(text, depth: depth + 1)))
      if members.count > JSONReader.maxMembers { throw JSONError("too many members", at: start) }
      if peek(text) == UInt8(ascii: ",") {
        index += 1
        continue
      }
      try expect(UInt8(ascii: "}"), text)
      return members
    }
  }

  /// One of 64 bits, from a name's length, its ends and its middle.
  private static func trait(of name: String) -> UInt64 {
    let bytes = name.utf8Span.span
    guard bytes.count > 0 else { return 1 }
    let ends = Int(bytes[0]) * 5 + Int(bytes[bytes.count / 2]) * 3 + Int(bytes[bytes.count - 1])
    return 1 << UInt64((ends + bytes.count * 11) & 63)
  }

  /// Members in one object; keeps the look-up of duplicates cheap. The widest type of the schema has fewer than 64.
  package static let maxMembers = 256

  // MARK: Numbers

  private mutating func number(_ text: borrowing Span<UInt8>) throws(JSONError) -> JSON {
    let start = index
    let negative = text[index] == UInt8(ascii: "-")
    if negative { index += 1 }
    let digits = index
    var magnitude: UInt64 = 0
    var overflow = false
    while index < text.count, case let digit = text[index] &- 48, digit < 10 {
      let (product, first) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, second) = product.addingReportingOverflow(UInt64(digit))
      magnitude = sum
      overflow = overflow || first || second
      index += 1
    }
    guard index > digits else { throw JSONError("a number without digits", at: start) }
    guard text[digits] != 48 || index == digits + 1 else { throw JSONError("a number with a leading zero", at: start) }
    if index < text.count, text[index] == UInt8(ascii: ".") || text[index] | 0x20 == UInt8(ascii: "e") {
      return try fraction(text, from: start)
    }
    let limit = UInt64(Int64.max) + (negative ? 1 : 0)
    guard !overflow, magnitude <= limit else { throw JSONError("an integer beyond 2^63-1", at: start) }
    return .int(negative ? Int64(truncatingIfNeeded: 0 &- magnitude) : Int64(magnitude))
  }

  private mutating func fraction(_ text: borrowing Span<UInt8>, from start: Int) throws(JSONError) -> JSON {
    if text[index] == UInt8(ascii: ".") {
      index += 1
      try someDigits(text, from: start)
    }
    if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      if index < text.count, text[index] == UInt8(ascii: "+") || text[index] == UInt8(ascii: "-") { index += 1 }
      try someDigits(text, from: start)
    }
    guard let value = Double(JSONReader.string(text, start..<index)), value.isFinite else {
      throw JSONError("a number out of range", at: start)
    }
    return .number(value)
  }

  private mutating func someDigits(_ text: borrowing Span<UInt8>, from start: Int) throws(JSONError) {
    let first = index
    while index < text.count, text[index] &- 48 < 10 { index += 1 }
    guard index > first else { throw JSONError("a number that ends early", at: start) }
  }
}
