// The configuration as it is meant: the cluster, its nodes and networks. Every value has been checked, and what could
// not be used is not here. Vservers are in Vserver.

package import Lines
package import Values

package struct Node: Hashable, Sendable {
  package var host: Host
  /// In the election: 255 for the lowest address, then counting down to 1.
  package var priority = 1
  /// Takes part in the election.
  package var takesPart: Bool

  package var anycastEnabled: Bool { host.status.serves }
  package var bgpEnabled: Bool { host.status.serves || host.status == .building }
  package var vserversEnabled: Bool { host.status.serves }
}

package struct Vlan: Hashable, Sendable {
  /// IEEE 802.1Q: 0 and 4095 are none.
  static let ids = 1...4094

  package var id: Int
  package var host: Host
  /// Different addresses within its networks.
  package var backends: [AddressFamily: Int] = [:]
  package var vips: [AddressFamily: Int] = [:]
}

package struct AccessGroup: Hashable, Sendable {
  package var name: String
  package var members: [String]
}

package struct Cluster: Sendable {
  package var settings = Settings()
  /// No peer and no election.
  package var isStandalone = false
  package var vip = Host()
  package var bgpLocalASN: UInt32 = 64512
  package var bgpRemoteASN: UInt32 = 0
  package var bgpPeers: [Host] = []
  /// By name.
  package var nodes: [Node] = []
  /// By id.
  package var vlans: [Vlan] = []
  /// Name of this node, if settings say which it is.
  package var node: String?
  /// How VIPs lie on the interfaces.
  package var layout = LinkLayout.seesaw
  /// Seconds that the kernel keeps a role-bound address which nobody renews; 0 is for ever.
  package var lease = 10
  /// Milliseconds.
  package var roleTimeout = 10_000
  package var routeTable: UInt32 = 2
  package var anycastOnBackup = true
  package var anycastRanges = Settings.seesawAnycastRanges
  /// Anycast addresses that are announced without a vserver, in order.
  package var serviceAnycast: [IPAddress] = []
  /// Instances of the election by family, where there is one.
  package var instances: [AddressFamily: String] = [:]
  package var stormPercent = 0
  /// Milliseconds.
  package var stormWindow = 10_000
  package var stormAction = ClusterLine.StormAction.report
  /// As it was written; shown only.
  package var vmac: String?
  /// Networks whose VIPs are dedicated, in the order of their addresses.
  package var dedicatedSubnets: [Prefix] = []
  /// By name.
  package var accessGroups: [AccessGroup] = []
  /// By name, the wrong ones included.
  package var vservers: [Vserver] = []
  package var warnings: [String] = []
  /// Seconds since 1970.
  package var lastUpdated: Int64?

  package init() {}
}
