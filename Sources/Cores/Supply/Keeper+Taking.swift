// What becomes of an offer, and of what operators ask for: it is used, it is held, or nothing changes.

internal import Values

extension Keeper {
  mutating func consider(_ offer: Given, _ now: Instant) -> [Effect] {
    let isFirstSight = seen[offer.origin] == nil
    seen[offer.origin] = offer.id
    guard var current else { return accept(offer, now) }
    if current.offer.id == offer.id {
      let adoption = adopt(offer.origin)
      return adoption + dropHeld(from: offer.origin) + sayOnce()
    }
    if current.offer.origin == .applied {
      if current.over[offer.origin] == offer.id { return sayOnce() }
      // What it gave when this was applied is not known: it counts as changed from the next time on.
      if current.over[offer.origin] == nil, isFirstSight {
        current.over[offer.origin] = offer.id
        self.current = current
        return [.keep(current)] + sayOnce()
      }
    }
    if offer.origin == .server, let new = offer.lastUpdated, let old = current.offer.lastUpdated, new < old {
      guard toldStale != offer.id else { return sayOnce() }
      toldStale = offer.id
      let sentence =
        "the server's configuration is stale: last_updated is \(new), that of the one in use \(old); it is ignored"
      return [.tell(Notice(Fault(sentence)))] + sayOnce()
    }
    if held?.offer.id == offer.id { return sayOnce() }
    if current.offer.meaning == offer.meaning { return accept(offer, archiving: false, now) }
    if let reason = settings.limit.objection(to: offer.inventory, after: current.offer.inventory) {
      return hold(offer, reason, now)
    }
    return accept(offer, now)
  }

  /// The generation in use stays; it is said if this process has not said it yet.
  private mutating func sayOnce() -> [Effect] {
    sayBy = nil
    guard let current, !isSaid else { return [] }
    isSaid = true
    return [.say(current), .status]
  }

  /// A source that gives what came from below it, or what was applied by hand, has caught up with it.
  private mutating func adopt(_ origin: Origin) -> [Effect] {
    guard var current, let rank = order.firstIndex(of: origin), current.offer.origin != origin else { return [] }
    if let used = order.firstIndex(of: current.offer.origin), used < rank { return [] }
    current.offer.origin = origin
    current.over = [:]
    self.current = current
    return [.keep(current)] + (isSaid ? [.status] : [])
  }

  /// A source that gives again what is in use has taken back what is held of it.
  private mutating func dropHeld(from origin: Origin) -> [Effect] {
    guard let held, held.offer.origin == origin else { return [] }
    self.held = nil
    return [.release, .tell(.warning("the change \(held.offer.id) is no longer held: \(origin) took it back"))]
      + (isSaid ? [.status] : [])
  }

  private mutating func hold(_ offer: Given, _ reason: String, _ now: Instant) -> [Effect] {
    let held = Held(offer, since: time(now), reason: reason)
    self.held = held
    let sentence =
      "the change to \(offer.id) from \(offer.origin) is held: \(reason); use it by: ss-config confirm \(offer.id)"
    let said = sayOnce()
    return [.hold(held), .tell(Notice(Fault(sentence)))] + (said.isEmpty ? [.status] : said)
  }

  private mutating func accept(_ offer: Given, archiving: Bool = true, _ now: Instant) -> [Effect] {
    use(Current(offer, since: time(now), over: offer.origin == .applied ? seen : [:]), archiving: archiving)
  }

  private mutating func use(_ new: Current<Body>, archiving: Bool = true) -> [Effect] {
    var effects: [Effect] = current != nil && archiving ? [.archive] : []
    effects.append(.keep(new))
    if held != nil { effects.append(.release) }
    current = new
    held = nil
    isSaid = true
    sayBy = nil
    return effects + [.say(new), .status]
  }

  // MARK: What operators ask for

  mutating func answer(_ request: Request<Body>, _ now: Instant) -> [Effect] {
    switch request {
    case .confirm(let id): return confirm(id, now)
    case .apply(let offer, let within): return apply(offer, within, now)
    case .choose(let chosen):
      setOrder(chosen)
      if case .asking = phase { phase = .waiting(until: now) }
      return [.keepOrder(order), .status] + beginRound(now)
    }
  }

  private mutating func confirm(_ id: String?, _ now: Instant) -> [Effect] {
    if let held, id == nil || held.offer.id == id {
      let effects = accept(held.offer, now)
      return trial == nil ? effects : effects + endTrial(now)
    }
    if trial != nil, id == nil || current?.offer.id == id { return endTrial(now) }
    if let id, current?.offer.id == id { return [] }
    return [.tell(.warning(id.map { "\($0) is neither held nor on trial" } ?? "nothing is held and nothing on trial"))]
  }

  private mutating func apply(_ offer: Given, _ within: Duration?, _ now: Instant) -> [Effect] {
    let previous = trial?.previous ?? current
    if let current, current.offer.id == offer.id {
      return trial != nil && within == nil ? endTrial(now) : []
    }
    if let current, let reason = settings.limit.objection(to: offer.inventory, after: current.offer.inventory) {
      return hold(offer, reason, now)
    }
    guard let within, let previous else {
      let effects = accept(offer, now)
      return trial == nil ? effects : effects + endTrial(now)
    }
    let until = time(now).addingReportingOverflow(within.nanoseconds)
    let trial = Trial(previous: previous, until: until.overflow ? .max : until.partialValue, within: within)
    self.trial = trial
    phase = .trying(until: now + within)
    return [.beginTrial(trial)] + accept(offer, now)
  }

  private mutating func endTrial(_ now: Instant) -> [Effect] {
    trial = nil
    phase = .waiting(until: now)
    return [.endTrial, .status] + beginRound(now)
  }

  /// What was used before the trial is used again, whatever it lacks.
  mutating func rollBack(_ now: Instant) -> [Effect] {
    guard let trial, let tried = current else { return endTrial(now) }
    var previous = trial.previous
    previous.since = time(now)
    self.trial = nil
    let effects = use(previous) + [.endTrial]
    phase = .waiting(until: now)
    let sentence = "\(tried.offer.id) was not confirmed in time: \(previous.offer.id) is used again"
    return effects + [.tell(Notice(Fault(sentence)))] + beginRound(now)
  }
}
