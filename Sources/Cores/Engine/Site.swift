// Where the node stands: which node of the cluster it is, what that allows, and how VIPs lie on its interfaces. Without
// a `config.cluster`, as in a pipe typed by hand, everything is served, and nothing but addresses hangs on a VIP.

import Lines
import Values

struct Site {
  private(set) var cluster: ClusterLine?
  private(set) var nodes: [String: NodeLine] = [:]
  private(set) var vlans: [UInt16: VlanLine] = [:]

  /// Lines of the local table have this number (linux/rtnetlink.h RT_TABLE_LOCAL).
  private static let localTable: UInt32 = 255
  private static let dummy = "dummy0"

  mutating func take(_ line: Line) throws(LineError) {
    switch line.type {
    case "config.cluster": cluster = try ClusterLine(line)
    case "config.node":
      let node = try NodeLine(line)
      nodes[node.name] = node
    default:
      let vlan = try VlanLine(line)
      vlans[vlan.id] = vlan
    }
  }

  mutating func remove(_ key: StateKey) {
    switch key.type {
    case "config.cluster": if cluster?.name == key.key { cluster = nil }
    case "config.node": nodes[key.key] = nil
    default: if let id = UInt16(key.key) { vlans[id] = nil }
    }
  }

  // MARK: The node

  /// This node; nil where the cluster does not know it.
  private var node: NodeLine? { cluster?.node.flatMap { nodes[$0] } }

  private var isUnknown: Bool { cluster.map { !$0.nodeAddress.isEmpty && !$0.isStandalone } == true && node == nil }

  /// Whether vservers are served here.
  var serves: Bool { node?.vserversEnabled ?? !isUnknown }

  /// Why not.
  var reason: String? {
    if isUnknown { return "this node is not one of the cluster's" }
    guard let node, !node.vserversEnabled else { return nil }
    return "node \(node.name) has status \(node.status.rawValue)"
  }

  private var announces: Bool { cluster?.anycastEnabled != false && node?.anycastEnabled != false }

  /// What anycast VIPs are bound to.
  private func anycastInstance(_ family: AddressFamily) -> String? {
    cluster?.anycastOnBackup == false ? cluster?.instance[family] : nil
  }

  // MARK: Interfaces

  private var hasOwnTable: Bool { cluster.map { $0.layout != .shared } ?? false }

  private func macvlan(_ family: AddressFamily) -> String {
    "vrrp\(family == .inet ? 4 : 6).\(cluster?.virtualRouter ?? 0)"
  }

  /// The interface that bears what the configuration puts on one.
  private func bearer(_ interface: String, _ family: AddressFamily) -> String {
    guard let cluster, cluster.layout == .macvlan, interface == cluster.lbInterface else { return interface }
    return macvlan(family)
  }

  /// RFC 9568 §7.3.
  private func virtualMAC(_ family: AddressFamily) -> String {
    let digits = String(cluster?.virtualRouter ?? 0, radix: 16)
    return "00:00:5e:00:0\(family == .inet ? 1 : 2):\(digits.count < 2 ? "0" : "")\(digits)"
  }

  private func address(_ interface: String, _ prefix: Prefix, vip: IPAddress?, instance: String?) -> StepLine {
    let lease = instance == nil ? Duration.zero : cluster?.lease ?? .zero
    let address = LinkAddress(interface: interface, address: prefix, vip: vip, instance: instance, lease: lease)
    return StepLine(.address, address.line)
  }

  // MARK: What hangs on the node

  /// Interfaces, tables and the cluster's own addresses.
  func objects() -> [StepLine] {
    guard let cluster, serves else { return [] }
    var lines = interfaces(cluster)
    for family in AddressFamily.allCases {
      guard let vip = cluster.vip[family], cluster.node != nil else { continue }
      let interface = bearer(cluster.lbInterface, family)
      let instance = cluster.instance[family]
      if hasOwnTable { lines += table(cluster, family, interface, instance) }
      let prefix = cluster.layout == .shared ? Prefix(host: vip.address) : vip
      lines.append(address(interface, prefix, vip: nil, instance: instance))
      if hasOwnTable {
        for side in [LinkRule.Side.to, .from] {
          lines.append(
            StepLine(.address, LinkRule(side, vip.address, table: cluster.routeTable, instance: instance).line))
        }
      }
      lines.append(announcement(interface, vip.address, instance))
    }
    for address in cluster.serviceAnycast where cluster.vip[address.family] != nil {
      lines += anycast(address)
    }
    return lines
  }

  private func interfaces(_ cluster: ClusterLine) -> [StepLine] {
    var lines: [StepLine] = []
    let family: AddressFamily = cluster.vip[.inet] != nil || cluster.vip[.inet6] == nil ? .inet : .inet6
    let isVirtual = cluster.usesVirtualMAC && !cluster.instance.isEmpty
    switch cluster.layout {
    case .shared: break
    case .seesaw:
      var lb = LinkInterface(name: cluster.lbInterface, kind: .device)
      lb.instance = cluster.instance[family]
      if isVirtual { lb.mac = virtualMAC(family) }
      lines.append(StepLine(.link, lb.line))
    case .macvlan:
      for family in AddressFamily.allCases where cluster.vip[family] != nil || cluster.instance[family] != nil {
        var link = LinkInterface(name: macvlan(family), kind: .macvlan)
        link.parent = cluster.lbInterface
        link.instance = cluster.instance[family]
        if isVirtual { link.mac = virtualMAC(family) }
        lines.append(StepLine(.link, link.line))
      }
    }
    for (id, vlan) in vlans.sorted(by: { $0.key < $1.key }) {
      var link = LinkInterface(name: "\(cluster.lbInterface).\(id)", kind: .vlan)
      link.parent = cluster.lbInterface
      link.vlanID = id
      lines.append(StepLine(.link, link.line))
      for family in AddressFamily.allCases {
        guard let prefix = vlan.address[family] else { continue }
        lines.append(address(link.name, prefix, vip: nil, instance: cluster.instance[family]))
      }
    }
    return lines
  }

