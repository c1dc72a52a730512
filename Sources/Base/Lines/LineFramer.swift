// Cuts a stream of bytes into lines. Over-long lines and invalid UTF-8 are told with their line number and left out,
// and the stream goes on. A line that is whole in the chunk is not copied.

/// Why a stretch of input is no line.
package enum FramingFault: Hashable, Sendable {
  /// Longer than the limit; that many bytes were left out, the newline not counted.
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

  private let limit: Int
  private var partial: [UInt8] = []
  /// Bytes of an over-long line so far; what stood in `partial` among them.
  private var skipped = 0
  /// Number of the line that was given out last, or of the fault; counted from 1.
  package private(set) var number = 0

  /// - Parameter limit: the longest line. Files that hold lines within lines have longer ones.
  package init(limit: Int = LineFramer.maxLength) { self.limit = limit }

  /// Takes a chunk and gives out the whole lines in it, without newlines. Blank lines are passed over, but counted.
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
    if skipped == 0, partial.count + range.count <= limit {
      partial.append(chunk.extracting(range))
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
    give(partial.span, line: line, fault: fault)
    partial.removeAll(keepingCapacity: partial.capacity <= 1 << 16)
  }

  private func give(
    _ text: borrowing Span<UInt8>,
    line: (borrowing Span<UInt8>, Int) -> Void, fault: (FramingFault, Int) -> Void
  ) {
    if text.count > limit {
      fault(.tooLong(text.count), number)
    } else if !ByteScan.isUTF8(text) {
      fault(.invalidUTF8, number)
    } else if !ByteScan.isBlank(text) {
      line(text, number)
    }
  }
}
