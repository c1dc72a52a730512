// The text of ldirectord.cf (ldirectord(8)): settings of the whole at the margin, and below each `virtual` its own,
// indented by a tab or four blanks.

/// `KEY = VALUE`.
struct LdirectordSetting {
  var key: Word
  var value: Word

  var title: String { "\(key.text) = \(value.text)" }
}

struct LdirectordSection {
  var virtual: LdirectordSetting
  var settings: [LdirectordSetting] = []

  var title: String { virtual.title }
}

struct LdirectordText {
  private(set) var globals: [LdirectordSetting] = []
  private(set) var sections: [LdirectordSection] = []

  init(_ bytes: [UInt8], _ findings: inout ImportFindings) {
    var isInSection = false
    var number = 1
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      var place = Place(line: number, column: 0)
      number += 1
      var text = line.filter { $0 != 0x0d }.map { byte in
        if byte & 0xc0 != 0x80 { place.column += 1 }
        return PlacedByte(byte: byte, place: place)
      }
      if text.trimmed.first.map({ $0.byte == UInt8(ascii: "#") }) ?? true { continue }
      let width = text.prefix { $0.byte.isBlank }.reduce(0) { $0 + ($1.byte == 0x09 ? 4 : 1) }
      // At the margin `#` is a character like others.
      if width >= 4, let comment = text.firstIndex(where: { $0.byte == UInt8(ascii: "#") }) {
        text = PlacedText(text[..<comment])
      }
      text = text.trimmed
      guard let setting = Self.setting(text) else {
        if let first = text.first { findings.error(first.place, "\(text.string) is left out: it sets nothing") }
        continue
      }
      if width < 4 {
        isInSection = setting.key.text == "virtual" || setting.key.text == "virtual6"
        if isInSection { sections.append(LdirectordSection(virtual: setting)) } else { globals.append(setting) }
      } else if isInSection, let last = sections.indices.last {
        sections[last].settings.append(setting)
      } else {
        findings.error(setting.key.place, "\(setting.title) is left out: it is indented and below no virtual")
      }
    }
  }

  private static func setting(_ text: PlacedText) -> LdirectordSetting? {
    guard let sign = text.firstIndex(where: { $0.byte == UInt8(ascii: "=") }) else { return nil }
    let (key, value) = (PlacedText(text[..<sign]).trimmed, PlacedText(text[(sign + 1)...]).trimmed)
    guard let first = key.first?.place else { return nil }
    return LdirectordSetting(
      key: Word(text: key.string, place: first),
      value: Word(text: value.string, place: value.first?.place ?? text[sign].place))
  }
}

extension String {
  /// Without the quotes around it, if there are any.
  var unquoted: String {
    guard utf8.count >= 2, hasPrefix("\""), hasSuffix("\"") else { return self }
    return String(dropFirst().dropLast())
  }
}
