// Searches over bytes, a word of eight at a time: this runs for every byte that passes through a command. A byte is
// zero exactly where taking 1 from it borrows; only the lowest such mark of a word is exact, and it is the one used.

package enum ByteScan {
  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let highs: UInt64 = 0x8080_8080_8080_8080

  /// The first newline at or after `start`.
  package static func newline(in text: borrowing Span<UInt8>, from start: Int) -> Int? {
    var index = start
    let words = unsafe text.bytes
    while index + 8 <= text.count {
      let found = zeros(unsafe words.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self) ^ (ones &* 0x0a))
      if found != 0 { return index + place(found) }
      index += 8
    }
    while index < text.count {
      if text[index] == 0x0a { return index }
      index += 1
    }
    return nil
  }

  /// The first byte at or after `start` that does not stand for itself within a JSON string: a quote, a backslash or a
  /// control character; the end of the text if there is none.
  @inline(__always)
  static func special(in text: borrowing Span<UInt8>, from start: Int) -> Int {
    var index = start
    let words = unsafe text.bytes
    while index + 8 <= text.count {
      let word = unsafe words.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
      // As for zeros: a byte is below 0x20 exactly where taking that from it borrows.
      let controls = (word &- ones &* 0x20) & ~word & highs
      let found = controls | zeros(word ^ (ones &* 0x22)) | zeros(word ^ (ones &* 0x5c))
      if found != 0 { return index + place(found) }
      index += 8
    }
    while index < text.count {
      let byte = text[index]
      if byte < 0x20 || byte == 0x22 || byte == 0x5c { return index }
      index += 1
    }
    return index
  }

  /// Marks the bytes that are zero.
  @inline(__always)
  private static func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & highs }

  /// Which byte of the word, in the order of memory, is the first marked one.
  @inline(__always)
  private static func place(_ marks: UInt64) -> Int { marks.littleEndian.trailingZeroBitCount / 8 }

  package static func isBlank(_ text: borrowing Span<UInt8>) -> Bool {
    for index in text.indices where text[index] != 0x20 && text[index] != 0x09 && text[index] != 0x0d { return false }
    return true
  }

  /// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
  package static func isUTF8(_ text: borrowing Span<UInt8>) -> Bool {
    var index = 0
    let words = unsafe text.bytes
    while index < text.count {
      if index + 8 <= text.count,
        unsafe words.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self) & highs == 0
      {
        index += 8
        continue
      }
      let length = sequenceLength(text, at: index)
      guard length > 0 else { return false }
      index += length
    }
    return true
  }

  /// Bytes of the sequence that begins at `index`, or 0 if it is not valid. RFC 3629 §4.
  private static func sequenceLength(_ text: borrowing Span<UInt8>, at index: Int) -> Int {
    let first = text[index]
    if first < 0x80 { return 1 }
    let length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0
    guard length > 0, index + length <= text.count else { return 0 }
    let second = text[index + 1]
    let lowest: UInt8 = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80
    let highest: UInt8 = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf
    guard (lowest...highest).contains(second) else { return 0 }
    for offset in 2..<max(length, 2) where text[index + offset] & 0xc0 != 0x80 { return 0 }
    return length
  }
}

extension Span<UInt8> {
  /// A copy of the bytes, with a newline where they become a line of output.
  func copied(newline: Bool = false) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 1)
    bytes.append(self)
    if newline { bytes.append(0x0a) }
    return bytes
  }
}

extension [UInt8] {
  /// Appends all of a span.
  @inline(__always)
  mutating func append(_ bytes: borrowing Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }

  /// Appends a word of the source text.
  @inline(__always)
  mutating func append(_ word: StaticString) {
    unsafe append(contentsOf: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
  }
}
