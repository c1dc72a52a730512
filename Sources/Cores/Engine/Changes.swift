// What of a vserver must be said differently, sorted into the order of DESIGN.md rule 5: services and destinations
// before addresses on the way up, addresses before destinations before services on the way down.

import Lines

struct Changes {
  var services: [Line] = []
  /// Destinations and services that go at once.
  var goneServices: [StateKey] = []
  /// Those behind an address that goes too: a step later.
  var goneBehindAddresses: [StateKey] = []
  var addresses: [VIPAddress] = []
  var goneAddresses: [StateKey] = []
  var reports: [(line: Line, since: Since?)] = []

  /// An address, and whether its interface is a dummy to be made for it.
  struct VIPAddress {
    var address: LinkAddress
    var isOnDummy: Bool
  }
}

extension VserverModel {
  /// Compares what should be said with what was said, and takes it as said.
  mutating func takeChanges(into changes: inout Changes) {
    for vip in vips.indices {
      var gone: [StateKey] = []
      for service in vips[vip].services.indices {
        vips[vip].services[service].takeChanges(vip: vips[vip].health, into: &changes.services, gone: &gone)
      }
      if vips[vip].takeAddress(into: &changes) == .gone {
        changes.goneBehindAddresses += gone
      } else {
        changes.goneServices += gone
      }
    }
    let addresses = leftOver.filter { $0.type == "link.address" }
    changes.goneAddresses += addresses
    let services = leftOver.filter { $0.type != "link.address" }
    if addresses.isEmpty { changes.goneServices += services } else { changes.goneBehindAddresses += services }
    leftOver = []
  }
}

extension VIPModel {
  fileprivate enum AddressChange { case none, come, gone }

  /// A unicast or dedicated VIP is held while its vserver is enabled, whatever its health: refusal at once, not
  /// silence. It waits for the first of its services to be known, so that it is not up before what it serves.
  private var wantsAddress: Health {
    if vip.kind == .anycast { return health }
    return services.isEmpty || services.contains { $0.health != .unknown } ? .up : .unknown
  }

  fileprivate mutating func takeAddress(into changes: inout Changes) -> AddressChange {
    switch wantsAddress {
    case .up where !isAddressSaid:
      isAddressSaid = true
      changes.addresses.append(Changes.VIPAddress(address: address, isOnDummy: vip.kind != .unicast))
      return .come
    case .down where isAddressSaid:
      isAddressSaid = false
      changes.goneAddresses.append(key)
      return .gone
    case .up, .down, .unknown: return .none
    }
  }
}

extension ServiceModel {
  private func wanted(vip: Health) -> Health {
    vip == .down || health == .down || isTaken ? .down : vip == .up ? health : .unknown
  }

  /// The key, if the service is down and an earlier run may have left it.
  mutating func takeLeft(vip: Health) -> StateKey? {
    guard mayBeLeft, !isTaken, wanted(vip: vip) == .down else { return nil }
    mayBeLeft = false
    return key
  }

  /// A service is in the kernel while its VIP is active and it is up; a destination while its service is and it is up.
  fileprivate mutating func takeChanges(vip: Health, into lines: inout [Line], gone: inout [StateKey]) {
    let wanted = wanted(vip: vip)
    guard wanted != .down else {
      for index in destinations.indices where destinations[index].said != nil {
        destinations[index].said = nil
        gone.append(destinations[index].key)
      }
      if said != nil { gone.append(key) }
      said = nil
      return
    }
    // What is unknown is neither said nor deleted; if it was said, it follows the configuration.
    if wanted == .up || said != nil, said != line {
      said = line
      mayBeLeft = false
      lines.append(line.line)
    }
    for index in destinations.indices {
      destinations[index].takeChange(isServiceUp: wanted == .up, into: &lines, gone: &gone)
    }
  }
}

extension DestinationModel {
  fileprivate mutating func takeChange(isServiceUp: Bool, into lines: inout [Line], gone: inout [StateKey]) {
    switch health {
    case .up, .unknown:
      guard said != line, said != nil || (health == .up && isServiceUp) else { return }
      said = line
      lines.append(line.line)
    case .down:
      guard said != nil else { return }
      said = nil
      gone.append(key)
    }
  }
}
