// What Seesaw's own engine tests pin down, in its words: how a vserver expands, what notifications make of VIPs,
// services and destinations, watermarks, disabling and overrides, the steps of an update, and new addresses. Where the
// engine differs on purpose, man 8 ss-engine has a row; the test says which.

import Lines
import Testing
import Values

/// A vserver of two entries with checks of their own, and one that both need.
private enum Resolver {
  static let name = "dns.resolver@au-syd"
  static let backends = [("dns1-1", "1.1.1.10", "2012::10"), ("dns1-2", "1.1.1.11", "2012::11")]
  static let entries: [(name: String, checks: [Int])] = [("53/UDP", [1, 2]), ("8053/TCP", [3, 4])]

  static func vserver(enabled: Bool = true, entries: String? = nil) -> String {
    Say.vserver(
      name, enabled: enabled, vips: [("192.168.255.1", "anycast"), ("2012::1", "unicast")],
      entries: [entries ?? #"{"protocol":"udp","port":53},{"protocol":"tcp","port":8053}"#])
  }

  static func check(_ number: Int, _ address: String) -> String { "C\(number) \(address)" }

  static var backendLines: [String] {
    backends.enumerated().map { index, backend in
      let references = [(backend.1, "inet"), (backend.2, "inet6")].flatMap { address, family in
        entries.flatMap { entry in entry.checks.map { Say.check(check($0, address), family, entry: entry.name) } }
          + [Say.check(check(5, address), family)]
      }
      return Say.backend(
        backend.0, vserver: name, ipv4: backend.1, ipv6: backend.2, weight: index + 1, checks: references)
    }
  }

  static func verdicts(_ numbers: [Int], _ addresses: [String], _ isHealthy: Bool) -> [String] {
    numbers.flatMap { number in addresses.map { Say.verdict(check(number, $0), isHealthy) } }
  }

  static let ipv4 = backends.map(\.1)
  static let ipv6 = backends.map(\.2)
}

@Suite struct SeesawTests {
  private func started() throws -> Harness {
    var engine = try Harness()
    try engine.feed([Say.reset, Resolver.vserver()] + Resolver.backendLines + [Say.sync])
    return engine
  }

  /// All checks have a verdict from the start, as Seesaw takes unknown for failed.
  private func failed() throws -> Harness {
    var engine = try started()
    try engine.feed(Resolver.verdicts([1, 2, 3, 4, 5], Resolver.ipv4 + Resolver.ipv6, false))
    try engine.wait(.seconds(2))
    return engine
  }

  @Test func `a vserver of two entries and two families is four services of two destinations`() throws {
    var engine = try started()
    try engine.feed(Resolver.verdicts([1, 2, 3, 4, 5], Resolver.ipv4 + Resolver.ipv6, true))
    #expect(
      engine.keys("ipvs.service") == [
        "tcp/192.168.255.1:8053", "tcp/[2012::1]:8053", "udp/192.168.255.1:53", "udp/[2012::1]:53",
      ])
    #expect(engine.keys("ipvs.destination").count == 8)
    #expect(engine.weights("udp/[2012::1]:53") == ["[2012::10]:53=1", "[2012::11]:53=2"])
    try engine.confirm()
  }

  @Test func `notifications make of VIPs, services and destinations what Seesaw makes of them`() throws {
    let udp4 = "udp/192.168.255.1:53"
    let tcp4 = "tcp/192.168.255.1:8053"
    let udp6 = "udp/[2012::1]:53"
    let tcp6 = "tcp/[2012::1]:8053"
    let steps: [(verdicts: [String], services: [String], udp4: [String], tcp4IsUp: Bool)] = [
      ([], [], [], false),
      (Resolver.verdicts([1], [Resolver.ipv4[0]], true), [], [], false),
      (
        Resolver.verdicts([1, 2, 3, 4, 5], Resolver.ipv4 + Resolver.ipv6, true), [tcp4, tcp6, udp4, udp6],
        ["1.1.1.10:53=1", "1.1.1.11:53=2"], true
      ),
      (
        Resolver.verdicts([1], [Resolver.ipv4[0]], false), [tcp4, tcp6, udp4, udp6], ["1.1.1.11:53=2"], true
      ),
      (Resolver.verdicts([1], [Resolver.ipv4[1]], false), [tcp6, udp6], [], true),
      (Resolver.verdicts([1], Resolver.ipv6, false), [tcp6], [], true),
      (Resolver.verdicts([5], Resolver.ipv4 + Resolver.ipv6, false), [], [], false),
    ]
    var engine = try failed()
    for (number, step) in steps.enumerated() {
      try engine.feed(step.verdicts)
      try engine.wait(.seconds(2))
      #expect(engine.keys("ipvs.service") == step.services, "step \(number)")
      #expect(engine.weights(udp4) == step.udp4, "step \(number)")
      // Held and routed while all its services are up; the unicast one is held while the vserver is enabled.
      #expect(engine.keys("bgp.route").isEmpty == step.udp4.isEmpty, "step \(number)")
      #expect(
        engine.keys("link.address") == (step.udp4.isEmpty ? [] : ["dummy0/192.168.255.1/32"]) + ["eth0/2012::1/128"])
      let services = engine["vserver.state", Resolver.name]?["services"]?.array ?? []
      let state = services.first { $0["service"]?.string == tcp4 }?["state"]
      #expect(state == (step.tcp4IsUp ? "up" : "down"), "step \(number)")
    }
    try engine.confirm()
  }

