// Single values, and how reading finds its way again after a fault.

internal import Config

extension TextReader {
  /// What stands here, for a sentence.
  var described: String {
    switch tokens.current.kind {
    case .end: "the file ends"
    case .string: "a string stands"
    case .identifier, .number, .sign: "\"\(tokens.spelling(tokens.current))\" stands"
    }
  }

  /// The value of a scalar field, or nil and a fault. Always goes past what it has looked at.
  mutating func readScalar(_ rule: FieldRule, in message: inout Message) -> Value? {
    let start = tokens.current.range.lowerBound
    let isNegative = tokens.current.isSign("-")
    if isNegative { tokens.advance() }
    let token = tokens.current
    if token.isSign("<") || token.isSign("{") {
      fault(.badValue, "\(rule.name) takes a value, not a message", at: start, in: &message)
      skipValue(in: &message)
      return nil
    }
    guard [.identifier, .number, .string].contains(token.kind), !tokens.startsField else {
      fault(.badValue, "\(described) where the value of \(rule.name) should be", at: start, in: &message)
      if case .sign(let sign) = token.kind, !"<>{}[],;".utf8.contains(sign) { tokens.advance() }
      return nil
    }
    do throws(LiteralError) {
      return try scalar(rule, token, isNegative)
    } catch {
      fault(.badValue, "\(rule.name): \(error.reason)", at: error.offset ?? start, in: &message)
      return nil
    }
  }

  private mutating func scalar(_ rule: FieldRule, _ token: Token, _ isNegative: Bool) throws(LiteralError) -> Value {
    if rule.type == .string, token.kind == .string, !isNegative { return try string() }
    let text = tokens.spelling(token)
    tokens.advance()
    let isNumber = token.kind == .number
    switch rule.type {
    case .int32 where isNumber:
      return .integer(
        try NumberLiteral.integer(text, negative: isNegative, in: Int64(Int32.min)...Int64(Int32.max)))
    case .uint32 where isNumber:
      return .integer(try NumberLiteral.integer(text, negative: isNegative, in: 0...Int64(UInt32.max)))
    case .int64 where isNumber:
      return .integer(try NumberLiteral.integer(text, negative: isNegative, in: Int64.min...Int64.max))
    case .float where isNumber:
      return .real(try NumberLiteral.real(text, negative: isNegative))
    case .float where token.kind == .identifier && ["inf", "infinity"].contains(text.lowercased()):
      return .real(isNegative ? -.infinity : .infinity)
    case .float where token.kind == .identifier && text.lowercased() == "nan":
      return .real(.nan)
    case .bool where !isNegative && ["true", "True", "t", "1"].contains(text): return .truth(true)
    case .bool where !isNegative && ["false", "False", "f", "0"].contains(text): return .truth(false)
    case .choice(let choices) where !isNegative && token.kind != .string:
      let numbers = 1...Int64(choices.members.count)
      if isNumber, let number = try? NumberLiteral.integer(text, negative: false, in: numbers) {
        return .choice(Int(number))
      }
      if let number = choices.number(named: text) { return .choice(number) }
      throw LiteralError("\"\(text)\" is none of \(choices.members.joined(separator: ", "))")
    default:
      throw LiteralError("\(isNegative ? "-" : "")\(token.kind == .string ? "a string" : text) is no \(rule.type.word)")
    }
  }

  /// One string, or several that are joined because nothing stands between them.
  private mutating func string() throws(LiteralError) -> Value {
    var bytes: [UInt8] = []
    var failure: LiteralError?
    while tokens.current.kind == .string {
      do throws(LiteralError) {
        try StringLiteral.decode(tokens.bytes, tokens.current.range, into: &bytes)
      } catch {
        failure = failure ?? error
      }
      tokens.advance()
    }
    if let failure { throw failure }
    return String(validating: bytes, as: UTF8.self).map { .text($0) } ?? .bytes(bytes)
  }

  // MARK: After a fault

  /// Goes past the value of a field that is not known: a scalar, a list or a message with all that it holds.
  mutating func skipValue(in message: inout Message) {
    if tokens.current.isSign(":") { tokens.advance() }
    if tokens.current.isSign("-") { tokens.advance() }
    switch tokens.current.kind {
    case .sign(let sign) where "<{[".utf8.contains(sign): skipNested(in: &message)
    case .string: while tokens.current.kind == .string { tokens.advance() }
    case .number: tokens.advance()
    case .identifier where !tokens.startsField: tokens.advance()
    case .identifier, .sign, .end: break
    }
  }

  /// Goes to where a field begins, or to what closes this message.
  mutating func skipToField(in message: inout Message) {
    while true {
      switch tokens.current.kind {
      case .end, .sign(UInt8(ascii: ">")), .sign(UInt8(ascii: "}")): return
      case .identifier where tokens.startsField: return
      case .sign(let sign) where "<{[".utf8.contains(sign): skipNested(in: &message)
      case .identifier, .number, .string, .sign: tokens.advance()
      }
    }
  }

  private mutating func skipNested(in message: inout Message) {
    let opener = tokens.current
    var closers: [UInt8] = []
    repeat {
      switch tokens.current.kind {
      case .end:
        fault(
          .malformed, "what opens here is not closed before the end of the file", at: opener.range.lowerBound,
          in: &message)
        return
      case .sign(UInt8(ascii: "<")): closers.append(UInt8(ascii: ">"))
      case .sign(UInt8(ascii: "{")): closers.append(UInt8(ascii: "}"))
      case .sign(UInt8(ascii: "[")): closers.append(UInt8(ascii: "]"))
      case .sign(let sign) where ">}]".utf8.contains(sign):
        if sign != closers.removeLast() {
          fault(
            .malformed, "\(described) where something else should close", at: tokens.current.range.lowerBound,
            in: &message)
        }
      case .identifier, .number, .string, .sign: break
      }
      if closers.count > Self.depthLimit {
        fault(
          .malformed, "messages are nested deeper than \(Self.depthLimit)", at: opener.range.lowerBound, in: &message)
        tokens.finish()
      }
      tokens.advance()
    } while !closers.isEmpty
  }
}

extension FieldType {
  /// For sentences.
  var word: String {
    switch self {
    case .string: "string"
    case .int32, .uint32, .int64: "whole number"
    case .float: "number"
    case .bool: "true or false"
    case .choice(let choices): choices.members.joined(separator: " or ")
    case .message(let type): type.rawValue
    }
  }
}

/// The known word that is at most two changes away, the first of the nearest: what a mistyped word may have meant.
func nearest(to word: String, among known: [String]) -> String? {
  let letters = Array(word.utf8)
  // A longer word is no slip of the fingers, and the comparison is quadratic.
  guard letters.count <= 40 else { return nil }
  let ranked = known.map { (word: $0, distance: distance(letters, Array($0.utf8))) }
  let best = ranked.min { $0.distance < $1.distance }
  return best.flatMap { $0.distance <= 2 && $0.distance < letters.count ? $0.word : nil }
}

/// Levenshtein's distance, without regard to case.
private func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var row = Array(0...b.count)
  for (i, x) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, y) in b.enumerated() {
      let changed = diagonal + (x | 0x20 == y | 0x20 ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(changed, row[j] + 1, row[j + 1] + 1)
    }
  }
  return row[b.count]
}
