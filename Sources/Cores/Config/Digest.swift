// A stable hash: the same bytes give the same number on every node, in every version and after every restart, which
// Swift's own hashing does not. FNV-1a of 64 bits (draft-eastlake-fnv), folded where fewer are wanted. Not for secrets.

struct Digest {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func feed(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }

  init(_ bytes: some Sequence<UInt8>) { feed(bytes) }

  /// Both halves together.
  var folded: UInt32 { UInt32(truncatingIfNeeded: value ^ value >> 32) }

  /// `digits` hexadecimal digits, 8 or 16.
  func text(long: Bool) -> String {
    let digits = String(long ? value : UInt64(folded), radix: 16)
    return String(repeating: "0", count: max(0, (long ? 16 : 8) - digits.count)) + digits
  }
}
