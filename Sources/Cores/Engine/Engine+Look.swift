// The engine's turn after input: touched vservers are reckoned anew, differences are put into the order of steps.

import Lines
import Values

extension Engine {
  mutating func look(at now: Instant) -> [Effect] {
    let due = settling.prefix { $0.due <= now }
    touched.formUnion(due.map(\.vserver))
    settling.removeFirst(due.count)
    let names = touched.sorted()
    touched = []
    touchedSince = nil
    var changes = Changes()
    var effects: [Effect] = []
    // All give up what they no longer serve before any takes over, so that a service that moves is never gone.
    let changed = names.filter { vservers[$0]?.needsRebuild == true }
    for name in changed { rebuild(name) }
    for name in changed { effects += claim(name) }
    for name in names {
      guard var model = vservers.removeValue(forKey: name) else { continue }
      look(at: &model, name: name, into: &changes, now)
      if model.line != nil || !model.backends.isEmpty { vservers[name] = model }
    }
    // Those who may now have what a vserver has given up.
    if !touched.isEmpty { touchedSince = now }
    effects += output.take(changes, downStep: settings.downStep, at: now)
    effects += output.due(at: now)
    return effects + endFirstSet(effects.isEmpty) + prune(at: now)
  }

  private mutating func look(
    at model: inout VserverModel, name: String, into changes: inout Changes, _ now: Instant
  ) {
    let due = model.evaluate(verdicts, settle: settings.settle, at: now)
    if let due, due != model.settleDue {
      let index = settling.lastIndex { $0.due <= due }.map { $0 + 1 } ?? 0
      settling.insert((due, name), at: index)
    }
    model.settleDue = due
    model.takeChanges(into: &changes)
    if model.line != nil {
      model.takeReports(verdicts: verdicts, memory: memory, into: &changes, at: now)
    } else {
      model.withdrawReports(name: name, into: &changes)
    }
  }

  // MARK: Configuration

  private mutating func rebuild(_ name: String) {
    guard var model = vservers.removeValue(forKey: name) else { return }
    let old = Set(model.vips.flatMap(\.services).map(\.key.key))
    model.rebuild(memory: memory, mayBeLeft: pruning != .said)
    for check in model.checks { users[check]?.remove(name) }
    model.checks = model.line == nil ? [] : Set(model.backends.flatMap(\.checks).map(\.check))
    for check in model.checks { users[check, default: []].insert(name) }
    let new = Set(model.vips.flatMap(\.services).map(\.key.key))
    vservers[name] = model
    for key in old.subtracting(new) where owners[key] == name { giveUp(key) }
  }

  /// Takes the services that nobody else has.
  private mutating func claim(_ name: String) -> [Effect] {
    guard var model = vservers.removeValue(forKey: name) else { return [] }
    var effects: [Effect] = []
    for vip in model.vips.indices {
      for service in model.vips[vip].services.indices {
        let key = model.vips[vip].services[service].key.key
        let owner = owners[key] ?? name
        model.vips[vip].services[service].isTaken = owner != name
        owners[key] = owner
        guard owner != name else { continue }
        contenders[key, default: []].insert(name)
        effects.append(.complain(reason: "\(key) is served by \(owner) already and left out here", key: name))
      }
    }
    vservers[name] = model
    return effects
  }

  /// A service has no owner any more: those who wanted it too look again.
  private mutating func giveUp(_ key: String) {
    owners[key] = nil
    for name in contenders.removeValue(forKey: key) ?? [] {
      vservers[name]?.needsRebuild = true
      touched.insert(name)
    }
  }

  // MARK: Sets

  /// The first commit of a run ends the set that its `reset` began, even if there is nothing in it.
  private mutating func endFirstSet(_ isSilent: Bool) -> [Effect] {
    guard !hasEndedFirstSet, pruning != .beforeConfiguration || !isSilent else { return [] }
    hasEndedFirstSet = true
    return isSilent ? [.sync] : []
  }

  /// The prunes of a run: once every check has a verdict, or the time to settle has passed. Never for an empty set,
  /// which is more likely a fault before this process than the wish to hold nothing.
  private mutating func prune(at now: Instant) -> [Effect] {
    switch pruning {
    case .beforeConfiguration, .said: return []
    case .saidLink(let ipvsAt):
      guard now >= ipvsAt else { return [] }
      pruning = .said
      // A service that is configured and down is nobody else's: a prune, which spares what this run never asked for, is
      // not enough for it.
      var keys: [StateKey] = []
      for name in vservers.keys.sorted() { keys += vservers[name]?.takeLeftServices() ?? [] }
      return output.delete(keys) + [.prune("ipvs")]
    case .waiting(let until):
      let isWaiting = vservers.values.contains { $0.isWaiting(for: verdicts) }
      guard now >= until || !isWaiting else { return [] }
      guard vservers.values.contains(where: { $0.line != nil }) else {
        pruning = .beforeConfiguration
        return [.complain(reason: "the configuration is empty: nothing is pruned", key: nil)]
      }
      pruning = .saidLink(ipvsAt: now + settings.downStep)
      return [.prune("link")]
    }
  }
}

extension VserverModel {
  /// A check of it has no verdict yet. What memory says of it is not enough: it may be of long ago.
  fileprivate func isWaiting(for verdicts: [String: Verdict]) -> Bool {
    guard line?.isEnabled == true else { return false }
    return vips.contains { vip in
      vip.services.contains { service in
        service.destinations.contains { $0.isEnabled && $0.checks.contains { verdicts[$0] == nil } }
      }
    }
  }

  /// Services that are down and that an earlier run may have left.
  fileprivate mutating func takeLeftServices() -> [StateKey] {
    var keys: [StateKey] = []
    for vip in vips.indices {
      for service in vips[vip].services.indices {
        if let key = vips[vip].services[service].takeLeft(vip: vips[vip].health) { keys.append(key) }
      }
    }
    return keys
  }
}
