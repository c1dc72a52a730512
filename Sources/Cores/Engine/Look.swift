// The engine's turn after input: touched vservers are reckoned anew, differences are put into the order of steps.

import Lines
import Values

extension Engine {
  mutating func look(at now: Instant) -> [Effect] {
    touchedSince = nil
    var changes = Changes()
    var effects: [Effect] = []
    lookAtSite(at: now)
    takeDue(at: now)
    for check in storm.look(checks, site.cluster, at: now, into: &changes) {
      checks.hold(check, storm.held.contains(check))
      touchUsers(of: check, at: now)
    }
    let slots = takeTouched()
    // All give up what they no longer serve before any takes over, so that a service that moves is never gone.
    let changed = slots.filter { vservers[$0].needsRebuild }
    for slot in changed { effects += rebuild(slot, at: now) }
    for slot in changed { effects += claim(slot) }
    let circumstances = Circumstances(
      site: site, roles: roles, failing: failing, memory: memory, run: run, now: now)
    for slot in slots { look(at: slot, now, into: &changes) }
    report(slots, book.settle(into: &changes), circumstances, into: &changes)
    drains.takeReports(run: run, into: &changes)
    touchedSince = touched.isEmpty ? nil : now
    effects += ladder.take(changes, at: now)
    effects += ladder.advance(at: now)
    return effects + endFirstSet(effects.isEmpty) + prune(at: now)
  }

  private mutating func takeTouched() -> [Int] {
    let slots = touched
    touched = []
    for slot in slots { vservers[slot].isTouched = false }
    return slots.count < 2 ? slots : slots.sorted { vservers[$0].name < vservers[$1].name }
  }

  /// What time has changed.
  private mutating func takeDue(at now: Instant) {
    while let first = agenda.first, first.at <= now {
      agenda.remove(first.slot)
      if let time = vservers[first.slot].rebuildAt, time <= now { vservers[first.slot].needsRebuild = true }
      touch(first.slot, at: now)
    }
    for drain in drains.due(at: now) {
      for (slot, vserver) in vservers.enumerated() where vserver.has(drain) { rebuildLater(slot, at: now) }
    }
  }

  private mutating func look(at slot: Int, _ now: Instant, into changes: inout Changes) {
    var wake = vservers[slot].evaluate(checks, settle: settings.settle, at: now)
    if let time = vservers[slot].rebuildAt { wake = min(wake ?? time, time) }
    if let wake { agenda.put(slot, at: wake) } else { agenda.remove(slot) }
    vservers[slot].takeChanges(owner: slot, failing: failing, &book, into: &changes)
  }

  /// Reports what was looked at, and whose VIPs have come or gone by what others want.
  private mutating func report(
    _ slots: [Int], _ owners: Set<Int>, _ circumstances: Circumstances, into changes: inout Changes
  ) {
    let others = owners.isEmpty ? [] : owners.subtracting(slots).subtracting([Claimant.node.vserver]).sorted()
    for slot in slots + others {
      vservers[slot].takeReports(checks, book, circumstances, into: &changes)
      guard !vservers[slot].stands, self.slots[vservers[slot].name] == slot else { continue }
      agenda.remove(slot)
      self.slots[vservers[slot].name] = nil
      vservers[slot] = VserverModel(name: "")
      free.append(slot)
    }
  }

  // MARK: Configuration

  private mutating func lookAtSite(at now: Instant) {
    guard siteIsDirty else { return }
    siteIsDirty = false
    let objects = site.objects()
    let keys = Set(objects.map(\.key))
    for old in siteObjects where !keys.contains(old.key) { book.release(old, owner: .node) }
    for object in objects { book.claim(object, owner: .node) }
    siteObjects = objects
    for slot in slots.values.sorted() { rebuildLater(slot, at: now) }
  }

  private mutating func rebuild(_ slot: Int, at now: Instant) -> [Effect] {
    let surroundings = Surroundings(
      site: site, overrides: overrides, drains: drains, memory: memory, run: run, mayBeLeft: pruning != .said, now: now)
    forget(slot)
    let old = Set(vservers[slot].services.map(\.key.key))
    let faults = vservers[slot].rebuild(surroundings, &checks)
    index(slot)
    let new = Set(vservers[slot].services.map(\.key.key))
    for key in old.subtracting(new) where owners[key] == slot { giveUp(key, at: now) }
    involveInDrains(slot)
    let name = vservers[slot].name
    return faults.map { .complain(reason: $0, key: name) }
  }

  /// Takes the vserver out of the tables that lead to it.
  private mutating func forget(_ slot: Int) {
    for vip in vservers[slot].vips {
      byVIP[vip.vip.address]?.remove(slot)
      if byVIP[vip.vip.address]?.isEmpty == true { byVIP[vip.vip.address] = nil }
      if let instance = vip.vip.instance { byInstance[instance]?.remove(slot) }
    }
  }

