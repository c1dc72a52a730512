// What hangs on VIPs and nodes has no one owner: two vservers may share a VIP, and all dummy VIPs an interface. The
// book counts who wants an object, so that it is said once, and goes with the last. What only all who have a VIP may
// ask for, as its route, is said when none of them is against it.

import Lines
import Values

/// Who wants an object: a vserver for one of its VIPs, or the node itself.
struct Claimant: Hashable, Comparable {
  /// The vserver's number; -1 is the node.
  var vserver: Int
  var vip: IPAddress?

  static let node = Claimant(vserver: -1)

  static func < (a: Claimant, b: Claimant) -> Bool {
    if a.vserver != b.vserver { return a.vserver < b.vserver }
    switch (a.vip, b.vip) {
    case (let a?, let b?): return a < b
    case (let a, let b): return a == nil && b != nil
    }
  }
}

struct Book {
  private struct Entry {
    /// By owner, ascending: the first one's line is the object.
    var claims: [(owner: Claimant, line: StepLine)] = []
    /// Who must want it before it is said.
    var needed: Set<Claimant> = []
    var said: Line?

    var isWanted: Bool { !claims.isEmpty && needed.isSubset(of: claims.map(\.owner)) }

    /// The line; what may reach a VIP is added up.
    var line: Line? {
      guard let first = claims.first else { return nil }
      guard var filter = first.line.filter, claims.count > 1 else { return first.line.line }
      for claim in claims.dropFirst() {
        filter.services += claim.line.filter?.services ?? []
        filter.replies += claim.line.filter?.replies ?? []
      }
      filter.services = Set(filter.services).sorted()
      filter.replies = Set(filter.replies).sorted()
      return filter.line
    }
  }

  private var entries: [StateKey: Entry] = [:]
  /// Whose claims have changed in this look, with the step in which they come and go.
  private var dirty: [StateKey: Step] = [:]

  /// The owner wants the object.
  mutating func claim(_ line: StepLine, owner: Claimant) {
    change(line) { entry in
      let index = entry.claims.firstIndex { $0.owner >= owner } ?? entry.claims.count
      if index < entry.claims.count, entry.claims[index].owner == owner {
        entry.claims[index].line = line
      } else {
        entry.claims.insert((owner, line), at: index)
      }
    }
  }

  /// The owner does not want it any more.
  mutating func release(_ line: StepLine, owner: Claimant) {
    change(line) { $0.claims.removeAll { $0.owner == owner } }
  }

  /// The owner has a say in whether it is wanted, or has no longer.
  mutating func need(_ line: StepLine, owner: Claimant, _ isNeeded: Bool) {
    change(line) { entry in
      if isNeeded { entry.needed.insert(owner) } else { entry.needed.remove(owner) }
    }
  }

  private mutating func change(_ line: StepLine, _ body: (inout Entry) -> Void) {
    let key = line.key
    body(&entries[key, default: Entry()])
    dirty[key] = line.step
  }

  /// Ends a look: what has come to be wanted is said, what is not wanted any more goes.
  /// - Returns: the vservers of objects that came or went.
  mutating func settle(into changes: inout Changes) -> Set<Int> {
    var owners: Set<Int> = []
    for (key, step) in dirty.sorted(by: { $0.key < $1.key }) {
      guard var entry = entries.removeValue(forKey: key) else { continue }
      let wanted = entry.isWanted ? entry.line : nil
      if let wanted, wanted != entry.said {
        changes.say(wanted, in: step)
      } else if wanted == nil, entry.said != nil {
        changes.take(away: key, in: step)
      }
      if (wanted == nil) != (entry.said == nil) {
        owners.formUnion((entry.claims.map(\.owner) + entry.needed).map(\.vserver))
      }
      entry.said = wanted
      if !entry.claims.isEmpty || !entry.needed.isEmpty { entries[key] = entry }
    }
    dirty = [:]
    return owners
  }

  /// Whether it is asked for.
  func isSaid(_ line: StepLine) -> Bool { entries[line.key]?.said != nil }
}
