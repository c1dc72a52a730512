// How ldirectord checks: the settings of a virtual service, and which of them are a healthcheck here.

internal import Values

struct LdirectordCheck {
  var type = "negotiate"
  var service: String?
  var port: UInt16?
  var request: String?
  /// A regular expression that the answer must match, and where it was set.
  var receive: Word?
  var method = "GET"
  var host: String?

  /// With what a real server asks itself.
  func asking(_ request: String, receive: Word) -> LdirectordCheck {
    var check = self
    check.request = request
    check.receive = receive
    return check
  }
}

extension LdirectordReader {
  mutating func takeCheck(_ setting: LdirectordSetting, into check: inout LdirectordCheck) -> Bool {
    let value = setting.value.text.unquoted
    switch setting.key.text {
    case "checktype":
      check.type = value
      guard Int(value) != nil else { break }
      findings.warn(setting.key.place, "\(setting.title): every probe negotiates, in place of one in several")
      check.type = "negotiate"
    case "service": check.service = value
    case "checkport": check.port = number(setting, 1...65535).map { UInt16($0) }
    case "request": check.request = value
    case "receive": check.receive = Word(text: value, place: setting.key.place)
    case "httpmethod": check.method = value.uppercased()
    case "virtualhost": check.host = value
    case "checkcount", "checkcommand", "login", "passwd", "database", "secret", "load":
      leaveOut(setting, "the checks that it is for cannot be said")
    default: return false
    }
    return true
  }

  /// A check that cannot be said is left out and told.
  mutating func checks(
    _ check: LdirectordCheck, of backend: ImportedBackend, in service: Service, _ real: LdirectordSetting
  ) -> [ImportedCheck] {
    let isNegotiated = check.type == "negotiate"
    let kind = check.service ?? Self.services[service.port] ?? "none"
    if check.type == "on" || (isNegotiated && kind == "none") { return [] }
    let usual = Self.services.first { $0.value == kind }?.key
    let port = check.port ?? backend.port ?? (service.port > 0 ? service.port : usual)
    let what = "the check of \(real.title)"
    let seconds =
      isNegotiated
      ? service.own.negotiateTimeout ?? service.own.checkTimeout ?? 30
      : service.own.checkTimeout ?? service.own.negotiateTimeout ?? 5
    var result = ImportedCheck(
      kind: .tcp, port: port ?? 0, interval: (service.own.interval ?? 10) * 1000, timeout: seconds * 1000,
      fall: service.own.failures ?? 1)
    switch (check.type, kind) {
    case ("connect", _) where service.transport != .udp: break
    case ("negotiate", "http"):
      result.kind = .http
      let path = check.request ?? "/"
      if path.hasPrefix("http://") {
        findings.error(real.key.place, "\(what) is left out: it asks another server")
        return []
      }
      result.send = Array((path.hasPrefix("/") ? path : "/\(path)").utf8)
      result.status = "200-299"
      result.host = check.host
      if check.method != "GET" { result.method = check.method }
      if let receive = check.receive, !receive.text.isEmpty {
        let sentence = "receive \"\(receive.text)\" is left out: the status is checked, and not the body"
        findings.error(receive.place, sentence)
      }
    case ("negotiate", "simpletcp") where check.receive?.text.isEmpty ?? true:
      result.send = Self.lines(check.request ?? "")
    default:
      let name = isNegotiated ? "service = \(kind)" : "checktype = \(check.type)"
      findings.error(real.key.place, "\(what) is left out: \(name) cannot be said")
      return []
    }
    guard port != nil else {
      findings.error(real.key.place, "\(what) is left out: it has no port")
      return []
    }
    return [result]
  }

  /// `\n` is a new line, nothing else is anything but itself.
  private static func lines(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if byte == UInt8(ascii: "n"), bytes.last == UInt8(ascii: "\\") {
        bytes[bytes.count - 1] = UInt8(ascii: "\n")
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }

  /// What is spoken on a port unless something else is said.
  private static let services: [UInt16: String] = [
    21: "ftp", 25: "smtp", 53: "dns", 80: "http", 110: "pop", 119: "nntp", 143: "imap", 389: "ldap", 443: "https",
    587: "submission", 636: "ldaps", 993: "imaps", 995: "pops", 1521: "oracle", 1812: "radius", 3128: "http_proxy",
    3306: "mysql", 5060: "sip", 5432: "pgsql",
  ]
}
