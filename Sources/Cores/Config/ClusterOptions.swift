// What cluster.pb can say of the cluster beyond Seesaw: how VIPs lie on interfaces, how long a role is held, what is
// anycast, what counts as a storm of failing checks. And what follows from that and from seesaw.cfg together: which
// node this is, and which instance of the election holds a VIP.

internal import Lines
internal import Values

extension Reading {
  mutating func readOptions(_ tree: Message) {
    let settings = cluster.settings
    cluster.node =
      cluster.nodes.first { node in
        settings.node.values.contains { node.host.prefix($0.value.family)?.address == $0.value }
      }?.host.fqdn
    readLayout(tree)
    cluster.lease = option(.lease, 0...86_400, tree) ?? cluster.lease
    // A role whose holder is silent is given up when its addresses are.
    if cluster.lease > 0 { cluster.roleTimeout = cluster.lease * 1000 }
    if tree.field(.role_timeout_ms) != nil {
      cluster.roleTimeout = option(.role_timeout_ms, 1...86_400_000, tree) ?? cluster.roleTimeout
    }
    readRouteTable(tree)
    cluster.anycastOnBackup = tree.truth(.anycast_on_backup)
    readAnycastRanges(tree)
    readStorm(tree)
  }

  private mutating func readRouteTable(_ tree: Message) {
    guard let table = option(.route_table, 1...Int64(UInt32.max), tree) else { return }
    // linux/rtnetlink.h: RT_TABLE_COMPAT, DEFAULT, MAIN and LOCAL.
    if (252...255).contains(table) {
      findings.error(
        .outOfRange, at: tree.position(of: .route_table),
        "route_table \(table) is one of the kernel's own, 252 to 255")
    } else {
      cluster.routeTable = UInt32(clamping: table)
    }
  }

  private mutating func readLayout(_ tree: Message) {
    let settings = cluster.settings
    let isOne = settings.nodeInterface == settings.lbInterface
    guard let field = tree.field(.lb_layout) else {
      cluster.layout = isOne ? .shared : .seesaw
      return
    }
    cluster.layout = tree.choice(.lb_layout)
    if cluster.layout == .seesaw, isOne {
      findings.refuse(
        .contradiction, at: field.position,
        "lb_layout SEESAW takes the LB interface down on the backup, but \(settings.lbInterface) is the node's own too")
    }
  }

  private mutating func readAnycastRanges(_ tree: Message) {
    var ranges: [Prefix] = []
    for (text, position) in tree.texts(.anycast_range) {
      if let network = Prefix(text)?.network {
        ranges.append(network)
      } else {
        findings.refuse(.badAddress, at: position, "anycast_range: " + Host.fault(inPrefix: text))
      }
    }
    let settings = cluster.settings
    if ranges.isEmpty || settings.givesAnycastRanges { ranges = settings.anycastRanges + ranges }
    var seen = Set<Prefix>()
    cluster.anycastRanges = ranges.filter { seen.insert($0).inserted }
  }

  private mutating func readStorm(_ tree: Message) {
    cluster.stormPercent = option(.storm_percent, 0...100, tree) ?? 0
    cluster.stormWindow = option(.storm_window_ms, 1...86_400_000, tree) ?? cluster.stormWindow
    cluster.stormAction = tree.choice(.storm_action)
    guard cluster.stormPercent == 0 else { return }
    for name in [FieldName.storm_window_ms, .storm_action] where tree.field(name) != nil {
      findings.warn(.withoutEffect, at: tree.position(of: name), "\(name) has an effect with storm_percent only")
    }
  }

  /// A whole number within a range; nil and a fault if it is none.
  private mutating func option(_ name: FieldName, _ range: ClosedRange<Int64>, _ tree: Message) -> Int? {
    let errors = findings.errors
    let value = ranged(name, range, tree, &findings)
    return findings.errors == errors ? value : nil
  }

  // MARK: Anycast addresses without a vserver

  /// Those by which Seesaw tests that it is reached.
  private static let seesawAnycast = ["192.168.255.254", "2015:cafe:ffff::254"].compactMap { IPAddress($0) }

  mutating func readServiceAnycast(_ tree: Message) {
    var wanted = cluster.settings.extraAnycast
    for (text, position) in tree.texts(.service_anycast) {
      guard let address = IPAddress(text) else {
        findings.error(.badAddress, at: position, "service_anycast: \"\(text)\" is no address")
        continue
      }
      wanted.append(Placed(address, at: position))
    }
    var addresses = Set<IPAddress>()
    for address in wanted {
      if let claim = claims[address.value], claim.isBinding {
        findings.warn(
          .withoutEffect, at: address.position, "service anycast address \(address.value) is \(claim.owner)",
          also: claim.position)
      } else if isAnycast(address.value) {
        addresses.insert(address.value)
      } else {
        findings.error(
          .noNetwork, at: address.position,
          "service anycast address \(address.value) lies in none of the anycast ranges")
      }
    }
    if !cluster.isStandalone {
      for address in Self.seesawAnycast where cluster.vip.prefix(address.family) != nil && isAnycast(address) {
        if claims[address]?.isBinding != true { addresses.insert(address) }
      }
    }
    cluster.serviceAnycast = addresses.sorted()
  }

  private func isAnycast(_ address: IPAddress) -> Bool { cluster.anycastRanges.contains { $0.contains(address) } }

  // MARK: The election

  /// An instance for each family in which something is held by the master alone.
  mutating func bindToElection() {
    guard !cluster.isStandalone else { return }
    let isBound = { [cluster] (kind: VIPKind) in
      kind == .unicast || (kind == .anycast && !cluster.anycastOnBackup)
    }
    var families = Set((cluster.vip.prefixes + cluster.vlans.flatMap(\.host.prefixes)).map(\.family))
    if !cluster.anycastOnBackup { families.formUnion(cluster.serviceAnycast.map(\.family)) }
    for vserver in cluster.vservers where !vserver.isWrong {
      families.formUnion(vserver.vips.filter { isBound($0.kind) }.map(\.address.family))
    }
    for family in families {
      cluster.instances[family] = "\(cluster.settings.virtualRouter)/\(family.rawValue)"
    }
    for index in cluster.vservers.indices {
      for number in cluster.vservers[index].vips.indices where isBound(cluster.vservers[index].vips[number].kind) {
        let family = cluster.vservers[index].vips[number].address.family
        cluster.vservers[index].vips[number].instance = cluster.instances[family]
      }
    }
  }
}
