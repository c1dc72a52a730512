// The scheduler as a filter's core: `check` lines in, `check.state` lines out, and probes asked of the system. Its own
// commits are paced, so that a thousand backends that fail together are a few commits, and one alone is told at once.

package import Lines
package import Values

package struct CheckFilter: FilterCore {
  /// What a probe found.
  package struct Answer: Hashable, Sendable {
    package let probe: Scheduler.ProbeID
    package let outcome: Outcome

    package init(_ probe: Scheduler.ProbeID, _ outcome: Outcome) {
      self.probe = probe
      self.outcome = outcome
    }
  }

  package enum Request: Equatable, Sendable {
    /// To be answered, sooner or later, unless it is cancelled.
    case start(Scheduler.ProbeID, Definition)
    /// To be ended, and answered with how far it came.
    case expire(Scheduler.ProbeID)
    /// To be ended, and not answered.
    case cancel(Scheduler.ProbeID)
  }

  package static let reads = ["check"]
  package static let remembers = ["check.state"]
  /// Between two own commits, unless the first of them was long ago.
  package static let pace = Duration.milliseconds(10)
  /// Lines of an own commit, the first set aside (DESIGN.md rule 5).
  package static let commitLimit = 1_000

  private var scheduler: Scheduler
  private var remembered: [String: Report] = [:]
  /// What was refused, so that a set said again does not complain again.
  private var refused: [String: DefinitionError] = [:]
  private var unsynced = 0
  private var lastSync: Instant?
  /// Whether the end of input waits for the first verdicts.
  private var waits: Bool
  private var hasEnded = false

  /// - Parameter waits: whether to stay, when the input has ended, until every check has its first verdict. Lines
  ///   without commits, from a person at a keyboard, ask for that by themselves.
  package init(maximumInFlight: Int, waits: Bool = false) {
    scheduler = Scheduler(maximumInFlight: maximumInFlight)
    self.waits = waits
  }

  package var counters: Scheduler.Counters { scheduler.counters }

  package var deadline: Instant? {
    guard unsynced > 0, let lastSync else { return scheduler.deadline }
    return min(lastSync + CheckFilter.pace, scheduler.deadline ?? .distantFuture)
  }

  /// After its input has ended a pipeline's stage goes at once, unless it was asked to wait.
  package var isBusy: Bool { hasEnded && waits && scheduler.undecided > 0 }

  package mutating func handle(_ event: FilterEvent<Answer>, at now: Instant) -> [FilterEffect<Request>] {
    var effects: [FilterEffect<Request>] = []
    switch event {
    case .begin(_, let lines): remember(lines)
    case .commit(let commit):
      act(on: commit, at: now, &effects)
      // The own set comes before the commit that caused it, so that the next stage knows both when it acts.
      if lastSync == nil || unsynced > 0 { sync(at: now, &effects) }
      effects.append(.done(commit.writer))
      return effects
    case .prune(let prune): effects.append(.done(prune.writer))
    case .answer(let answer): tell(.result(answer.probe, answer.outcome), at: now, &effects)
    case .timer: tell(.timer, at: now, &effects)
    case .ended: hasEnded = true
    }
    let isDue = lastSync.map { $0 + CheckFilter.pace <= now } ?? false
    if unsynced > 0, isDue || hasEnded || unsynced >= CheckFilter.commitLimit { sync(at: now, &effects) }
    return effects
  }
}

// MARK: Lines in

extension CheckFilter {
  private mutating func remember(_ lines: [Line]) {
    for line in lines where !line.isDeleted {
      guard let state = try? CheckState(line) else { continue }
      remembered[state.key] = Report(
        isHealthy: state.isHealthy, resultClass: state.reasonClass, reason: state.reason, since: .text(state.since))
    }
  }

  private mutating func act(on commit: Commit, at now: Instant, _ effects: inout [FilterEffect<Request>]) {
    if commit.number == nil { waits = true }
    for change in commit.changes {
      switch change {
      case .set(let line): define(line, at: now, &effects)
      case .deleted(let name), .forgotten(let name):
        refused[name.key] = nil
        tell(.remove(key: name.key), at: now, &effects)
      case .unusable: break
      }
    }
    if commit.isCompleteSet { remembered = [:] }
  }

  private mutating func define(_ line: Line, at now: Instant, _ effects: inout [FilterEffect<Request>]) {
    guard let key = line.key else { return }
    do throws(LineError) {
      let check = try CheckDefinition(line)
      do throws(DefinitionError) {
        let definition = try Definition(check)
        refused[key] = nil
        tell(.define(key: key, definition, remembered: remembered.removeValue(forKey: key)), at: now, &effects)
      } catch {
        // What the key stood for before goes on.
        guard refused.updateValue(error, forKey: key) != error else { return }
        effects.append(.complain(reason: error.description, key: key))
      }
    } catch {
      effects.append(.complain(reason: error.reason, key: key))
    }
  }
}

// MARK: Lines out

extension CheckFilter {
  private mutating func tell(
    _ event: Scheduler.Event, at now: Instant, _ effects: inout [FilterEffect<Request>]
  ) {
    for effect in scheduler.handle(event, at: now) {
      switch effect {
      case .start(let probe, _, let definition): effects.append(.request(.start(probe, definition)))
      case .expire(let probe): effects.append(.request(.expire(probe)))
      case .cancel(let probe): effects.append(.request(.cancel(probe)))
      case .say(let key, let report):
        unsynced += 1
        effects.append(.say(report.line(key: key), since: report.since))
      case .forget(let key):
        unsynced += 1
        effects.append(.say(Line.deleted("check.state", key: key)))
      case .stale(let key, let outcome):
        let reason = "no probe could be made \(Scheduler.staleAfter) times in a row: \(outcome.reason)"
        effects.append(.complain(reason: "\(outcome.resultClass.rawValue): \(reason)", key: key))
      case .refuse(let key):
        effects.append(.complain(reason: "more than \(Scheduler.standardMaximumChecks) checks", key: key))
      }
    }
  }

  private mutating func sync(at now: Instant, _ effects: inout [FilterEffect<Request>]) {
    unsynced = 0
    lastSync = now
    effects.append(.sync)
  }
}

extension Report {
  /// Without `since`, which is added when the line is written.
  fileprivate func line(key: String) -> Line {
    Line(
      "check.state", key: key,
      [
        JSONMember("healthy", .bool(isHealthy)), JSONMember("class", .string(resultClass)),
        JSONMember("reason", .string(reason)),
      ])
  }
}

// MARK: Recording

extension CheckFilter.Answer: Recordable {
  package var recorded: JSON {
    .object([
      JSONMember("slot", .int(Int64(probe.slot))), JSONMember("serial", .int(Int64(clamping: probe.serial))),
      JSONMember("class", .string(outcome.resultClass.rawValue)), JSONMember("reason", .string(outcome.reason)),
    ])
  }

  package init(recorded: JSON) throws(LineError) {
    guard let slot = recorded["slot"]?.int, let serial = recorded["serial"]?.int, serial >= 0,
      let resultClass = recorded["class"]?.string.flatMap(ResultClass.init(rawValue:)),
      let reason = recorded["reason"]?.string
    else { throw LineError("no result of a probe: \(recorded.text)") }
    self.init(
      Scheduler.ProbeID(slot: Int(slot), serial: UInt64(serial)), Outcome(resultClass, reason))
  }
}
