// What a healthcheck message means, its name as Seesaw gives it, and the checks that could never run: Seesaw refuses
// those with a line in its log and holds their backends down.

internal import Lines
internal import Values

extension Reading {
  /// What a list of checks is for.
  enum Checked {
    case vserver
    case entry(Entry)
    /// `port` is where it is asked if the check names none.
    case backend(port: UInt16?)
  }

  /// The checks of one list, named and in the order of their names.
  func healthchecks(_ messages: [Message], for checked: Checked, _ own: inout Findings) -> [Healthcheck] {
    var checks = messages.map { healthcheck($0, checked, &own) }
    checks.sort(by: Self.precedes)
    // Seesaw counts by type and port, but gives HTTPS and TLS the word of their plain form; there the second of one
    // name is dropped. Counting by the name itself keeps all, and every name that Seesaw keeps.
    var counts: [String: Int] = [:]
    for index in checks.indices {
      let stem = "\(checks[index].type.word)/\(checks[index].port)"
      checks[index].name = "\(stem)_\(counts[stem, default: 0])"
      counts[stem, default: 0] += 1
    }
    for (check, next) in zip(checks, checks.dropFirst()) where Self.isSame(check, next) {
      own.warn(.duplicate, at: next.position, "the same healthcheck is given twice", also: check.position)
    }
    return checks
  }

  private static func isSame(_ a: Healthcheck, _ b: Healthcheck) -> Bool {
    var copy = b
    copy.name = a.name
    copy.followsBackend = a.followsBackend
    copy.position = a.position
    return copy == a
  }

  /// Seesaw's order: type, port, send, receive, method, code, proxy, tls_verify, interval, timeout.
  private static func precedes(_ a: Healthcheck, _ b: Healthcheck) -> Bool {
    if (a.type, a.port) != (b.type, b.port) { return (a.type, a.port) < (b.type, b.port) }
    if a.send != b.send { return a.send.lexicographicallyPrecedes(b.send) }
    if a.receive != b.receive { return a.receive.lexicographicallyPrecedes(b.receive) }
    if a.method != b.method { return a.method < b.method }
    if a.code != b.code { return a.code < b.code }
    if a.isProxied != b.isProxied { return b.isProxied }
    if a.verifiesTLS != b.verifiesTLS { return b.verifiesTLS }
    if a.interval != b.interval { return a.interval < b.interval }
    if a.timeout != b.timeout { return a.timeout < b.timeout }
    // What Seesaw does not know, or does not compare.
    return (a.retries, a.rise, a.host, a.statuses, a.mode.rawValue)
      < (b.retries, b.rise, b.host, b.statuses, b.mode.rawValue)
  }

  private func healthcheck(_ message: Message, _ checked: Checked, _ own: inout Findings) -> Healthcheck {
    for problem in message.faults { own.add(problem) }
    var check = Healthcheck(
      type: message.choice(.type), mode: message.choice(.mode), port: 0,
      interval: duration(.interval, .interval_ms, message, &own),
      timeout: duration(.timeout, .timeout_ms, message, &own),
      rise: ranged(.rise, 1...1_000_000, message, &own), retries: retries(message, &own), send: message.bytes(.send),
      receive: message.bytes(.receive), code: Int(message.integer(.code)), statuses: message.text(.status),
      method: message.text(.method), host: message.text(.host), isProxied: message.truth(.proxy),
      verifiesTLS: message.truth(.tls_verify), position: message.position)
    let port = ranged(.port, 0...65535, message, &own)
    check.port = port == 0 ? defaultPort(check, checked) : UInt16(clamping: port)
    check.followsBackend = port == 0 && check.mode == .plain && check.type != .icmp
    guard message.field(.type) != nil else { return check }
    tellPlace(check, checked, message, &own)
    if check.timeout > check.interval {
      own.warn(
        .contradiction, at: message.position(of: message.field(.timeout_ms) == nil ? .timeout : .timeout_ms),
        "timeout \(Self.short(check.timeout)) is longer than interval \(Self.short(check.interval))")
    }
    if message.field(.code) != nil, let field = message.field(.status) {
      own.error(
        .contradiction, at: field.position, "code and status are both given", also: message.position(of: .code))
    }
    for fault in check.faults { own.error(.badCheck, at: message.position(of: fault.field), fault.sentence) }
    for doubt in check.doubts { own.warn(.withoutEffect, at: message.position(of: doubt.field), doubt.sentence) }
    return check
  }

