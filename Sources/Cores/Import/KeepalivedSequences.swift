// `~SEQ(VAR, START, STEP, END)` and `~LST(VAR, VALUE, ...)`: the rest of the line once for each value
// (keepalived.conf(5), "Sequence blocks", "List blocks").

extension KeepalivedLines {
  /// Whether the line begins with one; then it has been processed.
  mutating func repeats(_ text: PlacedText) -> Bool {
    let isSequence = text.starts(with: "~SEQ")
    guard isSequence || text.starts(with: "~LST"), let place = text.first?.place else { return false }
    var start = 4
    let isHexadecimal = isSequence && text.count > 4 && text[4].byte == UInt8(ascii: "x")
    if isHexadecimal { start += 1 }
    let what = isSequence ? "~SEQ" : "~LST"
    guard let open = text[start...].firstIndex(where: { !$0.byte.isBlank }), text[open].byte == UInt8(ascii: "("),
      let close = text[open...].firstIndex(where: { $0.byte == UInt8(ascii: ")") })
    else {
      findings.refuse(place, "\(what) is followed by no list in parentheses")
      return true
    }
    var inner = PlacedText(text[(open + 1)..<close])
    // Its bounds may be parameters themselves.
    if let expansion = substituted(inner), expansion.following.isEmpty { inner = expansion.line }
    let rest = PlacedText(text[(close + 1)...])
    let rounds: [[String: String]]
    do throws(RepeatError) {
      rounds = try isSequence ? sequence(inner.string, isHexadecimal) : list(inner.string)
    } catch {
      findings.refuse(place, "\(what): \(error.reason)")
      return true
    }
    // Rounds within rounds are work even where they bring forth nothing.
    guard produce(rounds.count * (512 + rest.count), at: place) else { return true }
    for round in rounds where !findings.isRefused {
      for (name, value) in round { parameters[name] = Parameter(lines: [PlacedText(value, at: place)]) }
      process(rest)
    }
    return true
  }

  private struct RepeatError: Error { let reason: String }

  /// More rounds than this are a mistake.
  private static let mostRounds = 100_000

  private func sequence(_ text: String, _ isHexadecimal: Bool) throws(RepeatError) -> [[String: String]] {
    let parts = Self.parts(text)
    guard (2...4).contains(parts.count), Self.isName(parts[0]) else {
      throw RepeatError(reason: "(VAR, START, STEP, END) is expected, not (\(text))")
    }
    var numbers: [Int] = []
    for part in parts.dropFirst() {
      guard let number = Self.number(part), abs(number) <= Self.mostRounds else {
        throw RepeatError(reason: "\"\(part)\" is no number up to \(Self.mostRounds)")
      }
      numbers.append(number)
    }
    let end = numbers[numbers.count - 1]
    let begin = numbers.count > 1 ? numbers[0] : end < 0 ? -1 : 1
    let step = numbers.count > 2 ? numbers[1] : begin <= end ? 1 : -1
    guard step != 0, begin == end || (begin < end) == (step > 0) else {
      throw RepeatError(reason: "step \(step) never leads from \(begin) to \(end)")
    }
    guard !isHexadecimal || (begin >= 0 && end >= 0) else {
      throw RepeatError(reason: "hexadecimal numbers are not negative")
    }
    return stride(from: begin, through: end, by: step).map {
      [parts[0]: String($0, radix: isHexadecimal ? 16 : 10)]
    }
  }

  private func list(_ text: String) throws(RepeatError) -> [[String: String]] {
    let parts = Self.parts(text)
    guard parts.count > 1 else { throw RepeatError(reason: "(VAR, VALUE, ...) is expected, not (\(text))") }
    let names = Self.members(parts[0])
    guard names.allSatisfy(Self.isName) else { throw RepeatError(reason: "\"\(parts[0])\" is no name") }
    var rounds: [[String: String]] = []
    for part in parts.dropFirst() {
      let values = names.count == 1 && !part.hasPrefix("{") ? [part] : Self.members(part)
      guard values.count == names.count else {
        throw RepeatError(reason: "\"\(part)\" has \(values.count) values for \(names.count) names")
      }
      rounds.append(Dictionary(zip(names, values)) { first, _ in first })
    }
    return rounds
  }

  /// Divided at the commas that stand outside of braces.
  private static func parts(_ text: String) -> [String] {
    var parts = [""]
    var depth = 0
    for character in text {
      if character == "{" { depth += 1 }
      if character == "}" { depth -= 1 }
      if character == ",", depth == 0 { parts.append("") } else { parts[parts.count - 1].append(character) }
    }
    return parts.map(trimmed)
  }

  /// `{a, b}` as its members, anything else as one.
  private static func members(_ text: String) -> [String] {
    guard text.hasPrefix("{"), text.hasSuffix("}"), text.count >= 2 else { return [text] }
    return text.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false).map {
      trimmed(String($0))
    }
  }

  private static func trimmed(_ text: String) -> String {
    PlacedText(text, at: Place(line: 0, column: 0)).trimmed.string
  }

  private static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, !first.isDigit else { return false }
    return text.utf8.allSatisfy(\.isNameByte)
  }

  /// As strtol(3) with base 0 has it.
  private static func number(_ text: String) -> Int? {
    let isNegative = text.hasPrefix("-")
    let digits = isNegative || text.hasPrefix("+") ? text.dropFirst() : text[...]
    guard let first = digits.utf8.first, first.isDigit else { return nil }
    let value =
      if digits.lowercased().hasPrefix("0x") {
        Int(digits.dropFirst(2), radix: 16)
      } else if digits.hasPrefix("0"), digits.count > 1 {
        Int(digits, radix: 8)
      } else {
        Int(digits)
      }
    return value.map { isNegative ? -$0 : $0 }
  }
}
