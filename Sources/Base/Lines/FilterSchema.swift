// The schema of the family `filter`.

extension Schema {
  private static let transport: MemberKind = .word(["tcp", "udp", "sctp"])
  private static let services: MemberKind = .array(
    .object([
      MemberSchema("protocol", transport, required: true, "protocol"),
      MemberSchema("port", .integer(port), required: true, "port; 0 is every one"),
    ]))

  static let filterTypes: [TypeSchema] = [
    TypeSchema(
      "filter.mark", writer: .one("ss-engine"), key: "PROTOCOL/VIP:PORT, with /reply for a remote port",
      "packets that get a firewall mark",
      members: [
        MemberSchema("vip", .address, required: true, "where they go"),
        MemberSchema("protocol", transport, required: true, "protocol"),
        MemberSchema("port", .integer(port), "to this port of the VIP; 0 is every one"),
        MemberSchema("remote_port", .integer(1...65535), "from this port of others"),
        MemberSchema("mark", .integer(1...4_294_967_295), required: true, "the mark"),
      ]),
    TypeSchema(
      "filter.snat", writer: .one("ss-engine"), key: "PROTOCOL/VIP:PORT",
      "connections that reach the backends from another address",
      members: [
        MemberSchema("vip", .address, required: true, "where they go"),
        MemberSchema("protocol", transport, required: true, "protocol"),
        MemberSchema("port", .integer(port), required: true, "port; 0 is every one"),
        MemberSchema("source", .address, required: true, "address that the backends see"),
        MemberSchema("instance", .string, "VRRP instance whose master does it; absent: whatever the role"),
      ]),
    TypeSchema(
      "filter.vip", writer: .one("ss-engine"), key: "the VIP",
      "what may reach a VIP; all else but ICMP is rejected",
      members: [
        MemberSchema("vip", .address, required: true, "the VIP"),
        MemberSchema("services", services, default: [], "ports that are served"),
        MemberSchema("replies", services, default: [], "ports of others whose answers are let in"),
      ]),
    applied("filter", by: "ss-filter"),
    failed("filter", by: "ss-filter"),
  ]
}
