// From the files of a keepalived.conf to its lines (keepalived.conf(5), "ADVANCED CONFIGURATION"): comments, includes,
// conditional lines, parameters. Other than keepalived, which skips what it cannot find, an include that matches
// nothing refuses the whole: the rest is not what was asked for. `${_RANDOM}` is not imitated.

/// A file as it was read.
package struct ImportFile: Sendable {
  package let name: String
  package let bytes: [UInt8]

  package init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  /// The folder that relative includes start from.
  var folder: String {
    guard let slash = name.lastIndex(of: "/") else { return "." }
    return slash == name.startIndex ? "/" : String(name[..<slash])
  }
}

/// What a configuration can ask of the machine that it is for.
package struct ImportSurroundings {
  /// Why a pattern gives no files.
  package struct Refusal: Error {
    package let reason: String
    package init(_ reason: String) { self.reason = reason }
  }

  /// The files of a pattern, relative to a folder.
  package var find: (_ pattern: String, _ folder: String) throws(Refusal) -> [ImportFile]
  package var environment: [String: String]
  /// keepalived's `--config-id`: the first part of the node's name.
  package var instance: String

  package init(
    instance: String = "", environment: [String: String] = [:],
    find: @escaping (_ pattern: String, _ folder: String) throws(Refusal) -> [ImportFile] = {
      (_, _) throws(Refusal) in throw Refusal("no other files can be read here")
    }
  ) {
    self.instance = instance
    self.environment = environment
    self.find = find
  }
}

/// Reads files into pieces.
struct KeepalivedLines {
  /// A parameter's value: one line, or several that take the place of a line which ends with it.
  struct Parameter {
    var lines: [PlacedText]
    var isMultiline = false
  }

  let surroundings: ImportSurroundings
  var findings = ImportFindings()
  private(set) var files: [String] = []
  private(set) var pieces: [Piece] = []
  var parameters: [String: Parameter] = [:]
  /// The definition that the lines of the file go into.
  private var collecting: String?
  /// What `${_PWD}` stands for.
  private(set) var folder = "."
  private var produced = 0
  private var depth = 0

  /// Of expanded text, in bytes: sequences multiply.
  private static let limit = 1 << 26
  /// Of includes, sequences and parameters within each other.
  private static let deepest = 32

  init(_ surroundings: ImportSurroundings) { self.surroundings = surroundings }

