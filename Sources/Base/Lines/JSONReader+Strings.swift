// Strings of the JSON reader: the plain ones are copied whole, the rare ones with escapes are decoded byte by byte.

internal import Values

extension JSONReader {
  package mutating func string(_ text: borrowing Span<UInt8>) throws(JSONError) -> String {
    let (range, escaped) = try stringRange(text)
    return escaped ? try JSONReader.decode(text, range) : JSONReader.string(text, range)
  }

  /// Where the bytes between the quotes are, and whether a backslash is among them. Goes past the closing quote.
  @inline(__always)
  package mutating func stringRange(_ text: borrowing Span<UInt8>) throws(JSONError) -> (Range<Int>, escaped: Bool) {
    guard index < text.count, text[index] == UInt8(ascii: "\"") else { throw JSONError("expected a string", at: index) }
    var position = index + 1
    let start = position
    var escaped = false
    while true {
      position = ByteScan.special(in: text, from: position)
      guard position < text.count else { break }
      switch text[position] {
      case UInt8(ascii: "\""):
        index = position + 1
        return (start..<position, escaped)
      case UInt8(ascii: "\\"):
        escaped = true
        position += 2
      default: throw JSONError("a control character in a string", at: position)
      }
    }
    throw JSONError("a string without end", at: start - 1)
  }

  /// Passes over a value without making anything of it; checks only what is needed to find its end.
  package mutating func skip(_ text: borrowing Span<UInt8>) throws(JSONError) {
    var depth = 0
    repeat {
      switch peek(text) {
      case UInt8(ascii: "\""): _ = try stringRange(text)
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        index += 1
        continue
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        index += 1
      case UInt8(ascii: ","), UInt8(ascii: ":"):
        guard depth > 0 else { throw JSONError("expected a value", at: index) }
        index += 1
        continue
      case 0: throw JSONError("the line ends early", at: index)
      default: try skipScalar(text)
      }
    } while depth > 0
    guard depth == 0 else { throw JSONError("expected a value", at: index) }
  }

  private mutating func skipScalar(_ text: borrowing Span<UInt8>) throws(JSONError) {
    let start = index
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
        UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "E"):
        index += 1
      default:
        guard index > start else { throw JSONError("not a value", at: index) }
        return
      }
    }
  }

  /// The bytes as a string; they are UTF-8 by the framer's check.
  @inline(__always)
  package static func string(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> String {
    unsafe text.extracting(range).withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }

  /// The bytes between two quotes, with their escapes resolved.
  static func decode(_ text: borrowing Span<UInt8>, _ range: Range<Int>) throws(JSONError) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(range.count)
    var position = range.lowerBound
    while position < range.upperBound {
      let byte = text[position]
      position += 1
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      let letter = text[position]
      position += 1
      switch letter {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(letter)
      case UInt8(ascii: "b"): bytes.append(0x08)
      case UInt8(ascii: "f"): bytes.append(0x0c)
      case UInt8(ascii: "n"): bytes.append(0x0a)
      case UInt8(ascii: "r"): bytes.append(0x0d)
      case UInt8(ascii: "t"): bytes.append(0x09)
      case UInt8(ascii: "u"):
        let scalar = try unicode(text, &position, before: range.upperBound)
        bytes.append(contentsOf: UTF8.encode(scalar).map { Array($0) } ?? [])
      default: throw JSONError("an unknown escape", at: position - 2)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// `\uXXXX`, or a pair of them for scalars above U+FFFF (RFC 8259 §7); `position` stands behind the `u`.
  private static func unicode(
    _ text: borrowing Span<UInt8>, _ position: inout Int, before end: Int
  ) throws(JSONError) -> UnicodeScalar {
    let start = position - 2
    let first = try fourDigits(text, &position, before: end)
    if let scalar = UnicodeScalar(first) { return scalar }
    guard first < 0xdc00, position + 2 <= end, text[position] == UInt8(ascii: "\\"),
      text[position + 1] == UInt8(ascii: "u")
    else { throw JSONError("half of a surrogate pair", at: start) }
    position += 2
    let second = try fourDigits(text, &position, before: end)
    guard (0xdc00...0xdfff).contains(second),
      let scalar = UnicodeScalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
    else { throw JSONError("half of a surrogate pair", at: start) }
    return scalar
  }

  private static func fourDigits(
    _ text: borrowing Span<UInt8>, _ position: inout Int, before end: Int
  ) throws(JSONError) -> UInt32 {
    guard position + 4 <= end else { throw JSONError("an escape that ends early", at: position) }
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = hexValue(text[position]) else { throw JSONError("not four digits", at: position) }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }
}
