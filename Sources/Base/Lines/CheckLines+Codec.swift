// Check definitions from lines and to lines.

internal import Values

extension CheckDefinition {
  package init(_ line: Line) throws(LineError) {
    if let fault = Schema.fault(in: line) { throw fault }
    let kind: CheckKind = try line.word("kind")
    self.init(
      key: line.key ?? "", kind: kind, address: try line.parsed("address", as: "an address"),
      port: try line.int("port", in: 0...UInt16.max, default: 0), mode: try line.word("mode", default: .plain),
      vip: try line.optionalParsed("vip", as: "an address"),
      mark: line["mark"] == nil ? nil : try line.int("mark", in: 1...UInt32.max),
      interval: .milliseconds(try line.int("interval_ms", in: 1...Int64(UInt32.max))),
      timeout: .milliseconds(try line.int("timeout_ms", in: 1...Int64(UInt32.max))),
      rise: try line.int("rise", in: 1...1_000_000, default: 1),
      fall: try line.int("fall", in: 1...1_000_000, default: 1), send: try line.payload("send"),
      receive: try line.payload("receive"), verifiesTLS: try line.bool("tls_verify", default: true),
      serverName: try line.optionalString("server_name"))
    guard kind == .icmp || port > 0 else { throw LineError("member \"port\" is missing or 0", key: line.key) }
    guard (mode == .plain) == (vip == nil), (vip == nil) == (mark == nil) else {
      throw LineError("members \"vip\" and \"mark\" go with mode dsr or tun, both and only there", key: line.key)
    }
    switch kind {
    case .http, .https:
      http = HTTPCheck(
        method: try line.optionalString("method") ?? "GET", path: try line.optionalString("path") ?? "/",
        host: try line.optionalString("host"), status: try line.optionalString("status") ?? "200-399",
        bodyPrefix: try line.payload("body_prefix"), isProxied: try line.bool("proxy", default: false))
    case .dns:
      dns = DNSCheck(
        name: try line.string("name"), queryType: try line.string("query_type"),
        expect: try line.optionalString("expect") ?? "")
    case .radius:
      radius = RADIUSCheck(
        user: try line.string("user"), password: try line.string("password"), secret: try line.string("secret"),
        expect: try line.optionalString("expect") ?? "accept")
    case .icmp, .udp, .tcp, .tls: break
    }
  }

  package var line: Line {
    var members = [
      JSONMember("kind", .string(kind.rawValue)), JSONMember("address", .string(address.description)),
      JSONMember("port", .int(Int64(port))), JSONMember("mode", .string(mode.rawValue)),
    ]
    if let vip { members.append(JSONMember("vip", .string(vip.description))) }
    if let mark { members.append(JSONMember("mark", .int(Int64(mark)))) }
    members += [
      JSONMember("interval_ms", .int(interval.milliseconds)), JSONMember("timeout_ms", .int(timeout.milliseconds)),
      JSONMember("rise", .int(Int64(rise))), JSONMember("fall", .int(Int64(fall))),
    ]
    members += Line.payload("send", send) + Line.payload("receive", receive)
    if let http {
      members += [JSONMember("method", .string(http.method)), JSONMember("path", .string(http.path))]
      if let host = http.host { members.append(JSONMember("host", .string(host))) }
      members.append(JSONMember("status", .string(http.status)))
      members += Line.payload("body_prefix", http.bodyPrefix)
      if http.isProxied { members.append(JSONMember("proxy", .bool(true))) }
    }
    if kind == .tls || kind == .https { members.append(JSONMember("tls_verify", .bool(verifiesTLS))) }
    if let serverName { members.append(JSONMember("server_name", .string(serverName))) }
    if let dns {
      members += [
        JSONMember("name", .string(dns.name)), JSONMember("query_type", .string(dns.queryType)),
        JSONMember("expect", .string(dns.expect)),
      ]
    }
    if let radius {
      members += [
        JSONMember("user", .string(radius.user)), JSONMember("password", .string(radius.password)),
        JSONMember("secret", .string(radius.secret)), JSONMember("expect", .string(radius.expect)),
      ]
    }
    return Line("check", key: key, members)
  }
}

extension Line {
  /// Bytes given as text in `name`, or in hexadecimal in `name_hex`; absent is empty.
  package func payload(_ name: String) throws(LineError) -> [UInt8] {
    guard let text = try optionalString(name + "_hex") else { return Array((try optionalString(name) ?? "").utf8) }
    guard self[name] == nil else { throw LineError("both \"\(name)\" and \"\(name)_hex\"", key: key) }
    let digits = Array(text.utf8)
    guard digits.count.isMultiple(of: 2) else { throw LineError("member \"\(name)_hex\" has half a byte", key: key) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = hexValue(digits[index]), let low = hexValue(digits[index + 1]) else {
        throw LineError("member \"\(name)_hex\" is not hexadecimal", key: key)
      }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  /// The member that `payload(_:)` reads: text where the bytes are UTF-8, else hexadecimal; none where there are none.
  package static func payload(_ name: String, _ bytes: [UInt8]) -> [JSONMember] {
    if bytes.isEmpty { return [] }
    if ByteScan.isUTF8(bytes.span) { return [JSONMember(name, .string(String(decoding: bytes, as: UTF8.self)))] }
    let digits = Array("0123456789abcdef".utf8)
    let hex = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return [JSONMember(name + "_hex", .string(String(decoding: hex, as: UTF8.self)))]
  }
}
