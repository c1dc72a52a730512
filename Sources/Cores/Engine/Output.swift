// The order in which differences are said (DESIGN.md rule 5): up by commits, which a pipeline's held `sync` keeps in
// order; down by time, an address first and its services a step later. An address that several vservers want is said
// once.

import Lines
import Values

struct Output {
  /// Lines of one commit. man 7 ss-lines.
  static let commitLines = 1000

  /// How many vservers want an address, and how many addresses an interface of ours bears.
  private var claims: [StateKey: Int] = [:]
  /// Deletions that wait for their step, in order of time.
  private var waiting: [(due: Instant, keys: [StateKey])] = []
  /// Of those, the ones that nobody has said again.
  private var leaving: Set<StateKey> = []

  var deadline: Instant? { waiting.first?.due }

  mutating func take(_ changes: Changes, downStep: Duration, at now: Instant) -> [FilterEffect<Never>] {
    var effects: [FilterEffect<Never>] = []
    // What one vserver gives up another may have taken over.
    var said: Set<StateKey> = []
    for line in changes.services { said.insert(StateKey(type: line.type, key: line.key ?? "")) }
    leaving.subtract(said)
    let gone = changes.goneServices.filter { !said.contains($0) }
    commit(changes.services + deletions(gone), reports: changes.reports, into: &effects)
    commit(changes.addresses.flatMap { claim($0) }, into: &effects)
    var later = changes.goneBehindAddresses.filter { !said.contains($0) }
    commit(changes.goneAddresses.flatMap { release($0, later: &later) }, into: &effects)
    if downStep <= .zero {
      commit(deletions(later), into: &effects)
    } else if !later.isEmpty {
      leaving.formUnion(later)
      waiting.append((now + downStep, later))
    }
    return effects
  }

  /// Deletions of what was not said in this run.
  func delete(_ keys: [StateKey]) -> [FilterEffect<Never>] {
    var effects: [FilterEffect<Never>] = []
    commit(deletions(keys), into: &effects)
    return effects
  }

  /// Deletions whose step has come.
  mutating func due(at now: Instant) -> [FilterEffect<Never>] {
    var effects: [FilterEffect<Never>] = []
    while let first = waiting.first, first.due <= now {
      waiting.removeFirst()
      commit(deletions(first.keys.filter { leaving.remove($0) != nil }), into: &effects)
    }
    return effects
  }

  private func deletions(_ keys: [StateKey]) -> [Line] { keys.map { .deleted($0.type, key: $0.key) } }

  /// The lines of an address that one vserver more wants: none if it is said already.
  private mutating func claim(_ vip: Changes.VIPAddress) -> [Line] {
    let key = StateKey(type: "link.address", key: vip.address.key)
    claims[key, default: 0] += 1
    guard claims[key] == 1 else { return [] }
    guard vip.isOnDummy else { return [vip.address.line] }
    let interface = StateKey(type: "link.interface", key: vip.address.interface)
    claims[interface, default: 0] += 1
    leaving.remove(interface)
    return (claims[interface] == 1 ? [LinkInterface(name: interface.key, kind: .dummy).line] : []) + [vip.address.line]
  }

  /// The lines of an address that one vserver less wants: none while another does.
  private mutating func release(_ key: StateKey, later: inout [StateKey]) -> [Line] {
    let rest = (claims[key] ?? 1) - 1
    claims[key] = rest > 0 ? rest : nil
    guard rest <= 0 else { return [] }
    // INTERFACE/ADDRESS/LENGTH: no name of an interface has a slash.
    let interface = StateKey(type: "link.interface", key: String(key.key.prefix { $0 != "/" }))
    if let users = claims[interface] {
      claims[interface] = users > 1 ? users - 1 : nil
      if users == 1 { later.append(interface) }
    }
    return deletions([key])
  }

  private func commit(
    _ lines: [Line], reports: [(line: Line, since: Since?)] = [], into effects: inout [FilterEffect<Never>]
  ) {
    var count = 0
    for (line, since) in lines.map({ ($0, Since?.none) }) + reports.map({ ($0.line, $0.since) }) {
      if count == Output.commitLines {
        effects.append(.sync)
        count = 0
      }
      effects.append(.say(line, since: since))
      count += 1
    }
    if count > 0 { effects.append(.sync) }
  }
}
