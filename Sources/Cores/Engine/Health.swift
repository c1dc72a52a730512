// Health as the engine reckons with it: known to be up, known to be down, or not known yet. What depends on something
// unknown is left as it is in the kernel, so a restart without any verdict changes nothing (DESIGN.md rule 5).

/// Three-valued health.
package enum Health: String, Hashable, Sendable {
  case up
  case down
  case unknown
}

/// How many backends of a service are healthy, and how many count.
package struct Tally: Hashable, Sendable {
  package var healthy = 0
  package var unknown = 0
  package var inService = 0

  package init(healthy: Int = 0, unknown: Int = 0, inService: Int = 0) {
    self.healthy = healthy
    self.unknown = unknown
    self.inService = inService
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

/// Whether a VIP is active: an anycast one while all its services are up, any other while one is.
package func vipHealth(isAnycast: Bool, services: some Sequence<Health>) -> Health {
  var sawUp = false
  var sawDown = false
  var sawUnknown = false
  for state in services {
    switch state {
    case .up: sawUp = true
    case .down: sawDown = true
    case .unknown: sawUnknown = true
    }
  }
  if isAnycast {
    if sawDown || !(sawUp || sawUnknown) { return .down }
    return sawUnknown ? .unknown : .up
  }
  if sawUp { return .up }
  return sawUnknown ? .unknown : .down
}
