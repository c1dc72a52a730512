// The networks that a VIP can lie in, and by them what sort it is, which interface holds it and with which prefix
// length. As in Seesaw: anycast and dedicated VIPs on a dummy interface, whole; others on the first VLAN whose network
// contains them, else on the LB interface. A VLAN that is wrong keeps its networks from passing to another interface.

internal import Lines
internal import Values

struct Networks: Sendable {
  /// The interface of anycast and dedicated VIPs; Seesaw's name.
  static let dummy = "dummy0"

  enum Place {
    case held(VIP)
    /// In a network of a VLAN that is left out.
    case lost(Prefix, vlan: Int)
    /// In no network that is known.
    case nowhere
  }

  private struct Link {
    var network: Prefix
    var vlan = 0
    /// nil for a VLAN that is left out.
    var interface: String?

    /// An id that is none may have been meant for any: it comes first.
    var rank: Int { Vlan.ids.contains(vlan) ? vlan : 0 }
  }

  private var anycast: [Prefix] = []
  private var dedicated: [Prefix] = []
  /// Where a unicast VIP can be, first come first.
  private var links: [Link] = []
  /// The LB interface where it is the node's own: its network is there already, and VIPs are held whole.
  private var shared: String?

  init() {}

  init(_ cluster: Cluster, wrongVlans: [Vlan]) {
    anycast = cluster.anycastRanges
    dedicated = cluster.dedicatedSubnets
    let lb = cluster.settings.lbInterface
    shared = cluster.layout == .shared ? lb : nil
    for vlan in cluster.vlans {
      links += vlan.host.prefixes.map { Link(network: $0.network, vlan: vlan.id, interface: "\(lb).\(vlan.id)") }
    }
    let right = Set(links.map(\.network))
    for vlan in wrongVlans {
      for network in vlan.host.prefixes.map(\.network) where !right.contains(network) {
        links.append(Link(network: network, vlan: vlan.id))
      }
    }
    // In the order of their ids, so that of overlapping networks the one decides that would if none were wrong.
    links.sort { ($0.rank, $0.network) < ($1.rank, $1.network) }
    links += (cluster.vip.prefixes + cluster.nodes.flatMap(\.host.prefixes)).map {
      Link(network: $0.network, interface: lb)
    }
  }

  /// `interface` is the one that was asked for, whatever the networks are.
  func place(of prefix: Prefix, on interface: String? = nil) -> Place {
    let address = prefix.address
    let whole = address.family.bits
    if anycast.contains(where: { $0.contains(address) }) {
      return .held(VIP(address: address, kind: .anycast, interface: Self.dummy, prefixLength: whole))
    }
    if dedicated.contains(where: { $0.contains(address) }) {
      return .held(VIP(address: address, kind: .dedicated, interface: Self.dummy, prefixLength: whole))
    }
    if let interface { return .held(unicast(address, interface, prefix.length)) }
    guard let link = links.first(where: { $0.network.contains(address) }) else { return .nowhere }
    guard let interface = link.interface else { return .lost(link.network, vlan: link.vlan) }
    return .held(unicast(address, interface, link.network.length))
  }

  private func unicast(_ address: IPAddress, _ interface: String, _ length: Int) -> VIP {
    VIP(
      address: address, kind: .unicast, interface: interface,
      prefixLength: interface == shared ? address.family.bits : length)
  }
}

extension Cluster {
  /// Counts the different addresses of backends and VIPs within each VLAN's networks.
  mutating func countVlans() {
    guard !vlans.isEmpty else { return }
    let served = vservers.filter { !$0.isWrong }
    let vips = Set(served.flatMap { $0.vips.map(\.address) }).sorted()
    let backends = Set(served.flatMap { $0.backends.flatMap { $0.host.prefixes.map(\.address) } }).sorted()
    for index in vlans.indices {
      for prefix in vlans[index].host.prefixes {
        vlans[index].vips[prefix.family] = Self.count(vips, within: prefix)
        vlans[index].backends[prefix.family] = Self.count(backends, within: prefix)
      }
    }
  }

  /// The addresses of a network stand together in order, so two searches find how many there are.
  private static func count(_ sorted: [IPAddress], within network: Prefix) -> Int {
    let first = network.network.address
    let low = partition(sorted) { $0 < first }
    return partition(sorted) { $0 < first || network.contains($0) } - low
  }

  /// How many of the first elements have the property, where no later one has it.
  private static func partition(_ sorted: [IPAddress], _ has: (IPAddress) -> Bool) -> Int {
    var low = 0
    var high = sorted.count
    while low < high {
      let middle = (low + high) / 2
      if has(sorted[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
