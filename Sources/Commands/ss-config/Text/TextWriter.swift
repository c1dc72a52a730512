// Writes a tree as protobuf's text form, to be read by people and compared by tools: fields in the order of the table,
// a message on one line where it fits, those of several lines apart. Comments are not kept, as a tree has none.

package import Config

package struct TextWriter {
  package private(set) var text: [UInt8] = []
  /// What was wrong with the messages of the tree, each at its place in this text.
  package private(set) var notes: [SourceText.Note] = []

  /// Bytes of a message that stays on its line.
  private static let width = 100

  package init(_ message: Message) {
    note(message, at: 0)
    for field in Self.ordered(message) { write(field, of: message.type, depth: 0) }
  }

  private static func ordered(_ message: Message) -> [Field] {
    let numbers = Dictionary(uniqueKeysWithValues: message.type.fields.map { ($0.name, $0.number) })
    let fields = message.fields
    return fields.indices.sorted { a, b in
      (numbers[fields[a].name] ?? 0, a) < (numbers[fields[b].name] ?? 0, b)
    }.map { fields[$0] }
  }

  private mutating func note(_ message: Message, at offset: Int) {
    notes += message.faults.map { SourceText.Note(offset: offset, sentence: $0.sentence) }
  }

  private mutating func append(_ string: String) { text.append(contentsOf: string.utf8) }

  // MARK: Messages

  private mutating func write(_ field: Field, of type: MessageType, depth: Int) {
    let indent = String(repeating: "  ", count: depth)
    if let line = Self.line(field, of: type) {
      append(indent)
      noteAll(field, at: text.count)
      text += line
      append("\n")
      return
    }
    guard case .message(let message) = field.value else { return }
    append(depth == 0 && !text.isEmpty ? "\n" : indent)
    note(message, at: text.count)
    append("\(field.name): <\n")
    for field in Self.ordered(message) { write(field, of: message.type, depth: depth + 1) }
    append("\(indent)>\n")
  }

  private mutating func noteAll(_ field: Field, at offset: Int) {
    guard case .message(let message) = field.value else { return }
    note(message, at: offset)
    for field in message.fields { noteAll(field, at: offset) }
  }

  /// The field on one line; nil for a message that is too long for that.
  package static func line(_ field: Field, of type: MessageType) -> [UInt8]? {
    var line = Array("\(field.name): ".utf8)
    guard case .message(let message) = field.value else {
      line += value(field.value, type.rule(field.name))
      return line
    }
    line.append(UInt8(ascii: "<"))
    for field in ordered(message) {
      guard line.count <= width, let inner = Self.line(field, of: message.type) else { return nil }
      line.append(UInt8(ascii: " "))
      line += inner
    }
    line += " >".utf8
    return line.count <= width ? line : nil
  }

  // MARK: Values

  package static func value(_ value: Value, _ rule: FieldRule?) -> [UInt8] {
    switch value {
    case .integer(let number): return Array("\(number)".utf8)
    case .real(let number): return Array(real(number).utf8)
    case .truth(let truth): return Array("\(truth)".utf8)
    case .choice(let number):
      guard case .choice(let choices)? = rule?.type, choices.members.indices.contains(number - 1) else {
        return Array("\(number)".utf8)
      }
      return Array(choices.members[number - 1].utf8)
    case .text(let text): return quoted(Array(text.utf8), isText: true)
    case .bytes(let bytes): return quoted(bytes, isText: false)
    case .message: return []
    }
  }

  /// In single precision, which is that of the binary form.
  private static func real(_ number: Double) -> String {
    let text = "\(Float(number))"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// What is no character to be seen is written in octal: an escape of a fixed length, which no digit after it changes.
  private static func quoted(_ bytes: [UInt8], isText: Bool) -> [UInt8] {
    var out = [UInt8(ascii: "\"")]
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), byte]
      case 0x0a: out += "\\n".utf8
      case 0x0d: out += "\\r".utf8
      case 0x09: out += "\\t".utf8
      case 0x20..<0x7f: out.append(byte)
      case 0x80... where isText: out.append(byte)
      default:
        let digits = String(byte, radix: 8)
        out += ("\\" + String(repeating: "0", count: 3 - digits.count) + digits).utf8
      }
    }
    return out + [UInt8(ascii: "\"")]
  }
}
