// The order of steps: up where `applied` comes back, down by time and by `applied`.

import Lines
import Testing
import Values

@Suite struct LadderTests {
  private func applied(_ family: String, _ number: Int, start: String = "e") -> String {
    #"{"type":"\#(family).applied","key":"ss-\#(family)","n":"\#(start).\#(number)"}"#
  }

  private let lines = [
    Say.reset,
    #"{"type":"config.cluster","key":"c","standalone":true,"lb_interface":"eth0"}"#,
    Say.vserver(vips: [("192.168.255.1", "anycast")]), Say.backend("a", ipv4: "10.0.0.1"), Say.sync,
  ]

  @Test func `each step up waits until what it stands on has been tried`() throws {
    var engine = try Harness(wired: ["ipvs", "filter", "link", "arp", "bgp"])
    try engine.feed(lines)
    #expect(
      engine.commits.prefix(2) == [
        ["+link.interface dummy0"],
        ["+ipvs.service tcp/192.168.255.1:80", "+ipvs.destination tcp/192.168.255.1:80/10.0.0.1:80"],
      ])
    #expect(engine.keys("filter.vip") == [])
    try engine.feed(applied("link", 1))
    #expect(engine.keys("filter.vip") == [])
    try engine.feed(applied("ipvs", 2))
    #expect(engine.keys("filter.vip") == ["192.168.255.1"])
    #expect(engine.keys("link.address") == [])
    let number = engine.said.last { $0.type == "sync" }?["n"]?.string ?? ""
    try engine.feed(#"{"type":"filter.applied","key":"ss-filter","n":"\#(number)"}"#)
    #expect(engine.keys("link.address") == ["dummy0/192.168.255.1/32"])
    #expect(engine.keys("bgp.route") == [])
    let last = engine.said.last { $0.type == "sync" }?["n"]?.string ?? ""
    try engine.feed(#"{"type":"link.applied","key":"ss-link","n":"\#(last)"}"#)
    #expect(engine.keys("bgp.route") == ["192.168.255.1/32"])
    try engine.confirm()
  }

  @Test func `an applied of an earlier run counts for nothing`() throws {
    var engine = try Harness(wired: ["ipvs"])
    try engine.feed(lines + [applied("ipvs", 99, start: "d")])
    #expect(engine.keys("filter.vip") == [])
  }

  @Test func `what comes to be unwanted while it waits is never said`() throws {
    var engine = try Harness(wired: ["ipvs"])
    try engine.feed(lines)
    try engine.feed(#"{"type":"config.vserver","key":"v","deleted":true}"#, Say.sync)
    try engine.wait(.seconds(10))
    try engine.feed(applied("ipvs", 99))
    #expect(engine.keys("link.address") == [])
    #expect(engine.keys("bgp.route") == [])
    #expect(engine.keys("ipvs.service") == [])
  }

  @Test func `down each step waits for the one above it, and goes on without it after a while`() throws {
    var engine = try Harness(wired: ["link"])
    try engine.feed(lines)
    try engine.feed(applied("link", 1))
    let number = try #require(engine.said.last { $0.type == "sync" }?["n"]?.string)
    try engine.feed(#"{"type":"link.applied","key":"ss-link","n":"\#(number)"}"#)
    #expect(engine.keys("bgp.route").count == 1)
    try engine.wait(.seconds(3))
    try engine.feed(#"{"type":"config.vserver","key":"v","deleted":true}"#, Say.sync)
    #expect(engine.commits.first == ["-bgp.route 192.168.255.1/32"])
    try engine.wait(.milliseconds(200))
    #expect(engine.keys("link.address") == [])
    #expect(engine.keys("ipvs.service").count == 1)
    try engine.wait(.seconds(4))
    #expect(engine.keys("filter.vip").count == 1)
    try engine.wait(.seconds(2))
    #expect(engine.keys("filter.vip") == [])
    #expect(engine.keys("ipvs.service") == [])
  }

  @Test func `an address that comes back before its services have gone keeps them`() throws {
    var engine = try Harness()
    try engine.feed(lines)
    try engine.wait(.seconds(3))
    try engine.feed(#"{"type":"config.vserver","key":"v","deleted":true}"#, Say.sync)
    try engine.feed(lines[2], Say.sync)
    try engine.wait(.seconds(3))
    #expect(engine.keys("ipvs.service").count == 1)
    #expect(engine.keys("bgp.route").count == 1)
  }
}
