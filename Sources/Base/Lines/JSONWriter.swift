// Writes JSON into a byte buffer that is used again and again. Compact, UTF-8 as it is, only what must be escaped
// escaped (RFC 8259 §7), members in the order given: the same value always gives the same bytes.

extension JSON {
  /// Appends the compact text of the value.
  package func write(into out: inout [UInt8]) {
    switch self {
    case .null: out.append("null")
    case .bool(let value): out.append(value ? "true" : "false")
    case .int(let value): JSON.write(value, into: &out)
    case .number(let value): JSON.write(value, into: &out)
    case .string(let value): JSON.write(value, into: &out)
    case .array(let elements):
      out.append(UInt8(ascii: "["))
      for (position, element) in elements.enumerated() {
        if position > 0 { out.append(UInt8(ascii: ",")) }
        element.write(into: &out)
      }
      out.append(UInt8(ascii: "]"))
    case .object(let members):
      out.append(UInt8(ascii: "{"))
      for (position, member) in members.enumerated() {
        if position > 0 { out.append(UInt8(ascii: ",")) }
        JSON.write(member.name, into: &out)
        out.append(UInt8(ascii: ":"))
        member.value.write(into: &out)
      }
      out.append(UInt8(ascii: "}"))
    }
  }

  /// The compact text.
  package var text: String {
    var out: [UInt8] = []
    write(into: &out)
    return String(decoding: out, as: UTF8.self)
  }

  package static func write(_ value: Int64, into out: inout [UInt8]) {
    if value < 0 { out.append(UInt8(ascii: "-")) }
    var rest = value.magnitude
    var power: UInt64 = 1
    while rest / power >= 10 { power *= 10 }
    while power > 0 {
      out.append(UInt8(truncatingIfNeeded: rest / power) + 48)
      rest %= power
      power /= 10
    }
  }

  /// The shortest text that reads back as the same number.
  package static func write(_ value: Double, into out: inout [UInt8]) {
    out.append(contentsOf: (value.isFinite ? "\(value)" : "null").utf8)
  }

  package static func write(_ value: String, into out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    let bytes = value.utf8Span.span
    var start = 0
    while true {
      let end = ByteScan.special(in: bytes, from: start)
      out.append(bytes.extracting(start..<end))
      guard end < bytes.count else { break }
      escape(bytes[end], into: &out)
      start = end + 1
    }
    out.append(UInt8(ascii: "\""))
  }

  private static func escape(_ byte: UInt8, into out: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), byte]
    case 0x0a: out += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
    case 0x0d: out += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
    case 0x09: out += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
    case 0..<0x20:
      let digits = Array("0123456789abcdef".utf8)
      out += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    default: out.append(byte)
    }
  }
}
