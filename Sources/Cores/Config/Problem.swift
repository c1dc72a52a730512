// What is wrong with a configuration: where, how badly, and a sentence. The text itself is not known here: a position
// is a token that whoever read the text can turn into file, line and column.

/// A place in what was read: which source, and the byte in it. Ordered as the sources were given.
package struct Position: Hashable, Comparable, Sendable {
  package let source: Int
  package let offset: Int

  package init(source: Int, offset: Int) {
    self.source = source
    self.offset = offset
  }

  package static func < (a: Position, b: Position) -> Bool { (a.source, a.offset) < (b.source, b.offset) }
}

/// One finding. An error leaves out the object it is about, or everything; a warning leaves out nothing.
package struct Problem: Hashable, Sendable {
  package enum Severity: String, Sendable { case error, warning }

  /// What kind of fault it is: what a caller can count and switch on.
  package enum Kind: String, Sendable, CaseIterable {
    /// The text cannot be divided into fields any more.
    case malformed
    case unknownField
    /// No value of the field's type.
    case badValue
    case missing
    case duplicate
    case outOfRange
    case badAddress
    /// A VIP that no interface can hold.
    case noNetwork
    /// Two statements of the configuration disagree.
    case contradiction
    /// A check that could never run as asked.
    case badCheck
    /// A backend that is taken to be healthy because nothing checks it.
    case noCheck
    /// Accepted, but it does nothing or can never do what was meant.
    case withoutEffect
    /// More of something than there is room for.
    case exhausted
  }

  package let severity: Severity
  package let kind: Kind
  package let position: Position?
  package let sentence: String
  /// Where the other half is: the first of two duplicates, the other side of a contradiction.
  package let also: Position?
  /// The object that it is about; nil for the cluster as a whole.
  package var object: ObjectName?
  /// What it is about decides what the rest means, as a network does where VIPs are held: no part can be used.
  package var leavesNothing = false

  /// Bytes of a sentence, which may quote what was read. Set here.
  private static let longestSentence = 1_024

  package init(
    _ severity: Severity, _ kind: Kind, at position: Position?, _ sentence: String, also: Position? = nil,
    object: ObjectName? = nil
  ) {
    self.severity = severity
    self.kind = kind
    self.position = position
    self.sentence = sentence.cut(to: Self.longestSentence)
    self.also = also
    self.object = object
  }

  /// The sentence with the object before it.
  package var text: String { object.map { "\($0): \(sentence)" } ?? sentence }
}

/// An object of the configuration as operators and lines name it.
package struct ObjectName: Hashable, Sendable, CustomStringConvertible {
  package enum Kind: String, Sendable {
    case node, vlan, vserver, backend, accessGroup = "access group", accessGrant = "access grant"
    case addressGroup = "address group"
  }

  package let kind: Kind
  package let key: String

  /// Bytes of a key: two names of 255 and what stands between them. Only a wrong name makes a longer one.
  private static let longestKey = 520

  package init(_ kind: Kind, _ key: String) {
    self.kind = kind
    self.key = key.cut(to: Self.longestKey)
  }

  package var description: String { "\(kind.rawValue) \"\(key)\"" }
}

/// Problems as they are found.
package struct Findings: Sendable {
  package private(set) var problems: [Problem] = []
  package private(set) var errors = 0

  package init() {}

  /// Whether no part of the configuration can be used.
  package var leavesNothing: Bool { problems.contains(where: \.leavesNothing) }

  package mutating func add(_ problem: Problem) {
    problems.append(problem)
    if problem.severity == .error { errors += 1 }
  }

  package mutating func error(_ kind: Problem.Kind, at position: Position?, _ sentence: String, also: Position? = nil) {
    add(Problem(.error, kind, at: position, sentence, also: also))
  }

  /// An error by which no part of the configuration can be used.
  package mutating func refuse(_ kind: Problem.Kind, at position: Position?, _ sentence: String) {
    var problem = Problem(.error, kind, at: position, sentence)
    problem.leavesNothing = true
    add(problem)
  }

  package mutating func warn(_ kind: Problem.Kind, at position: Position?, _ sentence: String, also: Position? = nil) {
    add(Problem(.warning, kind, at: position, sentence, also: also))
  }

  /// Takes what was found about one object.
  package mutating func take(_ others: Findings, about object: ObjectName) {
    for var problem in others.problems {
      problem.object = problem.object ?? object
      add(problem)
    }
  }

  /// In the order of the text, each once; what has no position comes last.
  package var sorted: [Problem] {
    var seen = Set<Problem>()
    let last = Position(source: .max, offset: .max)
    return problems.enumerated()
      .sorted { ($0.element.position ?? last, $0.offset) < ($1.element.position ?? last, $1.offset) }
      .map(\.element).filter { seen.insert($0).inserted }
  }
}
