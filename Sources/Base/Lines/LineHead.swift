// What routing needs of a line, found without parsing the rest: its type and key, and for the short control lines
// (`sync`, `reset`, `prune`) who says them. The rest of a passed line is never looked at, and no string is made of what is
// found until somebody asks: most lines that pass through a command are none of its business.

/// The head of one line; it goes with the text that it was found in.
package struct LineHead {
  private struct Place {
    /// The bytes between the quotes.
    var range: Range<Int>
    /// What they say, where they hold escapes.
    var decoded: String?
  }

  /// Position of the type in `Schema.types`; nil for a type that is not known.
  package let position: Int?
  private let typePlace: Place
  private let keyPlace: Place?
  private let fromPlace: Place?

  package func type(in text: borrowing Span<UInt8>) -> String { LineHead.string(typePlace, text) }

  package func key(in text: borrowing Span<UInt8>) -> String? { keyPlace.map { LineHead.string($0, text) } }

  /// `from` of control lines; nil elsewhere.
  package func from(in text: borrowing Span<UInt8>) -> String? { fromPlace.map { LineHead.string($0, text) } }

  /// Stops as soon as type and key are known, so a fault behind them is not seen here.
  package init(scanning text: borrowing Span<UInt8>) throws(JSONError) {
    var reader = JSONReader()
    var type: Place?
    var key: Place?
    var from: Place?
    var position: Int?
    var (needsKey, needsFrom) = (true, false)
    try reader.expect(UInt8(ascii: "{"), text)
    if reader.peek(text) != UInt8(ascii: "}") {
      repeat {
        _ = reader.peek(text)
        let (name, escaped) = try reader.stringRange(text)
        try reader.expect(UInt8(ascii: ":"), text)
        _ = reader.peek(text)
        switch (name.count, escaped) {
        case (4, false) where LineHead.equal(text, name, "type"):
          guard type == nil else { throw JSONError("member \"type\" is there twice", at: name.lowerBound) }
          let place = try LineHead.place(&reader, text)
          type = place
          position = place.decoded.map { Schema.position($0) } ?? Schema.position(text, place.range)
          if let position { (needsKey, needsFrom) = Schema.routes[position].head }
        case (3, false) where LineHead.equal(text, name, "key"):
          guard key == nil else { throw JSONError("member \"key\" is there twice", at: name.lowerBound) }
          key = try LineHead.place(&reader, text)
        case (4, false) where LineHead.equal(text, name, "from"):
          if text[reader.index] == UInt8(ascii: "\"") {
            from = try LineHead.place(&reader, text)
          } else {
            try reader.skip(text)
          }
        default: try reader.skip(text)
        }
        if type != nil, !needsKey || key != nil, !needsFrom || from != nil { break }
      } while try reader.hasNext(text)
    }
    guard let type else { throw JSONError("no member \"type\"", at: 0) }
    self.position = position
    typePlace = type
    keyPlace = key
    fromPlace = needsFrom ? from : nil
  }

  private static func place(_ reader: inout JSONReader, _ text: borrowing Span<UInt8>) throws(JSONError) -> Place {
    let start = reader.index
    let (range, escaped) = try reader.stringRange(text)
    guard escaped else { return Place(range: range, decoded: nil) }
    reader.index = start
    return Place(range: range, decoded: try reader.string(text))
  }

  private static func string(_ place: Place, _ text: borrowing Span<UInt8>) -> String {
    place.decoded ?? JSONReader.string(text, place.range)
  }

  private static func equal(_ text: borrowing Span<UInt8>, _ range: Range<Int>, _ word: StaticString) -> Bool {
    for offset in 0..<range.count where unsafe text[range.lowerBound + offset] != word.utf8Start[offset] {
      return false
    }
    return true
  }
}

extension JSONReader {
  /// Behind a member at the top of a line: true if another follows; at the end nothing may follow the object.
  fileprivate mutating func hasNext(_ text: borrowing Span<UInt8>) throws(JSONError) -> Bool {
    if peek(text) == UInt8(ascii: ",") {
      index += 1
      return true
    }
    try expect(UInt8(ascii: "}"), text)
    try end(text)
    return false
  }
}
