// Reads `seesaw.cfg` as Seesaw does (goconf): sections in brackets, `name = value` or `name: value`, names without
// regard to case, `#` and `;` at a line's start or after white space begin a comment. A line without `=` or `:` goes
// on with the value before it there; here it is a fault, because no setting has several lines.

package import Config

package struct SettingsReader {
  /// Faults after which reading ends. Set here.
  package static let faultLimit = 1000

  package private(set) var settings: [SettingEntry] = []
  package private(set) var faults: [Problem] = []
  package private(set) var isMalformed = false

  package init(_ bytes: [UInt8], source: Int) {
    var section = "default"
    var start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    if let index = bytes.firstIndex(of: 0) {
      isMalformed = true
      let position = Position(source: source, offset: index)
      faults.append(Problem(.error, .malformed, at: position, "the file holds a NUL byte: it is damaged"))
    }
    while start < bytes.count, faults.count < Self.faultLimit {
      let end = bytes[start...].firstIndex(of: 0x0a) ?? bytes.count
      read(trim(bytes[start..<end]), source, &section)
      start = end + 1
    }
  }

  private mutating func read(_ line: ArraySlice<UInt8>, _ source: Int, _ section: inout String) {
    let position = Position(source: source, offset: line.startIndex)
    guard let first = line.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else { return }
    if first == UInt8(ascii: "[") {
      let title = trim(strippedOfComment(line))
      guard title.last == UInt8(ascii: "]") else {
        // What follows may be any section's.
        return fault("a section's name has no closing bracket", at: position, in: "interface")
      }
      section = name(title.dropFirst().dropLast())
      return
    }
    guard let separator = line.firstIndex(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }),
      separator > line.startIndex
    else {
      return fault("neither a section nor a setting (name = value)", at: position, in: section)
    }
    let value = trim(strippedOfComment(line[(separator + 1)...]))
    guard let text = String(validating: value, as: UTF8.self) else {
      return fault("the value is not UTF-8", at: Position(source: source, offset: value.startIndex), in: section)
    }
    settings.append(
      SettingEntry(
        section: section, name: name(line[..<separator]), value: text, position: position,
        valuePosition: Position(source: source, offset: value.isEmpty ? separator : value.startIndex)))
  }

  /// What is lost of the interfaces leaves it uncertain where VIPs are held.
  private mutating func fault(_ sentence: String, at position: Position, in section: String) {
    var problem = Problem(.error, .badValue, at: position, sentence)
    problem.leavesNothing = section == "interface"
    faults.append(problem)
  }

  private func name(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: trim(bytes), as: UTF8.self).lowercased() }

  private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

  private func trim(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var line = line
    while let first = line.first, isSpace(first) { line.removeFirst() }
    while let last = line.last, isSpace(last) { line.removeLast() }
    return line
  }

  /// Without a comment that follows white space.
  private func strippedOfComment(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let start = line.indices.first { index in
      (line[index] == UInt8(ascii: "#") || line[index] == UInt8(ascii: ";")) && index > line.startIndex
        && isSpace(line[index - 1])
    }
    return start.map { line[..<$0] } ?? line
  }
}
