// What the engine says of its decisions, beside the objects that follow from them.

extension Schema {
  private static let states: MemberKind = .word(["up", "down", "unknown", "disabled"])

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
              MemberSchema("state", states, required: true, "active: all services up (anycast), any (others)"),
            ])), default: [], "its VIPs"),
        MemberSchema(
          "services",
          .array(
            .object([
              MemberSchema("service", .string, required: true, "key of the IPVS service"),
              MemberSchema("state", states, required: true, "up while enough backends are healthy"),
              MemberSchema("healthy", .integer(counter), required: true, "backends known to be healthy"),
              MemberSchema("unknown", .integer(counter), default: 0, "backends without a verdict"),
              MemberSchema("in_service", .integer(counter), required: true, "backends that count"),
              MemberSchema("threshold", .number(0...1), required: true, "the watermark that holds now"),
            ])), default: [], "its services, one an entry and family"),
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
              MemberSchema("check", .string, "key of the check that decides"),
            ])), default: [], "its destinations"),
      ]),
  ]
}
