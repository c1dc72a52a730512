// The members of `config.vserver`.

extension Schema {
  static let vserverMembers: [MemberSchema] = [
    MemberSchema("fqdn", .string, "name of the VIP"),
    MemberSchema("ipv4", .prefix, "the VIP and its network"),
    MemberSchema("ipv6", .prefix, "the VIP and its network"),
    MemberSchema("status", statuses, default: "PRODUCTION", "status of the VIP"),
    MemberSchema("enabled", .boolean, required: true, "is to be served"),
    MemberSchema("use_fwm", .boolean, default: false, "one firewall-mark service a family in place of one an entry"),
    MemberSchema("fwmark", .integer(1...4_294_967_295), "with use_fwm: the mark"),
    MemberSchema(
      "fwmark_families", .array(.word(["inet", "inet6"])), default: [],
      "with use_fwm and without VIPs: families of packets that somebody else marks"),
    MemberSchema("rp", .string, "who is responsible"),
    MemberSchema("role", .string, "what it is for"),
    MemberSchema(
      "vips",
      .array(
        .object([
          MemberSchema("address", .address, required: true, "the VIP"),
          MemberSchema("kind", .word(VIPKind.allCases.map(\.rawValue)), required: true, "what sort it is"),
          MemberSchema("interface", .string, required: true, "interface that holds it"),
          MemberSchema("prefix_length", .integer(0...128), required: true, unit: "bits", "length it is held with"),
          MemberSchema("instance", .string, "VRRP instance whose master holds it; absent: held whatever the role"),
        ])), required: true, "the VIPs"),
    MemberSchema("entries", .array(.object(entryMembers)), default: [], "what is served"),
    MemberSchema(
      "outbound",
      .array(
        .object([
          MemberSchema("protocol", .word(["tcp", "udp", "sctp"]), required: true, "protocol"),
          MemberSchema("remote_port", .integer(1...65535), required: true, "port of the others"),
          MemberSchema("fwmark", .integer(1...4_294_967_295), required: true, "mark of their answers"),
        ])), default: [], "traffic that backends start from the VIP, whose answers have to reach them"),
    MemberSchema(
      "drain_timeout_ms", .integer(0...86_400_000), default: 0, unit: "ms",
      "how long a backend that is no longer configured is drained"),
    MemberSchema(
      "access_grants",
      .array(
        .object([
          MemberSchema("grantee", .string, required: true, "a user or a group"),
          MemberSchema("role", .word(["ADMIN", "OPS"]), required: true, "what the grant allows"),
          MemberSchema("type", .word(["USER", "GROUP"]), required: true, "what the grantee is"),
        ])), default: [], "who may override"),
    MemberSchema("warnings", .array(.string), default: [], "what the configuration's maker warns of"),
  ]

  private static let entryMembers: [MemberSchema] = [
    MemberSchema("protocol", .word(["tcp", "udp", "sctp"]), required: true, "protocol"),
    MemberSchema("port", .integer(port), required: true, "port of the VIP"),
    MemberSchema("scheduler", .string, default: "wlc", "the kernel's scheduler"),
    MemberSchema("scheduler_flags", .array(.word(IPVSSchedulerFlags.allNames)), default: [], "flags of the scheduler"),
    MemberSchema("mode", .word(["dsr", "nat", "tun"]), default: "dsr", "how packets reach the backends"),
    MemberSchema("tunnel_type", .word(["ipip", "gue", "gre"]), default: "ipip", "encapsulation of tun"),
    MemberSchema("tunnel_port", .integer(port), default: 0, "UDP port of gue"),
    MemberSchema("tunnel_flags", .array(.word(["csum", "remcsum"])), default: [], "checksums of gue and gre"),
    MemberSchema("backend_port", .integer(port), "port of the backends, if not that of the VIP"),
    MemberSchema("persistence_s", .integer(unsigned32), default: 0, unit: "s", "how long a client stays; 0: no"),
    MemberSchema("persistence_prefix_length", .integer(0...128), unit: "bits", "clients of one prefix stay together"),
    MemberSchema("persistence_engine", .string, "name of a persistence engine, such as sip"),
    MemberSchema("one_packet", .boolean, default: false, "schedule each datagram by itself"),
    MemberSchema(
      "failure_action", .word(FailureAction.allCases.map(\.rawValue)), default: "remove",
      "what becomes of a backend that fails"),
    MemberSchema("low_watermark", .number(0...1), default: 0, "share of healthy backends below which it goes down"),
    MemberSchema("high_watermark", .number(0...1), default: 0, "share from which on it comes up"),
    MemberSchema("quorum", .integer(unsigned32), default: 0, "weight of healthy backends that it needs too; 0: none"),
    MemberSchema("hysteresis", .integer(unsigned32), default: 0, "up from quorum plus this, down below it minus this"),
    MemberSchema("stays_down", .boolean, default: false, "stays in the kernel while it has too few backends"),
    MemberSchema(
      "sorry_server",
      .object([
        MemberSchema("ipv4", .address, "its address"),
        MemberSchema("ipv6", .address, "its address"),
        MemberSchema("port", .integer(port), "its port, if not that of the backends"),
        MemberSchema("mode", .word(["dsr", "nat", "tun"]), "how packets reach it, if not as the backends"),
        MemberSchema("when", .word(["below_quorum", "none_left"]), default: "none_left", "when it takes over"),
        MemberSchema("inhibit", .boolean, default: false, "stays with weight 0 while it is not needed"),
      ]), "a server that answers when the backends cannot"),
    MemberSchema(
      "slow_start_ms", .integer(unsigned32), default: 0, unit: "ms", "from a recovery to the full weight; 0: at once"),
    MemberSchema(
      "panic_percent", .integer(0...100), default: 0, "share of healthy backends below which health does not count"),
    MemberSchema("lower_threshold", .integer(unsigned32), default: 0, unit: "connections", "as IPVS has it"),
    MemberSchema("upper_threshold", .integer(unsigned32), default: 0, unit: "connections", "as IPVS has it"),
    MemberSchema("source_nat", .boolean, default: false, "nat: backends see connections come from the cluster's VIP"),
  ]
}
