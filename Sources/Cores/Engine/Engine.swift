// The engine: a pure function from what is configured and observed to what the kernel should hold. It is told commits,
// keeps a picture of each vserver, and after all waiting input has been taken looks at the vservers that were touched,
// each once.

package import Lines
package import Values

package struct Engine: FilterCore {
  package typealias Answer = Never
  package typealias Request = Never
  package typealias Event = FilterEvent<Never>
  package typealias Effect = FilterEffect<Never>

  package static let reads = ["config.vserver", "config.backend", "check.state"]
  package static let remembers = ["vserver.state", "backend.state"]

  /// Settings of the command line.
  package struct Settings: Hashable, Sendable {
    /// How long after a start, or after it appeared, something unknown may stay so; then it is down.
    package var settle: Duration
    /// From the end of an address to the end of the services behind it.
    package var downStep: Duration

    package init(settle: Duration = .seconds(10), downStep: Duration = .milliseconds(200)) {
      self.settle = settle
      self.downStep = downStep
    }
  }

  let settings: Settings
  var vservers: [String: VserverModel] = [:]
  var verdicts: [String: Verdict] = [:]
  /// Vservers that depend on a check.
  var users: [String: Set<String>] = [:]
  var memory = Memory()
  var touched: Set<String> = []
  var touchedSince: Instant?
  /// In order of time, since the waiting time is the same for all.
  var settling: [(due: Instant, vserver: String)] = []
  /// Which vserver serves a service, and which others would.
  var owners: [String: String] = [:]
  var contenders: [String: Set<String>] = [:]
  var output = Output()
  var hasEndedFirstSet = false
  var pruning = Pruning.beforeConfiguration

  /// The way to the prunes of a run, addresses before what stands behind them.
  enum Pruning: Hashable {
    /// No complete configuration was seen: nothing may be pruned.
    case beforeConfiguration
    case waiting(until: Instant)
    case saidLink(ipvsAt: Instant)
    case said
  }

  package init(settings: Settings) { self.settings = settings }

  package var deadline: Instant? {
    var earliest = touchedSince
    for other in [settling.first?.due, output.deadline, pruningDeadline] {
      if let other { earliest = min(earliest ?? other, other) }
    }
    return earliest
  }

  private var pruningDeadline: Instant? {
    switch pruning {
    case .waiting(let until): until
    case .saidLink(let ipvsAt): ipvsAt
    case .beforeConfiguration, .said: nil
    }
  }

  package mutating func handle(_ event: Event, at now: Instant) -> [Effect] {
    switch event {
    case .memory(let lines):
      memory = Memory(lines)
      return []
    case .commit(let commit): return take(commit, at: now)
    case .prune(let prune): return [.done(prune.writer)]
    case .timer, .ended: return look(at: now)
    case .answer: return []
    }
  }

  // MARK: Input

  private mutating func take(_ commit: Commit, at now: Instant) -> [Effect] {
    var effects: [Effect] = []
    for change in commit.changes {
      switch change {
      case .set(let line):
        do throws(LineError) {
          try set(line)
        } catch {
          effects.append(
            .complain(reason: "\(line.type) not used, the former one stays: \(error.reason)", key: line.key))
        }
      case .deleted(let key), .forgotten(let key): remove(key)
      case .unusable: break
      }
    }
    if !touched.isEmpty { touchedSince = touchedSince ?? now }
    if commit.writer == "ss-config", commit.isCompleteSet, pruning == .beforeConfiguration {
      pruning = .waiting(until: now + settings.settle)
      touchedSince = touchedSince ?? now
    }
    return effects + [.done(commit.writer)]
  }

  private mutating func set(_ line: Line) throws(LineError) {
    switch line.type {
    case "config.vserver":
      let vserver = try VserverLine(line)
      if vserver.usesFirewallMark {
        throw LineError("use_fwm needs firewall marks, which nothing in this pipeline sets", key: line.key)
      }
      change(vserver.name) { $0.line = vserver }
    case "config.backend":
      let backend = try BackendLine(line)
      change(backend.vserver) { model in
        if let index = model.backends.firstIndex(where: { $0.fqdn == backend.fqdn }) {
          model.backends[index] = backend
        } else {
          let index = model.backends.firstIndex { $0.fqdn > backend.fqdn } ?? model.backends.count
          model.backends.insert(backend, at: index)
        }
      }
    case "check.state":
      let state = try CheckState(line)
      verdicts[state.key] = Verdict(isHealthy: state.isHealthy, reason: state.reason)
      touched.formUnion(users[state.key] ?? [])
    default: break
    }
  }

  private mutating func remove(_ key: StateKey) {
    switch key.type {
    case "config.vserver":
      guard vservers[key.key] != nil else { return }
      change(key.key) { $0.line = nil }
    case "config.backend":
      // A name holds no slash, a vserver's may.
      guard let slash = key.key.lastIndex(of: "/") else { return }
      let fqdn = key.key[key.key.index(after: slash)...]
      guard vservers[String(key.key[..<slash])] != nil else { return }
      change(String(key.key[..<slash])) { $0.backends.removeAll { $0.fqdn == fqdn } }
    case "check.state":
      verdicts[key.key] = nil
      touched.formUnion(users[key.key] ?? [])
    default: break
    }
  }

  private mutating func change(_ name: String, _ body: (inout VserverModel) -> Void) {
    body(&vservers[name, default: VserverModel()])
    vservers[name]?.needsRebuild = true
    touched.insert(name)
  }
}
