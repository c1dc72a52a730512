// From the words of the configuration to the kernel's: the one place where an entry and a backend become a service and
// a destination.

import Lines
import Values

/// A service before it has destinations.
struct ServiceShape {
  var key: IPVSServiceKey
  /// Entries whose checks count: one, or all behind a mark.
  var entries: [EntryLine]
  /// The one that gives the service its rules.
  var entry: EntryLine
  var vips: [Int]
  var isOutbound = false

  init(_ key: IPVSServiceKey, entries: [EntryLine], _ entry: EntryLine, vips: [Int], isOutbound: Bool = false) {
    self.key = key
    self.entries = entries
    self.entry = entry
    self.vips = vips
    self.isOutbound = isOutbound
  }

  var family: AddressFamily { key.family }

  /// Behind a mark any port may be asked for, so the backends keep the one that is.
  private var port: UInt16 {
    if case .mark = key { return isOutbound ? 0 : entry.backendPort ?? 0 }
    return entry.backendPort ?? entry.port
  }

  func service(vip: IPAddress?, mayBeLeft: Bool) -> ServiceModel {
    var flags = entry.schedulerFlags
    if entry.persistence > 0 { flags.insert(.persistent) }
    if entry.onePacket { flags.insert(.onePacket) }
    let granularity = entry.persistenceGranularity.map { IPVSService.Granularity.prefix(min($0, family.bits)) }
    let service = IPVSService(
      key: key, scheduler: entry.scheduler, flags: flags, timeout: entry.persistence, granularity: granularity,
      persistenceEngine: entry.persistenceEngine)
    let line = IPVSServiceLine(service: service, vip: vip)
    var model = ServiceModel(
      line: line, key: StateKey(type: "ipvs.service", key: key.description), rules: rules, destinations: [],
      vips: vips, mayBeLeft: mayBeLeft)
    model.sorry = sorry(line)
    return model
  }

  private var rules: ServiceRules {
    ServiceRules(
      watermarks: Watermarks(low: entry.lowWatermark, high: entry.highWatermark),
      quorum: Quorum(weight: isOutbound ? 0 : entry.quorum, hysteresis: entry.hysteresis),
      staysDown: entry.staysDown, sorryWhen: entry.sorryServer?.when ?? .noneLeft,
      sorryStays: entry.sorryServer?.isInhibited ?? false, panicPercent: entry.panicPercent,
      slowStart: entry.slowStart, failureAction: entry.failureAction)
  }

  private func sorry(_ service: IPVSServiceLine) -> IPVSDestinationLine? {
    guard !isOutbound, let server = entry.sorryServer, let address = server.address(family) else { return nil }
    let mode = server.mode ?? entry.mode
    return IPVSDestinationLine(
      service: key,
      destination: IPVSDestination(
        endpoint: IPVSEndpoint(address: address, port: server.port ?? port), forwarding: mode.forwarding,
        tunnel: entry.tunnel),
      vip: service.vip)
  }

  func destination(
    _ member: MemberModel, number: Int, address: IPAddress, service: IPVSServiceLine, draining: Bool,
    _ checks: inout CheckTable
  ) -> DestinationModel {
    let backend = member.line
    let mode = backend.mode ?? entry.mode
    let port = isOutbound ? 0 : backend.port ?? port
    let line = IPVSDestinationLine(
      service: key,
      destination: IPVSDestination(
        endpoint: IPVSEndpoint(address: address, port: port), forwarding: mode.forwarding, weight: backend.weight,
        upperThreshold: backend.upperThreshold ?? entry.upperThreshold,
        lowerThreshold: backend.lowerThreshold ?? entry.lowerThreshold, tunnel: backend.tunnel ?? entry.tunnel),
      vip: service.vip)
    var facts = WeightFacts(configured: backend.weight, isHealthy: true)
    facts.failureAction = backend.failureAction ?? entry.failureAction
    facts.isDraining = draining || member.leavesBy != nil
    var model = DestinationModel(
      line: line, key: StateKey(type: "ipvs.destination", key: line.key.description), member: number,
      checks: numbers(of: backend, &checks), isEnabled: backend.isEnabled, isInService: backend.isInService,
      facts: facts)
    if member.leavesBy != nil { model.isInService = false }
    if let override = member.override { model.take(override) }
    return model
  }

  private func numbers(of backend: BackendLine, _ checks: inout CheckTable) -> [Int] {
    var numbers: [Int] = []
    for reference in backend.checks where reference.family == family {
      guard reference.entry.map({ name in entries.contains { $0.name == name } }) ?? true else { continue }
      let number = checks.slot(for: reference.check)
      if !numbers.contains(number) { numbers.append(number) }
    }
    return numbers
  }
}

extension DestinationModel {
  /// What an operator wants of it.
  mutating func take(_ override: Override) {
    switch override.line.state {
    case .enabled: isEnabled = true
    case .disabled: isEnabled = false
    case .drain: if override.isDrained { isEnabled = false } else { facts.isDraining = true }
    case nil: break
    }
    if let weight = override.line.weight { facts.override = weight }
  }

  /// What was known and said of it.
  mutating func takeOver(_ former: DestinationModel?, _ memory: Memory.Destination?) {
    if let former {
      said = former.said
      lastKnown = former.lastKnown
      unknownSince = former.unknownSince
      rampSince = former.rampSince
    } else if let memory {
      lastKnown = memory.health
      rampSince = memory.rampSince
    }
  }
}

extension ServiceModel {
  mutating func takeOver(_ former: ServiceModel) {
    mayBeLeft = former.mayBeLeft
    said = former.said
    saidSorry = former.saidSorry
    lastKnown = former.lastKnown
    health = former.health
    form = former.form
  }
}
