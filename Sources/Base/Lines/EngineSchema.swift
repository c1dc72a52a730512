// What the engine says of its decisions, beside the objects that follow from them.

extension Schema {
  private static let states: MemberKind = .word(["up", "down", "unknown", "disabled"])

  /// One link of the chain that makes an object what it is.
  private static let why = MemberSchema(
    "why",
    .array(
      .object([
        MemberSchema(
          "fact",
          .word([
            "node", "status", "override", "drain", "check", "watermark", "quorum", "panic", "sorry_server", "role",
            "apply", "guard", "slow_start", "weight", "no_address",
          ]), required: true, "what sort of fact it is"),
        MemberSchema("of", .string, "key of the service or destination that it is about"),
        MemberSchema("key", .string, "key of the line that says it"),
        MemberSchema("state", .string, "what it says"),
        MemberSchema("ok", .boolean, "speaks for the object being up"),
        MemberSchema("value", .number(-1e18...1e18), "what there is"),
        MemberSchema("total", .number(-1e18...1e18), "of how many"),
        MemberSchema("needed", .number(-1e18...1e18), "what it takes"),
        MemberSchema("owner", .string, "whose override it is"),
        MemberSchema("reason", .string, "in words"),
        MemberSchema("since", .time, "since when"),
      ])), default: [], "the chain of facts that makes it so")

  static let engineTypes: [TypeSchema] = [
    TypeSchema(
      "vserver.state", writer: .one("ss-engine"), key: "the vserver's name", "the state of a vserver and why",
      absence: "unknown",
      members: [
        MemberSchema("state", states, required: true, "up while a VIP of it is active"),
        MemberSchema("reason", .string, "what makes it so"),
        MemberSchema("since", .time, "when it became so"),
        MemberSchema(
          "vips",
          .array(
            .object([
              MemberSchema("address", .address, required: true, "the VIP"),
              MemberSchema("kind", .word(VIPKind.allCases.map(\.rawValue)), "what sort it is"),
              MemberSchema("state", states, required: true, "active: all services up (anycast), any (others)"),
              MemberSchema("held", .boolean, default: false, "its address is asked for"),
              MemberSchema("announced", .boolean, default: false, "its route is asked for"),
              MemberSchema("instance", .string, "VRRP instance that it is bound to"),
            ])), default: [], "its VIPs"),
        MemberSchema("services", .array(.object(serviceMembers)), default: [], "its services, one an entry and VIP"),
        why,
      ]),
    TypeSchema(
      "backend.state", writer: .one("ss-engine"), key: "VSERVER/FQDN",
      "the state of a backend within a vserver and why",
      absence: "unknown",
      members: [
        MemberSchema("state", states, required: true, "up while healthy for every entry and family that it has"),
        MemberSchema("reason", .string, "what makes it so"),
        MemberSchema("since", .time, "when it became so"),
        MemberSchema(
          "destinations",
          .array(
            .object([
              MemberSchema("destination", .string, required: true, "key of the IPVS destination"),
              MemberSchema("state", states, required: true, "up while all its checks are healthy"),
              MemberSchema("weight", .integer(0...65535), "the effective one; absent while it is not in the kernel"),
              MemberSchema("slow_start_since", .time, "when its slow start began"),
              MemberSchema("check", .string, "key of the check that decides"),
            ])), default: [], "its destinations"),
        why,
      ]),
    TypeSchema(
      "drain.state", writer: .one("ss-engine"), key: "OBJECT/TARGET", "a drain: no new connections until it is done",
      absence: "no drain",
      members: [
        MemberSchema("of", .word(["vserver", "backend", "destination"]), required: true, "what is drained"),
        MemberSchema("target", .string, required: true, "as the override names it"),
        MemberSchema("state", .word(["draining", "done"]), required: true, "done: nothing is left, or no time"),
        MemberSchema("reason", .string, "why it is done"),
        MemberSchema("since", .time, "since when"),
        MemberSchema("deadline", .time, required: true, "when it ends whatever is left"),
        MemberSchema("active_connections", .integer(counter), "established connections that are left, where known"),
        MemberSchema("inactive_connections", .integer(counter), "other connections that are left, where known"),
        MemberSchema("persistent_connections", .integer(counter), "persistence templates that are left, where known"),
      ]),
    TypeSchema(
      "guard.state", writer: .one("ss-engine"), key: "storm", "whether checks fail in a storm here alone",
      absence: "no storm",
      members: [
        MemberSchema("state", .word(["storm"]), required: true, "many failed at once that the other node has up"),
        MemberSchema("failed", .integer(counter), required: true, "checks that failed within the window"),
        MemberSchema("peer_healthy", .integer(counter), required: true, "of those, how many the other node has up"),
        MemberSchema("total", .integer(counter), required: true, "checks with a verdict"),
        MemberSchema("held", .boolean, required: true, "their failures do not count meanwhile"),
        MemberSchema("since", .time, "since when"),
      ]),
  ]

  private static let serviceMembers: [MemberSchema] = [
    MemberSchema("service", .string, required: true, "key of the IPVS service"),
    MemberSchema("state", states, required: true, "up while enough backends are healthy"),
    MemberSchema("healthy", .integer(counter), required: true, "backends known to be healthy"),
    MemberSchema("unknown", .integer(counter), default: 0, "backends without a verdict"),
    MemberSchema("in_service", .integer(counter), required: true, "backends that count"),
    MemberSchema("threshold", .number(0...1), required: true, "the watermark that holds now"),
    MemberSchema("weight", .integer(counter), "total weight of the healthy ones, where a quorum is asked for"),
    MemberSchema("quorum", .integer(counter), "the weight that it takes now, where a quorum is asked for"),
    MemberSchema("sorry", .boolean, default: false, "its sorry server answers"),
    MemberSchema("panic", .boolean, default: false, "so few are healthy that health does not count"),
  ]
}
