// The family `link`: interfaces, addresses, routes and rules that the host should hold. What depends on the kernel is
// referred to, not guessed: ss-link resolves it and keeps it right.

package import Values

/// An address that an interface should hold.
package struct LinkAddress: Hashable, Sendable {
  package var interface: String
  package var address: Prefix
  /// The VIP that it is, so that a failed service keeps it away.
  package var vip: IPAddress?
  /// Held only while this VRRP instance is master here.
  package var instance: String?
  /// How long the kernel keeps it when nobody renews it; zero is for ever.
  package var lease: Duration = .zero

  package init(
    interface: String, address: Prefix, vip: IPAddress? = nil, instance: String? = nil, lease: Duration = .zero
  ) {
    self.interface = interface
    self.address = address
    self.vip = vip
    self.instance = instance
    self.lease = lease
  }

  /// `eth0/192.0.2.1/32`: interface names hold no slash.
  package var key: String { "\(interface)/\(address)" }
}

extension LinkAddress {
  package init(_ line: Line) throws(LineError) {
    if let fault = Schema.fault(in: line) { throw fault }
    self.init(
      interface: try line.string("interface"),
      address: try line.parsed("address", as: "an address with a prefix length"),
      vip: try line.optionalParsed("vip", as: "an address"), instance: try line.optionalString("instance"),
      lease: .seconds(try line.int("lease_s", in: 0...86_400, default: 0)))
    if let fault = InterfaceName.fault(interface) { throw LineError(fault, key: line.key) }
    guard line.key == key else {
      throw LineError("the key does not agree with the members, which make \(key)", key: line.key)
    }
  }

  package var line: Line {
    var members = [
      JSONMember("interface", .string(interface)), JSONMember("address", .string(address.description)),
    ]
    if let vip { members.append(JSONMember("vip", .string(vip.description))) }
    if let instance { members.append(JSONMember("instance", .string(instance))) }
    if lease > .zero { members.append(JSONMember("lease_s", .int(lease.milliseconds / 1000))) }
    return Line("link.address", key: key, members)
  }
}

/// An interface that should exist.
package struct LinkInterface: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// There already, and not made by us.
    case device
    case dummy
    case vlan
    case macvlan
  }

  package var name: String
  package var kind: Kind
  package var isUp: Bool
  /// vlan, macvlan: the interface that it is on.
  package var parent: String?
  package var vlanID: UInt16?
  /// Lower case with colons; nil leaves it as it is.
  package var mac: String?
  /// Up, with this MAC, only while this VRRP instance is master here.
  package var instance: String?

  package init(name: String, kind: Kind, isUp: Bool = true) {
    self.name = name
    self.kind = kind
    self.isUp = isUp
  }

  package init(_ line: Line) throws(LineError) {
    if let fault = Schema.fault(in: line) { throw fault }
    self.init(name: line.key ?? "", kind: try line.word("kind"), isUp: try line.bool("up", default: true))
    parent = try line.optionalString("parent")
    if line["vlan_id"] != nil { vlanID = try line.int("vlan_id", in: 1...4094) }
    mac = try line.optionalString("mac")
    instance = try line.optionalString("instance")
    for name in [name] + (parent.map { [$0] } ?? []) {
      if let fault = InterfaceName.fault(name) { throw LineError(fault, key: line.key) }
    }
    let needsParent = kind == .vlan || kind == .macvlan
    guard needsParent == (parent != nil), (kind == .vlan) == (vlanID != nil) else {
      throw LineError("parent goes with vlan and macvlan, vlan_id with vlan", key: line.key)
    }
  }

  package var line: Line {
    var members = [JSONMember("kind", .string(kind.rawValue)), JSONMember("up", .bool(isUp))]
    if let parent { members.append(JSONMember("parent", .string(parent))) }
    if let vlanID { members.append(JSONMember("vlan_id", .int(Int64(vlanID)))) }
    if let mac { members.append(JSONMember("mac", .string(mac))) }
    if let instance { members.append(JSONMember("instance", .string(instance))) }
    return Line("link.interface", key: name, members)
  }
}

/// A route that a table should hold.
package struct LinkRoute: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable, CaseIterable { case unicast, local }

  /// Where packets go next.
  package enum Via: Hashable, Sendable {
    /// The destination is on the link.
    case link
    case address(IPAddress)
    /// Whatever the main table's default route has at the moment.
    case defaultOfMain
  }

  /// nil is the default route.
  package var destination: Prefix?
  package var family: AddressFamily
  package var table: UInt32
  package var kind = Kind.unicast
  package var interface: String
  package var via = Via.link
  /// The address that packets leave with.
  package var source: IPAddress?
  package var vip: IPAddress?
  package var instance: String?

  package init(_ destination: Prefix, table: UInt32, interface: String) {
    self.destination = destination
    family = destination.family
    self.table = table
    self.interface = interface
  }

  /// The default route of a family.
  package init(default family: AddressFamily, table: UInt32, interface: String) {
    self.family = family
    self.table = table
    self.interface = interface
  }

  /// `255/192.0.2.1/32`, `2/inet/default`.
  package var key: String { "\(table)/" + (destination.map(\.description) ?? "\(family.rawValue)/default") }

  package var line: Line {
    var members = [
      JSONMember("family", .string(family.rawValue)),
      JSONMember("destination", .string(destination.map(\.description) ?? "default")),
      JSONMember("table", .int(Int64(table))), JSONMember("kind", .string(kind.rawValue)),
      JSONMember("interface", .string(interface)),
    ]
    switch via {
    case .link: break
    case .address(let address): members.append(JSONMember("via", .string(address.description)))
    case .defaultOfMain: members.append(JSONMember("via", "default of main"))
    }
    if let source { members.append(JSONMember("source", .string(source.description))) }
    if let vip { members.append(JSONMember("vip", .string(vip.description))) }
    if let instance { members.append(JSONMember("instance", .string(instance))) }
    return Line("link.route", key: key, members)
  }
}

/// A policy rule: packets from or to an address use a table.
package struct LinkRule: Hashable, Sendable {
  package enum Side: String, Hashable, Sendable { case from, to }

  package var side: Side
  package var address: IPAddress
  package var table: UInt32
  package var instance: String?

  package init(_ side: Side, _ address: IPAddress, table: UInt32, instance: String? = nil) {
    self.side = side
    self.address = address
    self.table = table
    self.instance = instance
  }

  /// `from/192.0.2.1`.
  package var key: String { "\(side.rawValue)/\(address)" }

  package var line: Line {
    var members = [
      JSONMember(side.rawValue, .string(address.description)), JSONMember("table", .int(Int64(table))),
      JSONMember("vip", .string(address.description)),
    ]
    if let instance { members.append(JSONMember("instance", .string(instance))) }
    return Line("link.rule", key: key, members)
  }
}

package enum InterfaceName {
  /// Why the kernel would refuse the name (dev_valid_name): 1 to 15 bytes, no slash, colon or white space, which is
  /// Latin-1's there, not `.` or `..`. Nor may it hold `%`: the kernel takes that for a template (dev_alloc_name) and
  /// makes another name of it, each time anew.
  package static func fault(_ name: String) -> String? {
    let bytes = name.utf8
    guard (1...15).contains(bytes.count), name != ".", name != ".." else {
      return "not a name of an interface: \"\(name)\""
    }
    let isRefused = bytes.contains { $0 == 0x2f || $0 == 0x3a || $0 == 0x25 || $0 == 0xa0 || $0 <= 0x20 }
    return isRefused ? "not a name of an interface: \"\(name)\"" : nil
  }
}
