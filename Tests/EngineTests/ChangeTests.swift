// What a change of configuration or health comes to, in lines and in their order.

import Lines
import Testing
import Values

@Suite struct ChangeTests {
  /// One vserver with two healthy backends, everything said.
  private func running(_ entries: [String] = [#"{"protocol":"tcp","port":80}"#]) throws -> Harness {
    var engine = try Harness()
    try engine.feed(
      Say.reset, Say.vserver(entries: entries), Say.backend("a", ipv4: "10.0.0.1", checks: [Say.check("ca")]),
      Say.backend("b", ipv4: "10.0.0.2", checks: [Say.check("cb")]), Say.sync)
    try engine.feed(Say.verdict("ca", true), Say.verdict("cb", true))
    try engine.wait(.seconds(20))
    return engine
  }

  @Test func `a failed backend leaves its service and nothing else changes`() throws {
    var engine = try running()
    try engine.feed(Say.verdict("ca", false))
    #expect(engine.commits == [["-ipvs.destination tcp/192.0.2.1:80/10.0.0.1:80"]])
    try engine.feed(Say.verdict("ca", false))
    #expect(engine.said == [])
    try engine.feed(Say.verdict("ca", true))
    #expect(engine.commits == [["+ipvs.destination tcp/192.0.2.1:80/10.0.0.1:80"]])
  }

  @Test func `a unicast VIP stays while its vserver is enabled, whatever its health`() throws {
    var engine = try running()
    try engine.feed(Say.verdict("ca", false), Say.verdict("cb", false))
    #expect(engine.keys("ipvs.service") == [])
    #expect(engine.keys("link.address") == ["eth0/192.0.2.1/32"])
    #expect(engine.state("vserver.state", "v") == "down")
  }

  @Test func `a changed weight is one line`() throws {
    var engine = try running()
    try engine.feed(Say.backend("a", ipv4: "10.0.0.1", weight: 0, checks: [Say.check("ca")]), Say.sync)
    #expect(engine.commits == [["+ipvs.destination tcp/192.0.2.1:80/10.0.0.1:80"]])
    let key = StateKey(type: "ipvs.destination", key: "tcp/192.0.2.1:80/10.0.0.1:80")
    #expect(engine.desired[key]?["weight"] == 0)
  }

  @Test func `a disabled vserver gives up its address first and its services a step later`() throws {
    var engine = try running()
    try engine.feed(Say.vserver(enabled: false), Say.sync)
    #expect(engine.commits == [["-link.address eth0/192.0.2.1/32"]])
    #expect(engine.state("vserver.state", "v") == "disabled")
    try engine.wait(.milliseconds(200))
    #expect(
      engine.commits == [
        [
          "-ipvs.destination tcp/192.0.2.1:80/10.0.0.1:80", "-ipvs.destination tcp/192.0.2.1:80/10.0.0.2:80",
          "-ipvs.service tcp/192.0.2.1:80",
        ]
      ])
  }

  @Test func `a vserver that is enabled again before its services went keeps them`() throws {
    var engine = try running()
    try engine.feed(Say.vserver(enabled: false), Say.sync)
    try engine.wait(.milliseconds(100))
    try engine.feed(Say.vserver(), Say.sync)
    try engine.wait(.seconds(1))
    #expect(engine.commits == [])
    #expect(engine.keys("ipvs.destination").count == 2)
    #expect(engine.keys("link.address") == ["eth0/192.0.2.1/32"])
  }

  @Test func `a check added to a backend that is up leaves it up until the first verdict`() throws {
    var engine = try running()
    let both = Say.backend("a", ipv4: "10.0.0.1", checks: [Say.check("ca"), Say.check("new")])
    try engine.feed(both, Say.sync)
    try engine.wait(.seconds(60))
    #expect(engine.keys("ipvs.destination").count == 2)
    try engine.feed(Say.verdict("new", false))
    #expect(engine.keys("ipvs.destination") == ["tcp/192.0.2.1:80/10.0.0.2:80"])
  }

