// Reads protobuf's text form of a configuration into a tree, driven by the table of fields: `< >` and `{ }`, `:` as one
// likes before messages, lists, joined strings, comments. It goes on after a fault wherever it can, so that one reading
// finds all of them. Left out, because no field of ours has them: extensions, `Any`, groups.

package import Config

package struct TextReader {
  /// What is read of one file at most, in bytes: a thousand times a large cluster. Set here.
  package static let sizeLimit = 256 << 20
  /// Faults after which reading one file ends. Set here: nobody reads more.
  package static let faultLimit = 1000
  /// Unknown messages within each other, at most. Set here; known ones nest as deep as the table goes.
  static let depthLimit = 100

  var tokens: Tokeniser
  private let source: Int
  /// Whether fields may be numbers, as of a message in binary form whose names are not known: they are left out, with a
  /// fault.
  private let isNumbered: Bool
  private var faultCount = 0

  /// The text cannot be told apart into messages: something may be missing that no fault names.
  package private(set) var isMalformed = false

  package init(_ bytes: [UInt8], source: Int, isNumbered: Bool = false) {
    self.isNumbered = isNumbered
    tokens = Tokeniser(bytes.count <= Self.sizeLimit ? bytes : [])
    self.source = source
    isMalformed = bytes.count > Self.sizeLimit
  }

  /// Reads the whole text as one message.
  package mutating func read(_ type: MessageType) -> Message {
    var message = Message(type, at: position(0))
    if isMalformed { message.faults.append(malformed("the file is larger than \(Self.sizeLimit) bytes", at: 0)) }
    if let index = tokens.bytes.firstIndex(of: 0) {
      message.faults.append(malformed("the file holds a NUL byte: it is damaged", at: index))
    }
    readFields(into: &message, opener: nil)
    return message
  }

  func position(_ offset: Int) -> Position { Position(source: source, offset: offset) }

  // MARK: Faults

  private mutating func malformed(_ sentence: String, at offset: Int) -> Problem {
    isMalformed = true
    return Problem(.error, .malformed, at: position(offset), sentence)
  }

  mutating func fault(_ kind: Problem.Kind, _ sentence: String, at offset: Int, in message: inout Message) {
    isMalformed = isMalformed || kind == .malformed
    if faultCount < Self.faultLimit { message.faults.append(Problem(.error, kind, at: position(offset), sentence)) }
    count(in: &message)
  }

  private mutating func append(_ field: Field, to message: inout Message) {
    if !message.append(field) { count(in: &message) }
  }

  private mutating func count(in message: inout Message) {
    faultCount += 1
    guard faultCount == Self.faultLimit else { return }
    let sentence = "more than \(Self.faultLimit - 1) faults; the rest is not read"
    message.faults.append(malformed(sentence, at: tokens.current.range.lowerBound))
    tokens.finish()
  }

  // MARK: Messages

  /// Reads fields up to the sign that closes the message, or to the end of the text for the outermost one.
  private mutating func readFields(into message: inout Message, opener: Token?) {
    while true {
      switch tokens.current.kind {
      case .end:
        if let opener {
          fault(
            .malformed, "the \(message.type.rawValue) that opens here is not closed before the end of the file",
            at: opener.range.lowerBound, in: &message)
        }
        return
      case .identifier:
        readField(into: &message)
        if tokens.current.isSign(",") || tokens.current.isSign(";") { tokens.advance() }
      case .sign(UInt8(ascii: ">")), .sign(UInt8(ascii: "}")):
        let closer = tokens.current
        tokens.advance()
        guard let opener else {
          fault(.malformed, "nothing is open that could close here", at: closer.range.lowerBound, in: &message)
          continue
        }
        if opener.isSign("<") != closer.isSign(">") {
          let sentence = "\"\(tokens.spelling(closer))\" closes what \"\(tokens.spelling(opener))\" opened"
          fault(.malformed, sentence, at: closer.range.lowerBound, in: &message)
        }
        return
      case .sign(UInt8(ascii: "[")):
        fault(.unknownField, "extensions are not known here", at: tokens.current.range.lowerBound, in: &message)
        skipToField(in: &message)
      case .number where isNumbered: readNumbered(into: &message)
      case .number, .string, .sign:
        fault(
          .badValue, "\(described) where a field's name should be", at: tokens.current.range.lowerBound, in: &message)
        skipToField(in: &message)
      }
    }
  }

  private mutating func readField(into message: inout Message) {
    let token = tokens.current
    let spelling = tokens.spelling(token)
    tokens.advance()
    guard let name = FieldName(rawValue: spelling), let rule = message.type.rule(name) else {
      let known = message.type.fields.map(\.name.rawValue)
      let hint = nearest(to: spelling, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
      fault(
        .unknownField, "\(message.type.rawValue) has no field \"\(spelling)\"\(hint)", at: token.range.lowerBound,
        in: &message)
      skipValue(in: &message)
      return
    }
    let hasColon = tokens.current.isSign(":")
    if hasColon { tokens.advance() }
    // Each element of a list has its own place, a single value that of its name.
    let start = tokens.current.isSign("[") ? nil : token.range.lowerBound
    if case .message(let type) = rule.type {
      readList(of: rule, into: &message) { reader, message in
        reader.readMessage(type, of: name, at: start, into: &message)
      }
    } else {
      if !hasColon {
        fault(.badValue, "\":\" is missing after \(name)", at: token.range.upperBound, in: &message)
        guard [.identifier, .number, .string].contains(tokens.current.kind), !tokens.startsField else {
          message.unreadable.append(name)
          skipValue(in: &message)
          return
        }
      }
      readList(of: rule, into: &message) { reader, message in
        let position = reader.position(start ?? reader.tokens.current.range.lowerBound)
        if let value = reader.readScalar(rule, in: &message) {
          reader.append(Field(name, value, at: position), to: &message)
        } else {
          message.unreadable.append(name)
        }
      }
    }
  }

  /// A field of which only the number is known, or a member of an enumeration of which only that is.
  private mutating func readNumbered(into message: inout Message) {
    let token = tokens.current
    let spelling = tokens.spelling(token)
    tokens.advance()
    let rule = message.type.fields.first { "\($0.number)" == spelling }
    guard let rule, case .choice = rule.type else {
      let sentence = "\(message.type.rawValue) has no field with number \(spelling): it is left out"
      fault(.unknownField, sentence, at: token.range.lowerBound, in: &message)
      return skipValue(in: &message)
    }
    if tokens.current.isSign(":") { tokens.advance() }
    let member = Int(tokens.spelling(tokens.current)) ?? 0
    skipValue(in: &message)
    append(Field(rule.name, .choice(member), at: position(token.range.lowerBound)), to: &message)
  }

  /// One value, or `[ ]` with any number of them.
  private mutating func readList(
    of rule: FieldRule, into message: inout Message, element: (inout TextReader, inout Message) -> Void
  ) {
    guard tokens.current.isSign("[") else { return element(&self, &message) }
    let opener = tokens.current
    if rule.label != .repeated {
      fault(.badValue, "\(rule.name) takes one value, not a list", at: opener.range.lowerBound, in: &message)
    }
    tokens.advance()
    while !tokens.current.isSign("]") {
      guard tokens.current.kind != .end, !tokens.current.isSign(">"), !tokens.current.isSign("}") else {
        fault(.malformed, "the list that opens here is not closed", at: opener.range.lowerBound, in: &message)
        return
      }
      let before = tokens.current.range
      element(&self, &message)
      if tokens.current.isSign(",") || tokens.current.range == before { tokens.advance() }
    }
    tokens.advance()
  }

  private mutating func readMessage(
    _ type: MessageType, of name: FieldName, at start: Int?, into parent: inout Message
  ) {
    let opener = tokens.current
    guard opener.isSign("<") || opener.isSign("{") else {
      fault(.badValue, "\(described) where \(name) should open with < or {", at: opener.range.lowerBound, in: &parent)
      parent.unreadable.append(name)
      if !tokens.startsField { skipValue(in: &parent) }
      return
    }
    tokens.advance()
    var message = Message(type, at: position(start ?? opener.range.lowerBound))
    readFields(into: &message, opener: opener)
    message.close()
    append(Field(name, .message(message), at: message.position), to: &parent)
  }
}
