// An entry of a vserver as a value: what is served on a port, by which rules backends are chosen, and what happens when
// they fail.

package import Values

/// How packets reach the backends.
package enum EntryMode: String, Hashable, Sendable, CaseIterable {
  case dsr
  case nat
  case tun

  package var forwarding: IPVSForwarding {
    switch self {
    case .dsr: .route
    case .nat: .masq
    case .tun: .tunnel
    }
  }
}

/// What becomes of a backend that fails.
package enum FailureAction: String, Hashable, Sendable, CaseIterable {
  /// It leaves the kernel's table.
  case remove
  /// It stays with weight 0: what it has goes on, and it is given nothing new.
  case zeroWeight = "zero_weight"
  /// It stays as it is; only what is said of it changes.
  case keep
}

/// A server that answers when the backends cannot.
package struct SorryServerLine: Hashable, Sendable {
  package enum Condition: String, Hashable, Sendable, CaseIterable {
    /// As soon as too few backends are healthy; they give way to it.
    case belowQuorum = "below_quorum"
    /// When no backend is healthy.
    case noneLeft = "none_left"
  }

  package var ipv4: IPAddress?
  package var ipv6: IPAddress?
  /// nil is the entry's.
  package var port: UInt16?
  package var mode: EntryMode?
  package var when: Condition = .noneLeft
  /// Stays in the table with weight 0 while it is not needed.
  package var isInhibited = false

  package init() {}

  package func address(_ family: AddressFamily) -> IPAddress? { family == .inet ? ipv4 : ipv6 }
}

/// Traffic that backends start from the VIP: what answers it comes to the VIP and has to reach them.
package struct OutboundLine: Hashable, Sendable {
  package var transport: IPVSProtocol
  package var remotePort: UInt16
  /// The mark that steers the answers.
  package var mark: UInt32

  package init(transport: IPVSProtocol, remotePort: UInt16, mark: UInt32) {
    self.transport = transport
    self.remotePort = remotePort
    self.mark = mark
  }
}

/// A port that a vserver serves.
package struct EntryLine: Hashable, Sendable {
  package var transport: IPVSProtocol
  package var port: UInt16
  package var scheduler: String
  /// The flags of the scheduler alone; persistence and one packet have members of their own.
  package var schedulerFlags: IPVSService.Flags
  package var mode: EntryMode
  package var tunnel: IPVSTunnel
  /// Port of the backends; nil is that of the VIP.
  package var backendPort: UInt16?
  /// Seconds; 0 is none.
  package var persistence: UInt32
  /// nil is the whole address.
  package var persistenceGranularity: Int?
  package var persistenceEngine: String?
  package var onePacket: Bool
  package var failureAction: FailureAction
  /// Shares from 0 to 1, single precision as Seesaw compares them.
  package var lowWatermark: Float
  package var highWatermark: Float
  /// Total weight of healthy backends that it needs beside the watermarks; 0 is none. It comes up at quorum plus
  /// hysteresis and goes down below quorum minus hysteresis.
  package var quorum: UInt32
  package var hysteresis: UInt32
  /// While it has too few backends it stays in the table, with those that it has.
  package var staysDown: Bool
  package var sorryServer: SorryServerLine?
  /// From the first connection after a recovery to the full weight; zero is at once.
  package var slowStart: Duration
  /// Below this share of healthy backends, 0 to 100, health no longer counts; 0 is never.
  package var panicPercent: Int
  package var lowerThreshold: UInt32
  package var upperThreshold: UInt32
  /// NAT: connections reach the backends from the cluster's VIP, so that answers come back this way.
  package var sourceNAT: Bool

  package init(
    transport: IPVSProtocol, port: UInt16, scheduler: String = "wlc", schedulerFlags: IPVSService.Flags = [],
    mode: EntryMode = .dsr, tunnel: IPVSTunnel = .ipip, backendPort: UInt16? = nil, persistence: UInt32 = 0,
    persistenceGranularity: Int? = nil, persistenceEngine: String? = nil, onePacket: Bool = false,
    failureAction: FailureAction = .remove, lowWatermark: Float = 0, highWatermark: Float = 0, quorum: UInt32 = 0,
    hysteresis: UInt32 = 0, staysDown: Bool = false, sorryServer: SorryServerLine? = nil, slowStart: Duration = .zero,
    panicPercent: Int = 0, lowerThreshold: UInt32 = 0, upperThreshold: UInt32 = 0, sourceNAT: Bool = false
  ) {
    self.transport = transport
    self.port = port
    self.scheduler = scheduler
    self.schedulerFlags = schedulerFlags
    self.mode = mode
    self.tunnel = tunnel
    self.backendPort = backendPort
    self.persistence = persistence
    self.persistenceGranularity = persistenceGranularity
    self.persistenceEngine = persistenceEngine
    self.onePacket = onePacket
    self.failureAction = failureAction
    self.lowWatermark = lowWatermark
    self.highWatermark = highWatermark
    self.quorum = quorum
    self.hysteresis = hysteresis
    self.staysDown = staysDown
    self.sorryServer = sorryServer
    self.slowStart = slowStart
    self.panicPercent = panicPercent
    self.lowerThreshold = lowerThreshold
    self.upperThreshold = upperThreshold
    self.sourceNAT = sourceNAT
  }

  /// `80/TCP`: Seesaw's name of an entry.
  package var name: String { "\(port)/\(transport.name.uppercased())" }
}
