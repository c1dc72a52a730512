// The schema of the family `check`.

extension Schema {
  static let milliseconds: ClosedRange<Int64> = 1...4_294_967_295

  static let checkTypes: [TypeSchema] = [
    TypeSchema(
      "check", writer: .one("ss-config"), key: "made from the definition: KIND/PORT BACKEND HASH",
      "a probe of one backend",
      members: [
        MemberSchema("kind", .word(CheckKind.allCases.map(\.rawValue)), required: true, "kind of probe"),
        MemberSchema("address", .address, required: true, "the backend"),
        MemberSchema("port", .integer(port), default: 0, "port to probe; none for icmp"),
        MemberSchema(
          "mode", .word(CheckMode.allCases.map(\.rawValue)), default: "plain",
          "plain: to the backend; dsr, tun: to the VIP, steered by a mark"),
        MemberSchema("vip", .address, "dsr, tun: where the probe is sent"),
        MemberSchema("mark", .integer(1...4_294_967_295), "dsr, tun: mark on the probe's packets"),
        MemberSchema("interval_ms", .integer(milliseconds), required: true, unit: "ms", "from one probe to the next"),
        MemberSchema("timeout_ms", .integer(milliseconds), required: true, unit: "ms", "for the whole probe"),
        MemberSchema("rise", .integer(1...1_000_000), default: 1, "successes in a row that make it healthy"),
        MemberSchema("fall", .integer(1...1_000_000), default: 1, "failures in a row that make it unhealthy"),
        MemberSchema("send", .string, "udp, tcp, tls: what to send"),
        MemberSchema("send_hex", .string, "the same in hexadecimal"),
        MemberSchema("receive", .string, "udp, tcp, tls: how the reply must begin"),
        MemberSchema("receive_hex", .string, "the same in hexadecimal"),
        MemberSchema("method", .string, default: "GET", "http, https: method"),
        MemberSchema("path", .string, default: "/", "http, https: target; an absolute URL with proxy"),
        MemberSchema("host", .string, "http, https: Host, and the name for TLS; ADDRESS:PORT if absent"),
        MemberSchema("status", .string, default: "200-399", "http, https: sets and ranges of status codes"),
        MemberSchema("body_prefix", .string, "http, https: how the body must begin"),
        MemberSchema("body_prefix_hex", .string, "the same in hexadecimal"),
        MemberSchema("proxy", .boolean, default: false, "http, https: ask the backend as a proxy"),
        MemberSchema("tls_verify", .boolean, default: true, "tls, https: verify the certificate"),
        MemberSchema("server_name", .string, "tls, https: name sent and verified, if not host"),
        MemberSchema("name", .string, "dns: name asked for"),
        MemberSchema("query_type", .string, "dns: type asked for"),
        MemberSchema("expect", .string, "dns: address in the answer; radius: accept, reject, challenge or any"),
        MemberSchema("user", .string, "radius: user name"),
        MemberSchema("password", .string, secret: true, "radius: password"),
        MemberSchema("secret", .string, secret: true, "radius: shared secret"),
      ]),
    TypeSchema(
      "check.state", writer: .one("ss-check"), key: "the check's key", "the verdict on a check",
      absence: "unknown: the backend stays as it was, and is down after --settle if nothing is known of it",
      members: [
        MemberSchema("healthy", .boolean, required: true, "the verdict"),
        MemberSchema("class", .string, "a word for programs: ok, connect.refused, timeout, http.status ..."),
        MemberSchema("reason", .string, "a sentence for people"),
        MemberSchema("weight", .integer(0...65535), "the weight that the check asks for, in place of the configured"),
        MemberSchema("weight_percent", .integer(0...25_600), unit: "%", "the share of the configured that it asks for"),
        MemberSchema("since", .time, "when the verdict was reached"),
      ]),
    TypeSchema(
      "peer.check.state", writer: .one("ss-peer"), key: "the check's key", "the other node's verdict on a check",
      absence: "the other node has none",
      members: [
        MemberSchema("healthy", .boolean, required: true, "the verdict"),
        MemberSchema("reason", .string, "a sentence for people"),
      ]),
    TypeSchema(
      "check.stats", writer: .one("ss-check"), role: .measurement, key: "the check's key", "how probing goes",
      absence: "not measured",
      members: [
        MemberSchema("probes", .integer(counter), required: true, "probes ended"),
        MemberSchema("failures", .integer(counter), required: true, "probes that failed"),
        MemberSchema("duration_us", .integer(counter), unit: "us", "the last probe's"),
        MemberSchema("late_ms", .integer(counter), unit: "ms", "how late the last probe began"),
      ]),
  ]
}
