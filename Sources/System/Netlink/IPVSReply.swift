// What the kernel answers to requests of the family IPVS: services, destinations and their counters, and its version.
// The attributes are those of IPVSMessage and, in both, 10 statistics (32 bits) and 12 statistics (64 bits); in a
// destination also 7, 8 and 9, the connections it holds. The family decides how an address is read, never its bytes.

import CNetlink
package import Values

/// A service as the kernel has it, with its counters.
package struct IPVSHeldService: Hashable, Sendable {
  package var service: IPVSService
  package var statistics: IPVSStatistics
}

/// A destination as the kernel has it, with its counters.
package struct IPVSHeldDestination: Hashable, Sendable {
  package var destination: IPVSDestination
  package var connections: IPVSConnectionCounts
  package var statistics: IPVSStatistics
}

package struct IPVSInformation: Hashable, Sendable {
  /// Major, minor and patch in the three low bytes.
  package var version: UInt32
  /// Buckets of the connection table.
  package var tableSize: UInt32
}

/// One answer's payload, from the generic netlink header on.
package enum IPVSReply: Hashable, Sendable {
  case service(IPVSHeldService)
  case destination(IPVSHeldDestination)
  case information(IPVSInformation)

  /// Reads an answer. A destination's answer does not name its service, whose family counts where none is given.
  package init(parsing payload: Span<UInt8>, serviceFamily: AddressFamily = .inet) throws(NetlinkError) {
    // genlmsghdr: command, version, reserved.
    guard payload.count >= 4 else { throw .malformed(field: "generic netlink header") }
    let attributes = payload.extracting(4..<payload.count)
    var found: IPVSReply?
    if Int(payload[0]) == IPVS_CMD_SET_INFO || Int(payload[0]) == IPVS_CMD_GET_INFO {
      self = .information(try IPVSInformation(parsing: attributes))
      return
    }
    try eachAttribute(attributes) { (type, value) throws(NetlinkError) in
      if type == IPVS_CMD_ATTR_SERVICE {
        found = .service(try IPVSHeldService(parsing: value))
      } else if type == IPVS_CMD_ATTR_DEST {
        found = .destination(try IPVSHeldDestination(parsing: value, serviceFamily: serviceFamily))
      }
    }
    guard let found else { throw .malformed(field: "IPVS answer") }
    self = found
  }
}

// MARK: Services

extension IPVSHeldService {
  package init(parsing attributes: Span<UInt8>) throws(NetlinkError) {
    var raw = RawService()
    var counters = IPVSStatistics()
    try eachAttribute(attributes) { (type, value) throws(NetlinkError) in
      switch type {
      case IPVS_SVC_ATTR_STATS: try counters.read(value, as: UInt32.self)
      case IPVS_SVC_ATTR_STATS64: try counters.read(value, as: UInt64.self)
      default: try raw.read(type, value)
      }
    }
    self.init(service: try raw.service(), statistics: counters)
  }
}

/// A service's attributes as they come; what they mean depends on the family, which may come last.
private struct RawService {
  var family: UInt16 = 0
  var transport: UInt16 = 0
  var address: [UInt8] = []
  var port: UInt16 = 0
  var mark: UInt32 = 0
  var scheduler = ""
  var flags: UInt32 = 0
  var timeout: UInt32 = 0
  var netmask: UInt32?
  var engine = ""

  mutating func read(_ type: Int, _ value: Span<UInt8>) throws(NetlinkError) {
    switch type {
    case IPVS_SVC_ATTR_AF: family = try value.number(UInt16.self, "service family")
    case IPVS_SVC_ATTR_PROTOCOL: transport = try value.number(UInt16.self, "service protocol")
    case IPVS_SVC_ATTR_ADDR: address = value.copy()
    case IPVS_SVC_ATTR_PORT: port = try value.networkNumber(UInt16.self, "service port")
    case IPVS_SVC_ATTR_FWMARK: mark = try value.number(UInt32.self, "service mark")
    case IPVS_SVC_ATTR_SCHED_NAME: scheduler = value.text()
    case IPVS_SVC_ATTR_FLAGS: flags = try value.number(UInt32.self, "service flags")
    case IPVS_SVC_ATTR_TIMEOUT: timeout = try value.number(UInt32.self, "service timeout")
    case IPVS_SVC_ATTR_NETMASK: netmask = try value.number(UInt32.self, "service netmask")
    case IPVS_SVC_ATTR_PE_NAME: engine = value.text()
    default: break
    }
  }

