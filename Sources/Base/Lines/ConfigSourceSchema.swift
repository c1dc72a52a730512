// What ss-config says of its own part: where the configuration comes from, and what waits for an operator.

extension Schema {
  private static let origins: MemberKind = .word(["etcd", "server", "files", "applied"])

  static let configSourceTypes: [TypeSchema] = [
    TypeSchema(
      "config.source", writer: .one("ss-config"), key: "always config",
      "which configuration is in use, and what waits for an operator",
      absence: "nothing is kept on disk",
      members: [
        MemberSchema("source", origins, required: true, "where it came from"),
        MemberSchema("generation", .string, required: true, "which texts it is made of"),
        MemberSchema("since", .time, required: true, "when it was taken"),
        MemberSchema("order", .array(origins), required: true, "the sources, the first above the others"),
        MemberSchema("held", .string, "generation that is used only once it is confirmed"),
        MemberSchema("held_from", origins, "where that came from"),
        MemberSchema("held_since", .time, "since when it is held"),
        MemberSchema("held_reason", .string, "why it is held"),
        MemberSchema("confirm_by", .time, "when the one in use goes, unless it is confirmed"),
        MemberSchema("previous", .string, "generation that is used again then"),
        MemberSchema(
          "failing",
          .array(
            .object([
              MemberSchema("source", origins, required: true, "the source"),
              MemberSchema("reason", .string, required: true, "why it gives nothing"),
            ])), default: [], "sources that give nothing"),
      ])
  ]
}
