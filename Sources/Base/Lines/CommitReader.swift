// The reader's half of commits (man 7 ss-lines): lines of a writer act together at its `sync`; a `reset` begins a
// complete set, and what it does not say again is forgotten at the `sync` that ends it; a set that is cut off never
// acts. A writer that has not said `reset` is taken to be a person at a keyboard: each line acts by itself.

/// What a commit does to one object.
package enum LineChange: Hashable, Sendable {
  case set(Line)
  /// Its writer said that it is gone.
  case deleted(StateKey)
  /// A complete set did not say it; what it stands for in the kernel waits for a `prune`.
  case forgotten(StateKey)
  /// What was said of it cannot be used, and an error line tells that. The object stays as it was, also where a prune
  /// would take what this run was never told of. The line is there if only its members were wrong.
  case unusable(StateKey, reason: String, Line?)
}

/// Lines that act together.
package struct Commit: Hashable, Sendable {
  package var writer: String
  /// The number of its sync; nil for a line typed by hand.
  package var number: String?
  /// Began with `reset`.
  package var isCompleteSet: Bool
  /// In the order in which the objects were first said; forgotten ones last, by key.
  package var changes: [LineChange]

  package init(writer: String, number: String?, isCompleteSet: Bool, changes: [LineChange]) {
    self.writer = writer
    self.number = number
    self.isCompleteSet = isCompleteSet
    self.changes = changes
  }
}

/// What one writer has said.
private struct Writer {
  /// Has said `reset`, so its lines wait for a `sync`.
  private(set) var commits = false
  /// Between `reset` and the `sync` that ends the set.
  private var isInSet = false
  private var order: [StateKey] = []
  private var changes: [StateKey: LineChange] = [:]
  /// What it holds, with the number of the set that said it last.
  private var known: [StateKey: UInt32] = [:]
  private var set: UInt32 = 0

  mutating func reset() {
    commits = true
    isInSet = true
    order = []
    changes = [:]
    set &+= 1
  }

  mutating func gather(_ name: StateKey, _ change: LineChange) {
    if changes[name] == nil {
      order.append(name)
    } else if case .unusable = change {
      return
    }
    changes[name] = change
  }

  /// Ends the commit.
  /// - Parameter isTrusted: nothing that it said may have been lost.
  mutating func sync(isTrusted: Bool) -> (isCompleteSet: Bool, changes: [LineChange]) {
    let acting = order.compactMap { changes[$0] }
    for (name, change) in zip(order, acting) { mark(name, change) }
    let isCompleteSet = isInSet
    (order, changes, isInSet) = ([], [:], false)
    guard isCompleteSet, isTrusted else { return (isCompleteSet, acting) }
    let unsaid = known.filter { $0.value != set }.keys.sorted()
    for name in unsaid { known[name] = nil }
    return (true, acting + unsaid.map { .forgotten($0) })
  }

  mutating func mark(_ name: StateKey, _ change: LineChange) {
    switch change {
    case .set: known[name] = set
    case .deleted, .forgotten: known[name] = nil
    case .unusable: if known[name] != nil { known[name] = set }
    }
  }
}

/// Gathers the lines of some types into commits.
package struct CommitReader {
  /// Writers that are told apart after a line was lost; the resets of others do not make up for it.
  private static let maxMended = 1024

  private let types: Set<String>
  /// Some type has no one writer, so the commits of all writers may matter.
  private let readsMany: Bool
  private var writers: [String: Writer] = [:]
  private var hasLost = false
  /// Who has begun a complete set since a line was lost.
  private var mended: Set<String> = []

  /// - Parameter types: the types that the command acts on.
  package init(reading types: some Sequence<String>) {
    self.types = Set(types)
    let sources = self.types.compactMap { Schema.type($0)?.writer }
    readsMany = sources.contains(.many)
    for case .one(let writer) in sources { writers[writer] = Writer() }
  }

  package func reads(_ type: String) -> Bool { types.contains(type) }

  /// Whether commits of that writer concern this reader.
  package func concerns(_ writer: String) -> Bool { readsMany || writers[writer] != nil }

  /// Who says lines of that type and key: the type's one writer, or for types of many the first part of the key. Nil
  /// for types that are not known here, except that what the other node said comes from ss-peer.
  package static func writer(ofType type: String, key: String?) -> String? {
    switch Schema.type(type)?.writer {
    case .one(let writer): writer
    case .many: String(Substring((key ?? "").utf8.prefix { $0 != 0x2f }))
    case nil: type.hasPrefix("peer.") ? "ss-peer" : nil
    }
  }

  // MARK: Lines

  /// Takes an object as said in an earlier run: its writer's next complete set says it again, or it is forgotten.
  package mutating func remember(_ name: StateKey) {
    guard let writer = CommitReader.writer(ofType: name.type, key: name.key) else { return }
    writers[writer, default: Writer()].mark(name, .set(Line(name.type)))
  }

  /// Takes a state line of a type that is read; gives a commit of its own where lines act one by one.
  package mutating func take(_ line: Line) -> Commit? {
    guard let key = line.key else { return nil }
    let name = StateKey(type: line.type, key: key)
    return take(name, line.isDeleted ? .deleted(name) : .set(line))
  }

  /// Takes what cannot be used of an object: what was said of it before stays, and it counts as said.
  package mutating func refuse(_ name: StateKey, reason: String, _ line: Line?) -> Commit? {
    take(name, .unusable(name, reason: reason, line))
  }

  private mutating func take(_ name: StateKey, _ change: LineChange) -> Commit? {
    guard let writer = CommitReader.writer(ofType: name.type, key: name.key) else { return nil }
    guard writers[writer]?.commits ?? false else {
      writers[writer, default: Writer()].mark(name, change)
      return Commit(writer: writer, number: nil, isCompleteSet: false, changes: [change])
    }
    writers[writer]?.gather(name, change)
    return nil
  }

  /// A line was lost and nobody knows whose: what any writer seems not to have said, it may have said.
  package mutating func lose() {
    hasLost = true
    mended = []
  }

  /// Whether what that writer did not say was really not said.
  package func isComplete(_ writer: String) -> Bool { !hasLost || mended.contains(writer) }

  // MARK: Commits

  /// `reset`: what was gathered and not committed is discarded, a complete set begins.
  package mutating func reset(from writer: String) {
    if hasLost, mended.count < CommitReader.maxMended { mended.insert(writer) }
    if concerns(writer) { writers[writer, default: Writer()].reset() }
  }

  /// `sync`: what was gathered acts. Nil if the writer does not concern this reader.
  package mutating func sync(from writer: String, number: String) -> Commit? {
    guard concerns(writer) else { return nil }
    let (isCompleteSet, changes) = writers[writer, default: Writer()].sync(isTrusted: isComplete(writer))
    return Commit(writer: writer, number: number, isCompleteSet: isCompleteSet, changes: changes)
  }
}
