// When to probe, and what the results come to: a check at once when it is defined, many together spread over a few
// seconds, then each at its interval, one probe in flight for each. Idle checks cost nothing: two heaps by time, and
// every event touches the checks it is about. Left out: how a probe is made (an effect), and separate intervals while
// down.

package import Values

/// All checks of one process.
package struct Scheduler: Machine {
  /// Names one probe; a result that comes with an older serial is of a probe nobody waits for.
  package struct ProbeID: Hashable, Sendable {
    package let slot: Int
    package let serial: UInt64

    package init(slot: Int, serial: UInt64) {
      self.slot = slot
      self.serial = serial
    }
  }

  package enum Event: Equatable, Sendable {
    /// A check is to be as given. `remembered` is what a former process said of it.
    case define(key: String, Definition, remembered: Report? = nil)
    case remove(key: String)
    case result(ProbeID, Outcome)
    case timer
  }

  package enum Effect: Equatable, Sendable {
    case start(ProbeID, key: String, Definition)
    /// The time of a probe is up: it is to be ended, and its result, which says how far it came, to be told.
    case expire(ProbeID)
    /// Nobody waits for this probe any more: it is to be ended, and no result told.
    case cancel(ProbeID)
    case say(key: String, Report)
    /// Nothing is known of this check any more.
    case forget(key: String)
    /// Three probes in a row could not be made, for reasons of this node alone: the verdict is old.
    case stale(key: String, Outcome)
    /// No room for another check.
    case refuse(key: String)
  }

  package struct Counters: Hashable, Sendable {
    package var started: UInt64 = 0
    /// Probes that began later than planned by more than a twentieth of their interval.
    package var late: UInt64 = 0
    package var maximumLateness = Duration.zero
    /// Planned probes that were left out, because the one before was still in flight or waiting.
    package var missed: UInt64 = 0
    /// Probes that could not be made for want of local resources.
    package var unmade: UInt64 = 0
  }

  /// Unmade probes in a row after which a check is reported stale.
  package static let staleAfter = 3
  /// First probes of checks that were defined together are this far apart: 5,000 a second, which also keeps them apart
  /// for ever after.
  package static let stagger = Duration.microseconds(200)
  /// However many there are, their first probes fall within this time, so that the first verdicts are there before the
  /// engine settles (10 s).
  package static let spread = Duration.seconds(3)
  /// Checks are defined together if no more than this lies between two of them.
  package static let together = Duration.milliseconds(10)
  /// Probes that one event may start or expire, so that no turn of the loop is long; the rest is due at once again.
  package static let slice = 64
  /// More checks than any cluster has; a bound on memory, not a goal.
  package static let standardMaximumChecks = 1_000_000

  private enum Phase: Sendable {
    /// In `due`.
    case idle
    case probing(serial: UInt64, planned: Instant)
  }

  private struct Slot: Sendable {
    let key: String
    var definition: Definition
    var verdict: Verdict
    var phase = Phase.idle
    var unmade = 0

    var isUndecided: Bool { verdict.standing == .unknown && unmade == 0 }
  }

  /// Checks that were defined together.
  private struct Batch: Sendable {
    var start: Instant
    /// When the last one was defined.
    var last: Instant
    var count: Int64 = 1
  }

  private let maximumInFlight: Int
  private let maximumChecks: Int
  private var slots: [Slot?] = []
  private var free: [Int] = []
  private var places: [String: Int] = [:]
  private var due = DueQueue()
  /// The probes in flight, by the ends of their time.
  private var expiries = DueQueue()
  private var serial: UInt64 = 0
  private var batch: Batch?
  package private(set) var inFlight = 0
  /// Checks whose first verdict is still to come; those that could not be probed at all are not waited for.
  package private(set) var undecided = 0
  package private(set) var counters = Counters()

  package var count: Int { places.count }

  package init(maximumInFlight: Int, maximumChecks: Int = standardMaximumChecks) {
    self.maximumInFlight = max(1, maximumInFlight)
    self.maximumChecks = maximumChecks
  }

  package var deadline: Instant? {
    // With all places taken, what is due waits for a result or an expiry, not for the clock.
    let start = inFlight < maximumInFlight ? due.first?.at : nil
    guard let start, let expiry = expiries.first?.at else { return start ?? expiries.first?.at }
    return min(start, expiry)
  }

  package mutating func handle(_ event: Event, at now: Instant) -> [Effect] {
    var effects: [Effect] = []
    switch event {
    case .define(let key, let definition, let remembered):
      define(key, definition, remembered, at: now, &effects)
      startDue(Scheduler.slice, at: now, &effects)
    case .remove(let key):
      remove(key, &effects)
      startDue(1, at: now, &effects)
    case .result(let probe, let outcome):
      conclude(probe, outcome, at: now, &effects)
      // One place became free; whatever else is due has the timer.
      startDue(1, at: now, &effects)
    case .timer:
      expire(at: now, &effects)
      startDue(Scheduler.slice, at: now, &effects)
    }
    return effects
  }
}

// MARK: Definitions

