// The engine: a pure function from what is configured and observed to what kernel and routers should hold. It is told
// commits, keeps a picture of each vserver, and after all waiting input has been taken looks at the vservers that were
// touched, each once.

package import Lines
package import Values

package struct Engine: FilterCore {
  package typealias Answer = Never
  package typealias Request = Never
  package typealias Event = FilterEvent<Never>
  package typealias Effect = FilterEffect<Never>

  package static let reads = [
    "config.cluster", "config.node", "config.vlan", "config.vserver", "config.backend", "check.state",
    "peer.check.state", "vrrp.state", "override", "ipvs.stats", "ipvs.applied", "ipvs.failed", "filter.applied",
    "filter.failed", "link.applied", "link.failed", "arp.applied", "arp.failed", "bgp.applied", "bgp.failed",
  ]
  package static let remembers = ["vserver.state", "backend.state", "drain.state", "override"]

  /// Settings of the command line.
  package struct Settings: Hashable, Sendable {
    /// How long after a start, or after it appeared, something unknown may stay so; then it is down.
    package var settle: Duration
    /// From one step down to the next, where no `applied` tells that it is done.
    package var downStep: Duration
    /// Families whose `applied` comes back, so that steps wait for it.
    package var wired: Set<String>

    package init(
      settle: Duration = .seconds(10), downStep: Duration = .milliseconds(200), wired: Set<String> = []
    ) {
      self.settle = settle
      self.downStep = downStep
      self.wired = wired
    }
  }

  let settings: Settings
  var run = FilterRun(start: "", epoch: 0)
  var site = Site()
  var siteObjects: [StepLine] = []
  var siteIsDirty = false
  var vservers: [VserverModel] = []
  var slots: [String: Int] = [:]
  var free: [Int] = []
  /// Vservers to look at.
  var touched: [Int] = []
  var touchedSince: Instant?
  /// When time alone changes something of a vserver.
  var agenda = DueQueue()
  var checks = CheckTable()
  var overrides = Overrides()
  var drains = Drains()
  var storm = Storm()
  var memory = Memory()
  /// Roles by VRRP instance.
  var roles: [String: String] = [:]
  /// What stands as failed, by the VIP that it keeps away.
  var failing: [IPAddress: [String: String]] = [:]
  var failed: [StateKey: IPAddress] = [:]
  /// Which vservers have a VIP or are bound to an instance.
  var byVIP: [IPAddress: Set<Int>] = [:]
  var byInstance: [String: Set<Int>] = [:]
  /// Which vserver serves a service, and which others would.
  var owners: [String: Int] = [:]
  var contenders: [String: Set<Int>] = [:]
  var book = Book()
  var ladder: Ladder
  var hasEndedFirstSet = false
  var pruning = Pruning.beforeConfiguration

  /// The way to the prunes of a run: routes first, then what stands behind them.
  enum Pruning: Hashable {
    /// No complete configuration was seen: nothing may be pruned.
    case beforeConfiguration
    case waiting(until: Instant)
    case saying(Int, at: Instant)
    case said
  }

  package init(settings: Settings) {
    self.settings = settings
    ladder = Ladder(wired: settings.wired, downStep: settings.downStep)
  }

  package var deadline: Instant? {
    [touchedSince, agenda.first?.at, ladder.deadline, drains.deadline, storm.deadline, pruningDeadline]
      .lazy.compactMap(\.self).min()
  }

  private var pruningDeadline: Instant? {
    switch pruning {
    case .waiting(let until): until
    case .saying(_, let time): time
    case .beforeConfiguration, .said: nil
    }
  }

  package mutating func handle(_ event: Event, at now: Instant) -> [Effect] {
    switch event {
    case .begin(let run, let lines):
      self.run = run
      ladder.begin(run)
      memory = Memory(lines, run: run)
      for line in lines { recall(line, at: now) }
      return []
    case .commit(let commit): return take(commit, at: now)
    case .prune(let prune): return [.done(prune.writer)]
    case .timer, .ended: return look(at: now)
    case .answer: return []
    }
  }

  /// What an earlier run was told or said, besides states.
  private mutating func recall(_ line: Line, at now: Instant) {
    switch line.type {
    case "drain.state": drains.remember(line, run: run)
    case "override":
      // What cannot be used any more is none.
      if let key = line.key, let override = try? OverrideLine(line) { take(override, key: key, at: now) }
    default: break
    }
  }

  // MARK: Vservers

  mutating func touch(_ slot: Int, at now: Instant) {
    guard !vservers[slot].isTouched else { return }
    vservers[slot].isTouched = true
    touched.append(slot)
    touchedSince = touchedSince ?? now
  }

  mutating func rebuildLater(_ slot: Int, at now: Instant) {
    vservers[slot].needsRebuild = true
    touch(slot, at: now)
  }

  mutating func slot(for name: String) -> Int {
    if let slot = slots[name] { return slot }
    let model = VserverModel(name: name)
    let slot: Int
    if let last = free.popLast() {
      vservers[last] = model
      slot = last
    } else {
      vservers.append(model)
      slot = vservers.count - 1
    }
    slots[name] = slot
    return slot
  }
}