  func service() throws(NetlinkError) -> IPVSService {
    guard let family = AddressFamily(number: family) else { throw .malformed(field: "service family") }
    let key: IPVSServiceKey
    if mark != 0 {
      key = .mark(mark, family)
    } else {
      guard let transport = UInt8(exactly: transport).flatMap(IPVSProtocol.init(rawValue:)) else {
        throw .malformed(field: "service protocol")
      }
      let address = try IPAddress(family: family, attribute: address, "service address")
      key = .virtual(transport, IPVSEndpoint(address: address, port: port))
    }
    return IPVSService(
      key: key, scheduler: scheduler, flags: IPVSService.Flags(rawValue: flags), timeout: timeout,
      granularity: netmask.map { IPVSService.Granularity(netmask: $0, family: family) },
      persistenceEngine: engine.isEmpty ? nil : engine)
  }
}

extension IPVSService.Granularity {
  fileprivate init(netmask: UInt32, family: AddressFamily) {
    switch family {
    case .inet6: self = .prefix(Int(netmask))
    case .inet: self.init(mask: UInt32(bigEndian: netmask))
    }
  }
}

// MARK: Destinations

extension IPVSHeldDestination {
  package init(parsing attributes: Span<UInt8>, serviceFamily: AddressFamily) throws(NetlinkError) {
    var raw = RawDestination()
    var connections = IPVSConnectionCounts()
    var counters = IPVSStatistics()
    try eachAttribute(attributes) { (type, value) throws(NetlinkError) in
      switch type {
      case IPVS_DEST_ATTR_ACTIVE_CONNS: connections.active = try value.number(UInt32.self, "active connections")
      case IPVS_DEST_ATTR_INACT_CONNS: connections.inactive = try value.number(UInt32.self, "inactive connections")
      case IPVS_DEST_ATTR_PERSIST_CONNS:
        connections.persistent = try value.number(UInt32.self, "persistent connections")
      case IPVS_DEST_ATTR_STATS: try counters.read(value, as: UInt32.self)
      case IPVS_DEST_ATTR_STATS64: try counters.read(value, as: UInt64.self)
      default: try raw.read(type, value)
      }
    }
    self.init(
      destination: try raw.destination(serviceFamily: serviceFamily), connections: connections,
      statistics: counters)
  }
}

private struct RawDestination {
  var family: UInt16?
  var address: [UInt8] = []
  var port: UInt16 = 0
  var forwarding: UInt32 = 0
  var weight: UInt32 = 0
  var upper: UInt32 = 0
  var lower: UInt32 = 0
  var tunnelType: UInt8 = 0
  var tunnelPort: UInt16 = 0
  var tunnelFlags: UInt16 = 0

  mutating func read(_ type: Int, _ value: Span<UInt8>) throws(NetlinkError) {
    switch type {
    case IPVS_DEST_ATTR_ADDR: address = value.copy()
    case IPVS_DEST_ATTR_PORT: port = try value.networkNumber(UInt16.self, "destination port")
    case IPVS_DEST_ATTR_ADDR_FAMILY: family = try value.number(UInt16.self, "destination family")
    case IPVS_DEST_ATTR_FWD_METHOD: forwarding = try value.number(UInt32.self, "forwarding method")
    case IPVS_DEST_ATTR_WEIGHT: weight = try value.number(UInt32.self, "weight")
    case IPVS_DEST_ATTR_U_THRESH: upper = try value.number(UInt32.self, "upper threshold")
    case IPVS_DEST_ATTR_L_THRESH: lower = try value.number(UInt32.self, "lower threshold")
    case IPVS_DEST_ATTR_TUN_TYPE: tunnelType = try value.number(UInt8.self, "tunnel type")
    case IPVS_DEST_ATTR_TUN_PORT: tunnelPort = try value.networkNumber(UInt16.self, "tunnel port")
    case IPVS_DEST_ATTR_TUN_FLAGS: tunnelFlags = try value.number(UInt16.self, "tunnel flags")
    default: break
    }
  }

