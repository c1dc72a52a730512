// What the tests of this module share: hexadecimal, whole files, and messages taken apart.

import Glibc
import Netlink

func bytes(_ hex: String) -> [UInt8] {
  var result: [UInt8] = []
  var high: UInt8?
  for digit in hex.utf8 {
    guard let value = Character(Unicode.Scalar(digit)).hexDigitValue else { continue }
    if let first = high {
      result.append(first << 4 | UInt8(value))
      high = nil
    } else {
      high = UInt8(value)
    }
  }
  return result
}

func hex(_ bytes: [UInt8]) -> String {
  bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
}

/// The file's text, or nil where there is none.
func text(ofFile path: String) -> String? {
  guard let file = unsafe fopen(path, "r") else { return nil }
  defer { unsafe _ = fclose(file) }
  var result: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = unsafe fread(&buffer, 1, buffer.count, file)
    guard count > 0 else { return String(decoding: result, as: UTF8.self) }
    result += buffer[..<count]
  }
}

/// The value of a string member in a line of JSON without escapes.
func member(_ name: String, of line: Substring) -> String? {
  guard let start = line.firstRange(of: "\"\(name)\":\"") else { return nil }
  return String(line[start.upperBound...].prefix { $0 != "\"" })
}

/// `../shared` beside the package, absent in a plain clone.
let shared: String = {
  var parts = #filePath.split(separator: "/").dropLast(4).map(String.init)
  parts.append("shared")
  return "/" + parts.joined(separator: "/")
}()
