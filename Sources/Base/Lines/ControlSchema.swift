// The types that every command may say: ends of commits, beginnings of sets, permission to forget, and errors.

extension Schema {
  static let controlTypes: [TypeSchema] = [
    TypeSchema(
      "sync", writer: .many, role: .commit, "ends a commit: the writer's lines since its last sync act together",
      absence: "nothing acts",
      members: [
        MemberSchema("from", .string, required: true, "who wrote the lines"),
        MemberSchema("n", .string, required: true, "START.COUNT: new at each start, then counted"),
      ]),
    TypeSchema(
      "reset", writer: .many, role: .commit, "begins a complete set; nothing of it acts before its sync",
      absence: "lines act one by one until the first sync",
      members: [
        MemberSchema("from", .string, required: true, "whose set it is"),
        MemberSchema("lines", .integer(1...1_000_000), default: 1, "number of the contract"),
      ]),
    TypeSchema(
      "prune", writer: .many, role: .commit, "what was not said may now go from the kernel or the routers",
      absence: "what is there stays",
      members: [
        MemberSchema("from", .string, required: true, "whose set is complete"),
        MemberSchema("of", .string, required: true, "family: ipvs, filter, link, arp or bgp"),
        MemberSchema("n", .string, required: true, "number, as in sync"),
        MemberSchema("confirmed", .boolean, default: false, "go beyond the limit of what one prune may remove"),
      ]),
    TypeSchema(
      "error", writer: .many, role: .event, "a line, an object or an operation that could not be used",
      absence: "nothing was wrong",
      members: [
        MemberSchema("from", .string, required: true, "who says it"),
        MemberSchema("reason", .string, required: true, "what was wrong and what was done instead"),
        MemberSchema("key", .string, "key of the object"),
        MemberSchema("line", .integer(1...Int64.max), "number of the input line"),
        MemberSchema("file", .string, "file of the fault"),
        MemberSchema("column", .integer(1...Int64.max), "column of the fault"),
        MemberSchema("severity", .word(["error", "warning"]), default: "error", "whether something was left out"),
      ]),
  ]

  /// Types of the election that the reader's queue must know before its command exists: they go first.
  static let electionTypes: [TypeSchema] = [
    TypeSchema(
      "vrrp.state", writer: .one("ss-vrrp"), urgent: true, key: "the instance's name", "the role of an instance",
      absence: "backup",
      members: [
        MemberSchema("state", .word(["init", "backup", "master", "fault"]), required: true, "the role"),
        MemberSchema("since", .time, "when the role was taken"),
      ]),
    TypeSchema(
      "bfd.state", writer: .one("ss-bfd"), urgent: true, key: "the session's name", "whether a peer is reachable",
      absence: "unknown",
      members: [MemberSchema("state", .word(["admin_down", "down", "init", "up"]), "RFC 5880 §4.1")]),
    TypeSchema(
      "track", writer: .many, urgent: true, key: "WRITER/NAME", "a condition that the election depends on",
      absence: "unknown",
      members: [
        MemberSchema("ok", .boolean, "whether the condition holds"),
        MemberSchema("value", .integer(Int64.min...Int64.max), "its number, where it has one"),
      ]),
  ]
}
