// The checks that vservers depend on, by small numbers: a verdict finds whom it concerns without comparing names.

import Lines
import Values

/// A verdict, as much of it as the engine needs.
struct Verdict: Hashable {
  var isHealthy: Bool
  var reason: String
  var since: String
  var weight = CheckWeight()

  init(_ state: CheckState) {
    isHealthy = state.isHealthy
    reason = state.reason
    since = state.since
    weight = CheckWeight(absolute: state.weight, percent: state.weightPercent)
  }
}

struct CheckTable {
  /// A backend that depends on a check.
  struct User: Hashable {
    var vserver: Int
    var backend: Int
  }

  struct Check {
    var key: String
    var verdict: Verdict?
    /// The other node's verdict.
    var peerIsHealthy: Bool?
    /// Its failure does not count: the guard holds it.
    var isHeld = false
    var users: [User] = []

    /// What counts; nil while nothing is known.
    var isHealthy: Bool? { isHeld ? true : verdict?.isHealthy }
    fileprivate var isUnused: Bool { users.isEmpty && verdict == nil && peerIsHealthy == nil }
  }

  private var slots: [String: Int] = [:]
  private(set) var checks: [Check] = []
  private var free: [Int] = []
  /// Checks with a verdict, and those that are healthy of them.
  private(set) var known = 0

  subscript(_ slot: Int) -> Check { checks[slot] }

  func slot(named key: String) -> Int? { slots[key] }

  /// The number of a check, which stays the same while anything is known of it or depends on it.
  mutating func slot(for key: String) -> Int {
    if let slot = slots[key] { return slot }
    let slot: Int
    if let last = free.popLast() {
      checks[last] = Check(key: key)
      slot = last
    } else {
      checks.append(Check(key: key))
      slot = checks.count - 1
    }
    slots[key] = slot
    return slot
  }

  /// Takes a verdict; gives the check's number.
  mutating func take(_ verdict: Verdict?, of key: String) -> Int? {
    if verdict == nil, slots[key] == nil { return nil }
    let slot = slot(for: key)
    known += (verdict == nil ? 0 : 1) - (checks[slot].verdict == nil ? 0 : 1)
    checks[slot].verdict = verdict
    if verdict?.isHealthy != false { checks[slot].isHeld = false }
    return slot
  }

  mutating func take(peer isHealthy: Bool?, of key: String) -> Int? {
    if isHealthy == nil, slots[key] == nil { return nil }
    let slot = slot(for: key)
    checks[slot].peerIsHealthy = isHealthy
    return slot
  }

  mutating func hold(_ slot: Int, _ isHeld: Bool) { checks[slot].isHeld = isHeld }

  /// Whoever depends on it in several ways is added in one go, and counts once.
  mutating func add(_ user: User, to slot: Int) {
    if checks[slot].users.last != user { checks[slot].users.append(user) }
  }

  /// Takes a vserver's backends off a check; `tidy` ends that, once the new ones are known.
  mutating func remove(vserver: Int, from slot: Int) { checks[slot].users.removeAll { $0.vserver == vserver } }

  /// Gives the number back if the check stands for nothing any more.
  mutating func tidy(_ slot: Int) {
    guard checks[slot].isUnused, slots[checks[slot].key] == slot else { return }
    slots[checks[slot].key] = nil
    checks[slot] = Check(key: "")
    free.append(slot)
  }
}
