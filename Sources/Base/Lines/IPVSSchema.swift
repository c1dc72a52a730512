// The schema of the family `ipvs`.

extension Schema {
  static let port: ClosedRange<Int64> = 0...65535
  static let unsigned32: ClosedRange<Int64> = 0...4_294_967_295
  static let counter: ClosedRange<Int64> = 0...Int64.max

  static let ipvsTypes: [TypeSchema] = [
    TypeSchema(
      "ipvs.service", writer: .one("ss-engine"), key: "PROTOCOL/ADDRESS:PORT or fwmark/MARK/FAMILY",
      "a virtual service that the kernel should hold",
      members: [
        MemberSchema("vip", .address, "the VIP that it serves; names what may not be held when the service fails"),
        MemberSchema("family", .word(["inet", "inet6"]), required: true, "address family"),
        MemberSchema("protocol", .word(["tcp", "udp", "sctp"]), "protocol; absent with fwmark"),
        MemberSchema("address", .address, "virtual address; absent with fwmark"),
        MemberSchema("port", .integer(port), "virtual port, 0 for all (with persistence only); absent with fwmark"),
        MemberSchema("fwmark", .integer(1...4_294_967_295), "firewall mark that selects the packets"),
        MemberSchema("scheduler", .string, required: true, "name of the kernel's scheduler"),
        MemberSchema(
          "scheduler_flags", .array(.word(IPVSSchedulerFlags.allNames)), default: [],
          "flags of the scheduler"),
        MemberSchema("one_packet", .boolean, default: false, "schedule each datagram by itself"),
        MemberSchema(
          "persistence_s", .integer(unsigned32), default: 0, unit: "s",
          "how long a client stays with a destination; 0: no"),
        MemberSchema(
          "persistence_prefix_length", .integer(0...128), unit: "bits",
          "clients of one prefix stay together; the whole address if absent"),
        MemberSchema("persistence_mask", .address, "the same as a mask with holes, as others may have set it"),
        MemberSchema("persistence_engine", .string, "name of a persistence engine, such as sip"),
      ]),
    TypeSchema(
      "ipvs.destination", writer: .one("ss-engine"), key: "SERVICE/ADDRESS:PORT", "a real server of a service",
      members: [
        MemberSchema("service", .string, required: true, "key of the service"),
        MemberSchema("vip", .address, "the VIP that it serves"),
        MemberSchema("address", .address, required: true, "address of the server"),
        MemberSchema("port", .integer(port), required: true, "port of the server"),
        MemberSchema(
          "forwarding", .word(["masq", "local", "tunnel", "route", "bypass"]), required: true, "how packets get there"),
        MemberSchema("weight", .integer(0...65535), default: 1, "share of new connections; 0 takes none"),
        MemberSchema(
          "upper_threshold", .integer(unsigned32), default: 0, unit: "connections", "no more than these; 0: no limit"),
        MemberSchema(
          "lower_threshold", .integer(unsigned32), default: 0, unit: "connections",
          "again from here on, after the upper threshold"),
        MemberSchema("tunnel_type", .word(["ipip", "gue", "gre"]), default: "ipip", "encapsulation"),
        MemberSchema("tunnel_port", .integer(port), default: 0, "UDP port of gue"),
        MemberSchema(
          "tunnel_flags", .array(.word(["csum", "remcsum"])), default: [], "checksums of gue and gre"),
      ]),
    TypeSchema(
      "ipvs.stats", writer: .one("ss-ipvs"), role: .measurement, key: "the object's key",
      "counters and rates of a service or destination", absence: "not measured",
      members: [
        MemberSchema("connections", .integer(counter), required: true, "connections scheduled"),
        MemberSchema("packets_in", .integer(counter), required: true, "packets from clients"),
        MemberSchema("packets_out", .integer(counter), required: true, "packets to clients, NAT only"),
        MemberSchema("bytes_in", .integer(counter), required: true, unit: "bytes", "bytes from clients"),
        MemberSchema("bytes_out", .integer(counter), required: true, unit: "bytes", "bytes to clients, NAT only"),
        rate("connections_per_s", unit: "1/s"),
        rate("packets_in_per_s", unit: "1/s"),
        rate("packets_out_per_s", unit: "1/s"),
        rate("bytes_in_per_s", unit: "bytes/s"),
        rate("bytes_out_per_s", unit: "bytes/s"),
        MemberSchema("active_connections", .integer(unsigned32), "established connections, destinations only"),
        MemberSchema("inactive_connections", .integer(unsigned32), "other connections, destinations only"),
        MemberSchema("persistent_connections", .integer(unsigned32), "persistence templates, destinations only"),
      ]),
    operation("ipvs", by: "ss-ipvs"),
    applied("ipvs", by: "ss-ipvs"),
    failed("ipvs", by: "ss-ipvs"),
  ]

  /// `FAMILY.applied`: everything up to that commit was tried.
  static func applied(_ family: String, by command: String) -> TypeSchema {
    TypeSchema(
      "\(family).applied", writer: .one(command), key: command, "everything up to a commit was tried",
      absence: "nothing was applied yet",
      members: [MemberSchema("n", .string, required: true, "number of the commit, as its sync said it")])
  }

  private static func rate(_ name: String, unit: String) -> MemberSchema {
    MemberSchema(
      name, .number(0...1e18), unit: unit, "rate since the last reading; in the first the kernel's own estimate")
  }

  /// `FAMILY.operation`: what `plan` would do.
  static func operation(_ family: String, by command: String) -> TypeSchema {
    TypeSchema(
      "\(family).operation", writer: .one(command), role: .event,
      "an operation that a plan consists of, in the order in which it would be done", absence: "nothing is to be done",
      members: [
        MemberSchema("operation", .word(["add", "change", "remove"]), required: true, "what is done"),
        MemberSchema("of", .string, required: true, "type of the object"),
        MemberSchema("key", .string, required: true, "key of the object"),
        MemberSchema("old", .object([]), "the object that goes, or the members that change"),
        MemberSchema("new", .object([]), "the object that comes, or what the members become"),
      ])
  }

  /// `FAMILY.failed`: one object that could not be made so.
  static func failed(_ family: String, by command: String) -> TypeSchema {
    TypeSchema(
      "\(family).failed", writer: .one(command), key: "the object's key",
      "an object that could not be made as desired; stands until it succeeds or goes", absence: "it did not fail",
      members: [
        MemberSchema("vip", .address, "the VIP that is not to be held while this stands"),
        MemberSchema("reason", .string, required: true, "what went wrong"),
        MemberSchema("errno", .string, "name of the kernel's error"),
      ])
  }
}
