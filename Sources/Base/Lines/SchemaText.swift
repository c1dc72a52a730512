// The schema as text: as lines for `--schema`, and as mdoc for the LINES sections of the man pages.

package enum SchemaText {
  /// The types that a command reads and writes, a line each, in the order of the table.
  package static func lines(command: String, reads: [String]) -> String {
    var out: [UInt8] = []
    for type in Schema.types {
      let use: String
      if reads.contains(type.name) {
        use = "reads"
      } else if type.writer == .one(command) {
        use = "writes"
      } else {
        continue
      }
      line(type, command: command, use: use).write(into: &out)
    }
    return String(decoding: out, as: UTF8.self)
  }

  private static func line(_ type: TypeSchema, command: String, use: String) -> Line {
    var members = [
      JSONMember("of", .string(type.name)), JSONMember("use", .string(use)),
      JSONMember("writer", .string(type.writer.name)), JSONMember("role", .string(type.role.rawValue)),
      JSONMember("urgent", .bool(type.isUrgent)),
    ]
    if type.hasKey { members.append(JSONMember("made_of", .string(type.key))) }
    members += [
      JSONMember("meaning", .string(type.meaning)), JSONMember("absence", .string(type.absence)),
      JSONMember("members", .array(type.members.map(value))),
    ]
    return Line("schema", key: "\(command)/\(type.name)", members)
  }

  private static func value(_ member: MemberSchema) -> JSON {
    var members = [JSONMember("name", .string(member.name))] + value(member.kind)
    if member.isRequired { members.append(JSONMember("required", true)) }
    if let fallback = member.fallback { members.append(JSONMember("default", fallback)) }
    if let unit = member.unit { members.append(JSONMember("unit", .string(unit))) }
    if member.isSecret { members.append(JSONMember("secret", true)) }
    return .object(members + [JSONMember("meaning", .string(member.meaning))])
  }

  private static func value(_ kind: MemberKind) -> [JSONMember] {
    let members = [JSONMember("kind", .string(kind.word))]
    switch kind {
    case .string, .boolean, .address, .prefix, .time: return members
    case .integer(let range):
      return members + [JSONMember("from", .int(range.lowerBound)), JSONMember("to", .int(range.upperBound))]
    case .number(let range):
      return members + [JSONMember("from", .number(range.lowerBound)), JSONMember("to", .number(range.upperBound))]
    case .word(let words): return members + [JSONMember("words", .array(words.map { .string($0) }))]
    case .array(let element): return members + [JSONMember("of", .object(value(element)))]
    case .object(let schema): return members + [JSONMember("members", .array(schema.map(value)))]
    }
  }
}
