// What hangs on VIPs and nodes has no one owner: two vservers may share a VIP, and all dummy VIPs an interface. The
// book counts who wants an object, so that it is said once, and goes with the last. What only all who have a VIP may
// ask for, as its route, is said when none of them is against it.

import Lines

struct Book {
  private struct Entry {
    /// By owner, ascending: the first one's line is the object.
    var claims: [(owner: Int, line: StepLine)] = []
    /// Who must want it before it is said.
    var needed: Set<Int> = []
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

  /// Owner number of what belongs to the node itself.
  static let site = -1

  /// The owner wants the object.
  mutating func claim(_ line: StepLine, owner: Int, into changes: inout Changes) {
    let key = line.key
    var entry = entries.removeValue(forKey: key) ?? Entry()
    if let index = entry.claims.firstIndex(where: { $0.owner >= owner }) {
      if entry.claims[index].owner == owner {
        entry.claims[index].line = line
      } else {
        entry.claims.insert((owner, line), at: index)
      }
    } else {
      entry.claims.append((owner, line))
    }
    settle(key, &entry, line.step, &changes)
  }

  /// The owner does not want it any more.
  mutating func release(_ line: StepLine, owner: Int, into changes: inout Changes) {
    let key = line.key
    guard var entry = entries.removeValue(forKey: key) else { return }
    entry.claims.removeAll { $0.owner == owner }
    settle(key, &entry, line.step, &changes)
  }

  /// The owner has a say in whether it is wanted, or has no longer.
  mutating func need(_ line: StepLine, owner: Int, _ isNeeded: Bool, into changes: inout Changes) {
    let key = line.key
    var entry = entries.removeValue(forKey: key) ?? Entry()
    if isNeeded { entry.needed.insert(owner) } else { entry.needed.remove(owner) }
    settle(key, &entry, line.step, &changes)
  }

  private mutating func settle(_ key: StateKey, _ entry: inout Entry, _ step: Step, _ changes: inout Changes) {
    let wanted = entry.isWanted ? entry.line : nil
    if let wanted, wanted != entry.said {
      changes.say(wanted, in: step)
    } else if wanted == nil, entry.said != nil {
      changes.take(away: key, in: step)
    }
    entry.said = wanted
    if !entry.claims.isEmpty || !entry.needed.isEmpty { entries[key] = entry }
  }

  /// Whether it is asked for.
  func isSaid(_ line: StepLine) -> Bool { entries[line.key]?.said != nil }
}
