// real_server: a backend, its checks, and what of their settings each level gives to the next.

internal import Values

extension KeepalivedReader {
  /// What a virtual server, a real server and a checker may each say about checking; the nearest counts.
  struct CheckSettings {
    /// Milliseconds.
    var interval: Int64?
    var connectTimeout: Int64?
    var retry: Int64?
    var retryDelay: (value: Int64, place: Place)?
    var host: String?

    func over(_ outer: CheckSettings) -> CheckSettings {
      var settings = self
      settings.interval = interval ?? outer.interval
      settings.connectTimeout = connectTimeout ?? outer.connectTimeout
      settings.retry = retry ?? outer.retry
      settings.retryDelay = retryDelay ?? outer.retryDelay
      settings.host = host ?? outer.host
      return settings
    }
  }

  mutating func readCheckSetting(
    _ statement: Statement, _ settings: inout CheckSettings, inChecker: Bool = false
  ) -> Bool {
    switch statement.keyword {
    case "delay_loop": settings.interval = timer(statement) ?? settings.interval
    case "connect_timeout": settings.connectTimeout = timer(statement) ?? settings.connectTimeout
    // keepalived takes 0 in a checker only.
    case "retry", "nb_get_retry":
      settings.retry = number(statement, (inChecker ? 0 : 1)...999_998) ?? settings.retry
    case "delay_before_retry":
      if let value = timer(statement, allowsZero: true) { settings.retryDelay = (value, statement.place) }
    case "virtualhost": settings.host = text(statement) ?? settings.host
    case "warmup":
      if timer(statement, allowsZero: true) != nil {
        findings.warn(statement.place, "\(statement.title) is left out: the first probes are spread without it")
      }
    // Down until the first success, as here all are.
    case "alpha": _ = truth(statement)
    default: return false
    }
    return true
  }

  /// The kernel's limit and ipvsadm's; a weight above it is no backend at all.
  mutating func weight(_ statement: Statement) -> UInt32? { number(statement, 0...65535).map { UInt32($0) } }

  mutating func backend(
    _ block: Statement, of server: VirtualServer, family: AddressFamily
  ) -> ImportedBackend? {
    noMore(block, than: 3)
    guard let word = block.word(1), let address = IPAddress(word.text) else {
      leaveOut(block, "it has no address")
      return nil
    }
    guard address.family == family else {
      leaveOut(block, "it is not of the family of \(server.title)")
      return nil
    }
    guard let port = port(block.word(2)) else { return nil }
    var backend = ImportedBackend(
      address: address, port: port == 0 ? nil : port, weight: server.weight, place: block.place)
    var settings = CheckSettings()
    var checkers: [Statement] = []
    for statement in block.block ?? [] {
      if readCheckSetting(statement, &settings) { continue }
      switch statement.keyword {
      case "weight":
        guard let weight = weight(statement) else {
          leaveOut(block, "its weight is wrong")
          return nil
        }
        backend.weight = weight
      case "lvs_method", "lb_kind":
        backend.forwarding = forwarding(statement)?.overriding(server.forwarding ?? ImportedForwarding(mode: .nat))
      case "inhibit_on_failure":
        if let isInhibited = truth(statement), isInhibited != server.isInhibited {
          backend.failureAction = isInhibited ? .zeroWeight : .remove
        }
      case "uthreshold": backend.upperThreshold = number(statement, 0...Int64(Int32.max)).map { UInt32($0) }
      case "lthreshold": backend.lowerThreshold = number(statement, 0...Int64(Int32.max)).map { UInt32($0) }
      case "notify_up", "notify_down", "smtp_alert", "snmp_name": leaveOut(statement, "it cannot be said")
      case let word where word.hasSuffix("_CHECK") || word.hasSuffix("_GET"): checkers.append(statement)
      default: unknown(statement)
      }
    }
    settings = settings.over(server.checks)
    for statement in checkers { backend.checks += checks(statement, settings, of: backend, in: server) }
    return backend
  }
}
