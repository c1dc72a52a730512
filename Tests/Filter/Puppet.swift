// The core of test-filter: a verdict for each `check`, a deadline again and again, and many lines at the start.

package import Lines
package import Values

package struct Puppet: FilterCore {
  package typealias Answer = Never
  /// How late a deadline was told.
  package typealias Request = Duration
  package typealias Event = FilterEvent<Never>
  package typealias Effect = FilterEffect<Duration>

  package static let reads = ["check"]
  package static let remembers = ["check.state"]

  private let states: Int
  private let tick: Duration?
  package private(set) var deadline: Instant?

  package init(states: Int, tick: Duration?) {
    self.states = states
    self.tick = tick
  }

  package mutating func handle(_ event: Event, at now: Instant) -> [Effect] {
    switch event {
    case .begin(_, let lines):
      deadline = tick.map { now + $0 }
      let own = (0..<states).map { verdict("own \($0)") }
      let effects = lines.map { Effect.say($0) } + own
      return effects.isEmpty ? [] : effects + [.sync]
    case .commit(let commit):
      let effects = commit.changes.compactMap { change -> Effect? in
        switch change {
        case .set(let line): verdict(line.key ?? "", since: now)
        case .deleted(let name), .forgotten(let name): .say(.deleted("check.state", key: name.key))
        case .unusable: nil
        }
      }
      return effects + (effects.isEmpty ? [] : [.sync]) + [.done(commit.writer)]
    case .prune(let prune): return [.done(prune.writer)]
    case .timer:
      guard let tick, let due = deadline, due <= now else { return [] }
      deadline = due + tick
      return [.request(now - due)]
    case .answer, .ended: return []
    }
  }

  private func verdict(_ key: String, since: Instant? = nil) -> Effect {
    .say(Line("check.state", key: key, [JSONMember("healthy", true)]), since: since.map { .instant($0) })
  }
}
