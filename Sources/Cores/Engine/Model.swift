// The engine's picture of one vserver: VIPs, services, destinations, their health, and what of them has been said.
// Everything that a verdict may touch is prepared when the configuration changes, so that a verdict builds no strings.

import Lines
import Values

/// A destination of a service.
struct DestinationModel {
  var line: IPVSDestinationLine
  var key: StateKey
  /// Index of the backend in the vserver's list.
  var backend: Int
  var checks: [String]
  var isEnabled: Bool
  var isInService: Bool
  /// The health that counts.
  var health: Health = .unknown
  /// The last health that was known; what is unknown stays as it was.
  var lastKnown: Health?
  /// Since when nothing is known of it.
  var unknownSince: Instant?
  /// The check that decides, where one does.
  var decidingCheck: String?
  var said: IPVSDestinationLine?
}

/// A service: an entry of the vserver on one VIP.
struct ServiceModel {
  var line: IPVSServiceLine
  var key: StateKey
  var watermarks: Watermarks
  var destinations: [DestinationModel]
  var tally = Tally()
  var health: Health = .unknown
  /// The side of the hysteresis that it is on.
  var lastKnown: Health = .down
  /// Another vserver serves it already.
  var isTaken = false
  /// The kernel may hold it from an earlier run: nothing has been said of it in this one.
  var mayBeLeft: Bool
  var said: IPVSServiceLine?
}

/// A VIP and the services on it.
struct VIPModel {
  var vip: VIPLine
  var address: LinkAddress
  var key: StateKey
  var services: [ServiceModel]
  var health: Health = .unknown
  var isAddressSaid = false
}

/// One vserver.
struct VserverModel {
  var line: VserverLine?
  /// By name, ascending.
  var backends: [BackendLine] = []
  var vips: [VIPModel] = []
  /// Configuration has changed since `vips` was made.
  var needsRebuild = true
  /// Keys that are said and no longer follow from the configuration.
  var leftOver: [StateKey] = []
  /// When something that is unknown will be taken as down.
  var settleDue: Instant?
  /// Keys of the checks that it depends on.
  var checks: Set<String> = []
  var report = Report()

  /// What has been reported of it.
  struct Report {
    var state: [JSONMember] = []
    var word = ""
    var since: Since?
    var backends: [String: (members: [JSONMember], word: String, since: Since)] = [:]
  }
}

extension VserverModel {
  /// Makes the VIPs, services and destinations anew from the configuration; what is still there keeps its health and
  /// what was said of it.
  mutating func rebuild(memory: Memory, mayBeLeft: Bool) {
    needsRebuild = false
    let old = VIPIndex(vips)
    vips = []
    var said = old.said
    if let line, line.isEnabled {
      for vip in line.vips { vips.append(makeVIP(vip, of: line, old: old, memory: memory, mayBeLeft)) }
    }
    for vip in vips {
      said.remove(vip.key)
      for service in vip.services {
        said.remove(service.key)
        for destination in service.destinations { said.remove(destination.key) }
      }
    }
    leftOver += said.sorted()
  }

  private func makeVIP(
    _ vip: VIPLine, of line: VserverLine, old: VIPIndex, memory: Memory, _ mayBeLeft: Bool
  ) -> VIPModel {
    let prefix = Prefix(vip.address, length: vip.prefixLength) ?? Prefix(host: vip.address)
    let address = LinkAddress(interface: vip.interface, address: prefix, vip: vip.address)
    let key = StateKey(type: "link.address", key: address.key)
    var model = VIPModel(vip: vip, address: address, key: key, services: [])
    if let previous = old.vips[key] { model.isAddressSaid = previous.isAddressSaid }
    for entry in line.entries {
      model.services.append(makeService(entry, on: vip, old: old, memory: memory, mayBeLeft))
    }
    return model
  }

  private func makeService(
    _ entry: EntryLine, on vip: VIPLine, old: VIPIndex, memory: Memory, _ mayBeLeft: Bool
  ) -> ServiceModel {
    let service = Translation.service(entry, vip: vip.address)
    let key = StateKey(type: "ipvs.service", key: service.service.key.description)
    var model = ServiceModel(
      line: service, key: key, watermarks: Watermarks(low: entry.lowWatermark, high: entry.highWatermark),
      destinations: [], mayBeLeft: mayBeLeft)
    if let previous = old.services[key] {
      model.mayBeLeft = previous.mayBeLeft
      model.said = previous.said
      model.lastKnown = previous.lastKnown
      model.health = previous.health
    } else if let health = memory.services[key.key] {
      model.lastKnown = health
    }
    for (index, backend) in backends.enumerated() {
      guard let address = backend.address(vip.address.family) else { continue }
      let line = Translation.destination(entry, backend: backend, address: address, service: service)
      let key = StateKey(type: "ipvs.destination", key: line.key.description)
      var destination = DestinationModel(
        line: line, key: key, backend: index,
        checks: backend.checks(for: entry, address.family),
        isEnabled: backend.isEnabled, isInService: backend.isInService)
      if let previous = old.destinations[key] {
        destination.said = previous.said
        destination.lastKnown = previous.lastKnown
        destination.unknownSince = previous.unknownSince
      } else {
        destination.lastKnown = memory.destinations[key.key]
      }
      model.destinations.append(destination)
    }
    return model
  }
}

extension BackendLine {
  fileprivate func checks(for entry: EntryLine, _ family: AddressFamily) -> [String] {
    checks.filter { $0.family == family && ($0.entry ?? entry.name) == entry.name }.map(\.check)
  }
}

/// The old VIPs, services and destinations by key.
private struct VIPIndex {
  var vips: [StateKey: VIPModel] = [:]
  var services: [StateKey: ServiceModel] = [:]
  var destinations: [StateKey: DestinationModel] = [:]
  var said: Set<StateKey> = []

  init(_ models: [VIPModel]) {
    for vip in models {
      vips[vip.key] = vip
      if vip.isAddressSaid { said.insert(vip.key) }
      for service in vip.services {
        services[service.key] = service
        if service.said != nil { said.insert(service.key) }
        for destination in service.destinations {
          destinations[destination.key] = destination
          if destination.said != nil { said.insert(destination.key) }
        }
      }
    }
  }
}

/// What an earlier run said, by key.
struct Memory {
  var services: [String: Health] = [:]
  var destinations: [String: Health] = [:]
  var vservers: [String: (word: String, since: String)] = [:]
  var backends: [String: (word: String, since: String)] = [:]

  init() {}

  init(_ lines: [Line]) {
    for line in lines {
      guard let key = line.key, let word = line["state"]?.string else { continue }
      let since = line["since"]?.string ?? ""
      switch line.type {
      case "vserver.state":
        vservers[key] = (word, since)
        for service in line["services"]?.array ?? [] { remember(service, "service", in: &services) }
      case "backend.state":
        backends[key] = (word, since)
        for destination in line["destinations"]?.array ?? [] { remember(destination, "destination", in: &destinations) }
      default: continue
      }
    }
  }

  private func remember(_ object: JSON, _ name: String, in table: inout [String: Health]) {
    guard let key = object[name]?.string, let state = object["state"]?.string.flatMap({ Health(rawValue: $0) }),
      state != .unknown
    else { return }
    table[key] = state
  }
}