extension Scheduler {
  private mutating func define(
    _ key: String, _ definition: Definition, _ remembered: Report?, at now: Instant, _ effects: inout [Effect]
  ) {
    if let place = places[key] {
      // An unchanged check keeps its timer, its counts and its probe in flight.
      guard slots[place]?.definition != definition else { return }
      remove(key, &effects)
    }
    guard places.count < maximumChecks else {
      effects.append(.refuse(key: key))
      return
    }
    let verdict = Verdict(remembered.map { $0.isHealthy ? .healthy : .unhealthy } ?? .unknown)
    let slot = Slot(key: key, definition: definition, verdict: verdict)
    let place: Int
    if let reused = free.popLast() {
      place = reused
      slots[place] = slot
    } else {
      place = slots.count
      slots.append(slot)
    }
    places[key] = place
    if slot.isUndecided { undecided += 1 }
    due.put(place, at: firstTurn(at: now))
    if let remembered { effects.append(.say(key: key, remembered)) }
  }

  /// When to probe a new check first: the first of a batch at once, whatever of others is still to come; those after it
  /// each a stagger later. Once the spread is full the next round falls between the turns of those before it, by the
  /// golden ratio, so that any number of rounds is even.
  private mutating func firstTurn(at now: Instant) -> Instant {
    guard var batch, now - batch.last <= Scheduler.together, now - batch.start <= Scheduler.spread else {
      self.batch = Batch(start: now, last: now)
      return now
    }
    let stagger = Scheduler.stagger.nanoseconds
    let (round, turn) = batch.count.quotientAndRemainder(dividingBy: Scheduler.spread.nanoseconds / stagger)
    batch.count += 1
    batch.last = now
    self.batch = batch
    // 0.618 of the stagger.
    return max(now, batch.start + .nanoseconds(turn * stagger + round * 123_607 % stagger))
  }

  private mutating func remove(_ key: String, _ effects: inout [Effect]) {
    guard let place = places.removeValue(forKey: key), let slot = slots[place] else { return }
    if case .probing(let serial, _) = slot.phase {
      inFlight -= 1
      effects.append(.cancel(ProbeID(slot: place, serial: serial)))
    }
    due.remove(place)
    expiries.remove(place)
    slots[place] = nil
    free.append(place)
    if slot.isUndecided { undecided -= 1 }
    if slot.verdict.standing != .unknown { effects.append(.forget(key: key)) }
  }
}

// MARK: Probes

extension Scheduler {
  private mutating func startDue(_ limit: Int, at now: Instant, _ effects: inout [Effect]) {
    for _ in 0..<limit {
      guard inFlight < maximumInFlight, let (place, planned) = due.first, planned <= now, let slot = slots[place] else {
        return
      }
      due.remove(place)
      serial &+= 1
      inFlight += 1
      slots[place]?.phase = .probing(serial: serial, planned: planned)
      expiries.put(place, at: now + slot.definition.timeout)
      effects.append(.start(ProbeID(slot: place, serial: serial), key: slot.key, slot.definition))
      let lateness = now - planned
      counters.started &+= 1
      counters.maximumLateness = max(counters.maximumLateness, lateness)
      if lateness > slot.definition.interval / 20 { counters.late &+= 1 }
    }
  }

  private mutating func expire(at now: Instant, _ effects: inout [Effect]) {
    for _ in 0..<Scheduler.slice {
      guard let (place, at) = expiries.first, at <= now else { return }
      expiries.remove(place)
      guard case .probing(let serial, _) = slots[place]?.phase else { continue }
      effects.append(.expire(ProbeID(slot: place, serial: serial)))
    }
  }

  private mutating func conclude(_ probe: ProbeID, _ outcome: Outcome, at now: Instant, _ effects: inout [Effect]) {
    guard slots.indices.contains(probe.slot), var slot = slots[probe.slot] else { return }
    guard case .probing(probe.serial, let planned) = slot.phase else { return }
    inFlight -= 1
    expiries.remove(probe.slot)
    due.put(probe.slot, at: next(after: planned, every: slot.definition.interval, at: now))
    slot.phase = .idle
    if slot.isUndecided { undecided -= 1 }
    switch outcome.resultClass.bearing {
    case .nothing:
      counters.unmade &+= 1
      slot.unmade += 1
      if slot.unmade == Scheduler.staleAfter { effects.append(.stale(key: slot.key, outcome)) }
    case .success, .failure:
      slot.unmade = 0
      let success = outcome.resultClass.bearing == .success
      if slot.verdict.record(success: success, rise: slot.definition.rise, fall: slot.definition.fall) {
        effects.append(.say(key: slot.key, Report(outcome, at: now)))
      }
    }
    if slot.isUndecided { undecided += 1 }
    slots[probe.slot] = slot
  }

  /// The first planned time not yet past: counted from plan to plan, so that nothing drifts, and no tick that was
  /// missed is made up for.
  private mutating func next(after planned: Instant, every interval: Duration, at now: Instant) -> Instant {
    let step = interval.nanoseconds
    let elapsed = (now - planned).nanoseconds
    guard elapsed > step else { return planned + interval }
    let over = elapsed % step
    counters.missed &+= UInt64((elapsed - 1) / step)
    return over == 0 ? now : now + .nanoseconds(step - over)
  }
}
