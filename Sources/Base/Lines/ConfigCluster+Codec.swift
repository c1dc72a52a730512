// Cluster, nodes and VLANs from lines and to lines.

internal import Values

extension AddressFamily {
  /// As it ends the names of members: `vip_ipv4`.
  fileprivate var memberName: String { self == .inet ? "ipv4" : "ipv6" }
}

extension Line {
  /// Members of both families: `STEMipv4`, `STEMipv6`.
  fileprivate func byFamily<Value: LosslessStringConvertible>(
    _ stem: String, as wanted: String
  ) throws(LineError) -> [AddressFamily: Value] {
    var values: [AddressFamily: Value] = [:]
    for family in AddressFamily.allCases {
      if let value: Value = try optionalParsed(stem + family.memberName, as: wanted) { values[family] = value }
    }
    return values
  }

  fileprivate func parsedArray<Value: LosslessStringConvertible>(
    _ name: String, as wanted: String
  ) throws(LineError) -> [Value] {
    var values: [Value] = []
    for text in try strings(name) {
      guard let value = Value(text) else {
        throw LineError("member \"\(name)\" holds what is not \(wanted): \(text)", key: key)
      }
      values.append(value)
    }
    return values
  }

  fileprivate func duration(
    _ name: String, in range: ClosedRange<Int64>, default fallback: Duration, unit: Int64
  ) throws(LineError) -> Duration {
    self[name] == nil ? fallback : .milliseconds(try int(name, in: range) * unit)
  }
}

private func members<Value: CustomStringConvertible>(
  _ stem: String, _ values: [AddressFamily: Value]
) -> [JSONMember] {
  AddressFamily.allCases.compactMap { family in
    values[family].map { JSONMember(stem + family.memberName, .string($0.description)) }
  }
}

extension JSON {
  fileprivate static func texts<Value: CustomStringConvertible>(_ values: [Value]) -> JSON {
    .array(values.map { .string($0.description) })
  }
}

extension ClusterLine {
  /// From a line that the schema allows.
  package init(_ line: Line) throws(LineError) {
    self.init(name: line.key ?? "")
    fqdn = try line.optionalString("fqdn")
    status = try line.word("status", default: .production)
    vip = try line.byFamily("vip_", as: "a prefix")
    node = try line.optionalString("node")
    nodeAddress = try line.byFamily("node_", as: "an address")
    peerAddress = try line.byFamily("peer_", as: "an address")
    nodeInterface = try line.optionalString("node_interface") ?? nodeInterface
    lbInterface = try line.optionalString("lb_interface") ?? lbInterface
    layout = try line.word("lb_layout", default: nodeInterface == lbInterface ? .shared : .seesaw)
    instance = try line.byFamily("instance_", as: "a name")
    anycastEnabled = try line.bool("anycast_enabled", default: true)
    anycastOnBackup = try line.bool("anycast_on_backup", default: true)
    usesVirtualMAC = try line.bool("use_vmac", default: true)
    virtualRouter = try line.int("vrid", in: 1...255, default: 60)
    garpInterval = try line.duration("garp_interval_s", in: 1...86_400, default: garpInterval, unit: 1000)
    lease = try line.duration("lease_s", in: 0...86_400, default: lease, unit: 1000)
    roleTimeout = try line.duration("role_timeout_ms", in: 1...86_400_000, default: lease, unit: 1)
    routeTable = try line.int("route_table", in: 1...4_294_967_295, default: 2)
    isStandalone = try line.bool("standalone", default: false)
    bgpLocalASN = try line.int("bgp_local_asn", in: 0...UInt32.max, default: bgpLocalASN)
    if line["bgp_remote_asn"] != nil { bgpRemoteASN = try line.int("bgp_remote_asn", in: 0...UInt32.max) }
    dedicatedSubnets = try line.parsedArray("dedicated_vip_subnets", as: "a prefix")
    anycastRanges = try line.parsedArray("anycast_ranges", as: "a prefix")
    serviceAnycast = try line.parsedArray("service_anycast", as: "an address")
    vmac = try line.optionalString("vmac")
    stormPercent = try line.int("storm_percent", in: 0...100, default: 0)
    stormWindow = try line.duration("storm_window_ms", in: 1...86_400_000, default: stormWindow, unit: 1)
    stormAction = try line.word("storm_action", default: .report)
    lastUpdated = try line.optionalString("last_updated")
    warnings = try line.strings("warnings")
    for interface in [nodeInterface, lbInterface] {
      if let fault = InterfaceName.fault(interface) { throw LineError(fault, key: line.key) }
    }
  }