  func destination(serviceFamily: AddressFamily) throws(NetlinkError) -> IPVSDestination {
    var addressFamily = serviceFamily
    if let family {
      guard let known = AddressFamily(number: family) else { throw .malformed(field: "destination family") }
      addressFamily = known
    }
    let address = try IPAddress(family: addressFamily, attribute: address, "destination address")
    // IP_VS_CONN_F_FWD_MASK: what else is in the number is the kernel's own.
    guard let method = IPVSForwarding(rawValue: forwarding & 0x7) else {
      throw .malformed(field: "forwarding method")
    }
    return IPVSDestination(
      endpoint: IPVSEndpoint(address: address, port: port), forwarding: method, weight: weight,
      upperThreshold: upper, lowerThreshold: lower, tunnel: try tunnel())
  }

  private func tunnel() throws(NetlinkError) -> IPVSTunnel {
    let checksum = IPVSTunnel.Checksum(rawValue: tunnelFlags)
    switch Int(tunnelType) {
    case Int(IP_VS_CONN_F_TUNNEL_TYPE_IPIP): return .ipip
    case Int(IP_VS_CONN_F_TUNNEL_TYPE_GUE): return .gue(port: tunnelPort, checksum)
    case Int(IP_VS_CONN_F_TUNNEL_TYPE_GRE): return .gre(checksum)
    default: throw .malformed(field: "tunnel type")
    }
  }
}

// MARK: Parts of both

extension IPVSStatistics {
  /// One nested set of counters. The 64-bit set wins, in whatever order the two come.
  fileprivate mutating func read<T: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ attributes: Span<UInt8>, as narrow: T.Type
  ) throws(NetlinkError) {
    let isWide = T.bitWidth == 64
    guard isWide || !is64Bit else { return }
    var result = IPVSStatistics()
    result.is64Bit = isWide
    try eachAttribute(attributes) { (type, value) throws(NetlinkError) in
      // Bytes are 64 bits wide in the old set too.
      let isBytes = type == IPVS_STATS_ATTR_INBYTES || type == IPVS_STATS_ATTR_OUTBYTES
      guard (IPVS_STATS_ATTR_CONNS..<IPVS_STATS_ATTR_PAD).contains(type) else { return }
      let number =
        isBytes ? try value.number(UInt64.self, "counter") : UInt64(try value.number(T.self, "counter"))
      switch type {
      case IPVS_STATS_ATTR_CONNS: result.total.connections = number
      case IPVS_STATS_ATTR_INPKTS: result.total.packetsIn = number
      case IPVS_STATS_ATTR_OUTPKTS: result.total.packetsOut = number
      case IPVS_STATS_ATTR_INBYTES: result.total.bytesIn = number
      case IPVS_STATS_ATTR_OUTBYTES: result.total.bytesOut = number
      case IPVS_STATS_ATTR_CPS: result.rate.connections = number
      case IPVS_STATS_ATTR_INPPS: result.rate.packetsIn = number
      case IPVS_STATS_ATTR_OUTPPS: result.rate.packetsOut = number
      case IPVS_STATS_ATTR_INBPS: result.rate.bytesIn = number
      default: result.rate.bytesOut = number
      }
    }
    self = result
  }
}

extension IPVSInformation {
  fileprivate init(parsing attributes: Span<UInt8>) throws(NetlinkError) {
    var result = IPVSInformation(version: 0, tableSize: 0)
    try eachAttribute(attributes) { (type, value) throws(NetlinkError) in
      switch type {
      case IPVS_INFO_ATTR_VERSION: result.version = try value.number(UInt32.self, "version")
      case IPVS_INFO_ATTR_CONN_TAB_SIZE: result.tableSize = try value.number(UInt32.self, "table size")
      default: break
      }
    }
    self = result
  }
}

extension IPAddress {
  /// From an attribute of 4 or 16 bytes, of which IPv4 uses the first 4. Absent: the family's unspecified address.
  fileprivate init(
    family: AddressFamily, attribute: [UInt8], _ field: StaticString
  ) throws(NetlinkError) {
    if attribute.isEmpty {
      self.init(family: family, number: 0)
      return
    }
    guard let address = IPAddress(bytes: attribute.prefix(family.bits / 8)), address.family == family else {
      throw .malformed(field: "\(field)")
    }
    self = address
  }
}
