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
    for name in names {
      guard var model = vservers.removeValue(forKey: name) else { continue }
      if model.needsRebuild { effects += rebuild(&model, name: name) }
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

  private mutating func rebuild(_ model: inout VserverModel, name: String) -> [Effect] {
    let oldServices = Set(model.vips.flatMap(\.services).map(\.key.key))
    model.rebuild(memory: memory)
    for check in model.checks { users[check]?.remove(name) }
    model.checks = model.line == nil ? [] : Set(model.backends.flatMap(\.checks).map(\.check))
    for check in model.checks { users[check, default: []].insert(name) }
    var effects: [Effect] = []
    var services: Set<String> = []
    for vip in model.vips.indices {
      for service in model.vips[vip].services.indices {
        let key = model.vips[vip].services[service].key.key
        services.insert(key)
        let owner = owners[key] ?? name
        model.vips[vip].services[service].isTaken = owner != name
        owners[key] = owner
        guard owner != name else { continue }
        contenders[key, default: []].insert(name)
        effects.append(.complain(reason: "\(key) is served by \(owner) already and left out here", key: name))
      }
    }
    for key in oldServices.subtracting(services) where owners[key] == name { giveUp(key) }
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

  /// The prunes of a run: once every check has a verdict, or the time to settle has passed. Never for an empty set, which is
  /// more likely a fault before this process than the wish to hold nothing.
  private mutating func prune(at now: Instant) -> [Effect] {
    switch pruning {
    case .beforeConfiguration, .said: return []
    case .saidLink(let ipvsAt):
      guard now >= ipvsAt else { return [] }
      pruning = .said
      return [.prune("ipvs")]
    case .waiting(let until):
      guard now >= until || !vservers.values.contains(where: \.isWaiting) else { return [] }
      guard vservers.values.contains(where: { $0.line != nil }) else {
        pruning = .said
        return [.complain(reason: "the configuration is empty: nothing is pruned", key: nil)]
      }
      pruning = .saidLink(ipvsAt: now + settings.downStep)
      return [.prune("link")]
    }
  }
}

extension VserverModel {
  /// Something of it is unknown.
  fileprivate var isWaiting: Bool {
    vips.contains { $0.services.contains { $0.destinations.contains { $0.health == .unknown } } }
  }
}
