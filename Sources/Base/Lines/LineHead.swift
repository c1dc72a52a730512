// What routing needs of a line, found without parsing the rest: its type and key, and for lines that many say without a
// key (`sync`, `reset`, `prune`, `error`) who says them. Strings are made only when they are asked for.

/// The head of one line: places in its bytes, which each call is given again.
package struct LineHead: Sendable {
  private struct Place {
    var range: Range<Int>
    var isEscaped: Bool
  }

  /// The type's entry in the schema; nil for types that are not known here.
  package let known: KnownType?
  private let typePlace: Place
  private let keyPlace: Place?
  private let fromPlace: Place?

  /// Stops as soon as it knows what routing needs, so a fault behind that is not seen here.
  package init(scanning text: borrowing Span<UInt8>) throws(JSONError) {
    var reader = JSONReader()
    var type: Place?
    var key: Place?
    var from: Place?
    var known: KnownType?
    try reader.expect(UInt8(ascii: "{"), text)
    var more = reader.peek(text) != UInt8(ascii: "}")
    while more {
      let (name, place) = try LineHead.member(text, &reader)
      switch name {
      case .type:
        guard type == nil else { throw JSONError("member \"type\" is there twice", at: reader.index) }
        guard let place, !place.range.isEmpty else { throw JSONError("\"type\" is not a name", at: reader.index) }
        type = place
        known = place.isEscaped ? Schema.known(try LineHead.string(text, place)) : Schema.known(text, place.range)
      case .key:
        guard key == nil else { throw JSONError("member \"key\" is there twice", at: reader.index) }
        guard let place else { throw JSONError("\"key\" is not a string", at: reader.index) }
        key = place
      case .from: from = place
      case .other: break
      }
      if let known, key != nil || !known.role.hasKey, from != nil || !known.isSaidByMany { break }
      more = reader.peek(text) == UInt8(ascii: ",")
      if more { reader.index += 1 } else { try LineHead.end(text, &reader) }
    }
    guard let type else { throw JSONError("no member \"type\"", at: 0) }
    typePlace = type
    keyPlace = key
    fromPlace = from
    self.known = known
  }

  package func type(in text: borrowing Span<UInt8>) -> String {
    known?.name ?? (try? LineHead.string(text, typePlace)) ?? ""
  }

  /// Nil also for a key that cannot be decoded.
  package func key(in text: borrowing Span<UInt8>) -> String? {
    keyPlace.flatMap { try? LineHead.string(text, $0) }
  }

  package func from(in text: borrowing Span<UInt8>) -> String? {
    fromPlace.flatMap { try? LineHead.string(text, $0) }
  }

  // MARK: Members

  private enum Name { case type, key, from, other }

  /// Passes over one member: which it is, and where its value is if that is a string.
  @inline(__always)
  private static func member(
    _ text: borrowing Span<UInt8>, _ reader: inout JSONReader
  ) throws(JSONError) -> (Name, Place?) {
    _ = reader.peek(text)
    let (range, isEscaped) = try reader.stringRange(text)
    let name = try name(text, Place(range: range, isEscaped: isEscaped))
    try reader.expect(UInt8(ascii: ":"), text)
    guard reader.peek(text) == UInt8(ascii: "\"") else {
      try reader.skip(text)
      return (name, nil)
    }
    let value = try reader.stringRange(text)
    return (name, Place(range: value.0, isEscaped: value.escaped))
  }

  private static func name(_ text: borrowing Span<UInt8>, _ place: Place) throws(JSONError) -> Name {
    if place.isEscaped {
      return switch try string(text, place) {
      case "type": .type
      case "key": .key
      case "from": .from
      default: .other
      }
    }
    let first = place.range.lowerBound
    switch place.range.count {
    case 3 where text[first] == UInt8(ascii: "k") && text[first + 1] == UInt8(ascii: "e"):
      return text[first + 2] == UInt8(ascii: "y") ? .key : .other
    case 4 where text[first] == UInt8(ascii: "t") && text[first + 1] == UInt8(ascii: "y"):
      return text[first + 2] == UInt8(ascii: "p") && text[first + 3] == UInt8(ascii: "e") ? .type : .other
    case 4 where text[first] == UInt8(ascii: "f") && text[first + 1] == UInt8(ascii: "r"):
      return text[first + 2] == UInt8(ascii: "o") && text[first + 3] == UInt8(ascii: "m") ? .from : .other
    default: return .other
    }
  }

  private static func end(_ text: borrowing Span<UInt8>, _ reader: inout JSONReader) throws(JSONError) {
    try reader.expect(UInt8(ascii: "}"), text)
    try reader.end(text)
  }

  private static func string(_ text: borrowing Span<UInt8>, _ place: Place) throws(JSONError) -> String {
    guard place.isEscaped else { return JSONReader.string(text, place.range) }
    return try JSONReader.decode(text, place.range)
  }
}