  /// In milliseconds where those are given, else in seconds.
  private func duration(
    _ seconds: FieldName, _ milliseconds: FieldName, _ message: Message, _ own: inout Findings
  ) -> Duration {
    // What `interval_ms` of a line can say: 32 bits of milliseconds.
    let longest = Int64(UInt32.max)
    guard let field = message.field(milliseconds) else {
      return .seconds(ranged(seconds, 1...longest / 1000, message, &own))
    }
    if message.field(seconds) != nil {
      own.error(
        .contradiction, at: field.position, "\(seconds) and \(milliseconds) are both given",
        also: message.position(of: seconds))
    }
    return .milliseconds(ranged(milliseconds, 1...longest, message, &own))
  }

  private func retries(_ message: Message, _ own: inout Findings) -> Int {
    guard let field = message.field(.fall) else { return ranged(.retries, 0...999_999, message, &own) }
    if message.field(.retries) != nil {
      own.error(
        .contradiction, at: field.position, "retries and fall are both given", also: message.position(of: .retries))
    }
    return ranged(.fall, 1...1_000_000, message, &own) - 1
  }

  /// `5 s`, or `1500 ms`.
  private static func short(_ duration: Duration) -> String {
    let milliseconds = duration / .milliseconds(1)
    return duration.components.attoseconds == 0 ? "\(duration.components.seconds) s" : "\(Int(milliseconds)) ms"
  }

  /// A probe that goes to the VIP meets no translation of ports.
  private func defaultPort(_ check: Healthcheck, _ checked: Checked) -> UInt16 {
    switch checked {
    case .vserver: 0
    case .entry(let entry): check.mode == .plain ? entry.backendPort ?? entry.port : entry.port
    case .backend(let port): port ?? 0
    }
  }

  private func tellPlace(_ check: Healthcheck, _ checked: Checked, _ message: Message, _ own: inout Findings) {
    if check.port == 0, check.type != .icmp {
      let whose = if case .backend = checked { "backend" } else { "vserver" }
      own.error(.missing, at: message.position, "a \(check.type.rawValue) healthcheck of a \(whose) needs a port")
    }
    if case .entry(let entry) = checked, check.mode != .plain, check.mode.rawValue != entry.mode.rawValue {
      own.warn(
        .contradiction, at: message.position(of: .mode),
        "the healthcheck goes by \(check.mode.rawValue), the entry's packets by \(entry.mode.rawValue)")
    }
  }

  /// A probe that goes to a VIP which is not there.
  func tellAimless(_ checks: [Healthcheck], in vserver: Vserver, _ own: inout Findings) {
    guard vserver.vips.isEmpty, !vserver.markFamilies.isEmpty else { return }
    for check in checks where check.mode != .plain {
      own.error(
        .badCheck, at: check.position, "a healthcheck by \(check.mode.rawValue) goes to a VIP, and there is none")
    }
  }
}

extension Healthcheck {
  typealias Remark = (field: FieldName, sentence: String)

  /// Why it could never run or never succeed.
  fileprivate var faults: [Remark] {
    switch type {
    case .icmp:
      mode == .plain
        ? [] : [(.mode, "an ICMP_PING healthcheck goes to the backend only: mode \(mode.rawValue) is impossible")]
    case .http, .https: httpFaults + hostFaults + payloadFaults([.receive])
    case .dns: dnsFaults + payloadFaults([.receive])
    case .radius: radiusFaults + payloadFaults([.send])
    case .tls: hostFaults + payloadFaults([.send, .receive])
    case .tcp, .udp: payloadFaults([.send, .receive])
    }
  }

  private var hostFaults: [Remark] {
    host.isEmpty || HTTPCheck.isText(host)
      ? [] : [(.host, "host holds a space, or is longer than \(HTTPCheck.maximumText) bytes")]
  }

