// What the engine is told: lines of a commit go into the tables, and touch the vservers that they concern.

import Lines
import Values

extension Engine {
  mutating func take(_ commit: Commit, at now: Instant) -> [Effect] {
    var effects: [Effect] = []
    for change in commit.changes {
      switch change {
      case .set(let line):
        do throws(LineError) {
          try set(line, at: now)
        } catch {
          effects.append(
            .complain(reason: "\(line.type) not used, the former one stays: \(error.reason)", key: line.key))
        }
      case .deleted(let key), .forgotten(let key): remove(key, at: now)
      case .unusable: break
      }
    }
    if commit.writer == "ss-config", commit.isCompleteSet, pruning == .beforeConfiguration {
      pruning = .waiting(until: now + settings.settle)
      touchedSince = touchedSince ?? now
    }
    return effects + [.done(commit.writer)]
  }

  private mutating func set(_ line: Line, at now: Instant) throws(LineError) {
    switch line.type {
    case "check.state": take(Verdict(try CheckState(line)), of: line.key ?? "", at: now)
    case "config.vserver":
      let vserver = try VserverLine(line)
      let slot = slot(for: vserver.name)
      vservers[slot].line = vserver
      rebuildLater(slot, at: now)
    case "config.backend":
      let backend = try BackendLine(line)
      let slot = slot(for: backend.vserver)
      vservers[slot].take(backend)
      rebuildLater(slot, at: now)
    case "config.cluster", "config.node", "config.vlan":
      try site.take(line)
      siteChanged(at: now)
    case "peer.check.state":
      let slot = checks.take(peer: try line.bool("healthy"), of: line.key ?? "")
      if let slot { touchUsers(of: slot, at: now) }
    case "vrrp.state": take(role: try line.string("state"), of: line.key ?? "", at: now)
    case "override":
      let override = try OverrideLine(line)
      take(override, key: override.key, at: now)
    case "ipvs.stats": count(line, at: now)
    default: try observe(line, at: now)
    }
  }

  private mutating func remove(_ key: StateKey, at now: Instant) {
    switch key.type {
    case "check.state": take(nil, of: key.key, at: now)
    case "config.vserver":
      guard let slot = slots[key.key] else { return }
      vservers[slot].line = nil
      rebuildLater(slot, at: now)
    case "config.backend":
      // A backend's name holds no slash, a vserver's may.
      guard let slash = key.key.lastIndex(of: "/"), let slot = slots[String(key.key[..<slash])] else { return }
      vservers[slot].removeBackend(String(key.key[key.key.index(after: slash)...]))
      rebuildLater(slot, at: now)
    case "config.cluster", "config.node", "config.vlan":
      site.remove(key)
      siteChanged(at: now)
    case "peer.check.state":
      if let slot = checks.take(peer: nil, of: key.key) { touchUsers(of: slot, at: now) }
    case "vrrp.state": take(role: nil, of: key.key, at: now)
    case "override": take(nil, key: key.key, at: now)
    default: if key.type.hasSuffix(".failed") { take(failure: nil, of: key, vip: nil, at: now) }
    }
  }

  /// `*.applied` and `*.failed`.
  private mutating func observe(_ line: Line, at now: Instant) throws(LineError) {
    guard let dot = line.type.lastIndex(of: ".") else { return }
    let family = String(line.type[..<dot])
    if line.type.hasSuffix(".applied") {
      if ladder.take(applied: try line.string("n"), of: family) { touchedSince = touchedSince ?? now }
    } else {
      let key = StateKey(type: line.type, key: line.key ?? "")
      take(failure: try line.string("reason"), of: key, vip: try line.optionalParsed("vip", as: "an address"), at: now)
    }
  }

  // MARK: Verdicts