  @Test(arguments: [
    (0.49, 0.51, 2, [1, 2, 1, 0], [false, true, true, false]), (0.5, 0.5, 2, [1], [true]),
    (0.4, 0.4, 5, [5, 4, 3, 2, 1, 2], [true, true, true, true, false, true]),
  ])
  func `watermarks`(_ low: Double, _ high: Double, _ count: Int, _ healthy: [Int], _ isUp: [Bool]) throws {
    var engine = try Harness()
    let entry = #"{"protocol":"tcp","port":80,"low_watermark":\#(low),"high_watermark":\#(high)}"#
    let backends = (0..<count).map { Say.backend("b\($0)", ipv4: "10.0.0.\($0)", checks: [Say.check("c\($0)")]) }
    try engine.feed(
      [Say.reset, Say.vserver(entries: [entry])] + backends + [Say.sync]
        + (0..<count).map { Say.verdict("c\($0)", false) })
    for (healthy, isUp) in zip(healthy, isUp) {
      try engine.feed((0..<count).map { Say.verdict("c\($0)", $0 < healthy) })
      #expect(engine.keys("ipvs.service").isEmpty == !isUp)
    }
  }

  @Test func `a disabled vserver ignores results; enabled again it follows the last of them at once`() throws {
    var engine = try failed()
    try engine.feed(Resolver.verdicts([1, 2, 3, 4, 5], Resolver.ipv4 + Resolver.ipv6, true))
    try engine.feed(Resolver.vserver(enabled: false), Say.sync)
    try engine.wait(.seconds(2))
    #expect(engine.keys("ipvs.service") == [])
    #expect(engine.keys("link.address") == [])
    try engine.feed(Resolver.verdicts([5], Resolver.ipv4, false))
    #expect(engine.keys("ipvs.service") == [])
    // Row "disabled, enabled again" of the page.
    try engine.feed(Resolver.vserver(), Say.sync)
    #expect(engine.keys("ipvs.service") == ["tcp/[2012::1]:8053", "udp/[2012::1]:53"])
    try engine.confirm()
  }

  // MARK: An update, step by step

  private static let udp = #"{"protocol":"udp","port":53,"persistence_s":100}"#
  private static let tcp = #"{"protocol":"tcp","port":53,"persistence_s":100}"#

  private func config(
    _ vip: String, _ kind: String, _ entries: [String], _ backends: [String], enabled: Bool = true
  ) -> [String] {
    [Say.reset, Say.vserver(vips: [(vip, kind)], entries: entries)]
      + backends.map {
        Say.backend(
          $0, ipv4: "192.168.37.\($0)", enabled: enabled,
          checks: enabled
            ? [Say.check("u\($0) \(vip)", entry: "53/UDP"), Say.check("t\($0) \(vip)", entry: "53/TCP")] : [])
      } + [Say.sync]
  }