  private mutating func index(_ slot: Int) {
    for vip in vservers[slot].vips {
      byVIP[vip.vip.address, default: []].insert(slot)
      if let instance = vip.vip.instance { byInstance[instance, default: []].insert(slot) }
    }
    let former = vservers[slot].checks
    for check in former { checks.remove(vserver: slot, from: check) }
    var used: [Int] = []
    for service in vservers[slot].services.indices {
      for index in vservers[slot].services[service].destinations.indices {
        let user = CheckTable.User(vserver: slot, backend: vservers[slot].services[service].destinations[index].member)
        for check in vservers[slot].services[service].destinations[index].checks {
          checks.add(user, to: check)
          used.append(check)
        }
      }
    }
    used.sort()
    var last = -1
    used.removeAll { check in
      defer { last = check }
      return check == last
    }
    vservers[slot].checks = used
    for check in former { checks.tidy(check) }
  }

  /// Takes the services that nobody else has.
  private mutating func claim(_ slot: Int) -> [Effect] {
    var effects: [Effect] = []
    for index in vservers[slot].services.indices {
      let key = vservers[slot].services[index].key.key
      let owner = owners[key] ?? slot
      vservers[slot].services[index].isTaken = owner != slot
      owners[key] = owner
      guard owner != slot else { continue }
      contenders[key, default: []].insert(slot)
      effects.append(
        .complain(
          reason: "\(key) is served by \(vservers[owner].name) already and left out here", key: vservers[slot].name))
    }
    return effects
  }

  /// A service has no owner any more: those who wanted it too look again.
  private mutating func giveUp(_ key: String, at now: Instant) {
    owners[key] = nil
    for slot in (contenders.removeValue(forKey: key) ?? []).sorted() { rebuildLater(slot, at: now) }
  }

  // MARK: Drains

  private mutating func involveInDrains(_ slot: Int) {
    guard !drains.drains.isEmpty else { return }
    for service in vservers[slot].services {
      for destination in service.destinations where destination.facts.isDraining {
        let member = vservers[slot].members[destination.member]
        let keys = [
          vservers[slot].override?.drainKey, member.override?.drainKey, "destination/\(destination.key.key)",
        ]
        let flags = service.line.service.flags
        let kind: DrainKind =
          flags.contains(.onePacket)
          ? .connectionless : service.line.service.key.isCounted ? .counted : .timed
        for key in keys.compactMap(\.self) { drains.involve([destination.key.key], kind: kind, in: key) }
      }
    }
  }

  // MARK: Sets

  /// The first commit of a run ends the set that its `reset` began, even if there is nothing in it.
  private mutating func endFirstSet(_ isSilent: Bool) -> [Effect] {
    guard !hasEndedFirstSet, pruning != .beforeConfiguration || !isSilent else { return [] }
    hasEndedFirstSet = true
    return isSilent ? [ladder.sync()] : []
  }

  private static let prunes = ["bgp", "arp", "link", "filter", "ipvs"]

  /// The prunes of a run: once every check has a verdict, or the time to settle has passed. Never for an empty set,
  /// which is more likely a fault before this process than the wish to hold nothing.
  private mutating func prune(at now: Instant) -> [Effect] {
    switch pruning {
    case .beforeConfiguration, .said: return []
    case .saying(let index, let time):
      guard now >= time else { return [] }
      return prune(from: index, at: now)
    case .waiting(let until):
      let isWaiting = vservers.contains { $0.isWaiting(for: checks) }
      guard now >= until || !isWaiting else { return [] }
      guard vservers.contains(where: { $0.line != nil }) else {
        pruning = .beforeConfiguration
        return [.complain(reason: "the configuration is empty: nothing is pruned", key: nil)]
      }
      return prune(from: 0, at: now)
    }
  }

  private mutating func prune(from index: Int, at now: Instant) -> [Effect] {
    guard index == Engine.prunes.count - 1 else {
      pruning = .saying(index + 1, at: now + settings.downStep)
      return [ladder.prune(Engine.prunes[index])]
    }
    pruning = .said
    // A service that is configured and down is nobody else's: a prune, which spares what this run never asked for, is
    // not enough for it.
    var keys: [StateKey] = []
    for slot in slots.sorted(by: { $0.key < $1.key }).map(\.value) { keys += vservers[slot].takeLeftServices() }
    return ladder.delete(keys) + [ladder.prune(Engine.prunes[index])]
  }
}

extension VserverModel {
  /// A check of it has no verdict yet. What memory says of it is not enough: it may be of long ago.
  fileprivate func isWaiting(for checks: CheckTable) -> Bool {
    services.contains { service in
      service.destinations.contains { $0.isEnabled && $0.checks.contains { checks[$0].verdict == nil } }
    }
  }

  /// Services that are down and that an earlier run may have left.
  fileprivate mutating func takeLeftServices() -> [StateKey] {
    var keys: [StateKey] = []
    for index in services.indices {
      if let key = services[index].takeLeft() { keys.append(key) }
    }
    return keys
  }

  fileprivate func has(_ drain: Drain) -> Bool {
    override?.drainKey == drain.key || members.contains { $0.override?.drainKey == drain.key }
      || services.contains { $0.destinations.contains { drain.destinations.contains($0.key.key) } }
  }
}

extension IPVSServiceKey {
  /// The end of a connection is known to the kernel.
  fileprivate var isCounted: Bool {
    switch self {
    case .virtual(.udp, _), .mark: false
    case .virtual: true
    }
  }
}