  private mutating func take(_ verdict: Verdict?, of key: String, at now: Instant) {
    let before = checks.slot(named: key).map { checks[$0].verdict?.isHealthy }
    guard let slot = checks.take(verdict, of: key) else { return }
    if verdict?.isHealthy == false, before == true { storm.fail(slot, at: now) }
    touchUsers(of: slot, at: now)
    checks.tidy(slot)
  }

  mutating func touchUsers(of slot: Int, at now: Instant) {
    for user in checks[slot].users {
      vservers[user.vserver].dirtyMembers.insert(user.backend)
      touch(user.vserver, at: now)
    }
  }

  // MARK: Node, roles, failures

  private mutating func siteChanged(at now: Instant) {
    siteIsDirty = true
    touchedSince = touchedSince ?? now
  }

  private mutating func take(role: String?, of instance: String, at now: Instant) {
    roles[instance] = role
    for slot in byInstance[instance] ?? [] { touch(slot, at: now) }
  }

  private mutating func take(failure reason: String?, of key: StateKey, vip: IPAddress?, at now: Instant) {
    var vips: Set<IPAddress> = []
    if let old = failed.removeValue(forKey: key) {
      failing[old]?[key.key] = nil
      if failing[old]?.isEmpty == true { failing[old] = nil }
      vips.insert(old)
    }
    if let vip, let reason {
      failed[key] = vip
      failing[vip, default: [:]][key.key] = reason
      vips.insert(vip)
    }
    for vip in vips.sorted() {
      for slot in byVIP[vip] ?? [] { touch(slot, at: now) }
    }
  }

  // MARK: Operators

  mutating func take(_ override: OverrideLine?, key: String, at now: Instant) {
    for line in overrides.take(override, key: key) {
      for slot in concerned(by: line) { rebuildLater(slot, at: now) }
      if line.state == .drain, line != override { drains.end("\(line.object.rawValue)/\(line.target)") }
    }
    if let override, override.state == .drain { drains.begin(override, run: run, at: now) }
    touchedSince = touchedSince ?? now
  }

  /// The vservers that an override is about.
  func concerned(by line: OverrideLine) -> [Int] {
    switch line.object {
    case .vserver: return slots[line.target].map { [$0] } ?? []
    case .backend:
      if let slash = line.target.lastIndex(of: "/") { return slots[String(line.target[..<slash])].map { [$0] } ?? [] }
      return vservers.indices.filter { vservers[$0].backend(named: line.target) != nil }
    case .destination:
      guard let key = IPVSDestinationKey(line.target) else { return [] }
      if case .virtual(_, let endpoint) = key.service { return (byVIP[endpoint.address] ?? []).sorted() }
      return Array(vservers.indices)
    }
  }

  private mutating func count(_ line: Line, at now: Instant) {
    guard !drains.drains.isEmpty, let key = line.key, let active = line["active_connections"]?.int else { return }
    let counts = Drain.Counts(
      active: active, inactive: line["inactive_connections"]?.int ?? 0,
      persistent: line["persistent_connections"]?.int ?? 0)
    if drains.count(counts, of: key, at: now) { touchedSince = touchedSince ?? now }
  }
}

extension VserverModel {
  /// Where a backend stands, or would.
  private func position(of name: String) -> (index: Int, isThere: Bool) {
    var low = 0
    var high = backends.count
    while low < high {
      let middle = (low + high) / 2
      if backends[middle].fqdn < name { low = middle + 1 } else { high = middle }
    }
    return (low, low < backends.count && backends[low].fqdn == name)
  }

  mutating func take(_ backend: BackendLine) {
    let (index, isThere) = position(of: backend.fqdn)
    if isThere { backends[index] = backend } else { backends.insert(backend, at: index) }
  }

  mutating func removeBackend(_ name: String) {
    let (index, isThere) = position(of: name)
    if isThere { backends.remove(at: index) }
  }

  func backend(named name: String) -> BackendLine? {
    let (index, isThere) = position(of: name)
    return isThere ? backends[index] : nil
  }
}
