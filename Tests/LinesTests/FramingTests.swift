// Cutting bytes into lines, with every way of cutting the bytes into chunks.

import Lines
import Testing

@Suite struct FramingTests {
  /// `20*3 7b 0a7d`: bytes in hexadecimal, repeated where `*` says so.
  private static func bytes(_ text: String) -> [UInt8] {
    text.split(separator: " ").flatMap { word -> [UInt8] in
      let parts = word.split(separator: "*")
      if parts.count == 2 { return Array(repeating: UInt8(parts[0], radix: 16) ?? 0, count: Int(parts[1]) ?? 0) }
      let digits = Array(word)
      return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0..<($0 + 2)]), radix: 16) }
    }
  }

  private static func frame(_ bytes: [UInt8], chunks sizes: [Int]) -> [[String]] {
    var framer = LineFramer()
    var out: [[String]] = []
    let fault = { (fault: FramingFault, number: Int) in
      let word =
        switch fault {
        case .tooLong(let count): "too_long \(count)"
        case .cutOff(let count): "cut_off \(count)"
        case .invalidUTF8: "invalid_utf8"
        }
      out.append(["\(number)", word])
    }
    var start = 0
    for size in sizes {
      let chunk = Array(bytes[start..<min(bytes.count, start + size)])
      start += chunk.count
      framer.take(
        chunk.span,
        line: { text, number in
          let line = JSONReader.string(text, 0..<text.count)
          out.append(["\(number)", text.count > 1000 ? "\(text.count) bytes" : line])
        }, fault: fault)
    }
    framer.end(fault: fault)
    return out
  }

  @Test(arguments: Vector.all("framing"))
  func `lines and faults are the same however the bytes are cut`(vector: Vector) {
    let bytes = Self.bytes(vector["input"])
    let expected = vector.value["out"]?.array?.map { [$0.array?.first?.text ?? "", $0.array?.last?.string ?? ""] }
    #expect(Self.frame(bytes, chunks: [bytes.count]) == expected)
    if bytes.count < 100 {
      for cut in 0...bytes.count { #expect(Self.frame(bytes, chunks: [cut, bytes.count]) == expected) }
      #expect(Self.frame(bytes, chunks: bytes.map { _ in 1 }) == expected)
    } else {
      #expect(Self.frame(bytes, chunks: Array(repeating: 65_536, count: bytes.count / 65_536 + 1)) == expected)
      for cut in [1, 1_048_575, 1_048_576, 1_048_577] {
        #expect(Self.frame(bytes, chunks: [cut, bytes.count]) == expected)
      }
    }
  }

  @Test func `the newline is found at every distance`() {
    for length in 0..<40 {
      for other in [UInt8(0x0b), 0x8a, 0x00, 0xff, 0x09] {
        var bytes = [UInt8](repeating: other, count: 40)
        bytes[length] = 0x0a
        #expect(ByteScan.newline(in: bytes.span, from: 0) == length)
        #expect(ByteScan.newline(in: bytes.span, from: length + 1) == nil)
      }
    }
  }
}
