// From a `check` line to the definition that the scheduler holds. What this command cannot do is refused here, with
// words for the error line; such a check stays unknown.

package import Lines

extension Definition {
  package init(_ check: CheckDefinition) throws(DefinitionError) {
    guard check.mode == .plain else { throw .notBuilt("mode \(check.mode.rawValue)") }
    let target = Target(check.address, port: check.port)
    let kind: Kind
    switch check.kind {
    case .tcp: kind = .tcp(try Exchange(send: check.send, receive: check.receive))
    case .udp: kind = .udp(try Exchange(send: check.send, receive: check.receive))
    case .http: kind = .http(try HTTPExchange(check.http ?? HTTPCheck(), to: target))
    case .icmp, .tls, .https, .dns, .radius: throw .notBuilt("kind \(check.kind.rawValue)")
    }
    try self.init(
      kind, to: target, interval: check.interval, timeout: check.timeout,
      rise: Int32(clamping: check.rise), fall: Int32(clamping: check.fall))
  }
}

extension HTTPExchange {
  init(_ check: HTTPCheck, to target: Definition.Target) throws(DefinitionError) {
    guard let statuses = StatusSet(check.status) else { throw .statuses(check.status) }
    try self.init(
      method: check.method, path: check.path, host: check.host, isProxied: check.isProxied, to: target,
      statuses: statuses, bodyPrefix: check.bodyPrefix)
  }
}
