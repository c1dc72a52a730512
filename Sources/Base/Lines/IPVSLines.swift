// The family `ipvs` as lines: services and destinations in the words of ipvsadm(8). A key and the members that it is
// made of must agree. The values themselves are in Values; how they are sent to the kernel is in Netlink.

package import Values

/// A service and the VIP that it serves.
package struct IPVSServiceLine: Hashable, Sendable {
  package var service: IPVSService
  /// Also where the key is a mark: ties a failure to the address that is then not held.
  package var vip: IPAddress?

  package init(service: IPVSService, vip: IPAddress? = nil) {
    self.service = service
    self.vip = vip
  }

  /// From a line that the schema allows.
  package init(_ line: Line) throws(LineError) {
    let key: IPVSServiceKey
    let family: AddressFamily = try line.word("family")
    if line["fwmark"] != nil {
      for name in ["protocol", "address", "port"] where line[name] != nil {
        throw LineError("member \"fwmark\" is together with \"\(name)\"", key: line.key)
      }
      key = .mark(try line.int("fwmark", in: 1...UInt32.max), family)
    } else {
      guard let transport = IPVSProtocol(name: try line.string("protocol")) else {
        throw LineError("member \"protocol\" is not one of tcp, udp, sctp", key: line.key)
      }
      let address: IPAddress = try line.parsed("address", as: "an address")
      key = .virtual(transport, IPVSEndpoint(address: address, port: try line.int("port", in: 0...UInt16.max)))
    }
    guard family == key.family else {
      throw LineError("member \"family\" is \(family.rawValue), but the address is not", key: line.key)
    }
    guard line.key == key.description else {
      throw LineError("the key does not agree with the members, which make \(key)", key: line.key)
    }
    let seconds: UInt32 = try line.int("persistence_s", in: 0...UInt32.max, default: 0)
    let scheduler = try line.string("scheduler")
    try IPVSServiceLine.check(scheduler, "scheduler", key: line.key)
    let engine = try line.optionalString("persistence_engine")
    if let engine { try IPVSServiceLine.check(engine, "persistence_engine", key: line.key) }
    var flags = try IPVSSchedulerFlags.flags(
      named: line.strings("scheduler_flags"), scheduler: scheduler, key: line.key)
    if seconds > 0 { flags.insert(.persistent) }
    if try line.bool("one_packet", default: false) { flags.insert(.onePacket) }
    self.service = IPVSService(
      key: key, scheduler: scheduler, flags: flags, timeout: seconds,
      granularity: try IPVSServiceLine.granularity(line, family), persistenceEngine: engine)
    self.vip = try line.optionalParsed("vip", as: "an address")
  }

  /// A name for the kernel, for which a string ends at its first NUL.
  private static func check(_ name: String, _ member: String, key: String?) throws(LineError) {
    guard name.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else { return }
    throw LineError("member \"\(member)\" holds a control character", key: key)
  }

  private static func granularity(
    _ line: Line, _ family: AddressFamily
  ) throws(LineError) -> IPVSService.Granularity? {
    if line["persistence_mask"] == nil {
      if line["persistence_prefix_length"] == nil { return nil }
      return .prefix(try line.int("persistence_prefix_length", in: 0...family.bits))
    }
    guard line["persistence_prefix_length"] == nil else {
      throw LineError("member \"persistence_mask\" is together with \"persistence_prefix_length\"", key: line.key)
    }
    let mask: IPAddress = try line.parsed("persistence_mask", as: "an IPv4 mask")
    guard case .v4(let bits) = mask, family == .inet else {
      throw LineError("member \"persistence_mask\" is not an IPv4 mask", key: line.key)
    }
    return IPVSService.Granularity(mask: bits)
  }

  package var line: Line {
    var members: [JSONMember] = []
    if let vip { members.append(JSONMember("vip", .string(vip.description))) }
    members.append(JSONMember("family", .string(service.key.family.rawValue)))
    switch service.key {
    case .virtual(let transport, let endpoint):
      members += [
        JSONMember("protocol", .string(transport.name)), JSONMember("address", .string(endpoint.address.description)),
        JSONMember("port", .int(Int64(endpoint.port))),
      ]
    case .mark(let mark, _): members.append(JSONMember("fwmark", .int(Int64(mark))))
    }
    let isPersistent = service.flags.contains(.persistent)
    members += [
      JSONMember("scheduler", .string(service.scheduler)),
      JSONMember("scheduler_flags", .array(IPVSSchedulerFlags.names(of: service.flags, scheduler: service.scheduler))),
      JSONMember("one_packet", .bool(service.flags.contains(.onePacket))),
      JSONMember("persistence_s", .int(isPersistent ? Int64(service.timeout) : 0)),
    ]
    switch service.granularity {
    case .prefix(let length): members.append(JSONMember("persistence_prefix_length", .int(Int64(length))))
    case .mask(let bits): members.append(JSONMember("persistence_mask", .string(IPAddress.v4(bits).description)))
    }
    if let engine = service.persistenceEngine { members.append(JSONMember("persistence_engine", .string(engine))) }
    return Line("ipvs.service", key: service.key.description, members)
  }
}

