// The schema of the family `link`.

extension Schema {
  private static let instance = MemberSchema(
    "instance", .string, "VRRP instance whose master holds it; absent: held whatever the role")

  static let linkTypes: [TypeSchema] = [
    TypeSchema(
      "link.interface", writer: .one("ss-engine"), key: "the interface's name", "an interface that should exist",
      members: [
        MemberSchema("kind", .word(LinkInterface.Kind.allCases.map(\.rawValue)), required: true, "what it is"),
        MemberSchema("up", .boolean, default: true, "administratively up"),
        MemberSchema("parent", .string, "vlan, macvlan: the interface that it is on"),
        MemberSchema("vlan_id", .integer(1...4094), "vlan: IEEE 802.1Q identifier"),
        MemberSchema("mac", .string, "its MAC address; absent: as it is"),
        instance,
      ]),
    TypeSchema(
      "link.address", writer: .one("ss-engine"), key: "INTERFACE/ADDRESS/LENGTH", "an address that should be held",
      members: [
        MemberSchema("interface", .string, required: true, "name of the interface"),
        MemberSchema("address", .prefix, required: true, "the address and its prefix length"),
        MemberSchema("vip", .address, "the VIP that it is: not brought up while a service of it stands as failed"),
        instance,
        MemberSchema(
          "lease_s", .integer(0...86_400), default: 0, unit: "s", "lifetime, renewed while ss-link runs; 0: none"),
      ]),
    TypeSchema(
      "link.route", writer: .one("ss-engine"), key: "TABLE/DESTINATION, or TABLE/FAMILY/default",
      "a route that a table should hold",
      members: [
        MemberSchema("family", .word(["inet", "inet6"]), required: true, "address family"),
        MemberSchema("destination", .string, required: true, "a prefix, or default"),
        MemberSchema("table", .integer(1...4_294_967_295), required: true, "number of the table"),
        MemberSchema("kind", .word(LinkRoute.Kind.allCases.map(\.rawValue)), default: "unicast", "type of the route"),
        MemberSchema("interface", .string, required: true, "interface that packets leave by"),
        MemberSchema("via", .string, "an address, or \"default of main\": what the main table's default route has"),
        MemberSchema("source", .address, "address that packets leave with"),
        MemberSchema("vip", .address, "the VIP that it is for"),
        instance,
      ]),
    TypeSchema(
      "link.rule", writer: .one("ss-engine"), key: "from/ADDRESS or to/ADDRESS", "a policy rule",
      members: [
        MemberSchema("from", .address, "packets from this address"),
        MemberSchema("to", .address, "packets to this address"),
        MemberSchema("table", .integer(1...4_294_967_295), required: true, "number of the table that they use"),
        MemberSchema("vip", .address, "the VIP that it is for"),
        instance,
      ]),
    operation("link", by: "ss-link"),
    applied("link", by: "ss-link"),
    failed("link", by: "ss-link"),
  ]
}
