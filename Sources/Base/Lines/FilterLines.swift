// The family `filter`: firewall marks, source NAT and what may reach a VIP, as values. How they become rules is
// ss-filter's.

package import Values

/// Packets that get a firewall mark: those that come to a port of a VIP, or from a port of others to a VIP.
package struct FilterMark: Hashable, Sendable {
  package enum Side: Hashable, Sendable {
    /// To this port of the VIP; 0 is every port.
    case to(UInt16)
    /// From this port of somebody else: what answers traffic that backends started.
    case from(UInt16)
  }

  package var vip: IPAddress
  package var transport: IPVSProtocol
  package var side: Side
  package var mark: UInt32

  package init(vip: IPAddress, transport: IPVSProtocol, side: Side, mark: UInt32) {
    self.vip = vip
    self.transport = transport
    self.side = side
    self.mark = mark
  }

  /// `tcp/192.0.2.1:80`, `tcp/192.0.2.1:80/reply`.
  package var key: String {
    switch side {
    case .to(let port): "\(transport.name)/\(IPVSEndpoint(address: vip, port: port))"
    case .from(let port): "\(transport.name)/\(IPVSEndpoint(address: vip, port: port))/reply"
    }
  }

  package var line: Line {
    var members = [
      JSONMember("vip", .string(vip.description)), JSONMember("protocol", .string(transport.name)),
    ]
    switch side {
    case .to(let port): members.append(JSONMember("port", .int(Int64(port))))
    case .from(let port): members.append(JSONMember("remote_port", .int(Int64(port))))
    }
    members.append(JSONMember("mark", .int(Int64(mark))))
    return Line("filter.mark", key: key, members)
  }
}

/// Connections to a port of a VIP that reach the backends from another address.
package struct FilterSourceNAT: Hashable, Sendable {
  package var vip: IPAddress
  package var transport: IPVSProtocol
  package var port: UInt16
  /// The address that backends see.
  package var source: IPAddress
  package var instance: String?

  package init(vip: IPAddress, transport: IPVSProtocol, port: UInt16, source: IPAddress, instance: String? = nil) {
    self.vip = vip
    self.transport = transport
    self.port = port
    self.source = source
    self.instance = instance
  }

  package var key: String { "\(transport.name)/\(IPVSEndpoint(address: vip, port: port))" }

  package var line: Line {
    var members = [
      JSONMember("vip", .string(vip.description)), JSONMember("protocol", .string(transport.name)),
      JSONMember("port", .int(Int64(port))), JSONMember("source", .string(source.description)),
    ]
    if let instance { members.append(JSONMember("instance", .string(instance))) }
    return Line("filter.snat", key: key, members)
  }
}

/// What may reach a VIP; everything else but ICMP is rejected.
package struct FilterVIP: Hashable, Sendable {
  package struct Service: Hashable, Comparable, Sendable {
    package var transport: IPVSProtocol
    /// 0 is every port.
    package var port: UInt16

    package init(_ transport: IPVSProtocol, _ port: UInt16) {
      self.transport = transport
      self.port = port
    }

    package static func < (a: Service, b: Service) -> Bool {
      (a.transport.name, a.port) < (b.transport.name, b.port)
    }
  }

  package var vip: IPAddress
  /// Ascending.
  package var services: [Service]
  /// Ports of others whose answers are let in.
  package var replies: [Service]

  package init(vip: IPAddress, services: [Service], replies: [Service] = []) {
    self.vip = vip
    self.services = services
    self.replies = replies
  }

  package var key: String { vip.description }

  package var line: Line {
    let list = { (services: [Service]) -> JSON in
      .array(
        services.map {
          .object([JSONMember("protocol", .string($0.transport.name)), JSONMember("port", .int(Int64($0.port)))])
        })
    }
    var members = [JSONMember("vip", .string(vip.description)), JSONMember("services", list(services))]
    if !replies.isEmpty { members.append(JSONMember("replies", list(replies))) }
    return Line("filter.vip", key: key, members)
  }
}
