// What is refused before anything is sent, because the kernel would take it and do something else, or because it would
// say no in a way that names nothing. Everything else is the kernel's to judge.

import Values

enum IPVSRules {
  /// 31 days, as in ipvsadm(8). The kernel multiplies by its clock rate in 32 bits, and wraps.
  static let longestPersistence: UInt32 = 31 * 86_400

  /// Why the service cannot be asked for; nil if it can.
  static func fault(in service: IPVSService) -> String? {
    if case .virtual(_, let endpoint) = service.key, endpoint.port == 0, !service.flags.contains(.persistent) {
      // The kernel takes it, and then drops every connection (ip_vs_schedule).
      return "a service for any port (port 0) needs persistence"
    }
    if service.timeout > longestPersistence {
      return "persistence of \(service.timeout) s is longer than 31 days (\(longestPersistence) s)"
    }
    // IP_VS_SCHEDNAME_MAXLEN and IP_VS_PENAME_MAXLEN are 16, NUL included.
    if !(1...15).contains(service.scheduler.utf8.count) {
      return "not a name of a scheduler: \"\(service.scheduler)\""
    }
    if let engine = service.persistenceEngine, !(1...15).contains(engine.utf8.count) {
      return "not a name of a persistence engine: \"\(engine)\""
    }
    return nil
  }

  /// Why the destination cannot be asked for in that service; nil if it can.
  static func fault(in destination: IPVSDestination, of service: IPVSServiceKey) -> String? {
    let family = destination.endpoint.address.family
    guard family == service.family || destination.forwarding == .tunnel else {
      return "a destination of family \(family.rawValue) in a service of family \(service.family.rawValue) "
        + "can only be reached by a tunnel"
    }
    if destination.lowerThreshold > destination.upperThreshold {
      return "lower threshold \(destination.lowerThreshold) is above upper threshold \(destination.upperThreshold)"
    }
    return nil
  }
}
