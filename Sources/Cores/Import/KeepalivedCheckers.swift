// The checkers of a real server. A checker that would ask something else is left out, and a server without any counts
// as healthy; one that would only ask less is kept. Both are problems.

internal import Values

extension KeepalivedReader {
  /// A checker while it is read.
  struct Checker {
    var block: Statement
    var settings = CheckSettings()
    var port: UInt16?
    /// Asks another address than the server's.
    var elsewhere: Statement?
    var urls: [Statement] = []
    var payload: [UInt8]?
    var reply: [UInt8]?
    var reason: String?
  }

  mutating func checks(
    _ block: Statement, _ inherited: CheckSettings, of backend: ImportedBackend, in server: VirtualServer
  ) -> [ImportedCheck] {
    let what = "\(block.keyword) of real server \(backend.name)"
    guard ["TCP_CHECK", "HTTP_GET", "UDP_CHECK"].contains(block.keyword) else {
      if Self.checkers.contains(block.keyword) {
        findings.error(block.place, "\(what) is left out: there is no such check here")
      } else {
        unknown(block)
      }
      return []
    }
    var checker = Checker(block: block)
    for statement in block.block ?? [] { read(statement, into: &checker) }
    checker.settings = checker.settings.over(inherited)
    if let elsewhere = checker.elsewhere, elsewhere.word(1).flatMap({ IPAddress($0.text) }) != backend.address {
      checker.reason = "\(elsewhere.title) is not the server's address"
    }
    guard let port = checker.port ?? backend.port ?? port(of: server) else {
      findings.error(block.place, "\(what) is left out: it has no port")
      return []
    }
    if block.keyword == "UDP_CHECK", checker.reply == nil {
      checker.reason = checker.reason ?? "a probe that succeeds without a reply cannot be said"
    }
    if let reason = checker.reason {
      findings.error(block.place, "\(what) is left out: \(reason)")
      return []
    }
    var check = ImportedCheck(
      kind: .tcp, port: port, interval: checker.settings.interval ?? 60_000,
      timeout: checker.settings.connectTimeout ?? 5000, fall: (checker.settings.retry ?? 1) + 1)
    if let delay = checker.settings.retryDelay, check.fall > 1, delay.value != check.interval {
      let reason = "after a failure the next probe comes when it is due, as any other"
      findings.error(delay.place, "delay_before_retry is left out: \(reason)")
    }
    switch block.keyword {
    case "HTTP_GET":
      check.kind = .http
      return urls(checker, like: check, what)
    case "UDP_CHECK":
      check.kind = .udp
      check.send = checker.payload ?? []
      check.receive = checker.reply ?? []
      return [check]
    default: return [check]
    }
  }

  private static let checkers: Set<String> = [
    "SSL_GET", "SMTP_CHECK", "DNS_CHECK", "MISC_CHECK", "BFD_CHECK", "PING_CHECK", "FILE_CHECK",
  ]

  private func port(of server: VirtualServer) -> UInt16? {
    if case .address(_, let port) = server.target, port > 0 { return port }
    return nil
  }

  private mutating func read(_ statement: Statement, into checker: inout Checker) {
    if readCheckSetting(statement, &checker.settings, inChecker: true) { return }
    switch (statement.keyword, checker.block.keyword) {
    case ("connect_port", _): checker.port = number(statement, 1...65535).map { UInt16($0) }
    case ("connect_ip", _): checker.elsewhere = statement
    case ("bindto", _), ("bind_if", _), ("bind_port", _), ("fwmark", _):
      leaveOut(statement, "the address and mark of a probe cannot be said")
    case ("log_all_failures", _):
      findings.warn(statement.place, "\(statement.title) is left out: every failure is told")
    case ("url", "HTTP_GET"): checker.urls.append(statement)
    // How it asks, not what.
    case ("http_protocol", "HTTP_GET"):
      findings.warn(statement.place, "\(statement.title) is left out: probes speak HTTP/1.1")
    case ("fast_recovery", "HTTP_GET"):
      findings.warn(statement.place, "fast_recovery is left out: each url is probed at its own time")
    case ("payload", "UDP_CHECK"):
      checker.payload = hexadecimal(statement)
      if checker.payload == nil { checker.reason = "its payload is no hexadecimal number" }
    case ("require_reply", "UDP_CHECK"):
      checker.reply = hexadecimal(statement)
      if checker.reply == nil { checker.reason = "not every digit of its require_reply is one" }
    case ("min_reply_length", "UDP_CHECK"), ("max_reply_length", "UDP_CHECK"):
      leaveOut(statement, "the length of a reply cannot be said")
    default: unknown(statement)
    }
  }

  /// `Ab12f 3 456` is AB 12 0F 03 45 06: each word by itself, an odd digit being a byte.
  private func hexadecimal(_ statement: Statement) -> [UInt8]? {
    var bytes: [UInt8] = []
    for part in statement.words.dropFirst().flatMap({ $0.text.split(separator: " ") }) {
      var digits = Array(part.utf8)[...]
      while !digits.isEmpty {
        var byte: UInt8 = 0
        for digit in digits.prefix(2) {
          guard let value = hexValue(digit) else { return nil }
          byte = byte << 4 | value
        }
        bytes.append(byte)
        digits = digits.dropFirst(2)
      }
    }
    return bytes
  }

  // MARK: HTTP

  /// Each url is a check, since all must succeed.
  private mutating func urls(_ checker: Checker, like model: ImportedCheck, _ what: String) -> [ImportedCheck] {
    if checker.urls.isEmpty { findings.error(checker.block.place, "\(what) is left out: it has no url") }
    return checker.urls.map { url in
      var check = model
      check.host = checker.settings.host
      check.send = Array("/".utf8)
      check.status = "200-299"
      for statement in url.block ?? [] {
        switch statement.keyword {
        case "path":
          if let path = text(statement) { check.send = target(path, statement) }
        case "virtualhost": check.host = text(statement) ?? check.host
        case "status_code": check.status = statusSet(statement) ?? check.status
        case "digest", "regex", "regex_no_match": leaveOut(statement, "the status is checked, and not the body")
        case "regex_options", "regex_stack", "regex_min_offset", "regex_max_offset": break
        default: unknown(statement)
        }
      }
      return check
    }
  }

  /// keepalived asks for the path as it stands; here it is a URL, in which `#` begins what is not asked for.
  private mutating func target(_ path: String, _ statement: Statement) -> [UInt8] {
    let target = path.split(separator: "#", omittingEmptySubsequences: false).joined(separator: "%23")
    if target != path { findings.warn(statement.place, "\(statement.title): # is asked for as %23") }
    return Array(target.utf8)
  }

  /// `200-299 301` as `200-299,301`.
  private mutating func statusSet(_ statement: Statement) -> String? {
    var parts: [String] = []
    for word in statement.words.dropFirst() {
      let bounds = word.text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
      if (1...2).contains(bounds.count), bounds.allSatisfy((100...999).contains), bounds[0] <= bounds[bounds.count - 1]
      {
        parts.append(word.text)
      } else {
        let reason = "it is no status of HTTP and no range of them"
        findings.error(word.place, "status_code \(word.text) is left out: \(reason)")
      }
    }
    return parts.isEmpty ? nil : parts.joined(separator: ",")
  }
}
