// What an operator wants otherwise than the configuration says: a vserver, a backend or a destination enabled,
// disabled, drained or given another weight, by whom, why and until when.

package struct OverrideLine: Hashable, Sendable {
  package enum Object: String, Hashable, Sendable, CaseIterable { case vserver, backend, destination }
  package enum State: String, Hashable, Sendable, CaseIterable { case enabled, disabled, drain }

  package var key: String
  package var object: Object
  /// A vserver's name; VSERVER/FQDN, or FQDN for that backend wherever it is; the key of a destination.
  package var target: String
  package var state: State?
  package var weight: UInt32?
  /// How long a drain may take.
  package var drainTimeout: Duration
  package var owner: String
  package var reason: String
  /// Nanoseconds since 1970.
  package var since: Int64?
  package var expires: Int64?

  /// Unless said otherwise a drain ends after a minute.
  package static let drainTimeout: Duration = .seconds(60)

  /// From a line that the schema allows.
  package init(_ line: Line) throws(LineError) {
    key = line.key ?? ""
    object = try line.word("of")
    target = try line.string("target")
    state = line["state"] == nil ? nil : try line.word("state")
    weight = line["weight"] == nil ? nil : try line.int("weight", in: 0...65535)
    drainTimeout =
      line["timeout_ms"] == nil
      ? OverrideLine.drainTimeout : .milliseconds(try line.int("timeout_ms", in: 0...86_400_000))
    owner = try line.optionalString("owner") ?? ""
    reason = try line.optionalString("reason") ?? ""
    since = try line.optionalString("since").flatMap { Timestamp.unixNanoseconds($0) }
    expires = try line.optionalString("expires").flatMap { Timestamp.unixNanoseconds($0) }
    guard state != nil || weight != nil else {
      throw LineError("an override without state and weight changes nothing", key: line.key)
    }
    guard object != .vserver || weight == nil else { throw LineError("a vserver has no weight", key: line.key) }
  }
}

extension Schema {
  static let overrideTypes: [TypeSchema] = [
    TypeSchema(
      "override", writer: .many, key: "WRITER/OBJECT/TARGET", "what an operator wants otherwise than configured",
      absence: "none",
      members: [
        MemberSchema(
          "of", .word(OverrideLine.Object.allCases.map(\.rawValue)), required: true, "what sort of object it is about"),
        MemberSchema(
          "target", .string, required: true,
          "vserver: its name; backend: VSERVER/FQDN, or FQDN wherever it is; destination: its key"),
        MemberSchema(
          "state", .word(OverrideLine.State.allCases.map(\.rawValue)), "in place of what is configured"
        ),
        MemberSchema("weight", .integer(0...65535), "in place of the configured weight"),
        MemberSchema("timeout_ms", .integer(0...86_400_000), default: 60_000, unit: "ms", "how long a drain may take"),
        MemberSchema("owner", .string, "who wants it"),
        MemberSchema("reason", .string, "why"),
        MemberSchema("since", .time, "since when"),
        MemberSchema("expires", .time, "when it ends by itself"),
      ])
  ]
}
