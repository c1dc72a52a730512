// Which text it is: FNV-1a of 64 bits (draft-eastlake-fnv) over all bytes, the same on every node and in every version.
// It tells generations apart and finds a damaged record; it is no protection against somebody who wants two to be
// equal.

package struct Identity: Sendable {
  private var value: UInt64 = 0xcbf2_9ce4_8422_2325

  package init() {}

  package mutating func feed(_ bytes: borrowing Span<UInt8>) {
    for index in bytes.indices { value = (value ^ UInt64(bytes[index])) &* 0x100_0000_01b3 }
  }

  package mutating func feed(_ text: String) {
    // What follows is not part of it: 0xff is in no UTF-8.
    for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
    value = (value ^ 0xff) &* 0x100_0000_01b3
  }

  /// 16 hexadecimal digits.
  package var text: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
