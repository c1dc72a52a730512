// Writes protobuf's text form as people write cluster.pb: a field a line, messages in angle brackets, indented by two.

struct ClusterText {
  private(set) var bytes: [UInt8] = []
  private var depth = 0

  private mutating func line(_ text: String) {
    bytes += repeatElement(UInt8(ascii: " "), count: 2 * depth)
    bytes += text.utf8
    bytes.append(UInt8(ascii: "\n"))
  }

  mutating func blankLine() { bytes.append(UInt8(ascii: "\n")) }

  /// What it quotes must not end the comment.
  mutating func comment(_ text: String) {
    line("# " + String(decoding: text.utf8.map { $0 < 0x20 || $0 == 0x7f ? 0x20 : $0 }, as: UTF8.self))
  }

  mutating func message(_ name: String, _ body: (inout ClusterText) -> Void) {
    line("\(name): <")
    depth += 1
    body(&self)
    depth -= 1
    line(">")
  }

  mutating func word(_ name: String, _ value: String) { line("\(name): \(value)") }
  mutating func number(_ name: String, _ value: some BinaryInteger) { line("\(name): \(value)") }
  mutating func truth(_ name: String, _ value: Bool) { line("\(name): \(value)") }
  mutating func text(_ name: String, _ value: String) { data(name, Array(value.utf8)) }

  mutating func data(_ name: String, _ value: [UInt8]) {
    // Whole characters stay readable; single bytes that are none are written in octal, which cannot run into what
    // follows as hexadecimal can.
    let isText = String(validating: value, as: UTF8.self) != nil
    var quoted: [UInt8] = []
    for byte in value {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): quoted += [UInt8(ascii: "\\"), byte]
      case UInt8(ascii: "\n"): quoted += "\\n".utf8
      case UInt8(ascii: "\r"): quoted += "\\r".utf8
      case UInt8(ascii: "\t"): quoted += "\\t".utf8
      case 0x20...0x7e: quoted.append(byte)
      case 0x80... where isText: quoted.append(byte)
      default:
        let digits = String(byte, radix: 8)
        quoted += ("\\" + String(repeating: "0", count: 3 - digits.count) + digits).utf8
      }
    }
    line("\(name): \"\(String(decoding: quoted, as: UTF8.self))\"")
  }
}