  package var line: Line {
    var list: [JSONMember] = []
    if let fqdn { list.append(JSONMember("fqdn", .string(fqdn))) }
    list.append(JSONMember("status", .string(status.rawValue)))
    list += members("vip_", vip)
    if let node { list.append(JSONMember("node", .string(node))) }
    list += members("node_", nodeAddress) + members("peer_", peerAddress)
    list += [
      JSONMember("node_interface", .string(nodeInterface)), JSONMember("lb_interface", .string(lbInterface)),
      JSONMember("lb_layout", .string(layout.rawValue)),
    ]
    list += members("instance_", instance)
    list += [
      JSONMember("anycast_enabled", .bool(anycastEnabled)), JSONMember("anycast_on_backup", .bool(anycastOnBackup)),
      JSONMember("use_vmac", .bool(usesVirtualMAC)), JSONMember("vrid", .int(Int64(virtualRouter))),
      JSONMember("garp_interval_s", .int(garpInterval.milliseconds / 1000)),
      JSONMember("lease_s", .int(lease.milliseconds / 1000)),
      JSONMember("role_timeout_ms", .int(roleTimeout.milliseconds)),
      JSONMember("route_table", .int(Int64(routeTable))), JSONMember("standalone", .bool(isStandalone)),
      JSONMember("bgp_local_asn", .int(Int64(bgpLocalASN))),
    ]
    if let bgpRemoteASN { list.append(JSONMember("bgp_remote_asn", .int(Int64(bgpRemoteASN)))) }
    list += [
      JSONMember("dedicated_vip_subnets", .texts(dedicatedSubnets)),
      JSONMember("anycast_ranges", .texts(anycastRanges)),
      JSONMember("service_anycast", .texts(serviceAnycast)),
    ]
    if let vmac { list.append(JSONMember("vmac", .string(vmac))) }
    if stormPercent > 0 {
      list += [
        JSONMember("storm_percent", .int(Int64(stormPercent))),
        JSONMember("storm_window_ms", .int(stormWindow.milliseconds)),
        JSONMember("storm_action", .string(stormAction.rawValue)),
      ]
    }
    if let lastUpdated { list.append(JSONMember("last_updated", .string(lastUpdated))) }
    list.append(JSONMember("warnings", .texts(warnings)))
    return Line("config.cluster", key: name, list)
  }
}

extension NodeLine {
  /// From a line that the schema allows.
  package init(_ line: Line) throws(LineError) {
    self.init(
      name: line.key ?? "", address: try line.byFamily("", as: "a prefix"), status: try line.word("status"),
      priority: try line.int("priority", in: 1...255), isInElection: try line.bool("ha_enabled"),
      anycastEnabled: try line.bool("anycast_enabled"), bgpEnabled: try line.bool("bgp_enabled"),
      vserversEnabled: try line.bool("vservers_enabled"))
  }

  package var line: Line {
    Line(
      "config.node", key: name,
      members("", address) + [
        JSONMember("status", .string(status.rawValue)), JSONMember("priority", .int(Int64(priority))),
        JSONMember("ha_enabled", .bool(isInElection)), JSONMember("anycast_enabled", .bool(anycastEnabled)),
        JSONMember("bgp_enabled", .bool(bgpEnabled)), JSONMember("vservers_enabled", .bool(vserversEnabled)),
      ])
  }
}

extension VlanLine {
  /// From a line that the schema allows.
  package init(_ line: Line) throws(LineError) {
    self.init(
      id: try line.int("vlan_id", in: 1...4094), fqdn: try line.optionalString("fqdn"),
      address: try line.byFamily("", as: "a prefix"))
    for family in AddressFamily.allCases {
      backends[family] = try line.int("\(family.memberName)_backends", in: 0...Int.max, default: 0)
      vips[family] = try line.int("\(family.memberName)_vips", in: 0...Int.max, default: 0)
    }
    guard line.key == "\(id)" else { throw LineError("the key is not vlan_id", key: line.key) }
  }

  package var line: Line {
    var list = [JSONMember("vlan_id", .int(Int64(id)))]
    if let fqdn { list.append(JSONMember("fqdn", .string(fqdn))) }
    list += members("", address)
    for (word, counts) in [("backends", backends), ("vips", vips)] {
      for family in AddressFamily.allCases {
        list.append(JSONMember("\(family.memberName)_\(word)", .int(Int64(counts[family] ?? 0))))
      }
    }
    return Line("config.vlan", key: "\(id)", list)
  }
}
