// Cuts a stream of bytes into lines. Over-long lines and invalid UTF-8 are told with their line number and left out; the
// stream goes on. Works on whole words of eight bytes, since this runs for every byte that passes through a command.

/// Why a stretch of input is no line.
package enum FramingFault: Hashable, Sendable {
  /// Longer than `LineFramer.maxLength`; that many bytes were left out, the newline not counted.
  case tooLong(Int)
  case invalidUTF8
  /// The input ended within a line.
  case cutOff(Int)

  package var reason: String {
    switch self {
    case .tooLong(let count): "a line of \(count) bytes, over the limit of \(LineFramer.maxLength), left out"
    case .invalidUTF8: "a line that is not UTF-8, left out"
    case .cutOff(let count): "the input ends within a line, \(count) bytes left out"
    }
  }
}

/// The state between two reads: a line that has begun, and how many lines there were.
package struct LineFramer {
  /// Longest line, newline not counted. man 7 ss-lines.
  package static let maxLength = 1 << 20

  private var partial: [UInt8] = []
  private var skipped = 0
  /// Lines begun so far; the number of the line that is given out.
  package private(set) var number = 0

  package init() {}

  /// Takes a chunk and gives out the whole lines in it, without newlines. Blank lines are passed over.
  package mutating func take(
    _ chunk: borrowing Span<UInt8>,
    line: (borrowing Span<UInt8>, Int) -> Void, fault: (FramingFault, Int) -> Void
  ) {
    var start = 0
    while start < chunk.count {
      guard let end = ByteScan.newline(in: chunk, from: start) else { break }
      finish(chunk, start..<end, line: line, fault: fault)
      start = end + 1
    }
    keep(chunk, start..<chunk.count)
  }

  /// The input has ended: what stands without a newline is no line.
  package mutating func end(fault: (FramingFault, Int) -> Void) {
    guard !partial.isEmpty || skipped > 0 else { return }
    number += 1
    fault(.cutOff(partial.count + skipped), number)
    partial = []
    skipped = 0
  }

  private mutating func keep(_ chunk: borrowing Span<UInt8>, _ range: Range<Int>) {
    guard !range.isEmpty else { return }
    if skipped == 0, partial.count + range.count <= LineFramer.maxLength {
      let rest = chunk.extracting(range)
      unsafe rest.withUnsafeBufferPointer { unsafe partial.append(contentsOf: $0) }
    } else {
      skipped += partial.count + range.count
      partial = []
    }
  }

  private mutating func finish(
    _ chunk: borrowing Span<UInt8>, _ range: Range<Int>,
    line: (borrowing Span<UInt8>, Int) -> Void, fault: (FramingFault, Int) -> Void
  ) {
    number += 1
    if partial.isEmpty, skipped == 0 {
      give(chunk.extracting(range), line: line, fault: fault)
      return
    }
    keep(chunk, range)
    if skipped > 0 {
      fault(.tooLong(skipped), number)
      skipped = 0
      return
    }
    let whole = partial
    partial.removeAll(keepingCapacity: partial.capacity <= 1 << 16)
    give(whole.span, line: line, fault: fault)
  }

  private func give(
    _ text: borrowing Span<UInt8>,
    line: (borrowing Span<UInt8>, Int) -> Void, fault: (FramingFault, Int) -> Void
  ) {
    if text.count > LineFramer.maxLength {
      fault(.tooLong(text.count), number)
    } else if !ByteScan.isUTF8(text) {
      fault(.invalidUTF8, number)
    } else if !ByteScan.isBlank(text) {
      line(text, number)
    }
  }
}

/// Searches over bytes, a word at a time.
package enum ByteScan {
  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let highs: UInt64 = 0x8080_8080_8080_8080

  /// The first newline at or after `start`.
  package static func newline(in text: borrowing Span<UInt8>, from start: Int) -> Int? {
    var index = start
    let words = unsafe text.bytes
    while index + 8 <= text.count {
      let word = unsafe words.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self) ^ (ones &* 0x0a)
      let found = (word &- ones) & ~word & highs
      if found != 0 { return index + found.littleEndian.trailingZeroBitCount / 8 }
      index += 8
    }
    while index < text.count {
      if text[index] == 0x0a { return index }
      index += 1
    }
    return nil
  }

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
