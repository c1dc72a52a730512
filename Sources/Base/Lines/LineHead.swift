// What routing needs of a line, found without parsing the rest: its type and key, and for the short control lines
// (`sync`, `reset`, `prune`) who says them and which commit they end. The rest of a passed line is never looked at.

/// The head of one line. Ranges are byte offsets into the line.
package struct LineHead: Equatable, Sendable {
  package var type: String
  package var key: String?
  /// `from` of control lines; nil elsewhere.
  package var from: String?

  /// Types whose lines are short and are read whole: they have no key but a `from`.
  private static let control: Set<String> = ["sync", "reset", "prune"]

  /// Stops as soon as type and key are known, so a fault behind them is not seen here.
  package init(scanning text: borrowing Span<UInt8>) throws(JSONError) {
    var reader = JSONReader()
    var type: String?
    var key: String?
    var from: String?
    try reader.expect(UInt8(ascii: "{"), text)
    if reader.peek(text) != UInt8(ascii: "}") {
      scan: while true {
        _ = reader.peek(text)
        let (name, escaped) = try reader.stringRange(text)
        try reader.expect(UInt8(ascii: ":"), text)
        _ = reader.peek(text)
        switch (name.count, escaped) {
        case (4, false) where LineHead.equal(text, name, "type"):
          guard type == nil else { throw JSONError("member \"type\" is there twice", at: name.lowerBound) }
          type = try reader.string(text)
        case (3, false) where LineHead.equal(text, name, "key"):
          guard key == nil else { throw JSONError("member \"key\" is there twice", at: name.lowerBound) }
          key = try reader.string(text)
        case (4, false) where LineHead.equal(text, name, "from"):
          if text[reader.index] == UInt8(ascii: "\"") { from = try reader.string(text) } else { try reader.skip(text) }
        default: try reader.skip(text)
        }
        if let type, key != nil || LineHead.hasNoKey(type), from != nil || !LineHead.control.contains(type) {
          break scan
        }
        guard reader.peek(text) == UInt8(ascii: ",") else {
          try reader.expect(UInt8(ascii: "}"), text)
          try reader.end(text)
          break scan
        }
        reader.index += 1
      }
    }
    guard let type else { throw JSONError("no member \"type\"", at: 0) }
    self.type = type
    self.key = key
    self.from = LineHead.control.contains(type) ? from : nil
  }

  private static func hasNoKey(_ type: String) -> Bool {
    guard let schema = Schema.type(type) else { return false }
    return !schema.hasKey
  }

  private static func equal(_ text: borrowing Span<UInt8>, _ range: Range<Int>, _ word: StaticString) -> Bool {
    for offset in 0..<range.count where unsafe text[range.lowerBound + offset] != word.utf8Start[offset] {
      return false
    }
    return true
  }
}
