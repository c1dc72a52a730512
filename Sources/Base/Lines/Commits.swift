// The reader's half of commits (man 7 ss-lines): lines of a writer act together at its `sync`; a `reset` begins a complete
// set, and what it does not say again is forgotten at the `sync` that ends it; a set that is cut off never acts. A writer
// that has not said `reset` is taken to be a person at a keyboard: each line acts by itself.

/// An object's name over all types.
package struct StateKey: Hashable, Comparable, Sendable {
  package var type: String
  package var key: String

  package init(type: String, key: String) {
    self.type = type
    self.key = key
  }

  package static func < (a: StateKey, b: StateKey) -> Bool { (a.type, a.key) < (b.type, b.key) }
}

/// What a commit does to one object.
package enum LineChange: Hashable, Sendable {
  case set(Line)
  /// Its writer said that it is gone.
  case deleted(StateKey)
  /// A complete set did not say it; what it stands for in the kernel waits for a `prune`.
  case forgotten(StateKey)
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
}

/// Gathers the lines of some types into commits.
package struct CommitReader {
  private struct Pending {
    var isSet = false
    /// Once a writer has said `reset` or `sync`, its lines wait for the next `sync`.
    var commits = false
    var order: [StateKey] = []
    var changes: [StateKey: LineChange] = [:]
    /// What the writer holds, with the number of the set that said it last.
    var known: [StateKey: UInt32] = [:]
    var set: UInt32 = 0
    /// A line of this set could not be read at all, so what seems unsaid may have been said.
    var isSpoiled = false

    mutating func mark(_ name: StateKey, _ change: LineChange) {
      if case .set = change { known[name] = set } else { known[name] = nil }
    }
  }

  private let types: Set<String>
  private var writers: [String: Pending] = [:]

  /// - Parameter types: the types that the command acts on.
  package init(reading types: some Sequence<String>) {
    self.types = Set(types)
    for name in self.types {
      guard case .one(let writer)? = Schema.type(name)?.writer else { continue }
      writers[writer] = Pending()
    }
  }

  package func reads(_ type: String) -> Bool { types.contains(type) }

  /// Whether commits of that writer concern this reader.
  package func concerns(_ writer: String) -> Bool { writers[writer] != nil }

  /// Who writes the line: its type's one writer, or the first part of its key.
  package static func writer(ofType type: String, key: String?) -> String {
    if case .one(let writer)? = Schema.type(type)?.writer { return writer }
    guard let key, let slash = key.firstIndex(of: "/") else { return key ?? "" }
    return String(key[..<slash])
  }

  /// Takes a state line of a type that is read; gives a commit of its own where lines act one by one.
  package mutating func take(_ line: Line) -> Commit? {
    guard let key = line.key else { return nil }
    let writer = CommitReader.writer(ofType: line.type, key: key)
    let name = StateKey(type: line.type, key: key)
    let change: LineChange = line.isDeleted ? .deleted(name) : .set(line)
    if writers[writer] == nil { writers[writer] = Pending() }
    guard writers[writer]?.commits == true else {
      writers[writer]?.mark(name, change)
      return Commit(writer: writer, number: nil, isCompleteSet: false, changes: [change])
    }
    if writers[writer]?.changes.updateValue(change, forKey: name) == nil { writers[writer]?.order.append(name) }
    return nil
  }

  /// A line of the object could not be used: the object stays as it is, and counts as said.
  package mutating func keep(type: String, key: String) {
    let writer = CommitReader.writer(ofType: type, key: key)
    let name = StateKey(type: type, key: key)
    guard let set = writers[writer]?.set, writers[writer]?.known[name] != nil else { return }
    writers[writer]?.known[name] = set
  }

  /// A line was lost whose key could not be read: until the writers' next sets nothing may be pruned.
  package mutating func spoil() {
    for writer in writers.keys { writers[writer]?.isSpoiled = true }
  }

  /// Whether a prune by that writer may be trusted.
  package func maySayPrune(_ writer: String) -> Bool { writers[writer]?.isSpoiled == false }

  /// `reset`: what was gathered and not committed is discarded, a complete set begins.
  package mutating func reset(from writer: String) {
    guard var pending = writers[writer] else { return }
    pending.isSet = true
    pending.commits = true
    pending.order = []
    pending.changes = [:]
    pending.set &+= 1
    pending.isSpoiled = false
    writers[writer] = pending
  }

  /// `sync`: what was gathered acts. Nil if the writer does not concern this reader.
  package mutating func sync(from writer: String, number: String) -> Commit? {
    // Taken out and put back, so that what it knows is changed in place: a commit costs what it says, not what is known.
    guard var pending = writers.removeValue(forKey: writer) else { return nil }
    var changes: [LineChange] = []
    changes.reserveCapacity(pending.order.count)
    for name in pending.order {
      guard let change = pending.changes[name] else { continue }
      pending.mark(name, change)
      changes.append(change)
    }
    if pending.isSet, !pending.isSpoiled {
      for name in pending.known.filter({ $0.value != pending.set }).keys.sorted() {
        pending.known[name] = nil
        changes.append(.forgotten(name))
      }
    }
    let commit = Commit(writer: writer, number: number, isCompleteSet: pending.isSet, changes: changes)
    (pending.order, pending.changes, pending.isSet, pending.commits) = ([], [:], false, true)
    writers[writer] = pending
    return commit
  }
}
