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
        MemberSchema("node", .string, "name of this node's config.node"),
        MemberSchema("node_ipv4", .address, "this node"),
        MemberSchema("node_ipv6", .address, "this node"),
        MemberSchema("peer_ipv4", .address, "the other node"),
        MemberSchema("peer_ipv6", .address, "the other node"),
        MemberSchema("node_interface", .string, default: "eth0", "interface of the node's own address"),
        MemberSchema("lb_interface", .string, default: "eth1", "interface of the VIPs"),
        MemberSchema(
          "lb_layout", .word(LinkLayout.allCases.map(\.rawValue)),
          "how VIPs lie on interfaces; shared where both interfaces are one, else seesaw"),
        MemberSchema("instance_ipv4", .string, "VRRP instance of the IPv4 addresses; none without an election"),
        MemberSchema("instance_ipv6", .string, "VRRP instance of the IPv6 addresses; none without an election"),
        MemberSchema("anycast_enabled", .boolean, default: true, "announce anycast VIPs"),
        MemberSchema("anycast_on_backup", .boolean, default: true, "announce them on the backup too"),
        MemberSchema("use_vmac", .boolean, default: true, "virtual MAC on the LB interface"),
        MemberSchema("vrid", .integer(1...255), default: 60, "VRRP's virtual router id"),
        MemberSchema("garp_interval_s", .integer(1...86_400), default: 10, unit: "s", "gratuitous ARP while master"),
        MemberSchema(
          "lease_s", .integer(0...86_400), default: 10, unit: "s", "lifetime of role-bound addresses; 0 is none"),
        MemberSchema(
          "role_timeout_ms", .integer(1...86_400_000), unit: "ms",
          "after so long without its ss-vrrp a role counts as lost; lease_s if absent"),
        MemberSchema("route_table", .integer(1...4_294_967_295), default: 2, "routing table of what leaves from VIPs"),
        MemberSchema("standalone", .boolean, default: false, "no peer and no election: what is wanted is held"),
        MemberSchema("bgp_local_asn", .integer(0...4_294_967_295), default: 64512, "AS number of this cluster"),
        MemberSchema("bgp_remote_asn", .integer(0...4_294_967_295), "AS number of the routers"),
        MemberSchema("dedicated_vip_subnets", .array(.prefix), default: [], "networks of dedicated VIPs"),
        MemberSchema("anycast_ranges", .array(.prefix), default: [], "networks of anycast VIPs"),
        MemberSchema("service_anycast", .array(.address), default: [], "anycast addresses without a vserver"),
        MemberSchema("vmac", .string, "the configuration's virtual MAC; shown, not used: it follows from vrid"),
        MemberSchema("storm_percent", .integer(0...100), default: 0, "failing checks that are a storm; 0: none"),
        MemberSchema(
          "storm_window_ms", .integer(1...86_400_000), default: 10_000, unit: "ms", "in which so many must fail"),
        MemberSchema("storm_action", .word(["report", "hold"]), default: "report", "what is done in a storm"),
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
      absence: "no such vserver", members: Schema.vserverMembers),
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
        MemberSchema("port", .integer(port), "its port, if not that of the entry"),
        MemberSchema("mode", .word(["dsr", "nat", "tun"]), "how packets reach it, if not as the entry says"),
        MemberSchema("tunnel_type", .word(["ipip", "gue", "gre"]), "encapsulation, if not as the entry says"),
        MemberSchema("tunnel_port", .integer(port), default: 0, "UDP port of gue"),
        MemberSchema("tunnel_flags", .array(.word(["csum", "remcsum"])), default: [], "checksums of gue and gre"),
        MemberSchema(
          "failure_action", .word(FailureAction.allCases.map(\.rawValue)), "if it fails; else as the entry says"),
        MemberSchema("lower_threshold", .integer(unsigned32), unit: "connections", "if not as the entry says"),
        MemberSchema("upper_threshold", .integer(unsigned32), unit: "connections", "if not as the entry says"),
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
    TypeSchema(
      "config.difference", writer: .one("ss-config"), role: .event, "what differs between two configurations, by diff",
      absence: "nothing differs",
      members: [
        MemberSchema(
          "object", .array(.string), required: true,
          "from the outside in: the field that holds it and, where there may be several, its key; empty: the cluster"),
        MemberSchema("change", .word(["added", "removed", "changed"]), required: true, "what became of it"),
        MemberSchema("field", .string, "the object's field; absent: the object as a whole"),
        MemberSchema("before", .string, "the value that it had; absent: none"),
        MemberSchema("after", .string, "the value that it has; absent: none"),
      ]),
  ]
}
