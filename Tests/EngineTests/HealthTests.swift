// The arithmetic of health: watermarks with hysteresis, and VIPs by their services.

import Engine
import Testing

@Suite struct HealthTests {
  @Test(arguments: [
    // High 0.51, low 0.49, two backends.
    (Float(0.49), Float(0.51), 1, 2, Health.down, Health.down), (0.49, 0.51, 2, 2, .down, .up),
    (0.49, 0.51, 1, 2, .up, .up),
    (0.49, 0.51, 0, 2, .up, .down),
    // Both 0.5.
    (0.5, 0.5, 1, 2, .down, .up),
    // Both 0.4, five backends: single precision, so 2 of 5 reach it.
    (0.4, 0.4, 2, 5, .up, .up), (0.4, 0.4, 1, 5, .up, .down), (0.4, 0.4, 1, 5, .down, .down),
    (0.4, 0.4, 2, 5, .down, .up),
    // 0 asks for one.
    (0, 0, 1, 100, .down, .up), (0, 0, 0, 100, .up, .down), (0, 0, 0, 0, .down, .down), (1, 1, 3, 4, .up, .down),
  ])
  func `a service comes up at the high watermark and goes down below the low one`(
    low: Float, high: Float, healthy: Int, inService: Int, before: Health, after: Health
  ) {
    let tally = Tally(healthy: healthy, inService: inService)
    #expect(Watermarks(low: low, high: high).state(of: tally, from: before) == after)
  }

  @Test(arguments: [
    (Float(0.5), 1, 1, 2, Health.up), (0.5, 0, 2, 2, .unknown), (0.5, 0, 1, 4, .down), (0, 0, 1, 1, .unknown),
  ])
  func `a service is unknown only where the unknown backends could decide either way`(
    mark: Float, healthy: Int, unknown: Int, inService: Int, state: Health
  ) {
    let tally = Tally(healthy: healthy, unknown: unknown, inService: inService)
    #expect(Watermarks(low: mark, high: mark).state(of: tally, from: .down) == state)
  }

  @Test(arguments: [
    ([Health.up, .down], Health.down, Health.up), ([.up, .up], .up, .up), ([.down, .down], .down, .down),
    ([], .down, .down),
    ([.up, .unknown], .unknown, .up), ([.down, .unknown], .down, .unknown), ([.unknown], .unknown, .unknown),
  ])
  func `an anycast VIP needs all its services and any other VIP needs one`(
    services: [Health], anycast: Health, unicast: Health
  ) {
    #expect(Engine.vipHealth(isAnycast: true, services: services) == anycast)
    #expect(Engine.vipHealth(isAnycast: false, services: services) == unicast)
  }
}
