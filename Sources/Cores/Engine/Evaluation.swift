// From verdicts to health: destinations by their checks, services by watermarks and quorum, VIPs by their services. A
// verdict costs what depends on it: tallies are added up, not counted anew.

import Lines
import Values

extension VserverModel {
  /// Reckons anew what depends on the members that have changed, and on time.
  /// - Returns: when time alone will change something.
  mutating func evaluate(_ checks: CheckTable, settle: Duration, at now: Instant) -> Instant? {
    var touched: Set<Int> = []
    for member in dirtyMembers.sorted() where members.indices.contains(member) {
      for (service, index) in members[member].destinations {
        services[service].evaluate(index, checks, settle: settle, at: now)
        touched.insert(service)
      }
    }
    for service in services.indices {
      for index in services[service].timed.sorted() {
        services[service].evaluate(index, checks, settle: settle, at: now)
        dirtyMembers.insert(services[service].destinations[index].member)
        touched.insert(service)
      }
      if services[service].destinations.isEmpty { touched.insert(service) }
    }
    for service in touched { services[service].judge() }
    if !touched.isEmpty { judgeVIPs() }
    return services.lazy.compactMap { $0.nextChange(settle: settle) }.min()
  }

  private mutating func judgeVIPs() {
    for index in vips.indices {
      let states = vips[index].services.map { services[$0].health }
      let health = Engine.vipHealth(isAnycast: vips[index].vip.kind == .anycast, services: states)
      guard health != vips[index].health else { continue }
      vips[index].health = health
      for service in vips[index].services { services[service].isDirty = true }
    }
    for index in services.indices { services[index].shape(vip: vipHealth(of: services[index])) }
  }

  /// Of a service's VIPs, one that is active is enough; services for answers have none and follow their backends.
  private func vipHealth(of service: ServiceModel) -> Health {
    let states = service.vips.map { vips[$0].health }
    if states.isEmpty || states.contains(.up) { return .up }
    return states.contains(.unknown) ? .unknown : .down
  }
}

extension ServiceModel {
  mutating func evaluate(_ index: Int, _ checks: CheckTable, settle: Duration, at now: Instant) {
    // In place: a destination is large.
    let (health, facts) = (destinations[index].health, destinations[index].facts)
    tally -= destinations[index].counted
    destinations[index].evaluate(checks, settle: settle, at: now, slowStart: rules.slowStart)
    tally += destinations[index].counted
    if !isDirty, destinations[index].health != health || destinations[index].facts != facts { dirty.append(index) }
    if destinations[index].isTimed { timed.insert(index) } else if !timed.isEmpty { timed.remove(index) }
  }

  /// The service's own health.
  fileprivate mutating func judge() {
    let before = (health, isPanicking)
    health = Engine.allUp([
      rules.watermarks.state(of: tally, from: lastKnown), rules.quorum.state(of: tally, from: lastKnown),
    ])
    let fit = UInt64(tally.healthy + tally.unknown) * 100
    isPanicking =
      rules.panicPercent > 0 && tally.enabled > 0 && fit < UInt64(tally.enabled) * UInt64(rules.panicPercent)
    if isPanicking { health = .up }
    if health != .unknown { lastKnown = health }
    if before != (health, isPanicking) { isDirty = true }
  }

  /// What the kernel is to hold of it.
  fileprivate mutating func shape(vip: Health) {
    let isSorry = mayBe(.belowQuorum) && health == .down || mayBe(.noneLeft) && tally.healthy + tally.unknown == 0
    let wanted: Form =
      if isTaken {
        .absent
      } else if isSorry, !isPanicking {
        .sorry
      } else if rules.staysDown || vip == .up && health == .up {
        .present
      } else if vip == .down || health == .down {
        .absent
      } else {
        .unknown
      }
    if wanted != form { isDirty = true }
    form = wanted
  }

  fileprivate func nextChange(settle: Duration) -> Instant? {
    timed.lazy.compactMap { index -> Instant? in
      let destination = destinations[index]
      if destination.health == .unknown { return destination.unknownSince.map { $0 + settle } }
      guard let since = destination.rampSince, let ramp = destination.facts.ramp else { return nil }
      return since + ramp.next
    }.min()
  }
}

extension DestinationModel {
  /// A backend that takes no part is down; one without checks is up; else all its checks must be healthy.
  fileprivate mutating func evaluate(
    _ checks: CheckTable, settle: Duration, at now: Instant, slowStart: Duration
  ) {
    let known = verdict(checks)
    if let known {
      if known == .up, lastKnown == .down, health == .down, slowStart > .zero { rampSince = now }
      health = known
      lastKnown = known
      unknownSince = nil
    } else if let lastKnown {
      health = lastKnown
    } else {
      let since = unknownSince ?? now
      unknownSince = since
      health = now < since + settle ? .unknown : .down
    }
    if health == .down { rampSince = nil }
    ramp(slowStart, at: now)
    counted = contribution
  }

  /// Time alone may change it.
  fileprivate var isTimed: Bool { health == .unknown && unknownSince != nil || rampSince != nil }

  private mutating func verdict(_ checks: CheckTable) -> Health? {
    decidingCheck = nil
    facts.check = CheckWeight()
    guard isEnabled else { return .down }
    var known: Health? = .up
    for number in self.checks {
      let check = checks[number]
      if let weight = check.verdict?.weight, weight != CheckWeight() { facts.check = weight }
      switch check.isHealthy {
      case nil where known == .up:
        known = nil
        decidingCheck = number
      case false:
        decidingCheck = number
        return .down
      case nil, true: break
      }
    }
    return known
  }

  private mutating func ramp(_ slowStart: Duration, at now: Instant) {
    guard let since = rampSince, now < since + slowStart else {
      rampSince = nil
      facts.ramp = nil
      return
    }
    facts.ramp = Ramp(elapsed: max(.zero, now - since), whole: slowStart)
  }

  /// What it adds to the tally.
  private var contribution: Tally {
    var tally = Tally()
    if isInService { tally.inService = 1 }
    if isEnabled { tally.enabled = 1 }
    var whole = facts
    whole.ramp = nil
    whole.isHealthy = true
    whole.isDraining = false
    switch health {
    case .up:
      tally.healthy = 1
      tally.healthyWeight = UInt64(whole.effective ?? 0)
    case .unknown:
      tally.unknown = 1
      tally.unknownWeight = UInt64(whole.effective ?? 0)
    case .down: break
    }
    return tally
  }

  /// The weight in the kernel; nil: not there. Of what is unknown only the weight follows the configuration.
  func weight(isPanicking: Bool) -> UInt32? {
    var facts = facts
    facts.isHealthy = health != .down || (isPanicking && isEnabled)
    if health == .down, !isEnabled { facts.failureAction = .remove }
    return facts.effective
  }
}
