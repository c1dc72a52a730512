// Whether seesaw.cfg and cluster.pb agree: the cluster's VIP, this node and its peer are given in both, and Seesaw
// never compares them.

internal import Values

extension Reading {
  /// Tells contradictions, and gives the cluster's VIP the address that seesaw.cfg says: that one is the real one.
  mutating func crossCheck(_ tree: Message) {
    let settings = cluster.settings
    guard settings.isGiven else { return }
    let vipMessage = tree.message(.seesaw_vip)
    for family in [AddressFamily.inet, .inet6] {
      checkVIP(family, vipMessage)
      for (word, address) in [("node", settings.node[family]), ("peer", settings.peer[family])] {
        guard let address else { continue }
        if !cluster.nodes.contains(where: { $0.host.prefix(family)?.address == address.value }) {
          findings.error(
            .contradiction, at: address.position,
            "\(word)_\(Self.suffix(family)) \(address.value) is no node of the cluster",
            also: tree.field(.node)?.position)
        }
      }
      if let node = settings.node[family], let peer = settings.peer[family], node.value == peer.value {
        findings.error(
          .contradiction, at: peer.position, "node and peer have the same address \(node.value)", also: node.position)
      }
    }
    checkSameNode(settings.node, "node")
    checkSameNode(settings.peer, "peer")
    let hasPeer = !settings.peer.isEmpty
    if !cluster.isStandalone, cluster.nodes.count > 1, !hasPeer {
      findings.warn(
        .contradiction, at: settings.name.position, "the cluster has \(cluster.nodes.count) nodes, but no peer is set")
    }
    if settings.node.isEmpty {
      findings.warn(
        .missing, at: settings.name.position, "neither node_ipv4 nor node_ipv6 is set: this node is unknown")
    }
  }

  private static func suffix(_ family: AddressFamily) -> String { family == .inet ? "ipv4" : "ipv6" }

  private mutating func checkVIP(_ family: AddressFamily, _ message: Message?) {
    let written = cluster.vip.prefix(family)
    guard let set = cluster.settings.vip[family] else { return }
    if let written, written.address != set.value {
      findings.error(
        .contradiction, at: set.position,
        "vip_\(Self.suffix(family)) \(set.value) is not seesaw_vip's \(written.address)", also: message?.position)
    }
    let nets = cluster.nodes.compactMap { $0.host.prefix(family) } + [written].compactMap(\.self)
    let length = nets.first { $0.contains(set.value) }?.length
    if length == nil, !nets.isEmpty {
      findings.error(
        .noNetwork, at: set.position, "vip_\(Self.suffix(family)) \(set.value) lies in no node's network")
    }
    let prefix = Prefix(set.value, length: length ?? family.bits)
    if family == .inet { cluster.vip.ipv4 = prefix } else { cluster.vip.ipv6 = prefix }
  }

  /// Both addresses that are set must be one node's.
  private mutating func checkSameNode(_ addresses: [AddressFamily: Placed<IPAddress>], _ word: String) {
    guard let ipv4 = addresses[.inet], let ipv6 = addresses[.inet6] else { return }
    let owners = [ipv4, ipv6].map { address in
      cluster.nodes.first { $0.host.prefix(address.value.family)?.address == address.value }?.host.fqdn
    }
    if let first = owners[0], let second = owners[1], first != second {
      findings.error(
        .contradiction, at: ipv6.position, "\(word)_ipv4 is \(first)'s address and \(word)_ipv6 \(second)'s",
        also: ipv4.position)
    }
  }
}
