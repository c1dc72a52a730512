// Starts: what is said before all is known, the order of the first set, prunes, and what memory brings.

import Lines
import Testing
import Values

@Suite struct StartTests {
  private let web = [
    Say.vserver(), Say.backend("a", ipv4: "10.0.0.1", checks: [Say.check("ca")]),
    Say.backend("b", ipv4: "10.0.0.2", checks: [Say.check("cb")]),
  ]

  private func started(_ harness: inout Harness) throws {
    try harness.feed(Say.reset, web[0], web[1], web[2], Say.sync)
  }

  @Test func `nothing is said before a verdict, and the prune waits`() throws {
    var engine = try Harness()
    try started(&engine)
    #expect(engine.commits == [])
    #expect(engine.state("vserver.state", "v") == "unknown")
    try engine.wait(.seconds(9))
    #expect(engine.commits == [])
  }

  @Test func `services come before the address, and the prunes follow in turn`() throws {
    var engine = try Harness()
    try started(&engine)
    try engine.feed(Say.verdict("ca", true), Say.verdict("cb", true))
    #expect(
      engine.commits == [
        [
          "+ipvs.service tcp/192.0.2.1:80", "+ipvs.destination tcp/192.0.2.1:80/10.0.0.1:80",
          "+ipvs.destination tcp/192.0.2.1:80/10.0.0.2:80",
        ], ["+link.address eth0/192.0.2.1/32"], ["prune bgp"],
      ])
    for family in ["arp", "link", "filter", "ipvs"] {
      try engine.wait(.milliseconds(200))
      #expect(engine.commits == [["prune \(family)"]])
    }
    try engine.wait(.seconds(60))
    #expect(engine.commits == [])
  }

  @Test func `what has no verdict when the time to settle has passed is down`() throws {
    var engine = try Harness()
    try started(&engine)
    try engine.feed(Say.verdict("ca", true))
    #expect(engine.keys("ipvs.destination") == ["tcp/192.0.2.1:80/10.0.0.1:80"])
    #expect(engine.state("backend.state", "v/b") == "unknown")
    try engine.wait(.seconds(10))
    #expect(engine.commits == [["prune bgp"]])
    #expect(engine.state("backend.state", "v/b") == "down")
  }

  @Test func `an empty configuration says an empty set and prunes nothing`() throws {
    var engine = try Harness()
    try engine.feed(Say.reset, Say.sync)
    #expect(engine.said.map(\.type) == ["sync", "error"])
    try engine.wait(.seconds(60))
    #expect(engine.said == [])
  }

  @Test func `a configuration that is cut off says nothing`() throws {
    var engine = try Harness()
    try engine.feed(Say.reset, web[0], web[1])
    try engine.end()
    #expect(engine.said == [])
    #expect(engine.desired == [:])
  }

  @Test func `memory keeps what was up until the first verdict says otherwise`() throws {
    var first = try Harness()
    try started(&first)
    try first.feed(Say.verdict("ca", true), Say.verdict("cb", false))
    let memory = first.desired.filter { $0.key.type.hasSuffix(".state") }.sorted { $0.key < $1.key }.map(\.value.text)

    var second = try Harness(memory: memory)
    try started(&second)
    #expect(second.keys("ipvs.destination") == ["tcp/192.0.2.1:80/10.0.0.1:80"])
    #expect(second.state("backend.state", "v/b") == "down")
    let since = { (engine: Harness) in engine.desired[StateKey(type: "vserver.state", key: "v")]?["since"] }
    #expect(since(first) == since(second))
  }

  @Test func `memory keeps the side of the hysteresis`() throws {
    let memory =
      #"{"type":"vserver.state","key":"v","state":"up","services":[{"service":"tcp/192.0.2.1:80","state":"up","#
      + #""healthy":1,"in_service":2,"threshold":0.4}]}"#
    let entry = #"{"protocol":"tcp","port":80,"low_watermark":0.4,"high_watermark":0.8}"#
    for (lines, isUp) in [([memory], true), ([], false)] {
      var engine = try Harness(memory: lines)
      try engine.feed(Say.reset, Say.vserver(entries: [entry]), web[1], web[2], Say.sync)
      try engine.feed(Say.verdict("ca", true), Say.verdict("cb", false))
      #expect(engine.keys("ipvs.service") == (isUp ? ["tcp/192.0.2.1:80"] : []))
    }
  }
}
