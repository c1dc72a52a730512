// The family `config` as values: what the engine reads of a cluster. Words are Seesaw's; only the engine translates
// them to the kernel's.

package import Values

/// Seesaw's statuses of hosts. BEHAVIOUR of each: cluster.pb(5).
package enum HostStatus: String, Hashable, Sendable, CaseIterable {
  case production = "PRODUCTION"
  case testing = "TESTING"
  case building = "BUILDING"
  case standby = "STANDBY"
  case failure = "FAILURE"
  case disabled = "DISABLED"
  case proposed = "PROPOSED"
}

/// What sort of VIP: held on the LB interface by the master, held on a dummy interface, that and announced everywhere,
/// or held by somebody else.
package enum VIPKind: String, Hashable, Sendable, CaseIterable {
  case unicast
  case dedicated
  case anycast
  case external
}

package struct VIPLine: Hashable, Sendable {
  package var address: IPAddress
  package var kind: VIPKind
  package var interface: String
  /// The length that it is held with.
  package var prefixLength: Int
  /// The VRRP instance that decides whether this node holds it; nil for one that is held whatever the role.
  package var instance: String?

  package init(
    address: IPAddress, kind: VIPKind, interface: String, prefixLength: Int, instance: String? = nil
  ) {
    self.address = address
    self.kind = kind
    self.interface = interface
    self.prefixLength = prefixLength
    self.instance = instance
  }
}

package struct AccessGrantLine: Hashable, Sendable {
  package var grantee: String
  package var role: String
  package var type: String

  package init(grantee: String, role: String, type: String) {
    self.grantee = grantee
    self.role = role
    self.type = type
  }
}

package struct VserverLine: Hashable, Sendable {
  package var name: String
  package var fqdn: String?
  package var ipv4: Prefix?
  package var ipv6: Prefix?
  package var status: HostStatus
  package var isEnabled: Bool
  package var usesFirewallMark: Bool
  /// The mark of its packets, where `usesFirewallMark`.
  package var mark: UInt32?
  /// The families of a service by mark that has no VIP: somebody else's rules mark its packets.
  package var markFamilies: [AddressFamily] = []
  package var responsible: String?
  package var role: String?
  package var vips: [VIPLine]
  package var entries: [EntryLine]
  package var outbound: [OutboundLine] = []
  /// How long a backend that leaves the configuration is drained; zero removes it at once.
  package var drainTimeout: Duration = .zero
  package var accessGrants: [AccessGrantLine]
  package var warnings: [String]

  package init(
    name: String, fqdn: String? = nil, ipv4: Prefix? = nil, ipv6: Prefix? = nil, status: HostStatus = .production,
    isEnabled: Bool = true, usesFirewallMark: Bool = false, responsible: String? = nil, vips: [VIPLine] = [],
    entries: [EntryLine] = [], accessGrants: [AccessGrantLine] = [], warnings: [String] = []
  ) {
    self.name = name
    self.fqdn = fqdn
    self.ipv4 = ipv4
    self.ipv6 = ipv6
    self.status = status
    self.isEnabled = isEnabled
    self.usesFirewallMark = usesFirewallMark
    self.responsible = responsible
    self.vips = vips
    self.entries = entries
    self.accessGrants = accessGrants
    self.warnings = warnings
  }
}

/// A check that a backend depends on.
package struct CheckReference: Hashable, Sendable {
  package var check: String
  package var family: AddressFamily
  /// The name of the entry; nil for every entry of the vserver.
  package var entry: String?
  /// The healthcheck's name as Seesaw gives it, such as `HTTP/80_0`; for people.
  package var name: String?

  package init(check: String, family: AddressFamily, entry: String? = nil, name: String? = nil) {
    self.check = check
    self.family = family
    self.entry = entry
    self.name = name
  }
}

package struct BackendLine: Hashable, Sendable {
  package var vserver: String
  package var fqdn: String
  package var ipv4: Prefix?
  package var ipv6: Prefix?
  package var weight: UInt32
  package var status: HostStatus
  package var isEnabled: Bool
  /// Counts against the watermarks.
  package var isInService: Bool
  /// What differs from the entries for this backend alone.
  package var port: UInt16?
  package var mode: EntryMode?
  package var tunnel: IPVSTunnel?
  package var failureAction: FailureAction?
  package var lowerThreshold: UInt32?
  package var upperThreshold: UInt32?
  package var checks: [CheckReference]

  package init(
    vserver: String, fqdn: String, ipv4: Prefix? = nil, ipv6: Prefix? = nil, weight: UInt32 = 1,
    status: HostStatus = .production, isEnabled: Bool = true, isInService: Bool = true, checks: [CheckReference] = []
  ) {
    self.vserver = vserver
    self.fqdn = fqdn
    self.ipv4 = ipv4
    self.ipv6 = ipv6
    self.weight = weight
    self.status = status
    self.isEnabled = isEnabled
    self.isInService = isInService
    self.checks = checks
  }

  package var key: String { "\(vserver)/\(fqdn)" }

  package func address(_ family: AddressFamily) -> IPAddress? { (family == .inet ? ipv4 : ipv6)?.address }
}
