// From configuration to the model: VIPs, services and destinations made anew when a vserver's configuration, an
// operator's word about it, or the node has changed. What is still there keeps its health and what was said of it.

import Lines
import Values

/// What a vserver is made from, besides its own configuration.
struct Surroundings {
  var site: Site
  var overrides: Overrides
  var drains: Drains
  var memory: Memory
  var run: FilterRun
  /// The kernel may hold services of an earlier run.
  var mayBeLeft: Bool
  var now: Instant

  /// - Parameter name: another name of the same object.
  func override(_ object: OverrideLine.Object, _ target: String, or name: String? = nil) -> Override? {
    if overrides.isEmpty { return nil }
    return overrides.override(object, [target] + (name.map { [$0] } ?? []), run: run, drains: drains, at: now)
  }
}

extension VserverModel {
  /// - Returns: what is wrong with it, in sentences.
  mutating func rebuild(_ surroundings: Surroundings, _ checks: inout CheckTable) -> [String] {
    needsRebuild = false
    rebuildAt = nil
    override = surroundings.override(.vserver, name)
    wake(at: override?.endsAt)
    isEnabled = (line?.isEnabled ?? false) && surroundings.site.serves
    if let state = override?.line.state, surroundings.site.serves, line != nil {
      isEnabled = state == .enabled || (state == .drain && override?.disables != true)
    }
    gatherMembers(surroundings)
    let old = Former(services, vips)
    services = []
    vips = []
    var faults: [String] = []
    if isEnabled, let line {
      for vip in line.vips {
        if vips.contains(where: { $0.vip.address == vip.address }) {
          faults.append("VIP \(vip.address) is there twice: the first one is used")
        } else {
          vips.append(makeVIP(vip, of: line, surroundings.site, old))
        }
      }
      makeServices(line, surroundings, &checks, old, &faults)
    }
    leave(old)
    dirtyMembers = Set(members.indices)
    return faults
  }

  private mutating func wake(at instant: Instant?) {
    guard let instant else { return }
    rebuildAt = min(rebuildAt ?? instant, instant)
  }

  /// The backends that are configured, and those that have left and are still drained.
  private mutating func gatherMembers(_ surroundings: Surroundings) {
    let drainTime = line?.drainTimeout ?? .zero
    var leaving: [MemberModel] = []
    if drainTime > .zero, isEnabled {
      let names = Set(backends.map(\.fqdn))
      for var member in members where !names.contains(member.line.fqdn) {
        let end = member.leavesBy ?? surroundings.now + drainTime
        guard end > surroundings.now else { continue }
        member.leavesBy = end
        member.destinations = []
        leaving.append(member)
        wake(at: end)
      }
    }
    members = backends.map { backend in
      MemberModel(line: backend, override: surroundings.override(.backend, backend.key, or: backend.fqdn))
    }
    for member in members { wake(at: member.override?.endsAt) }
    members += leaving
  }

  private func makeVIP(_ vip: VIPLine, of line: VserverLine, _ site: Site, _ old: Former) -> VIPModel {
    var model = VIPModel(vip: vip)
    model.heldObjects = site.held(vip)
    model.warmObjects = site.warm(vip, of: line)
    model.route = site.route(vip)
    if let former = old.vips[vip.address] {
      model.isHeld = former.isHeld
      model.isAnnounced = former.isAnnounced
      model.isWarm = former.isWarm
    }
    return model
  }

  // MARK: Services

  private mutating func makeServices(
    _ line: VserverLine, _ surroundings: Surroundings, _ checks: inout CheckTable, _ old: Former,
    _ faults: inout [String]
  ) {
    if line.usesFirewallMark {
      guard let mark = line.mark else { return faults.append("use_fwm without a fwmark: nothing of it is served") }
      guard let entry = line.entries.first else { return }
      let families = Set(line.vips.map(\.address.family) + line.markFamilies).sorted()
      for family in families {
        let vips = vips.indices.filter { self.vips[$0].vip.address.family == family }
        let service = ServiceShape(.mark(mark, family), entries: line.entries, entry, vips: vips)
        add(service, surroundings, &checks, old, &faults)
      }
    } else {
      for index in vips.indices {
        let address = vips[index].vip.address
        for entry in line.entries {
          let key = IPVSServiceKey.virtual(entry.transport, IPVSEndpoint(address: address, port: entry.port))
          add(ServiceShape(key, entries: [entry], entry, vips: [index]), surroundings, &checks, old, &faults)
        }
      }
    }
    addOutbound(line, surroundings, &checks, old, &faults)
  }

