// One file of configuration as bytes, and where in it a byte stands for people: line and column, both from 1. A column
// counts characters of UTF-8, as editors do; a tab is one.

package import Config

package struct SourceText: Sendable {
  /// What is known of a file before its text is read: that it came from another form, and what the text lacks then.
  package struct Note: Hashable, Sendable {
    package let offset: Int
    package let sentence: String
    /// Nobody can tell what the file says.
    package let isDamage: Bool

    package init(offset: Int, sentence: String, isDamage: Bool = false) {
      self.offset = offset
      self.sentence = sentence
      self.isDamage = isDamage
    }
  }

  /// As the operator named it; `-` is standard input.
  package let name: String
  /// The text; of a file in binary form, what it says as text.
  package let bytes: [UInt8]
  package let notes: [Note]
  private let lineStarts: [Int]
  /// For every 4,096th byte how many bytes before it begin no character, so that a place in a long line is found at
  /// once.
  private let continuations: [Int]
  private static let step = 4096

  package init(name: String, bytes: [UInt8], notes: [Note] = []) {
    self.name = name
    self.bytes = bytes
    self.notes = notes
    var starts = [0]
    var counts: [Int] = []
    var count = 0
    for index in bytes.indices {
      if index.isMultiple(of: Self.step) { counts.append(count) }
      if bytes[index] == UInt8(ascii: "\n") { starts.append(index + 1) }
      if Self.isContinuation(bytes[index]) { count += 1 }
    }
    lineStarts = starts
    continuations = counts
  }

  package func locate(_ offset: Int) -> (line: Int, column: Int) {
    let offset = min(max(offset, 0), bytes.count)
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    let start = lineStarts[low]
    return (low + 1, offset - start - (continuations(before: offset) - continuations(before: start)) + 1)
  }

  private func continuations(before offset: Int) -> Int {
    let index = min(offset / Self.step, continuations.count - 1)
    guard index >= 0 else { return 0 }
    return continuations[index] + bytes[(index * Self.step)..<offset].count(where: Self.isContinuation)
  }

  /// RFC 3629 §3.
  private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xc0 == 0x80 }

  /// `seesaw.cfg` or `cluster.pb`: by the name, else by what the text begins with.
  package var isSettings: Bool {
    if name.hasSuffix(".cfg") { return true }
    if name.hasSuffix(".pb") { return false }
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      guard let first = line.first(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0d }) else { continue }
      if first == UInt8(ascii: "#") || first == UInt8(ascii: ";") { continue }
      return first == UInt8(ascii: "[")
    }
    return false
  }
}

extension SourceText {
  /// The notes as problems of the source with that number.
  package func problems(_ source: Int) -> [Problem] {
    notes.map {
      Problem(
        $0.isDamage ? .error : .warning, $0.isDamage ? .malformed : .unknownField,
        at: Position(source: source, offset: $0.offset), $0.sentence)
    }
  }
}

extension [SourceText] {
  /// `FILE:LINE:COLUMN`, or nothing for a problem without a place.
  package func place(_ position: Position?) -> String? {
    guard let position, indices.contains(position.source) else { return nil }
    let (line, column) = self[position.source].locate(position.offset)
    return "\(self[position.source].name):\(line):\(column)"
  }
}