/// The scheduler's own flags by the names that ipvsadm gives them: sh and mh have words of their own.
package enum IPVSSchedulerFlags {
  package static let allNames = [
    "flag-1", "flag-2", "flag-3", "sh-fallback", "sh-port", "mh-fallback", "mh-port",
  ]

  private static let bits: [IPVSService.Flags] = [.scheduler1, .scheduler2, .scheduler3]

  private static func names(for scheduler: String) -> [String] {
    switch scheduler {
    case "sh": ["sh-fallback", "sh-port", "flag-3"]
    case "mh": ["mh-fallback", "mh-port", "flag-3"]
    default: ["flag-1", "flag-2", "flag-3"]
    }
  }

  static func names(of flags: IPVSService.Flags, scheduler: String) -> [JSON] {
    zip(bits, names(for: scheduler)).filter { flags.contains($0.0) }.map { .string($0.1) }
  }

  package static func flags(
    named names: [String], scheduler: String, key: String?
  ) throws(LineError) -> IPVSService.Flags {
    var flags: IPVSService.Flags = []
    for name in names {
      guard let index = self.names(for: scheduler).firstIndex(of: name) ?? self.names(for: "").firstIndex(of: name)
      else {
        throw LineError("scheduler \(scheduler) has no flag \(name)", key: key)
      }
      flags.insert(bits[index])
    }
    return flags
  }
}

/// A destination, its service, and the VIP that it serves.
package struct IPVSDestinationLine: Hashable, Sendable {
  package var service: IPVSServiceKey
  package var destination: IPVSDestination
  package var vip: IPAddress?

  package var key: IPVSDestinationKey { IPVSDestinationKey(service: service, endpoint: destination.endpoint) }

  package init(service: IPVSServiceKey, destination: IPVSDestination, vip: IPAddress? = nil) {
    self.service = service
    self.destination = destination
    self.vip = vip
  }

  /// From a line that the schema allows.
  package init(_ line: Line) throws(LineError) {
    guard let service = IPVSServiceKey(try line.string("service")) else {
      throw LineError("member \"service\" is not the key of a service", key: line.key)
    }
    let address: IPAddress = try line.parsed("address", as: "an address")
    let endpoint = IPVSEndpoint(address: address, port: try line.int("port", in: 0...UInt16.max))
    self.init(
      service: service,
      destination: IPVSDestination(
        endpoint: endpoint, forwarding: try IPVSDestinationLine.forwarding(line),
        weight: try line.int("weight", in: 0...65535, default: 1),
        upperThreshold: try line.int("upper_threshold", in: 0...UInt32.max, default: 0),
        lowerThreshold: try line.int("lower_threshold", in: 0...UInt32.max, default: 0),
        tunnel: try IPVSDestinationLine.tunnel(line)),
      vip: try line.optionalParsed("vip", as: "an address"))
    guard line.key == key.description else {
      throw LineError("the key does not agree with the members, which make \(key)", key: line.key)
    }
  }

  private static func forwarding(_ line: Line) throws(LineError) -> IPVSForwarding {
    let name = try line.string("forwarding")
    guard let forwarding = IPVSForwarding.allCases.first(where: { $0.name == name }) else {
      throw LineError("member \"forwarding\" is not one of masq, local, tunnel, route, bypass", key: line.key)
    }
    return forwarding
  }

  static func tunnel(_ line: Line) throws(LineError) -> IPVSTunnel {
    var checksum: IPVSTunnel.Checksum = []
    for name in try line.strings("tunnel_flags") { checksum.insert(name == "csum" ? .csum : .remcsum) }
    switch try line.optionalString("tunnel_type") ?? "ipip" {
    case "gue": return .gue(port: try line.int("tunnel_port", in: 1...UInt16.max), checksum)
    case "gre": return .gre(checksum)
    default: return .ipip
    }
  }

  package var line: Line {
    var members = [JSONMember("service", .string(service.description))]
    if let vip { members.append(JSONMember("vip", .string(vip.description))) }
    members += [
      JSONMember("address", .string(destination.endpoint.address.description)),
      JSONMember("port", .int(Int64(destination.endpoint.port))),
      JSONMember("forwarding", .string(destination.forwarding.name)),
      JSONMember("weight", .int(Int64(destination.weight))),
      JSONMember("upper_threshold", .int(Int64(destination.upperThreshold))),
      JSONMember("lower_threshold", .int(Int64(destination.lowerThreshold))),
    ]
    if destination.forwarding == .tunnel { members += destination.tunnel.members }
    return Line("ipvs.destination", key: key.description, members)
  }
}

extension IPVSTunnel {
  /// The members of a line that say it.
  var members: [JSONMember] {
    let names = { (checksum: Checksum) -> JSON in
      .array((checksum.contains(.csum) ? ["csum"] : []) + (checksum.contains(.remcsum) ? ["remcsum"] : []))
    }
    switch self {
    case .ipip: return [JSONMember("tunnel_type", "ipip")]
    case .gue(let port, let checksum):
      return [
        JSONMember("tunnel_type", "gue"), JSONMember("tunnel_port", .int(Int64(port))),
        JSONMember("tunnel_flags", names(checksum)),
      ]
    case .gre(let checksum): return [JSONMember("tunnel_type", "gre"), JSONMember("tunnel_flags", names(checksum))]
    }
  }
}

extension IPVSForwarding {
  /// The word for it in lines.
  package var name: String {
    switch self {
    case .masq: "masq"
    case .local: "local"
    case .tunnel: "tunnel"
    case .route: "route"
    case .bypass: "bypass"
    }
  }
}
