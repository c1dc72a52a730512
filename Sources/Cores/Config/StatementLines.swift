// The lines of one object each: the words of the configuration in the members of `config.*`.

internal import Lines
internal import Values

extension Cluster {
  /// What a cluster without a name is called.
  private static let namelessKey = "cluster"

  var line: Line {
    var line = ClusterLine(name: settings.name.value.isEmpty ? Self.namelessKey : settings.name.value)
    if !vip.fqdn.isEmpty { line.fqdn = vip.fqdn }
    line.status = vip.hostStatus
    line.vip = vip.byFamily
    line.node = node
    line.nodeAddress = settings.node.mapValues(\.value)
    line.peerAddress = settings.peer.mapValues(\.value)
    line.nodeInterface = settings.nodeInterface
    line.lbInterface = settings.lbInterface
    line.layout = layout
    line.instance = instances
    line.anycastEnabled = settings.anycastEnabled
    line.anycastOnBackup = anycastOnBackup
    line.usesVirtualMAC = settings.usesVirtualMAC
    line.virtualRouter = UInt8(clamping: settings.virtualRouter)
    line.garpInterval = .seconds(settings.garpInterval)
    line.lease = .seconds(lease)
    line.roleTimeout = .milliseconds(roleTimeout)
    line.routeTable = routeTable
    line.isStandalone = isStandalone
    line.bgpLocalASN = bgpLocalASN
    line.bgpRemoteASN = bgpRemoteASN
    line.dedicatedSubnets = dedicatedSubnets
    line.anycastRanges = anycastRanges
    line.serviceAnycast = serviceAnycast
    line.vmac = vmac
    line.stormPercent = stormPercent
    line.stormWindow = .milliseconds(stormWindow)
    line.stormAction = stormAction
    if let lastUpdated {
      let nanoseconds = lastUpdated.multipliedReportingOverflow(by: 1_000_000_000).partialValue
      line.lastUpdated = Timestamp.text(unixNanoseconds: nanoseconds)
    }
    line.warnings = warnings
    return line.line
  }
}

extension Host {
  fileprivate var byFamily: [AddressFamily: Prefix] {
    var prefixes: [AddressFamily: Prefix] = [:]
    for prefix in self.prefixes { prefixes[prefix.family] = prefix }
    return prefixes
  }

  fileprivate var hostStatus: HostStatus { HostStatus(rawValue: status.rawValue) ?? .production }
}

extension Node {
  var line: Line {
    NodeLine(
      name: host.fqdn, address: host.byFamily, status: host.hostStatus, priority: UInt8(clamping: priority),
      isInElection: takesPart, anycastEnabled: anycastEnabled, bgpEnabled: bgpEnabled,
      vserversEnabled: vserversEnabled
    ).line
  }
}

extension Vlan {
  var line: Line {
    var line = VlanLine(id: UInt16(clamping: id), fqdn: host.fqdn, address: host.byFamily)
    line.backends = backends
    line.vips = vips
    return line.line
  }
}

extension AccessGroup {
  var line: Line {
    Line("config.access_group", key: name, [JSONMember("members", .array(members.map { .string($0) }))])
  }
}

extension Vserver {
  var line: Line {
    var line = VserverLine(
      name: name, fqdn: host.fqdn, ipv4: host.ipv4, ipv6: host.ipv6, status: host.hostStatus, isEnabled: isEnabled,
      usesFirewallMark: usesFirewallMark, responsible: responsible.isEmpty ? nil : responsible,
      vips: vips.map {
        VIPLine(
          address: $0.address, kind: $0.kind, interface: $0.interface, prefixLength: $0.prefixLength,
          instance: $0.instance)
      }, entries: entries.map(\.line),
      accessGrants: grants.map { AccessGrantLine(grantee: $0.grantee, role: $0.role.rawValue, type: $0.type.rawValue) },
      warnings: warnings)
    line.mark = mark
    line.markFamilies = markFamilies
    line.role = role.isEmpty ? nil : role
    line.outbound = outbound.compactMap { flow in
      flow.mark.map { OutboundLine(transport: flow.transport.kernel, remotePort: flow.remotePort, mark: $0) }
    }
    line.drainTimeout = .milliseconds(drainTimeout)
    return line.line
  }
}

extension Entry {
  fileprivate var line: EntryLine {
    EntryLine(
      transport: transport.kernel, port: port, scheduler: scheduler, schedulerFlags: schedulerFlags,
      mode: mode.entryMode, tunnel: tunnel, backendPort: backendPort, persistence: UInt32(clamping: persistence),
      persistenceGranularity: persistenceLength, persistenceEngine: persistenceEngine, onePacket: isOnePacket,
      failureAction: failureAction, lowWatermark: Float(lowWatermark), highWatermark: Float(highWatermark),
      quorum: quorum, hysteresis: hysteresis, staysDown: staysDown, sorryServer: sorryServer,
      slowStart: .milliseconds(slowStart), panicPercent: panicPercent, lowerThreshold: UInt32(clamping: lowerThreshold),
      upperThreshold: UInt32(clamping: upperThreshold), sourceNAT: usesSourceNAT)
  }
}

extension Backend {
  func line(of vserver: Vserver, _ checks: [CheckReference]) -> Line {
    var line = BackendLine(
      vserver: vserver.name, fqdn: host.fqdn, ipv4: host.ipv4, ipv6: host.ipv6, weight: UInt32(clamping: weight),
      status: host.hostStatus, isEnabled: isEnabled, isInService: isInService, checks: checks)
    line.port = port
    line.mode = mode?.entryMode
    line.tunnel = tunnel
    line.failureAction = failureAction
    line.lowerThreshold = lowerThreshold.map { UInt32(clamping: $0) }
    line.upperThreshold = upperThreshold.map { UInt32(clamping: $0) }
    return line.line
  }
}
