// What numbers and quoted strings of protobuf's text form stand for (protobuf.dev, "Text Format Language
// Specification", sections on numeric and string literals).

internal import Values

/// Why a literal has no value.
struct LiteralError: Error, Equatable {
  let reason: String
  /// The byte in the text, where it is not the literal's first.
  let offset: Int?

  init(_ reason: String, at offset: Int? = nil) {
    self.reason = reason
    self.offset = offset
  }
}

enum NumberLiteral {
  /// Decimal, hexadecimal (`0x`) or octal (leading 0), within the range of the field's type.
  static func integer(_ text: String, negative: Bool, in range: ClosedRange<Int64>) throws(LiteralError) -> Int64 {
    let digits = text.utf8
    let magnitude: UInt64?
    if text.hasPrefix("0x") || text.hasPrefix("0X") {
      magnitude = UInt64(text.dropFirst(2), radix: 16)
    } else if digits.count > 1, digits.first == UInt8(ascii: "0") {
      magnitude = UInt64(text.dropFirst(), radix: 8)
    } else {
      magnitude = UInt64(text)
      if magnitude == nil, digits.allSatisfy({ (48...57).contains($0) }) { throw outside(text, negative, range) }
    }
    guard let magnitude else { throw LiteralError("\"\(text)\" is no whole number") }
    let value: Int64?
    if negative {
      value = magnitude == Int64.min.magnitude ? .min : Int64(exactly: magnitude).map { -$0 }
    } else {
      value = Int64(exactly: magnitude)
    }
    guard let value, range.contains(value) else { throw outside(text, negative, range) }
    return value
  }

  private static func outside(_ text: String, _ negative: Bool, _ range: ClosedRange<Int64>) -> LiteralError {
    LiteralError("\(negative ? "-" : "")\(text) is outside \(range.lowerBound) to \(range.upperBound)")
  }

  /// A fraction or a whole number, with or without exponent and `f`; no octal and no hexadecimal.
  static func real(_ text: String, negative: Bool) throws(LiteralError) -> Double {
    var digits = text[...]
    if digits.last == "f" || digits.last == "F" { digits = digits.dropLast() }
    let isDecimal = digits.utf8.allSatisfy { "0123456789.eE+-".utf8.contains($0) }
    guard isDecimal, let value = Double(padded(digits)) else { throw LiteralError("\"\(text)\" is no number") }
    return negative ? -value : value
  }

  /// `.5` and `5.` as Swift wants them.
  private static func padded(_ digits: Substring) -> String {
    var text = digits.first == "." ? "0" + digits : String(digits)
    if text.hasSuffix(".") { text += "0" }
    if let point = text.firstIndex(of: "."), let next = text[text.index(after: point)...].first,
      next == "e" || next == "E"
    {
      text.insert("0", at: text.index(after: point))
    }
    return text
  }
}

enum StringLiteral {
  /// Appends what one quoted string stands for. `range` is the literal with its quotes.
  static func decode(
    _ bytes: [UInt8], _ range: Range<Int>, into out: inout [UInt8]
  ) throws(LiteralError) {
    let quote = bytes[range.lowerBound]
    guard range.count >= 2, bytes[range.upperBound - 1] == quote, !endsEscaped(bytes, range) else {
      throw LiteralError("the string is not closed before the end of its line")
    }
    var index = range.lowerBound + 1
    let end = range.upperBound - 1
    while index < end {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\\") {
        try escape(bytes, &index, end, into: &out)
      } else {
        out.append(byte)
        index += 1
      }
    }
  }

  /// Whether the last quote is the second half of an escape, so that the string never ended.
  private static func endsEscaped(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    let slashes = bytes[(range.lowerBound + 1)..<(range.upperBound - 1)].reversed().prefix { $0 == UInt8(ascii: "\\") }
    return !slashes.count.isMultiple(of: 2)
  }

  private static func escape(
    _ bytes: [UInt8], _ index: inout Int, _ end: Int, into out: inout [UInt8]
  ) throws(LiteralError) {
    let start = index
    guard index + 1 < end else { throw LiteralError("the escape is cut off", at: start) }
    let letter = bytes[index + 1]
    index += 2
    if let plain = simple[letter] {
      out.append(plain)
      return
    }
    switch letter {
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      index -= 1
      let value = digits(bytes, &index, end, radix: 8, atMost: 3) ?? 0
      guard let byte = UInt8(exactly: value) else { throw LiteralError("the octal escape is above 255", at: start) }
      out.append(byte)
    case UInt8(ascii: "x"), UInt8(ascii: "X"):
      guard let value = digits(bytes, &index, end, radix: 16, atMost: 2), let byte = UInt8(exactly: value) else {
        throw LiteralError("\\x is followed by no hexadecimal digit", at: start)
      }
      out.append(byte)
    case UInt8(ascii: "u"), UInt8(ascii: "U"):
      let count = letter == UInt8(ascii: "u") ? 4 : 8
      let first = index
      guard let value = digits(bytes, &index, end, radix: 16, atMost: count), index - first == count,
        let scalar = Unicode.Scalar(value)
      else { throw LiteralError("the escape is no Unicode character of \(count) digits", at: start) }
      out.append(contentsOf: Character(scalar).utf8)
    default:
      throw LiteralError("unknown escape \\\(Character(Unicode.Scalar(letter)))", at: start)
    }
  }

  private static let simple: [UInt8: UInt8] = [
    UInt8(ascii: "a"): 0x07, UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0c, UInt8(ascii: "n"): 0x0a,
    UInt8(ascii: "r"): 0x0d, UInt8(ascii: "t"): 0x09, UInt8(ascii: "v"): 0x0b, UInt8(ascii: "?"): 0x3f,
    UInt8(ascii: "\\"): 0x5c, UInt8(ascii: "'"): 0x27, UInt8(ascii: "\""): 0x22,
  ]

  private static func digits(
    _ bytes: [UInt8], _ index: inout Int, _ end: Int, radix: UInt32, atMost count: Int
  ) -> UInt32? {
    var value: UInt32 = 0
    let first = index
    while index < end, index - first < count, let digit = hexValue(bytes[index]), digit < radix {
      value = value &* radix &+ UInt32(digit)
      index += 1
    }
    return index > first ? value : nil
  }
}
