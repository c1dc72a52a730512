// The family `config`: what follows from the configuration alone. Written by ss-config, read by the engine.

extension Schema {
  static let statuses: MemberKind = .word([
    "PRODUCTION", "TESTING", "BUILDING", "STANDBY", "FAILURE", "DISABLED", "PROPOSED",
  ])

  static let configTypes: [TypeSchema] = [
    TypeSchema(
      "config.cluster", writer: .one("ss-config"), key: "the cluster's name",
      "what holds for the cluster and this node",
      absence: "nothing is configured",
      members: [
        MemberSchema("fqdn", .string, "name of the cluster's own VIP"),
        MemberSchema("status", statuses, "status of the cluster's VIP"),
        MemberSchema("vip_ipv4", .prefix, "the cluster's VIP"),
        MemberSchema("vip_ipv6", .prefix, "the cluster's VIP"),
        MemberSchema("node_ipv4", .address, "this node"),
        MemberSchema("node_ipv6", .address, "this node"),
        MemberSchema("peer_ipv4", .address, "the other node"),
        MemberSchema("peer_ipv6", .address, "the other node"),
        MemberSchema("node_interface", .string, default: "eth0", "interface of the node's own address"),
        MemberSchema("lb_interface", .string, default: "eth1", "interface of the VIPs"),
        MemberSchema("anycast_enabled", .boolean, default: true, "announce anycast VIPs"),
        MemberSchema("use_vmac", .boolean, default: true, "virtual MAC on the LB interface"),
        MemberSchema("vrid", .integer(1...255), default: 60, "VRRP's virtual router id"),
        MemberSchema("garp_interval_s", .integer(1...86_400), default: 10, unit: "s", "gratuitous ARP while master"),
        MemberSchema("standalone", .boolean, default: false, "no peer and no election: what is wanted is held"),
        MemberSchema("bgp_local_asn", .integer(0...4_294_967_295), default: 64512, "AS number of this cluster"),
        MemberSchema("bgp_remote_asn", .integer(0...4_294_967_295), "AS number of the routers"),
        MemberSchema("dedicated_vip_subnets", .array(.prefix), default: [], "networks of dedicated VIPs"),
        MemberSchema("anycast_ranges", .array(.prefix), default: [], "networks of anycast VIPs"),
        MemberSchema("last_updated", .time, "when the configuration was made"),
        MemberSchema("warnings", .array(.string), default: [], "what the configuration's maker warns of"),
      ]),
    TypeSchema(
      "config.node", writer: .one("ss-config"), key: "the node's name", "a node of the cluster",
      absence: "no such node",
      members: [
        MemberSchema("ipv4", .prefix, "its address"),
        MemberSchema("ipv6", .prefix, "its address"),
        MemberSchema("status", statuses, required: true, "its status"),
        MemberSchema("priority", .integer(1...255), required: true, "in the election"),
        MemberSchema("ha_enabled", .boolean, required: true, "takes part in the election"),
        MemberSchema("anycast_enabled", .boolean, required: true, "announces anycast VIPs"),
        MemberSchema("bgp_enabled", .boolean, required: true, "speaks BGP"),
        MemberSchema("vservers_enabled", .boolean, required: true, "serves"),
      ]),
    TypeSchema(
      "config.vlan", writer: .one("ss-config"), key: "the VLAN's id", "a VLAN on the LB interface",
      absence: "no such VLAN",
      members: [
        MemberSchema("vlan_id", .integer(1...4094), required: true, "IEEE 802.1Q identifier"),
        MemberSchema("fqdn", .string, "name of this cluster's address on it"),
        MemberSchema("ipv4", .prefix, "address on it"),
        MemberSchema("ipv6", .prefix, "address on it"),
        MemberSchema("ipv4_backends", .integer(counter), default: 0, "backends within its network"),
        MemberSchema("ipv6_backends", .integer(counter), default: 0, "backends within its network"),
        MemberSchema("ipv4_vips", .integer(counter), default: 0, "VIPs within its network"),
        MemberSchema("ipv6_vips", .integer(counter), default: 0, "VIPs within its network"),
      ]),
    TypeSchema(
      "config.access_group", writer: .one("ss-config"), key: "the group's name", "people named together by grants",
      absence: "nobody", members: [MemberSchema("members", .array(.string), required: true, "user names")]),
    TypeSchema(
      "config.vserver", writer: .one("ss-config"), key: "the vserver's name",
      "a virtual server: VIPs, and what is served",
      absence: "no such vserver", members: vserverMembers),
    TypeSchema(
      "config.backend", writer: .one("ss-config"), key: "VSERVER/FQDN", "a backend of a vserver",
      absence: "no such backend",
      members: [
        MemberSchema("vserver", .string, required: true, "the vserver's name"),
        MemberSchema("fqdn", .string, required: true, "the backend's name"),
        MemberSchema("ipv4", .prefix, "its address"),
        MemberSchema("ipv6", .prefix, "its address"),
        MemberSchema("weight", .integer(0...65535), default: 1, "share of new connections"),
        MemberSchema("status", statuses, default: "PRODUCTION", "its status"),
        MemberSchema("enabled", .boolean, required: true, "may be given connections"),
        MemberSchema("in_service", .boolean, required: true, "counts against the watermarks"),
        MemberSchema(
          "checks",
          .array(
            .object([
              MemberSchema("check", .string, required: true, "key of the check"),
              MemberSchema("family", .word(["inet", "inet6"]), required: true, "the backend's address that it is of"),
              MemberSchema("entry", .string, "PORT/PROTOCOL of the entry; every entry if absent"),
              MemberSchema("name", .string, "the healthcheck's name, as Seesaw gives it"),
            ])), default: [], "what must be healthy for the backend to be"),
      ]),
  ]

