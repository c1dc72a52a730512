// What is announced of VIPs: to neighbours by ARP and neighbour advertisements, to routers by BGP.

package import Values

/// An address whose owner is told to the neighbours while it is held.
package struct ArpAnnounce: Hashable, Sendable {
  package var interface: String
  package var address: IPAddress
  package var interval: Duration
  package var instance: String?

  package init(interface: String, address: IPAddress, interval: Duration, instance: String? = nil) {
    self.interface = interface
    self.address = address
    self.interval = interval
    self.instance = instance
  }

  package var key: String { "\(interface)/\(address)" }

  package var line: Line {
    var members = [
      JSONMember("vip", .string(address.description)), JSONMember("interface", .string(interface)),
      JSONMember("address", .string(address.description)), JSONMember("interval_ms", .int(interval.milliseconds)),
    ]
    if let instance { members.append(JSONMember("instance", .string(instance))) }
    return Line("arp.announce", key: key, members)
  }
}

/// A prefix that the routers should learn.
package struct BGPRoute: Hashable, Sendable {
  package var prefix: Prefix
  package var vip: IPAddress
  package var instance: String?

  package init(prefix: Prefix, vip: IPAddress, instance: String? = nil) {
    self.prefix = prefix
    self.vip = vip
    self.instance = instance
  }

  package var key: String { prefix.description }

  package var line: Line {
    var members = [JSONMember("vip", .string(vip.description)), JSONMember("prefix", .string(prefix.description))]
    if let instance { members.append(JSONMember("instance", .string(instance))) }
    return Line("bgp.route", key: key, members)
  }
}

extension Schema {
  static let announcementTypes: [TypeSchema] = [
    TypeSchema(
      "arp.announce", writer: .one("ss-engine"), key: "INTERFACE/ADDRESS",
      "an address whose owner is told to the neighbours while it is held",
      members: [
        MemberSchema("vip", .address, "the VIP that it is"),
        MemberSchema("interface", .string, required: true, "interface that holds it"),
        MemberSchema("address", .address, required: true, "the address"),
        MemberSchema("interval_ms", .integer(milliseconds), default: 10_000, unit: "ms", "from one to the next"),
        MemberSchema("instance", .string, "VRRP instance whose master announces; absent: whatever the role"),
      ]),
    applied("arp", by: "ss-arp"),
    failed("arp", by: "ss-arp"),
    TypeSchema(
      "bgp.route", writer: .one("ss-engine"), key: "the prefix", "a prefix that the routers should learn",
      absence: "the routers are told that it is gone",
      members: [
        MemberSchema("vip", .address, "the VIP that it leads to"),
        MemberSchema("prefix", .prefix, required: true, "the prefix"),
        MemberSchema("instance", .string, "VRRP instance whose master announces; absent: whatever the role"),
      ]),
    applied("bgp", by: "ss-bgp"),
    failed("bgp", by: "ss-bgp"),
  ]
}