  /// The table that packets from VIPs use.
  private func table(
    _ cluster: ClusterLine, _ family: AddressFamily, _ interface: String, _ instance: String?
  ) -> [StepLine] {
    guard let network = (node?.address[family] ?? cluster.vip[family])?.network else { return [] }
    var link = LinkRoute(network, table: cluster.routeTable, interface: interface)
    var out = LinkRoute(default: family, table: cluster.routeTable, interface: interface)
    out.via = .defaultOfMain
    (link.instance, out.instance) = (instance, instance)
    return [StepLine(.link, link.line), StepLine(.link, out.line)]
  }

  private func announcement(_ interface: String, _ address: IPAddress, _ instance: String?) -> StepLine {
    let interval = cluster?.garpInterval ?? .seconds(10)
    let line = ArpAnnounce(interface: interface, address: address, interval: interval, instance: instance).line
    return StepLine(.announcement, line)
  }

  /// An anycast address that no vserver serves.
  private func anycast(_ address: IPAddress) -> [StepLine] {
    let vip = VIPLine(
      address: address, kind: .anycast, interface: Site.dummy, prefixLength: address.family.bits,
      instance: anycastInstance(address.family))
    return held(vip) + (route(vip).map { [$0] } ?? [])
  }

  // MARK: What hangs on a VIP

  /// While the VIP is held; the address itself first.
  func held(_ vip: VIPLine) -> [StepLine] {
    guard vip.kind != .external else { return [] }
    let family = vip.address.family
    let interface = bearer(vip.interface, family)
    let prefix = Prefix(vip.address, length: vip.prefixLength) ?? Prefix(host: vip.address)
    var lines: [StepLine] = []
    if vip.kind != .unicast { lines.append(StepLine(.link, LinkInterface(name: interface, kind: .dummy).line)) }
    lines.append(address(interface, prefix, vip: vip.address, instance: vip.instance))
    guard let cluster else { return lines }
    if let source = cluster.nodeAddress[family], source != vip.address {
      var route = LinkRoute(Prefix(host: vip.address), table: Site.localTable, interface: interface)
      route.kind = .local
      route.source = source
      (route.vip, route.instance) = (vip.address, vip.instance)
      lines.append(StepLine(.address, route.line))
    }
    guard vip.kind == .unicast else { return lines }
    if hasOwnTable, vip.interface == cluster.lbInterface {
      lines.append(
        StepLine(.address, LinkRule(.from, vip.address, table: cluster.routeTable, instance: vip.instance).line))
    }
    // The neighbours know the virtual MAC already, from the cluster's VIP.
    let hasVirtualMAC = cluster.usesVirtualMAC && hasOwnTable && cluster.vip[family] != nil
    if !hasVirtualMAC || cluster.instance.isEmpty { lines.append(announcement(interface, vip.address, vip.instance)) }
    return lines
  }

  /// While the routers are to send to the VIP.
  func route(_ vip: VIPLine) -> StepLine? {
    guard vip.kind == .anycast, announces else { return nil }
    return StepLine(.route, BGPRoute(prefix: Prefix(host: vip.address), vip: vip.address, instance: vip.instance).line)
  }

  /// While the vserver is enabled: firewall marks, source NAT and what may reach the VIP.
  func warm(_ vip: VIPLine, of line: VserverLine) -> [StepLine] {
    guard vip.kind != .external else { return [] }
    var lines: [StepLine] = []
    let address = vip.address
    for entry in line.entries {
      if line.usesFirewallMark, let mark = line.mark {
        lines.append(
          StepLine(
            .filter, FilterMark(vip: address, transport: entry.transport, side: .to(entry.port), mark: mark).line))
      }
      if entry.mode == .nat, entry.sourceNAT, let source = cluster?.vip[address.family]?.address {
        let nat = FilterSourceNAT(
          vip: address, transport: entry.transport, port: entry.port, source: source,
          instance: vip.instance ?? cluster?.instance[address.family])
        lines.append(StepLine(.filter, nat.line))
      }
    }
    for outbound in line.outbound {
      let mark = FilterMark(
        vip: address, transport: outbound.transport, side: .from(outbound.remotePort), mark: outbound.mark)
      lines.append(StepLine(.filter, mark.line))
    }
    guard cluster != nil else { return lines }
    lines.append(
      StepLine(
        FilterVIP(
          vip: address, services: line.entries.map { FilterVIP.Service($0.transport, $0.port) }.sorted(),
          replies: line.outbound.map { FilterVIP.Service($0.transport, $0.remotePort) }.sorted())))
    return lines
  }
}