  private static let vserverMembers: [MemberSchema] = [
    MemberSchema("fqdn", .string, "name of the VIP"),
    MemberSchema("ipv4", .prefix, "the VIP and its network"),
    MemberSchema("ipv6", .prefix, "the VIP and its network"),
    MemberSchema("status", statuses, default: "PRODUCTION", "status of the VIP"),
    MemberSchema("enabled", .boolean, required: true, "is to be served"),
    MemberSchema("use_fwm", .boolean, default: false, "one firewall-mark service a family in place of one an entry"),
    MemberSchema("rp", .string, "who is responsible"),
    MemberSchema(
      "vips",
      .array(
        .object([
          MemberSchema("address", .address, required: true, "the VIP"),
          MemberSchema("kind", .word(["unicast", "dedicated", "anycast"]), required: true, "what sort it is"),
          MemberSchema("interface", .string, required: true, "interface that holds it"),
          MemberSchema("prefix_length", .integer(0...128), required: true, unit: "bits", "length it is held with"),
        ])), required: true, "the VIPs"),
    MemberSchema(
      "entries",
      .array(
        .object([
          MemberSchema("protocol", .word(["tcp", "udp"]), required: true, "protocol"),
          MemberSchema("port", .integer(port), required: true, "port of the VIP and of the backends"),
          MemberSchema("scheduler", .string, default: "wlc", "the kernel's scheduler"),
          MemberSchema("mode", .word(["dsr", "nat", "tun"]), default: "dsr", "how packets reach the backends"),
          MemberSchema("persistence_s", .integer(unsigned32), default: 0, unit: "s", "how long a client stays; 0: no"),
          MemberSchema("one_packet", .boolean, default: false, "schedule each datagram by itself"),
          MemberSchema("quiescent", .boolean, default: false, "a failed backend keeps weight 0"),
          MemberSchema(
            "low_watermark", .number(0...1), default: 0, "share of healthy backends below which it goes down"),
          MemberSchema("high_watermark", .number(0...1), default: 0, "share from which on it comes up"),
          MemberSchema("lower_threshold", .integer(unsigned32), default: 0, unit: "connections", "as IPVS has it"),
          MemberSchema("upper_threshold", .integer(unsigned32), default: 0, unit: "connections", "as IPVS has it"),
        ])), default: [], "what is served"),
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
}
