// A destination (real server) of an IPVS service as a value, and the counters of both (linux/ip_vs.h). Which
// connections a destination holds at the moment is a measurement, kept apart from what is configured.

/// How a packet reaches the destination. The numbers are the kernel's (IP_VS_CONN_F_FWD_MASK).
package enum IPVSForwarding: UInt32, Hashable, Sendable, CaseIterable {
  case masq = 0
  case local = 1
  case tunnel = 2
  case route = 3
  case bypass = 4
}

/// What a tunnel wraps packets in.
package enum IPVSTunnel: Hashable, Sendable {
  package struct Checksum: OptionSet, Hashable, Sendable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }
    package static let csum = Checksum(rawValue: 0x1)
    package static let remcsum = Checksum(rawValue: 0x2)
  }

  case ipip
  /// Generic UDP encapsulation: needs a port.
  case gue(port: UInt16, Checksum)
  case gre(Checksum)
}

/// What tells one destination from another in the whole table.
package struct IPVSDestinationKey: Hashable, Comparable, Sendable {
  package let service: IPVSServiceKey
  package let endpoint: IPVSEndpoint

  package init(service: IPVSServiceKey, endpoint: IPVSEndpoint) {
    self.service = service
    self.endpoint = endpoint
  }

  package static func < (a: IPVSDestinationKey, b: IPVSDestinationKey) -> Bool {
    (a.service, a.endpoint) < (b.service, b.endpoint)
  }
}

/// A destination within a service: the endpoint is its key there, all else may be changed in place.
package struct IPVSDestination: Hashable, Sendable {
  package let endpoint: IPVSEndpoint
  package var forwarding: IPVSForwarding
  /// 0: no new connections; those that are there go on.
  package var weight: UInt32
  /// Connections above which nothing new is given, until they are below the lower one. 0: no limit.
  package var upperThreshold: UInt32
  package var lowerThreshold: UInt32
  /// Acts only with `tunnel` forwarding.
  package var tunnel: IPVSTunnel

  package init(
    endpoint: IPVSEndpoint, forwarding: IPVSForwarding, weight: UInt32 = 1, upperThreshold: UInt32 = 0,
    lowerThreshold: UInt32 = 0, tunnel: IPVSTunnel = .ipip
  ) {
    self.endpoint = endpoint
    self.forwarding = forwarding
    self.weight = weight
    self.upperThreshold = upperThreshold
    self.lowerThreshold = lowerThreshold
    self.tunnel = tunnel
  }
}

/// What the kernel has counted since an object was made, and its own estimate of the rates per second.
package struct IPVSStatistics: Hashable, Sendable {
  package struct Counters: Hashable, Sendable {
    package var connections: UInt64 = 0
    package var packetsIn: UInt64 = 0
    package var packetsOut: UInt64 = 0
    package var bytesIn: UInt64 = 0
    package var bytesOut: UInt64 = 0
    package init() {}
  }

  package var total = Counters()
  package var rate = Counters()
  /// False where the kernel gave only the old form: connections and packets wrap at 2^32.
  package var is64Bit = false

  package init() {}
}

/// The connections that a destination holds now.
package struct IPVSConnectionCounts: Hashable, Sendable {
  package var active: UInt32 = 0
  package var inactive: UInt32 = 0
  /// Persistence templates.
  package var persistent: UInt32 = 0
  package init() {}
}

// MARK: Text

extension IPVSDestinationKey: CustomStringConvertible, LosslessStringConvertible {
  /// `tcp/192.0.2.1:80/198.51.100.1:80`.
  package var description: String { "\(service)/\(endpoint)" }

  package init?(_ text: String) {
    guard let slash = text.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
    guard let service = IPVSServiceKey(text[..<slash]) else { return nil }
    guard let endpoint = IPVSEndpoint(text[text.utf8.index(after: slash)...]) else { return nil }
    self.init(service: service, endpoint: endpoint)
  }
}
