// The family `check`: what to probe and how, and the verdicts. A check is known by its definition: the same definition
// has the same key on every node and after every restart.

package import Values

package enum CheckKind: String, Hashable, Comparable, Sendable, CaseIterable {
  case icmp, udp, tcp, tls, http, https, dns, radius

  package static func < (a: CheckKind, b: CheckKind) -> Bool { a.rawValue < b.rawValue }
}

/// Where a probe is sent: to the backend's own address, or to the VIP with a mark that IPVS steers to this backend.
package enum CheckMode: String, Hashable, Sendable, CaseIterable {
  case plain, dsr, tun
}

/// What an HTTP probe asks and expects.
package struct HTTPCheck: Hashable, Sendable {
  /// A token of RFC 9110 §9.1.
  package var method: String
  /// Origin form, or the absolute URL where `isProxied`.
  package var path: String
  /// `Host`, and the name for TLS; nil is ADDRESS:PORT, and no name.
  package var host: String?
  /// Sets and ranges of status codes, such as `200,204,300-399`.
  package var status: String
  /// The first bytes of the body; empty for any.
  package var bodyPrefix: [UInt8]
  /// Ask the backend as a proxy.
  package var isProxied: Bool

  package init(
    method: String = "GET", path: String = "/", host: String? = nil, status: String = "200-399",
    bodyPrefix: [UInt8] = [], isProxied: Bool = false
  ) {
    self.method = method
    self.path = path
    self.host = host
    self.status = status
    self.bodyPrefix = bodyPrefix
    self.isProxied = isProxied
  }
}

package struct DNSCheck: Hashable, Sendable {
  package var name: String
  /// `A`, `AAAA` or another type's name, upper case.
  package var queryType: String
  package var expect: String

  package init(name: String, queryType: String, expect: String) {
    self.name = name
    self.queryType = queryType
    self.expect = expect
  }
}

package struct RADIUSCheck: Hashable, Sendable {
  package var user: String
  package var password: String
  package var secret: String
  /// `accept`, `reject`, `challenge` or `any`.
  package var expect: String

  package init(user: String, password: String, secret: String, expect: String) {
    self.user = user
    self.password = password
    self.secret = secret
    self.expect = expect
  }
}

/// One check of one backend.
package struct CheckDefinition: Hashable, Sendable {
  package var key: String
  package var kind: CheckKind
  /// The backend.
  package var address: IPAddress
  /// 0 for icmp.
  package var port: UInt16
  package var mode: CheckMode
  /// dsr and tun: the VIP that is probed, and the mark on the probe's packets.
  package var vip: IPAddress?
  package var mark: UInt32?
  package var interval: Duration
  package var timeout: Duration
  /// Successes in a row that make it healthy, failures in a row that make it unhealthy.
  package var rise: Int
  package var fall: Int
  /// udp, tcp, tls: bytes to send, and the first bytes of the reply.
  package var send: [UInt8]
  package var receive: [UInt8]
  /// tls, https: whether the certificate is verified, and for which name.
  package var verifiesTLS: Bool
  package var serverName: String?
  package var http: HTTPCheck?
  package var dns: DNSCheck?
  package var radius: RADIUSCheck?

  package init(
    key: String = "", kind: CheckKind, address: IPAddress, port: UInt16, mode: CheckMode = .plain,
    vip: IPAddress? = nil, mark: UInt32? = nil, interval: Duration, timeout: Duration, rise: Int = 1, fall: Int = 1,
    send: [UInt8] = [], receive: [UInt8] = [], verifiesTLS: Bool = true, serverName: String? = nil,
    http: HTTPCheck? = nil, dns: DNSCheck? = nil, radius: RADIUSCheck? = nil
  ) {
    self.key = key
    self.kind = kind
    self.address = address
    self.port = port
    self.mode = mode
    self.vip = vip
    self.mark = mark
    self.interval = interval
    self.timeout = timeout
    self.rise = rise
    self.fall = fall
    self.send = send
    self.receive = receive
    self.verifiesTLS = verifiesTLS
    self.serverName = serverName
    self.http = http
    self.dns = dns
    self.radius = radius
  }
}

/// A verdict.
package struct CheckState: Hashable, Sendable {
  package var key: String
  package var isHealthy: Bool
  /// A short dotted word for programs: `ok`, `connect.refused`, `timeout`, `http.status` ...
  package var reasonClass: String
  package var reason: String
  /// RFC 3339; when the verdict was reached.
  package var since: String
  /// What the check itself asks for: a weight in place of the configured one, or a share of it.
  package var weight: UInt32?
  package var weightPercent: UInt32?

  package init(key: String, isHealthy: Bool, reasonClass: String, reason: String, since: String) {
    self.key = key
    self.isHealthy = isHealthy
    self.reasonClass = reasonClass
    self.reason = reason
    self.since = since
  }

  /// From a line that the schema allows.
  package init(_ line: Line) throws(LineError) {
    self.init(
      key: line.key ?? "", isHealthy: try line.bool("healthy"), reasonClass: try line.optionalString("class") ?? "",
      reason: try line.optionalString("reason") ?? "", since: try line.optionalString("since") ?? "")
    if line["weight"] != nil { weight = try line.int("weight", in: 0...65535) }
    if line["weight_percent"] != nil { weightPercent = try line.int("weight_percent", in: 0...25_600) }
  }

  package var line: Line {
    var members = [
      JSONMember("healthy", .bool(isHealthy)), JSONMember("class", .string(reasonClass)),
      JSONMember("reason", .string(reason)),
    ]
    if let weight { members.append(JSONMember("weight", .int(Int64(weight)))) }
    if let weightPercent { members.append(JSONMember("weight_percent", .int(Int64(weightPercent)))) }
    members.append(JSONMember("since", .string(since)))
    return Line("check.state", key: key, members)
  }
}
