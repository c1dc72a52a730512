// Health as the engine reckons with it: known to be up, known to be down, or not known yet. What depends on something
// unknown is left as it is in the kernel, so a restart without any verdict changes nothing (DESIGN.md rule 5).

import Lines

/// Three-valued health.
package enum Health: String, Hashable, Sendable {
  case up
  case down
  case unknown

  init(_ isHealthy: Bool?) { self = isHealthy.map { $0 ? .up : .down } ?? .unknown }
}

/// How many backends of a service are healthy, how many count, and what they weigh.
package struct Tally: Hashable, Sendable {
  package var healthy = 0
  package var unknown = 0
  package var inService = 0
  /// Those that may be given connections at all.
  package var enabled = 0
  package var healthyWeight: UInt64 = 0
  package var unknownWeight: UInt64 = 0

  package init(healthy: Int = 0, unknown: Int = 0, inService: Int = 0) {
    self.healthy = healthy
    self.unknown = unknown
    self.inService = inService
  }

  static func += (a: inout Tally, b: Tally) {
    a.healthy += b.healthy
    a.unknown += b.unknown
    a.inService += b.inService
    a.enabled += b.enabled
    a.healthyWeight &+= b.healthyWeight
    a.unknownWeight &+= b.unknownWeight
  }

  static func -= (a: inout Tally, b: Tally) {
    a.healthy -= b.healthy
    a.unknown -= b.unknown
    a.inService -= b.inService
    a.enabled -= b.enabled
    a.healthyWeight &-= b.healthyWeight
    a.unknownWeight &-= b.unknownWeight
  }
}

/// Seesaw's watermarks: a service comes up at the high one and goes down below the low one.
package struct Watermarks: Hashable, Sendable {
  /// Shares from 0 to 1 of the backends in service; 0 asks for one healthy backend.
  package var low: Float
  package var high: Float

  package init(low: Float, high: Float) {
    self.low = low
    self.high = high
  }

  /// The threshold that holds for a service in that state; what was never up must reach the high one.
  package func threshold(from state: Health) -> Float { state == .up ? low : high }

  /// The state that follows. Unknown only where the backends not known yet could decide either way.
  package func state(of tally: Tally, from state: Health) -> Health {
    let threshold = threshold(from: state)
    if reaches(threshold, tally.healthy, of: tally.inService) { return .up }
    return reaches(threshold, tally.healthy + tally.unknown, of: tally.inService) ? .unknown : .down
  }

  /// Compared in single precision, as Seesaw does: 2 of 5 reach 0.4.
  private func reaches(_ threshold: Float, _ healthy: Int, of inService: Int) -> Bool {
    guard healthy > 0, inService > 0 else { return false }
    return Float(healthy) / Float(inService) >= threshold
  }
}

/// keepalived's quorum: a weight of healthy backends, gained with hysteresis and lost with it. Never converted into a
/// watermark: one counts weight, the other backends.
package struct Quorum: Hashable, Sendable {
  /// 0 is none.
  package var weight: UInt32
  package var hysteresis: UInt32

  package init(weight: UInt32, hysteresis: UInt32 = 0) {
    self.weight = weight
    self.hysteresis = hysteresis
  }

  /// The weight that it takes now.
  package func needed(from state: Health) -> UInt64 {
    let (weight, hysteresis) = (UInt64(weight), UInt64(hysteresis))
    return state == .up ? (weight > hysteresis ? weight - hysteresis : 1) : weight + hysteresis
  }

  package func state(of tally: Tally, from state: Health) -> Health {
    guard weight > 0 else { return .up }
    let needed = needed(from: state)
    if tally.healthyWeight >= needed { return .up }
    return tally.healthyWeight &+ tally.unknownWeight >= needed ? .unknown : .down
  }
}

extension Engine {
  /// Of several things that must all be up.
  package static func allUp(_ states: some Sequence<Health>) -> Health {
    var result = Health.up
    for state in states {
      if state == .down { return .down }
      if state == .unknown { result = .unknown }
    }
    return result
  }

  /// Whether a VIP is active: an anycast one while all its services are up, any other while one is.
  package static func vipHealth(isAnycast: Bool, services: some Collection<Health>) -> Health {
    if services.isEmpty { return .down }
    if isAnycast { return allUp(services) }
    if services.contains(.up) { return .up }
    return services.contains(.unknown) ? .unknown : .down
  }
}
