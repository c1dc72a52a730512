// The configuration as it is meant: the cluster, its nodes and networks, and the vservers with what they serve. Every
// value has been checked; what could not be used is not here, or is marked as wrong.

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

package struct AccessGrant: Hashable, Sendable {
  package var grantee: String
  package var role: GrantRole
  package var type: GranteeType

  /// As Seesaw shows it: `group:dns-admin`.
  package var key: String { "\(type.rawValue.lowercased()):\(grantee)" }
}

/// An address of a vserver, and what holds it.
package struct VIP: Hashable, Sendable {
  package var address: IPAddress
  package var kind: VIPKind
  package var interface: String
  package var prefixLength: Int
}

package struct Healthcheck: Hashable, Sendable {
  /// `HTTP/80_0`: unique within its vserver's or entry's list.
  package var name = ""
  package var type: HealthcheckType
  package var mode: HealthcheckMode
  package var port: UInt16
  package var interval: Duration
  package var timeout: Duration
  package var retries: Int
  package var send: [UInt8]
  package var receive: [UInt8]
  package var code: Int
  package var method: String
  package var isProxied: Bool
  package var verifiesTLS: Bool
  package var position: Position
}

/// One port and protocol of a vserver.
package struct Entry: Hashable, Sendable {
  package var transport: Transport
  package var port: UInt16
  package var scheduler: Scheduler
  package var mode: ForwardingMode
  /// Seconds; 0 is none.
  package var persistence: Int
  package var isOnePacket: Bool
  package var isQuiescent: Bool
  package var lowWatermark: Double
  package var highWatermark: Double
  package var lowerThreshold: Int
  package var upperThreshold: Int
  package var checks: [Healthcheck] = []
  package var position: Position

  package var key: String { "\(port)/\(transport.rawValue)" }
}

package struct Backend: Hashable, Sendable {
  package var host: Host
  package var weight: Int
  package var position: Position

  package var isEnabled: Bool { host.status.serves }
  package var isInService: Bool { host.status.inService }
}

package struct Vserver: Hashable, Sendable {
  package var name: String
  package var host = Host()
  package var usesFirewallMark = false
  package var responsible = ""
  package var vips: [VIP] = []
  /// By port and protocol.
  package var entries: [Entry] = []
  /// Those of the vserver itself, which every entry needs.
  package var checks: [Healthcheck] = []
  /// By name; without those that are wrong.
  package var backends: [Backend] = []
  package var grants: [AccessGrant] = []
  package var warnings: [String] = []
  /// Something in it cannot be used, so that none of it is.
  package var isWrong = false
  package var position: Position

  package var isEnabled: Bool { host.status.serves }
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