  @Test func `a removed check that had failed no longer holds its backend down`() throws {
    var engine = try running()
    try engine.feed(Say.verdict("ca", false))
    try engine.feed(Say.backend("a", ipv4: "10.0.0.1"), Say.sync)
    #expect(engine.keys("ipvs.destination").count == 2)
  }

  @Test func `an entry, a VIP and a backend that are there twice are told, and the first of each is used`() throws {
    var engine = try Harness()
    try engine.feed(
      Say.reset,
      Say.vserver(
        vips: [("192.0.2.1", "unicast"), ("192.0.2.1", "dedicated")],
        entries: [#"{"protocol":"tcp","port":80}"#, #"{"protocol":"tcp","port":80,"scheduler":"rr"}"#]),
      Say.backend("a", ipv4: "10.0.0.1"), Say.backend("b", ipv4: "10.0.0.1"), Say.sync)
    #expect(engine.said.count { $0.type == "error" } == 3)
    #expect(engine.weights() == ["10.0.0.1:80=1"])
    #expect(engine["ipvs.service", "tcp/192.0.2.1:80"]?["scheduler"] == "wlc")
    try engine.feed(#"{"type":"config.vserver","key":"v","deleted":true}"#, Say.sync)
    try engine.wait(.seconds(2))
    #expect(engine.keys("link.address") == [])
  }

  @Test func `removal does not depend on health`() throws {
    var engine = try running()
    try engine.feed(Say.verdict("ca", false), Say.verdict("cb", false))
    try engine.feed(Say.reset, Say.sync)
    try engine.wait(.seconds(1))
    #expect(engine.desired == [:])
  }

  @Test func `a second vserver on the same service is told and left out, and follows when the first has gone`() throws {
    var engine = try running()
    try engine.feed(
      Say.vserver("w"), Say.backend("c", vserver: "w", ipv4: "10.0.0.3"), Say.sync)
    #expect(engine.commits == [["error tcp/192.0.2.1:80 is served by v already and left out here"]])
    #expect(engine.keys("ipvs.destination").count == 2)
    try engine.feed(#"{"type":"config.vserver","key":"v","deleted":true}"#, Say.sync)
    try engine.wait(.seconds(1))
    #expect(engine.keys("ipvs.destination") == ["tcp/192.0.2.1:80/10.0.0.3:80"])
    #expect(engine.keys("link.address") == ["eth0/192.0.2.1/32"])
  }

  @Test func `an anycast VIP is held on a dummy interface and only while all its services are up`() throws {
    var engine = try Harness()
    try engine.feed(
      Say.reset,
      Say.vserver(
        vips: [("192.168.255.1", "anycast")],
        entries: [#"{"protocol":"tcp","port":53}"#, #"{"protocol":"udp","port":53}"#]),
      Say.backend("a", ipv4: "10.0.0.1", checks: [Say.check("t", entry: "53/TCP"), Say.check("u", entry: "53/UDP")]),
      Say.sync)
    try engine.feed(Say.verdict("t", true), Say.verdict("u", true))
    #expect(engine.keys("link.interface") == ["dummy0"])
    #expect(engine.keys("link.address") == ["dummy0/192.168.255.1/32"])
    #expect(engine.keys("ipvs.service") == ["tcp/192.168.255.1:53", "udp/192.168.255.1:53"])
    try engine.wait(.seconds(1))
    try engine.feed(Say.verdict("u", false))
    #expect(engine.commits == [["-bgp.route 192.168.255.1/32"]])
    try engine.wait(.milliseconds(200))
    #expect(engine.commits == [["-link.address dummy0/192.168.255.1/32"]])
    try engine.wait(.seconds(1))
    #expect(engine.keys("ipvs.service") == [])
    #expect(engine.keys("link.interface") == [])
  }
}