  @Test func `an anycast vserver is updated step by step`() throws {
    var engine = try Harness()
    let vip = "192.168.255.1"
    try engine.feed(config(vip, "anycast", [SeesawTests.udp], ["2"]))
    try engine.feed(Say.verdict("u2 \(vip)", true))
    try engine.wait(.seconds(2))
    #expect(engine.keys("ipvs.destination") == ["udp/\(vip):53/192.168.37.2:53"])
    #expect(engine.keys("bgp.route") == ["\(vip)/32"])
    // An entry and a backend more. Row "port, mode, entries": what is up stays up.
    try engine.feed(config(vip, "anycast", [SeesawTests.udp, SeesawTests.tcp], ["2", "3"]))
    #expect(engine.keys("ipvs.service") == ["udp/\(vip):53"])
    #expect(engine.keys("bgp.route") == ["\(vip)/32"])
    try engine.feed(
      Say.verdict("t2 \(vip)", true), Say.verdict("t3 \(vip)", true), Say.verdict("u3 \(vip)", false))
    #expect(engine.weights("udp/\(vip):53") == ["192.168.37.2:53=1"])
    #expect(engine.weights("tcp/\(vip):53") == ["192.168.37.2:53=1", "192.168.37.3:53=1"])
    // Other persistence, and a backend less: services are changed in place, one destination goes.
    let longer = [SeesawTests.udp, SeesawTests.tcp].map { $0.replacing("100", with: "1000") }
    try engine.feed(config(vip, "anycast", longer, ["2"]))
    #expect(
      engine.commits == [
        [
          "+ipvs.service udp/\(vip):53", "+ipvs.service tcp/\(vip):53",
          "-ipvs.destination tcp/\(vip):53/192.168.37.3:53",
        ]
      ])
    // Another VIP: the old one is withdrawn first, then goes what stood behind it.
    let other = "192.168.255.99"
    try engine.feed(config(other, "anycast", longer, ["2"]))
    #expect(engine.commits == [["-bgp.route \(vip)/32"]])
    try engine.wait(.milliseconds(200))
    #expect(engine.commits == [["-link.address dummy0/\(vip)/32"]])
    try engine.wait(.seconds(12))
    #expect(engine.keys("ipvs.service") == [])
    try engine.feed(Say.verdict("u2 \(other)", true), Say.verdict("t2 \(other)", true))
    #expect(engine.keys("bgp.route") == ["\(other)/32"])
    try engine.confirm()
  }

  @Test func `a unicast vserver is updated step by step`() throws {
    var engine = try Harness()
    let vip = "192.168.36.1"
    try engine.feed(config(vip, "unicast", [SeesawTests.udp], ["2"]) + [Say.verdict("u2 \(vip)", true)])
    try engine.wait(.seconds(2))
    #expect(engine.keys("link.address") == ["eth0/\(vip)/32"])
    #expect(engine.keys("bgp.route") == [])
    try engine.feed(config(vip, "unicast", [SeesawTests.udp, SeesawTests.tcp], ["2", "3"]))
    #expect(engine.keys("ipvs.service") == ["udp/\(vip):53"])
    // Both backends disabled: no checks, nothing is served, the address stays.
    try engine.feed(config(vip, "unicast", [SeesawTests.udp, SeesawTests.tcp], ["2", "3"], enabled: false))
    #expect(engine.keys("ipvs.service") == [])
    #expect(engine.keys("link.address") == ["eth0/\(vip)/32"])
    try engine.feed(config(vip, "unicast", [SeesawTests.udp, SeesawTests.tcp], ["2"]))
    try engine.feed(Say.verdict("u2 \(vip)", true), Say.verdict("t2 \(vip)", true))
    #expect(engine.keys("ipvs.service") == ["tcp/\(vip):53", "udp/\(vip):53"])
    // Another mode is one change of one destination.
    let nat = SeesawTests.tcp.replacing(#""port":53"#, with: #""port":53,"mode":"nat""#)
    try engine.feed(config(vip, "unicast", [SeesawTests.udp, nat], ["2"]))
    #expect(engine.commits == [["+ipvs.destination tcp/\(vip):53/192.168.37.2:53"]])
    #expect(engine["ipvs.destination", "tcp/\(vip):53/192.168.37.2:53"]?["forwarding"] == "masq")
    try engine.confirm()
  }

  @Test func `a new address moves one VIP and touches no other service`() throws {
    var engine = try Harness()
    let bystander = [
      Say.vserver("w", vips: [("192.168.36.200", "unicast")]), Say.backend("b", vserver: "w", ipv4: "192.168.37.9"),
    ]
    func feed(_ vip: String, _ kind: String, enabled: Bool = true, healthy: Bool? = nil) throws -> [String] {
      var lines = [Say.reset, Say.vserver(enabled: enabled, vips: [(vip, kind)], entries: [SeesawTests.udp])]
      lines += [Say.backend("2", ipv4: "192.168.37.2", checks: [Say.check("c", entry: "53/UDP")])] + bystander
      if let healthy { lines.append(Say.verdict("c", healthy)) }
      try engine.feed(lines + [Say.sync])
      var touched = engine.commits
      try engine.wait(.seconds(2))
      touched += engine.commits
      return touched.flatMap { $0 }.filter { $0.contains("192.168.36.200") }
    }
    let held = { (engine: Harness) in engine.keys("link.address").filter { !$0.contains("36.200") } }
    _ = try feed("192.168.36.1", "unicast", healthy: true)
    #expect(held(engine) == ["eth0/192.168.36.1/32"])
    #expect(try feed("192.168.36.5", "unicast") == [])
    #expect(held(engine) == ["eth0/192.168.36.5/32"])
    #expect(try feed("192.168.36.5", "unicast", healthy: false) == [])
    #expect(held(engine) == ["eth0/192.168.36.5/32"])
    #expect(try feed("192.168.36.5", "unicast", enabled: false) == [])
    #expect(held(engine) == [])
    #expect(try feed("192.168.255.1", "anycast") == [])
    #expect(held(engine) == [])
    #expect(try feed("192.168.255.1", "anycast", healthy: true) == [])
    #expect(held(engine) == ["dummy0/192.168.255.1/32"])
    #expect(try feed("192.168.255.1", "anycast", enabled: false) == [])
    #expect(held(engine) == [])
    #expect(try feed("192.168.36.1", "unicast") == [])
    #expect(held(engine) == ["eth0/192.168.36.1/32"])
    try engine.confirm()
  }
}