  mutating func read(_ file: ImportFile) {
    let outer = folder
    folder = file.folder
    files.append(file.name)
    let number = files.count - 1
    var line = 1
    for bytes in file.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if findings.isRefused { break }
      var place = Place(file: number, line: line, column: 0)
      take(
        bytes.map { byte in
          if byte & 0xc0 != 0x80 { place.column += 1 }
          return PlacedByte(byte: byte, place: place)
        })
      line += 1
    }
    // A definition that its file does not end is ended by it.
    collecting = nil
    folder = outer
  }

  /// A line of a file.
  private mutating func take(_ line: PlacedText) {
    if let zero = line.first(where: { $0.byte == 0 }) { return findings.refuse(zero.place, "a NUL byte") }
    var text = line.filter { $0.byte != 0x0d }.trimmed
    text = withoutComment(text)
    let continues = text.last?.byte == UInt8(ascii: "\\")
    guard let name = collecting else {
      process(text)
      return
    }
    if continues { text = Array(text.dropLast()).trimmed }
    if !text.isEmpty { parameters[name]?.lines.append(text) }
    // An empty line ends it too.
    if !continues { collecting = nil }
  }

  /// `!` and `#` begin a comment wherever they stand outside of quotes. keepalived takes no heed of what is before
  /// them: a password with `!` loses its end.
  private mutating func withoutComment(_ text: PlacedText) -> PlacedText {
    var scanner = QuoteScanner(text)
    while let place = scanner.place {
      let start = scanner.index
      guard let item = scanner.next() else { break }
      guard case .plain(let byte, isQuoted: false) = item, byte == UInt8(ascii: "#") || byte == UInt8(ascii: "!") else {
        continue
      }
      let kept = Array(text[..<start])
      if let last = kept.last?.byte, !last.isBlank, last != UInt8(ascii: "}"), last != UInt8(ascii: "{") {
        let start = kept.lastIndex { $0.byte.isBlank }.map { $0 + 1 } ?? 0
        let (sign, word) = (Character(Unicode.Scalar(byte)), PlacedText(kept[start...]).string)
        findings.warn(place, "\(sign) begins a comment, also within a word: \"\(word)\" is what is left of it")
      }
      return kept.trimmed
    }
    return text
  }

  /// A line after its comment is gone: conditions, definitions, sequences and parameters, over and over, as each may
  /// bring forth another.
  mutating func process(_ line: PlacedText) {
    guard !findings.isRefused, var place = line.first?.place else { return }
    guard depth < Self.deepest else { return findings.refuse(place, "parameters, sequences or includes go too deep") }
    depth += 1
    defer { depth -= 1 }
    var text = line.trimmed
    for _ in 0..<Self.deepest {
      place = text.first?.place ?? place
      if text.first?.byte == UInt8(ascii: "@") {
        guard let rest = conditional(text) else { return }
        text = rest
      }
      if define(text) || repeats(text) { return }
      guard let expansion = substituted(text) else { return emit(text) }
      text = expansion.line
      guard produce(text.count, at: place) else { return }
      if !expansion.following.isEmpty {
        process(text)
        for line in expansion.following { process(line) }
        return
      }
    }
    findings.refuse(place, "a parameter that leads to itself")
  }

  /// The rest of a line that begins with `@ID` or `@^ID`, if it is for this configuration id.
  private func conditional(_ text: PlacedText) -> PlacedText? {
    let isNegative = text.dropFirst().first?.byte == UInt8(ascii: "^")
    let start = isNegative ? 2 : 1
    guard let end = text[start...].firstIndex(where: \.byte.isBlank) else { return nil }
    let isOurs = PlacedText(text[start..<end]).string == surroundings.instance
    return isOurs != isNegative ? PlacedText(text[end...]).trimmed : nil
  }

  /// `$NAME=VALUE`. A value that ends in a backslash goes on for as long as lines do.
  private mutating func define(_ text: PlacedText) -> Bool {
    guard text.count > 1, text[0].byte == UInt8(ascii: "$"), text[1].byte.isNameByte, !text[1].byte.isDigit else {
      return false
    }
    let end = text[1...].firstIndex { !$0.byte.isNameByte } ?? text.count
    guard let sign = text[end...].firstIndex(where: { !$0.byte.isBlank }), text[sign].byte == UInt8(ascii: "=") else {
      return false
    }
    let name = PlacedText(text[1..<end]).string
    if sign > end {
      findings.warn(text[0].place, "keepalived knows no definition with a blank before =; $\(name) is defined here")
    }
    var value = PlacedText(text[(sign + 1)...]).trimmed
    let isMultiline = value.last?.byte == UInt8(ascii: "\\")
    if isMultiline { value = Array(value.dropLast()).trimmed }
    parameters[name] = Parameter(lines: isMultiline && value.isEmpty ? [] : [value], isMultiline: isMultiline)
    if isMultiline, depth == 1 { collecting = name }
    return true
  }

  /// Whether so much more text, in bytes, can still be taken.
  mutating func produce(_ count: Int, at place: Place) -> Bool {
    produced += count
    if produced > Self.limit { findings.refuse(place, "the expanded text is too large") }
    return produced <= Self.limit
  }

  /// A line that means itself.
  private mutating func emit(_ text: PlacedText) {
    guard let first = text.first?.place, produce(text.count, at: first) else { return }
    if let pattern = Self.included(by: text) { return include(pattern, at: first) }
    if let place = undefined(in: text) {
      // keepalived would take the braces for those of a block.
      return findings.refuse(place, "a parameter that is not defined")
    }
    let scanner = WordScanner(text)
    if let place = scanner.open { return findings.refuse(place, "the quote is not closed") }
    pieces += scanner.pieces
  }

  private static let includes = ["include", "includer", "includem", "includew", "includeb", "includea"]

  /// The pattern of an include, in which braces are the pattern's own.
  private static func included(by text: PlacedText) -> String? {
    let words = text.string.split { $0 == " " || $0 == "\t" }
    guard words.count == 2, let word = words.first, includes.contains(String(word)) else { return nil }
    return String(words[1]).unquoted
  }

  private mutating func include(_ pattern: String, at place: Place) {
    do throws(ImportSurroundings.Refusal) {
      let found = try surroundings.find(pattern, folder)
      guard !found.isEmpty else { throw ImportSurroundings.Refusal("no file matches") }
      for file in found { read(file) }
    } catch {
      findings.refuse(place, "include \(pattern): \(error.reason)")
    }
  }
}
