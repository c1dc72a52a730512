// From verdicts to health: destinations by their checks, services by their watermarks, VIPs by their services.

import Lines
import Values

/// A verdict, as much of it as the engine needs.
struct Verdict: Hashable {
  var isHealthy: Bool
  var reason: String
}

extension VserverModel {
  /// Reckons the health of everything anew.
  /// - Returns: when something that is unknown is to be taken as down, if nothing is learned of it.
  mutating func evaluate(_ verdicts: [String: Verdict], settle: Duration, at now: Instant) -> Instant? {
    var wake: Instant?
    for vip in vips.indices {
      for service in vips[vip].services.indices {
        let due = vips[vip].services[service].evaluate(verdicts, settle: settle, at: now)
        if let due { wake = min(wake ?? due, due) }
      }
      vips[vip].health = vipHealth(
        isAnycast: vips[vip].vip.kind == .anycast, services: vips[vip].services.lazy.map(\.health))
    }
    return wake
  }
}

extension ServiceModel {
  fileprivate mutating func evaluate(_ verdicts: [String: Verdict], settle: Duration, at now: Instant) -> Instant? {
    var wake: Instant?
    var count = Tally()
    for index in destinations.indices {
      if let due = destinations[index].evaluate(verdicts, settle: settle, at: now) { wake = min(wake ?? due, due) }
      if destinations[index].isInService { count.inService += 1 }
      switch destinations[index].health {
      case .up: count.healthy += 1
      case .unknown: count.unknown += 1
      case .down: break
      }
    }
    tally = count
    health = watermarks.state(of: count, from: lastKnown)
    if health != .unknown { lastKnown = health }
    return wake
  }
}

extension DestinationModel {
  /// A backend that takes no part is down; one without checks is up; else all its checks must be healthy.
  fileprivate mutating func evaluate(_ verdicts: [String: Verdict], settle: Duration, at now: Instant) -> Instant? {
    decidingCheck = nil
    var known: Health? = isEnabled ? .up : .down
    if isEnabled {
      for check in checks {
        guard let verdict = verdicts[check] else {
          known = nil
          decidingCheck = decidingCheck ?? check
          continue
        }
        if !verdict.isHealthy {
          known = .down
          decidingCheck = check
          break
        }
      }
    }
    if let known {
      health = known
      lastKnown = known
      unknownSince = nil
      return nil
    }
    if let lastKnown {
      health = lastKnown
      return nil
    }
    let since = unknownSince ?? now
    unknownSince = since
    guard now < since + settle else {
      health = .down
      return nil
    }
    health = .unknown
    return since + settle
  }
}
