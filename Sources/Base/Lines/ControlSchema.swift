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
    TypeSchema(
      "schema", writer: .many, key: "COMMAND/TYPE", "a type that the command reads or writes, as --schema prints it",
      absence: "the command has nothing to do with the type",
      members: [
        MemberSchema("of", .string, required: true, "the type"),
        MemberSchema("use", .word(["reads", "writes"]), required: true, "what the command does with it"),
        MemberSchema("writer", .string, required: true, "the one command that writes it, or any"),
        MemberSchema(
          "role", .word(["state", "measurement", "event", "request", "commit"]), required: true,
          "how lines of it behave"),
        MemberSchema("urgent", .boolean, required: true, "whether it goes ahead of all that waits"),
        MemberSchema("made_of", .string, "what the key is made of, where it has one"),
        MemberSchema("meaning", .string, required: true, "what a line of it says"),
        MemberSchema("absence", .string, required: true, "what readers take from there being none"),
        MemberSchema(
          "members", .array(.object([])), required: true,
          "name, kind, required, default, unit, secret, meaning; from and to (numbers), words, of (arrays), members"),
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
