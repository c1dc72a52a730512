// The schema of the line contract: one table of types, with writer, role and members. Validation, `--schema` and the LINES
// sections of the man pages come from it. The entries stand beside the typed lines of their family.

internal import Values

/// How lines of a type behave (man 7 ss-lines).
package enum LineRole: String, Hashable, Sendable {
  /// Has a key; the newest line of a key is the object.
  case state
  /// Keyed like state, folded, of the lowest class, and given only to those who ask.
  case measurement
  /// No key, never folded, may be dropped under pressure.
  case event
  /// Carries `id` and `until`, is never folded and never dropped.
  case request
  /// `sync`, `reset`, `prune`.
  case commit
}

/// Who may write a type.
package enum LineWriter: Hashable, Sendable {
  case one(String)
  case many

  package var name: String {
    switch self {
    case .one(let command): command
    case .many: "any"
    }
  }
}

/// What a member may hold.
package indirect enum MemberKind: Hashable, Sendable {
  case string
  case boolean
  case integer(ClosedRange<Int64>)
  case number(ClosedRange<Double>)
  /// One of these strings.
  case word([String])
  /// An address such as `192.0.2.1` or `2001:db8::1`.
  case address
  /// An address with `/LENGTH`.
  case prefix
  /// RFC 3339, in UTC.
  case time
  case array(MemberKind)
  case object([MemberSchema])

  /// One word for it, as `--schema` says it.
  package var word: String {
    switch self {
    case .string: "string"
    case .boolean: "boolean"
    case .integer: "integer"
    case .number: "number"
    case .word: "word"
    case .address: "address"
    case .prefix: "prefix"
    case .time: "time"
    case .array: "array"
    case .object: "object"
    }
  }

  /// The words of a sentence or a page.
  package var name: String {
    if case .array(let element) = self { "array of \(element.name)" } else { word }
  }
}

/// One member of a type.
package struct MemberSchema: Hashable, Sendable {
  package var name: String
  package var kind: MemberKind
  package var isRequired: Bool
  /// What absence means, as JSON text; nil if absence is its own meaning.
  package var fallback: JSON?
  package var unit: String?
  package var isSecret: Bool
  package var meaning: String

  package init(
    _ name: String, _ kind: MemberKind, required: Bool = false, default fallback: JSON? = nil, unit: String? = nil,
    secret: Bool = false, _ meaning: String
  ) {
    self.name = name
    self.kind = kind
    self.isRequired = required
    self.fallback = fallback
    self.unit = unit
    self.isSecret = secret
    self.meaning = meaning
  }
}

/// One type of line.
package struct TypeSchema: Hashable, Sendable {
  package var name: String
  package var writer: LineWriter
  package var role: LineRole
  /// Goes ahead of everything that waits to be written.
  package var isUrgent: Bool
  /// What the key is made of; empty for types without one.
  package var key: String
  package var meaning: String
  /// What readers take the absence of the object to mean.
  package var absence: String
  package var members: [MemberSchema]

  package init(
    _ name: String, writer: LineWriter, role: LineRole = .state, urgent: Bool = false, key: String = "",
    _ meaning: String, absence: String = "the object is not wanted", members: [MemberSchema]
  ) {
    self.name = name
    self.writer = writer
    self.role = role
    self.isUrgent = urgent
    self.key = key
    self.meaning = meaning
    self.absence = absence
    self.members = members
  }

  package var hasKey: Bool { role == .state || role == .measurement }
}

/// The table.
package enum Schema {
  /// The contract's number, said in `reset` as `lines`.
  package static let version: Int64 = 1

  /// Every type, by family.
  package static let types: [TypeSchema] =
    controlTypes + configTypes + checkTypes + ipvsTypes + linkTypes + engineTypes + electionTypes

  private static let table = [String: TypeSchema](types.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

  package static func type(_ name: String) -> TypeSchema? { table[name] }

  /// Members that any line may have.
  package static let common: Set<String> = ["needs"]

  /// The first thing about the line that the schema does not allow; nil if it may be used. Unknown types and unknown
  /// members are allowed; members named by `needs` must be known.
  package static func fault(in line: Line) -> LineError? {
    guard let type = type(line.type) else { return nil }
    if type.hasKey, line.key == nil { return LineError("a line of type \(line.type) has no key") }
    if line.isDeleted { return nil }
    if let fault = fault(in: line.members, of: type.members, path: "") { return LineError(fault, key: line.key) }
    guard let needs = line["needs"] else { return nil }
    for name in needs.array ?? [needs] where !type.members.contains(where: { $0.name == name.string }) {
      return LineError("it needs \(name.text), which is not known here", key: line.key)
    }
    return nil
  }

  private static func fault(in members: [JSONMember], of schema: [MemberSchema], path: String) -> String? {
    for member in schema {
      guard let value = members.first(where: { $0.name == member.name })?.value else {
        if member.isRequired { return "member \"\(path)\(member.name)\" is missing" }
        continue
      }
      if let fault = fault(in: value, of: member.kind, path: path + member.name) {
        // A secret's value never appears in a sentence.
        return member.isSecret ? "member \"\(path)\(member.name)\" is not usable" : fault
      }
    }
    return nil
  }

  private static func fault(in value: JSON, of kind: MemberKind, path: String) -> String? {
    let isGood: Bool
    var wanted = "a \(kind.name)"
    switch kind {
    case .string: isGood = value.string != nil
    case .boolean: (isGood, wanted) = (value.bool != nil, "true or false")
    case .integer(let range):
      isGood = value.int.map(range.contains) ?? false
      wanted = "an integer from \(range.lowerBound) to \(range.upperBound)"
    case .number(let range):
      isGood = value.double.map(range.contains) ?? false
      wanted = "a number from \(range.lowerBound) to \(range.upperBound)"
    case .word(let words):
      isGood = value.string.map(words.contains) ?? false
      wanted = "one of \(words.joined(separator: ", "))"
    case .address: (isGood, wanted) = (value.string.flatMap { IPAddress($0) } != nil, "an address")
    case .prefix: (isGood, wanted) = (value.string.flatMap { Prefix($0) } != nil, "an address with a prefix length")
    case .time: (isGood, wanted) = (value.string.map(Timestamp.isValid) ?? false, "a time such as 2026-01-02T03:04:05Z")
    case .array(let element):
      guard let elements = value.array else { return "member \"\(path)\" is not an array" }
      for (position, value) in elements.enumerated() {
        if let fault = fault(in: value, of: element, path: "\(path)[\(position)]") { return fault }
      }
      isGood = true
    case .object(let schema):
      guard case .object(let members) = value else { return "member \"\(path)\" is not an object" }
      return fault(in: members, of: schema, path: path + ".")
    }
    return isGood ? nil : "member \"\(path)\" is not \(wanted): \(value.text)"
  }
}