  private func payloadFaults(_ fields: [FieldName]) -> [Remark] {
    fields.compactMap { field in
      let count = field == .send ? send.count : receive.count
      let limit = field == .send ? CheckDefinition.maximumSend(kind) : CheckDefinition.maximumPayload
      return count > limit ? (field, "\(field) has \(count) bytes, more than \(limit)") : nil
    }
  }

  private var httpFaults: [Remark] {
    var faults: [Remark] = []
    if code != 0, !(100...599).contains(code) { faults.append((.code, "code \(code) is no status of HTTP")) }
    if !statuses.isEmpty, !HTTPStatuses.isSet(statuses) {
      faults.append((.status, "status \"\(statuses)\" is no set of HTTP statuses such as \"200,204,300-399\""))
    }
    if !method.isEmpty, !HTTPCheck.isMethod(method) {
      faults.append((.method, "method \"\(method)\" is none for a check"))
    }
    if let reason = HTTPRequest.fault(in: send) {
      faults.append((.send, "send: \(reason)"))
    } else if let path = definition(of: Self.widest, vip: Self.widest).http?.path, !HTTPCheck.isText(path) {
      faults.append((.send, "send: the path is longer than \(HTTPCheck.maximumText) bytes as it is sent"))
    }
    return faults
  }

  /// As long as an address can be in the URL that a proxy is asked for.
  private static let widest = IPAddress.v6(high: .max, low: .max)

  private var dnsFaults: [Remark] {
    var faults: [Remark] = []
    let type = method.uppercased()
    if method.isEmpty {
      faults.append((.method, "a DNS healthcheck needs method, the type that is asked for (A, AAAA)"))
    } else if !DNSQuestion.types.contains(type) {
      faults.append((.method, "method \"\(method)\" is no type of DNS record"))
    }
    if !DNSQuestion.isName(send) { faults.append((.send, "a DNS healthcheck needs send, the name that is asked for")) }
    if type == "A" || type == "AAAA" {
      let answer = IPAddress(String(decoding: receive, as: UTF8.self))
      if answer?.family != (type == "A" ? .inet : .inet6) {
        faults.append((.receive, "a DNS healthcheck of type \(type) needs receive, the address that is expected"))
      }
    }
    return faults
  }

  private var radiusFaults: [Remark] {
    var faults: [Remark] = []
    let text = String(validating: send, as: UTF8.self)
    if text?.split(separator: ":", omittingEmptySubsequences: false).count != 3 {
      faults.append((.send, "a RADIUS healthcheck needs send \"user:password:secret\""))
    }
    let answers = ["", "accept", "reject", "challenge", "any"]
    if !answers.contains(String(decoding: receive, as: UTF8.self)) {
      faults.append((.receive, "a RADIUS healthcheck receives accept, reject, challenge or any"))
    }
    return faults
  }

  /// What was set and does nothing, or can hardly be meant.
  fileprivate var doubts: [Remark] {
    var doubts: [Remark] = []
    let isHTTP = type == .http || type == .https
    if !statuses.isEmpty, !isHTTP { doubts.append((.status, "status has an effect on HTTP and HTTPS only")) }
    if !host.isEmpty, !isHTTP, type != .tls {
      doubts.append((.host, "host has an effect on HTTP, HTTPS and TCP_TLS only"))
    }
    if code != 0, !isHTTP { doubts.append((.code, "code has an effect on HTTP and HTTPS only")) }
    if isProxied, !isHTTP { doubts.append((.proxy, "proxy has an effect on HTTP and HTTPS only")) }
    if !method.isEmpty, !isHTTP, type != .dns {
      doubts.append((.method, "method has an effect on HTTP, HTTPS and DNS only"))
    }
    if isHTTP, method == "HEAD", !receive.isEmpty {
      doubts.append((.receive, "an answer to HEAD has no body: it can never be what receive says"))
    }
    if let scheme = HTTPRequest(send).scheme, scheme != (type == .https ? "https" : "http"), isHTTP, !isProxied {
      doubts.append((.send, "the URL says \(scheme), but the type of the healthcheck decides"))
    }
    return doubts
  }
}
