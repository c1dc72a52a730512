// What is asked of etcd and what it answers: version 3 by its JSON gateway (etcd's api_grpc_gateway), in which 64-bit
// numbers are strings and keys and values are Base64.

package import Lines

package enum EtcdMessages {
  /// Something that the gateway said and that cannot be used.
  package struct Failure: Error, Hashable, Sendable {
    package let reason: String

    package init(reason: String) { self.reason = reason }
  }

  /// A value with the revision of its last change, and the revision of the whole store.
  package struct Held: Hashable, Sendable {
    package var value: [UInt8]
    package var changed: Int64
    package var store: Int64

    package init(value: [UInt8], changed: Int64, store: Int64) {
      self.value = value
      self.changed = changed
      self.store = store
    }
  }

  // MARK: Questions

  package static func get(_ key: String) -> JSON { .object([JSONMember("key", .string(encoded(key)))]) }

  /// Changes from this revision on.
  package static func watch(_ key: String, from revision: Int64) -> JSON {
    .object([
      JSONMember(
        "create_request",
        .object([
          JSONMember("key", .string(encoded(key))), JSONMember("start_revision", .string(String(revision))),
        ]))
    ])
  }

  /// Writes the value if the key was last changed at this revision; 0: if it does not exist.
  package static func put(_ key: String, _ value: [UInt8], ifChangedAt revision: Int64) -> JSON {
    let key = JSONMember("key", .string(encoded(key)))
    return .object([
      JSONMember(
        "compare",
        .array([
          .object([
            key, JSONMember("target", "MOD"), JSONMember("result", "EQUAL"),
            JSONMember("mod_revision", .string(String(revision))),
          ])
        ])),
      JSONMember(
        "success",
        .array([
          .object([JSONMember("request_put", .object([key, JSONMember("value", .string(Base64.text(value)))]))])
        ])),
    ])
  }

  /// The question as HTTP/1.1 has it.
  package static func request(_ path: String, _ body: JSON, host: String) -> [UInt8] {
    let text = body.text
    return Array(
      """
      POST /v3/\(path) HTTP/1.1\r
      Host: \(host)\r
      Content-Type: application/json\r
      Content-Length: \(text.utf8.count)\r
      Connection: close\r
      \r
      \(text)
      """.utf8)
  }

  private static func encoded(_ key: String) -> String { Base64.text(Array(key.utf8)) }

  // MARK: Answers

  /// Nil where there is no such key.
  package static func held(_ answer: JSON) throws(Failure) -> Held? {
    try refuse(answer)
    guard let store = number(answer["header"]?["revision"]) else { throw Failure(reason: "no answer of etcd's") }
    guard let entry = answer["kvs"]?.array?.first else { return nil }
    // An empty value is left out.
    guard let changed = number(entry["mod_revision"]), let value = Base64.bytes(entry["value"]?.string ?? "") else {
      throw Failure(reason: "a value of etcd's that cannot be read")
    }
    return Held(value: value, changed: changed, store: store)
  }

  /// Whether the value was written.
  package static func isPut(_ answer: JSON) throws(Failure) -> Bool {
    try refuse(answer)
    return answer["succeeded"]?.bool ?? false
  }

  /// Whether a message of a watch tells of a change. What has changed is asked for: a watch may have lost something.
  package static func isChange(_ message: JSON) throws(Failure) -> Bool {
    try refuse(message)
    guard let result = message["result"] else { throw Failure(reason: "no answer of etcd's") }
    if result["canceled"]?.bool == true {
      throw Failure(reason: result["cancel_reason"]?.string ?? "etcd has ended the watch")
    }
    return result["events"]?.array?.isEmpty == false
  }

  private static func refuse(_ answer: JSON) throws(Failure) {
    guard let error = answer["error"] else { return }
    throw Failure(reason: error.string ?? error["message"]?.string ?? error.excerpt)
  }

  private static func number(_ value: JSON?) -> Int64? { value?.string.flatMap { Int64($0) } ?? value?.int }
}
