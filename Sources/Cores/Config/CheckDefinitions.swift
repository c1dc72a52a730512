// From a healthcheck of cluster.pb to the definition of one probe, by Seesaw's meaning of its parameters: `send`,
// `receive`, `code` and `method` mean something else for each type.

internal import Lines
internal import Values

extension Healthcheck {
  /// The probe of one backend; `vip` is where a probe by DSR or TUN is sent.
  func definition(of address: IPAddress, vip: IPAddress) -> CheckDefinition {
    var definition = CheckDefinition(
      kind: kind, address: address, port: type == .icmp ? 0 : port, mode: checkMode,
      vip: mode == .plain ? nil : vip, interval: interval, timeout: timeout, rise: rise, fall: retries + 1)
    switch type {
    case .icmp: break
    case .udp, .tcp, .tls:
      definition.send = send
      definition.receive = receive
    case .http, .https: definition.http = http(address, vip)
    case .dns:
      definition.dns = DNSCheck(
        name: text(send), queryType: method.uppercased(), expect: text(receive))
    case .radius:
      let parts = text(send).split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      definition.radius = RADIUSCheck(
        user: parts.first ?? "", password: parts.dropFirst().first ?? "", secret: parts.dropFirst(2).first ?? "",
        expect: receive.isEmpty ? "accept" : text(receive))
    }
    if type == .tls || type == .https {
      definition.verifiesTLS = verifiesTLS
      // Seesaw verifies against the host of the URL; without one against the address, for which no name is sent.
      let name = type == .tls ? host : isProxied ? "" : authority ?? ""
      let server = name.isEmpty ? nil : HTTPRequest.serverName(of: name)
      if server != definition.http?.host { definition.serverName = server }
    }
    return definition
  }

  /// What HTTP asks for: `host`, else the one of the URL.
  private var authority: String? { host.isEmpty ? HTTPRequest(send).authority : host }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private func http(_ address: IPAddress, _ vip: IPAddress) -> HTTPCheck {
    let request = HTTPRequest(send)
    var check = HTTPCheck(
      method: method.isEmpty ? "GET" : method, path: request.target, host: authority,
      status: !statuses.isEmpty ? statuses : code == 0 ? "200" : "\(code)", bodyPrefix: receive, isProxied: isProxied)
    if isProxied {
      // A proxy is asked for the whole URL; Seesaw takes what was probed for a host that `send` does not name.
      let target = mode == .plain ? address : vip
      let host = authority ?? (target.family == .inet ? "\(target):\(port)" : "[\(target)]:\(port)")
      check.path = "\(type == .https ? "https" : "http")://\(host)\(request.target)"
      check.host = host
    }
    return check
  }

  var kind: CheckKind {
    switch type {
    case .icmp: .icmp
    case .udp: .udp
    case .tcp: .tcp
    case .tls: .tls
    case .http: .http
    case .https: .https
    case .dns: .dns
    case .radius: .radius
    }
  }

  private var checkMode: CheckMode {
    switch mode {
    case .plain: .plain
    case .dsr: .dsr
    case .tun: .tun
    }
  }
}
