// Writes JSON into a byte buffer that is used again and again. Compact, UTF-8 as it is, only what must be escaped
// escaped (RFC 8259 §7), members in the order given: the same value always gives the same bytes.

extension JSON {
  /// Appends the compact text of the value.
  package func write(into out: inout [UInt8]) {
    switch self {
    case .null: out.append(contentsOf: "null".utf8)
    case .bool(let value): out.append(contentsOf: (value ? "true" : "false").utf8)
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
    let first = out.count
    repeat {
      out.append(UInt8(truncatingIfNeeded: rest % 10) + 48)
      rest /= 10
    } while rest > 0
    out[first...].reverse()
  }

  /// The shortest text that reads back as the same number.
  package static func write(_ value: Double, into out: inout [UInt8]) {
    out.append(contentsOf: (value.isFinite ? "\(value)" : "null").utf8)
  }

  package static func write(_ value: String, into out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    var copy = value
    copy.withUTF8 { bytes in
      if unsafe bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5c }) {
        unsafe out.append(contentsOf: bytes)
      } else {
        for index in bytes.indices { unsafe escape(bytes[index], into: &out) }
      }
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
