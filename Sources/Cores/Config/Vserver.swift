// A vserver as it is meant: addresses, what is served on them, by whom, and what backends must pass. Every value has
// been checked; a vserver of which something could not be used is marked as wrong.

package import Lines
package import Values

/// An address of a vserver, and what holds it.
package struct VIP: Hashable, Sendable {
  package var address: IPAddress
  package var kind: VIPKind
  package var interface: String
  package var prefixLength: Int
  /// The instance of the election whose master holds it; nil if every node does.
  package var instance: String?
}

package struct Healthcheck: Hashable, Sendable {
  /// `HTTP/80_0`: unique within its vserver's, entry's or backend's list.
  package var name = ""
  package var type: HealthcheckType
  package var mode: HealthcheckMode
  package var port: UInt16
  /// No port was given: a backend with a port of its own is asked there.
  package var followsBackend = false
  package var interval: Duration
  package var timeout: Duration
  package var rise = 1
  /// Failures beyond the first.
  package var retries: Int
  package var send: [UInt8]
  package var receive: [UInt8]
  package var code: Int
  /// Sets and ranges of statuses in place of `code`; empty if none is given.
  package var statuses = ""
  package var method: String
  /// The name that HTTP and TLS ask for; empty is what `send` says.
  package var host = ""
  package var isProxied: Bool
  package var verifiesTLS: Bool
  package var position: Position
}

/// One port and protocol of a vserver.
package struct Entry: Hashable, Sendable {
  package var transport: Transport
  package var port: UInt16
  /// The kernel's name.
  package var scheduler: String
  package var schedulerFlags: IPVSService.Flags = []
  package var mode: ForwardingMode
  package var tunnel = IPVSTunnel.ipip
  /// nil is `port`.
  package var backendPort: UInt16?
  /// Seconds; 0 is none.
  package var persistence: Int
  package var persistenceLength: Int?
  package var persistenceEngine: String?
  package var isOnePacket: Bool
  package var failureAction = FailureAction.remove
  package var lowWatermark: Double
  package var highWatermark: Double
  /// Total weight; 0 is none.
  package var quorum: UInt32 = 0
  package var hysteresis: UInt32 = 0
  package var staysDown = false
  package var sorryServer: SorryServerLine?
  /// Milliseconds; 0 is none.
  package var slowStart = 0
  package var panicPercent = 0
  package var lowerThreshold: Int
  package var upperThreshold: Int
  package var usesSourceNAT = false
  package var checks: [Healthcheck] = []
  package var position: Position

  package var key: String { "\(port)/\(transport.rawValue)" }
}

package struct Backend: Hashable, Sendable {
  package var host: Host
  package var weight: Int
  /// What is otherwise for this backend than the entries say.
  package var port: UInt16?
  package var mode: ForwardingMode?
  package var tunnel: IPVSTunnel?
  package var failureAction: FailureAction?
  package var lowerThreshold: Int?
  package var upperThreshold: Int?
  /// What it alone must pass, besides what all must.
  package var checks: [Healthcheck] = []
  package var position: Position

  package var isEnabled: Bool { host.status.serves }
  package var isInService: Bool { host.status.inService }
}

package struct AccessGrant: Hashable, Sendable {
  package var grantee: String
  package var role: GrantRole
  package var type: GranteeType

  /// As Seesaw shows it: `group:dns-admin`.
  package var key: String { "\(type.rawValue.lowercased()):\(grantee)" }
}

/// Traffic that backends start from the VIP, whose answers have to reach them.
package struct Outbound: Hashable, Sendable {
  package var transport: Transport
  package var remotePort: UInt16
  /// As given; once all vservers are read, the one that is used.
  package var mark: UInt32?
  package var position: Position
}

package struct Vserver: Hashable, Sendable {
  package var name: String
  package var host = Host()
  package var usesFirewallMark = false
  /// As given; once all vservers are read, the one that is used, where one is.
  package var mark: UInt32?
  /// Families of packets that somebody else marks, beyond those of its VIPs.
  package var markFamilies: [AddressFamily] = []
  package var responsible = ""
  package var role = ""
  /// Those of `entry_address` first.
  package var vips: [VIP] = []
  /// By port and protocol.
  package var entries: [Entry] = []
  package var outbound: [Outbound] = []
  /// Milliseconds for which a backend that leaves is drained.
  package var drainTimeout = 0
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

  /// Those in which it serves.
  package var families: [AddressFamily] { Set(vips.map(\.address.family) + markFamilies).sorted() }
}
