// The cluster, its nodes and its VLANs as values: what the engine needs of them.

package import Values

/// How VIPs lie on the interfaces of a node.
package enum LinkLayout: String, Hashable, Sendable, CaseIterable {
  /// The LB interface bears the virtual MAC and is down on the backup.
  case seesaw
  /// Leased addresses on the one interface that there is, with its own MAC.
  case shared
  /// A macvlan on the LB interface bears the virtual MAC, and is up on the master only.
  case macvlan
}

/// The cluster, as this node sees it.
package struct ClusterLine: Hashable, Sendable {
  package enum StormAction: String, Hashable, Sendable, CaseIterable { case report, hold }

  package var name: String
  package var fqdn: String?
  package var status: HostStatus = .production
  /// The cluster's own VIP by family.
  package var vip: [AddressFamily: Prefix] = [:]
  /// Name of this node's `config.node`; nil where no settings say which it is.
  package var node: String?
  package var nodeAddress: [AddressFamily: IPAddress] = [:]
  package var peerAddress: [AddressFamily: IPAddress] = [:]
  package var nodeInterface = "eth0"
  package var lbInterface = "eth1"
  package var layout = LinkLayout.seesaw
  /// The VRRP instance that holds the addresses of a family; none where there is no election.
  package var instance: [AddressFamily: String] = [:]
  package var anycastEnabled = true
  package var anycastOnBackup = true
  package var usesVirtualMAC = true
  package var virtualRouter: UInt8 = 60
  /// From one gratuitous ARP to the next.
  package var garpInterval: Duration = .seconds(10)
  /// How long the kernel keeps a role-bound address that nobody renews; zero is for ever.
  package var lease: Duration = .seconds(10)
  package var roleTimeout: Duration = .seconds(10)
  package var routeTable: UInt32 = 2
  package var isStandalone = false
  package var bgpLocalASN: UInt32 = 64512
  package var bgpRemoteASN: UInt32?
  package var dedicatedSubnets: [Prefix] = []
  package var anycastRanges: [Prefix] = []
  /// Announced without a vserver.
  package var serviceAnycast: [IPAddress] = []
  /// What the configuration says and nothing uses: shown.
  package var vmac: String?
  /// A storm is when more than this share of all checks, 0 to 100, fails within the window; 0 is never.
  package var stormPercent = 0
  package var stormWindow: Duration = .seconds(10)
  package var stormAction = StormAction.report
  package var lastUpdated: String?
  package var warnings: [String] = []

  package init(name: String) { self.name = name }
}

/// A node of the cluster.
package struct NodeLine: Hashable, Sendable {
  package var name: String
  package var address: [AddressFamily: Prefix] = [:]
  package var status: HostStatus
  package var priority: UInt8
  package var isInElection: Bool
  package var anycastEnabled: Bool
  package var bgpEnabled: Bool
  package var vserversEnabled: Bool

  package init(
    name: String, address: [AddressFamily: Prefix] = [:], status: HostStatus = .production, priority: UInt8 = 1,
    isInElection: Bool = true, anycastEnabled: Bool = true, bgpEnabled: Bool = true, vserversEnabled: Bool = true
  ) {
    self.name = name
    self.address = address
    self.status = status
    self.priority = priority
    self.isInElection = isInElection
    self.anycastEnabled = anycastEnabled
    self.bgpEnabled = bgpEnabled
    self.vserversEnabled = vserversEnabled
  }
}

/// A VLAN on the LB interface.
package struct VlanLine: Hashable, Sendable {
  package var id: UInt16
  package var fqdn: String?
  package var address: [AddressFamily: Prefix] = [:]
  /// Different addresses within its networks.
  package var backends: [AddressFamily: Int] = [:]
  package var vips: [AddressFamily: Int] = [:]

  package init(id: UInt16, fqdn: String? = nil, address: [AddressFamily: Prefix] = [:]) {
    self.id = id
    self.fqdn = fqdn
    self.address = address
  }
}
