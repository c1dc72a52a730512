// `$NAME`, `${NAME}` and the predefined `${_PWD}`, `${_ENV X}` ... in a line of keepalived.conf (keepalived.conf(5),
// "Parameter substitution", "Pre-defined definitions"). A name that is not defined stays as it is.

extension KeepalivedLines {
  struct Expansion {
    var line: PlacedText
    /// What a parameter of several lines puts after this one.
    var following: [PlacedText] = []
  }

  /// The line with its parameters replaced once; nil if there were none.
  mutating func substituted(_ text: PlacedText) -> Expansion? {
    guard text.contains(where: { $0.byte == UInt8(ascii: "$") }) else { return nil }
    var expansion = Expansion(line: [])
    var isChanged = false
    var index = 0
    while index < text.count {
      guard let use = use(in: text, at: index), let value = value(of: use, isLast: use.end == text.count) else {
        expansion.line.append(text[index])
        index += 1
        continue
      }
      isChanged = true
      index = use.end
      if value.isMultiline {
        // Its lines keep their own places: that is where their text stands.
        expansion.line += value.lines.first ?? []
        expansion.following = Array(value.lines.dropFirst())
      } else {
        let place = text[use.start].place
        expansion.line += (value.lines.first ?? []).map { PlacedByte(byte: $0.byte, place: place) }
        // A sequence begins its line: what follows it is expanded when its turn comes.
        if value.lines.first?.first?.byte == UInt8(ascii: "~") {
          expansion.line += text[index...]
          break
        }
      }
    }
    return isChanged ? expansion : nil
  }

  /// Where `${` stands outside of quotes in a line that is fully expanded.
  func undefined(in text: PlacedText) -> Place? {
    var scanner = QuoteScanner(text)
    var dollar: Place?
    while let place = scanner.place, let item = scanner.next() {
      guard case .plain(let byte, isQuoted: false) = item else {
        dollar = nil
        continue
      }
      if byte == UInt8(ascii: "{"), let dollar { return dollar }
      dollar = byte == UInt8(ascii: "$") ? place : nil
    }
    return nil
  }

  private struct Use {
    var start: Int
    var end: Int
    var name: String
    var arguments: [String]
  }

  /// `$NAME` before a blank, a comma, a closing parenthesis or the end; `${NAME}` and `${NAME ARGUMENT ...}` anywhere.
  private func use(in text: PlacedText, at start: Int) -> Use? {
    guard text[start].byte == UInt8(ascii: "$"), start + 1 < text.count else { return nil }
    let isBraced = text[start + 1].byte == UInt8(ascii: "{")
    let first = start + (isBraced ? 2 : 1)
    guard first < text.count, text[first].byte.isNameByte, !text[first].byte.isDigit else { return nil }
    let end = text[first...].firstIndex { !$0.byte.isNameByte } ?? text.count
    let name = PlacedText(text[first..<end]).string
    if !isBraced {
      guard end == text.count || " \t,)".utf8.contains(text[end].byte) else { return nil }
      return Use(start: start, end: end, name: name, arguments: [])
    }
    guard let brace = text[end...].firstIndex(where: { $0.byte == UInt8(ascii: "}") }) else { return nil }
    let arguments = PlacedText(text[end..<brace]).string.split { $0 == " " || $0 == "\t" }.map(String.init)
    guard brace == end || text[end].byte.isBlank else { return nil }
    return Use(start: start, end: brace + 1, name: name, arguments: arguments)
  }

  private mutating func value(of use: Use, isLast: Bool) -> Parameter? {
    if let parameter = parameters[use.name] {
      guard use.arguments.isEmpty, isLast || !parameter.isMultiline else { return nil }
      return parameter
    }
    guard let text = predefined(use) else { return nil }
    return Parameter(lines: [PlacedText(text, at: Place(line: 0, column: 0))])
  }

  private mutating func predefined(_ use: Use) -> String? {
    switch (use.name, use.arguments.count) {
    case ("_PWD", 0): folder
    case ("_INSTANCE", 0): surroundings.instance
    case ("_HASH", 0): "#"
    case ("_BANG", 0): "!"
    case ("_ENV", 1): surroundings.environment[use.arguments[0]] ?? ""
    default: nil
    }
  }
}
