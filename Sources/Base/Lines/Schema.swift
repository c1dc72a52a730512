// The schema of the line contract: one table of types, with writer, role and members. Validation, `--schema` and the
// LINES sections of the man pages come from it. The entries stand beside the typed lines of their family.

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

  package var hasKey: Bool { self == .state || self == .measurement }
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
    self.isUrgent = urgent || role == .request
    self.key = key
    self.meaning = meaning
    self.absence = absence
    self.members = members
  }

  package var hasKey: Bool { role.hasKey }
}

/// The table.
package enum Schema {
  /// The contract's number, said in `reset` as `lines`.
  package static let version: Int64 = 1

  /// Every type, by family.
  package static let types: [TypeSchema] =
    controlTypes + configTypes + configSourceTypes + checkTypes + ipvsTypes + filterTypes + linkTypes
    + announcementTypes + engineTypes + overrideTypes + electionTypes

  private static let table = TypeTable(types)

  package static func type(_ name: String) -> TypeSchema? { known(name)?.schema }

  package static func known(_ name: String) -> KnownType? {
    let bytes = Array(name.utf8)
    return table.find(bytes.span)
  }

  static func known(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> KnownType? {
    table.find(text.extracting(range))
  }

  /// Commands whose state lines are all urgent, so that their commits have to be as well.
  private static let urgentWriters: Set<String> = {
    let states = types.filter { $0.role == .state }
    let others = Set(states.filter { !$0.isUrgent }.map(\.writer.name))
    return Set(states.filter(\.isUrgent).map(\.writer.name)).subtracting(others).union(["ss-track"])
  }()

  /// Whether a `sync`, `reset` or `prune` of that writer goes ahead of what waits.
  static func isUrgentWriter(_ writer: String) -> Bool { urgentWriters.contains(writer) }
}