  /// Services by mark for the answers to what backends start from the VIP: they go to the backends, as what clients
  /// send does.
  private mutating func addOutbound(
    _ line: VserverLine, _ surroundings: Surroundings, _ checks: inout CheckTable, _ old: Former,
    _ faults: inout [String]
  ) {
    guard let first = line.entries.first else { return }
    for outbound in line.outbound {
      for family in Set(line.vips.map(\.address.family)).sorted() {
        var entry = first
        entry.persistence = 0
        entry.onePacket = false
        let shape = ServiceShape(
          .mark(outbound.mark, family), entries: line.entries, entry, vips: [], isOutbound: true)
        add(shape, surroundings, &checks, old, &faults)
      }
    }
  }

  private mutating func add(
    _ shape: ServiceShape, _ surroundings: Surroundings, _ checks: inout CheckTable, _ old: Former,
    _ faults: inout [String]
  ) {
    if services.contains(where: { $0.line.service.key == shape.key }) {
      return faults.append("\(shape.key) is asked for twice: the first one is used")
    }
    let vip = shape.vips.count == 1 ? vips[shape.vips[0]].vip.address : nil
    var service = shape.service(vip: vip, mayBeLeft: surroundings.mayBeLeft)
    if let former = old.services[service.line.service.key] {
      service.takeOver(former)
    } else if let health = surroundings.memory.services[service.key.key] {
      service.lastKnown = health
    }
    let index = services.count
    var taken: Set<IPVSEndpoint> = []
    for member in members.indices {
      guard let address = members[member].line.address(shape.family) else { continue }
      var destination = shape.destination(
        members[member], number: member, address: address, service: service.line,
        draining: override?.drains == true, &checks)
      guard taken.insert(destination.line.destination.endpoint).inserted else {
        faults.append(
          "backend \(members[member].line.fqdn) is left out of \(service.key.key): another has its address and port")
        continue
      }
      if let override = surroundings.override(.destination, destination.key.key) {
        destination.take(override)
        wake(at: override.endsAt)
      }
      destination.takeOver(
        old.destinations[destination.line.key], surroundings.memory.destinations[destination.key.key])
      members[member].destinations.append((index, service.destinations.count))
      service.destinations.append(destination)
    }
    for vip in shape.vips { vips[vip].services.append(index) }
    services.append(service)
  }

  // MARK: What was there

  /// Notes what was said of the vserver as it was and does not follow any more.
  private mutating func leave(_ old: Former) {
    if old.services.isEmpty, old.list.isEmpty { return }
    let services = Dictionary(self.services.map { ($0.line.service.key, $0) }) { first, _ in first }
    for (key, former) in old.services.sorted(by: { $0.key < $1.key }) {
      let now = services[key]
      let kept = Set(now?.destinations.map(\.line.destination.endpoint) ?? [])
      for destination in former.destinations where destination.said != nil {
        if kept.contains(destination.line.destination.endpoint) { continue }
        if now == nil { leftOver.destinations.append(destination.key) } else { leftOver.strays.append(destination.key) }
      }
      if let sorry = former.saidSorry, now?.sorry?.key != sorry.key {
        leftOver.destinations.append(StateKey(type: "ipvs.destination", key: sorry.key.description))
      }
      if now == nil, former.said != nil { leftOver.services.append(former.key) }
    }
    let vips = Dictionary(self.vips.map { ($0.vip.address, $0) }) { first, _ in first }
    for former in old.list {
      let now = vips[former.vip.address]
      var gone = former
      gone.heldObjects = former.heldObjects.filter { line in now?.heldObjects.contains { $0.key == line.key } != true }
      gone.warmObjects = former.warmObjects.filter { line in now?.warmObjects.contains { $0.key == line.key } != true }
      if now?.route?.key == former.route?.key { gone.route = nil }
      leftOver.vips.append(gone)
    }
  }
}

/// The services, destinations and VIPs as they were.
struct Former {
  var services: [IPVSServiceKey: ServiceModel] = [:]
  var destinations: [IPVSDestinationKey: DestinationModel] = [:]
  var vips: [IPAddress: VIPModel] = [:]
  var list: [VIPModel]

  init(_ services: [ServiceModel], _ vips: [VIPModel]) {
    list = vips
    for vip in vips { self.vips[vip.vip.address] = vip }
    for service in services {
      self.services[service.line.service.key] = service
      for destination in service.destinations { destinations[destination.line.key] = destination }
    }
  }
}
