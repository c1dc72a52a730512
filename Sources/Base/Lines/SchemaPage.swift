// The schema as mdoc(7), for the sections between `.\" schema begin` and `.\" schema end` of the man pages. A test
// compares them, so that a page never says anything else than the table that lines are checked by.

extension SchemaText {
  /// What a command reads and what it writes.
  package static func page(command: String, reads: [String]) -> String {
    let read = Schema.types.filter { reads.contains($0.name) }
    let written = Schema.types.filter { $0.writer == .one(command) && !reads.contains($0.name) }
    var text = ""
    if !read.isEmpty { text += ".Nm\nreads:\n" + page(of: read, showsWriter: true) }
    if !written.isEmpty { text += (read.isEmpty ? "" : ".Pp\n") + ".Nm\nwrites:\n" + page(of: written) }
    return text + (text.isEmpty ? "" : ".Pp\n") + common
  }

  /// The types that every command says, for ss-lines(7).
  package static var controlPage: String { page(of: Schema.types.filter { $0.writer == .many && $0.name != "track" }) }

  private static let common = """
    The types
    .Li sync ,
    .Li reset ,
    .Li prune
    and
    .Li error ,
    which all commands have in common, and how lines act, are described in
    .Xr ss-lines 7 .

    """

  private static func page(of types: [TypeSchema], showsWriter: Bool = false) -> String {
    ".Bl -tag -width Ds\n" + types.map { page($0, showsWriter: showsWriter) }.joined() + ".El\n"
  }

  private static func page(_ type: TypeSchema, showsWriter: Bool) -> String {
    var text = ".It Li \(type.name)\n"
    text += sentence(type.meaning)
    if showsWriter, case .one(let writer) = type.writer { text += "Written by\n.Xr \(writer) 8 .\n" }
    if type.role != .state, type.role != .commit { text += roleSentence(type.role) }
    if type.isUrgent { text += "Urgent: it goes ahead of what waits.\n" }
    if type.hasKey { text += sentence("key: \(type.key)") }
    if type.role == .state { text += sentence("if there is none: \(type.absence)") }
    return text + page(of: type.members)
  }

  private static func roleSentence(_ role: LineRole) -> String {
    switch role {
    case .event: "An event: it has no key and is dropped first.\n"
    case .measurement: "A measurement: given to those who ask.\n"
    case .request: "A request: it is answered.\n"
    case .state, .commit: ""
    }
  }

  private static func page(of members: [MemberSchema]) -> String {
    guard !members.isEmpty else { return "" }
    return ".Bl -tag -width Ds -compact\n" + members.map(page).joined() + ".El\n"
  }

  private static func page(_ member: MemberSchema) -> String {
    var notes = [member.kind.pageName]
    if member.isRequired { notes.append("required") }
    if let fallback = member.fallback { notes.append("default \(fallback.text)") }
    if let unit = member.unit, !member.name.hasSuffix("_\(unit)") { notes.append("in \(unit)") }
    if member.isSecret { notes.append("secret") }
    var text = ".It Va \(member.name)\n" + sentence(member.meaning + " (" + notes.joined(separator: ", ") + ")")
    if let members = member.kind.innerMembers { text += page(of: members) }
    return text
  }

  /// A line of text with its capital and its full stop.
  private static func sentence(_ text: String) -> String {
    let escaped = escape(text)
    // A word of a program begins as it is.
    let isWord = text.prefix { $0 != " " }.contains { $0 == "_" || $0 == "." || $0 == ":" && !text.hasPrefix("key:") }
    let first = isWord ? String(escaped.prefix(1)) : escaped.prefix(1).uppercased()
    return first + escaped.dropFirst() + (text.hasSuffix(".") ? "\n" : ".\n")
  }

  private static func escape(_ text: String) -> String {
    var out = text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" : ""
    for character in text {
      switch character {
      case "\\": out += "\\e"
      case "§": out += "\\(sc"
      case "-": out += "\\-"
      default: out.append(character)
      }
    }
    return out
  }
}

extension MemberKind {
  /// As a note in a page.
  fileprivate var pageName: String {
    switch self {
    case .integer(let range) where range == Int64.min...Int64.max: "integer"
    case .integer(let range) where range.upperBound == .max: "integer from \(range.lowerBound)"
    case .integer(let range): "integer from \(range.lowerBound) to \(range.upperBound)"
    case .number(let range) where range.upperBound >= 1e18: "number from \(MemberKind.text(range.lowerBound))"
    case .number(let range):
      "number from \(MemberKind.text(range.lowerBound)) to \(MemberKind.text(range.upperBound))"
    case .word(let words): words.joined(separator: " | ")
    case .array(let element): "array of: \(element.pageName)"
    case .string, .boolean, .address, .prefix, .time, .object: word
    }
  }

  /// The number without a fraction that says nothing.
  private static func text(_ number: Double) -> String {
    Int64(exactly: number).map { "\($0)" } ?? "\(number)"
  }

  /// The members of the object, or of each object of the array.
  fileprivate var innerMembers: [MemberSchema]? {
    switch self {
    case .object(let members): members
    case .array(let element): element.innerMembers
    case .string, .boolean, .integer, .number, .word, .address, .prefix, .time: nil
    }
  }
}
