// What operators want otherwise than configured: overrides of vservers, backends and destinations, and drains.

import Lines
import Testing
import Values

@Suite struct OperatorTests {
  private func started(memory: [String] = []) throws -> Harness {
    var engine = try Harness(memory: memory)
    try engine.feed(
      Say.reset, Say.vserver(), Say.backend("a", ipv4: "10.0.0.1", weight: 5, checks: [Say.check("ca")]),
      Say.backend("b", ipv4: "10.0.0.2", checks: [Say.check("cb")]), Say.sync, Say.verdict("ca", true),
      Say.verdict("cb", true))
    try engine.wait(.seconds(2))
    return engine
  }

  private func override(_ object: String, _ target: String, _ more: String) -> String {
    #"{"type":"override","key":"op/\#(object)/\#(target)","of":"\#(object)","target":"\#(target)",\#(more)}"#
  }
  private func ended(_ object: String, _ target: String) -> String {
    #"{"type":"override","key":"op/\#(object)/\#(target)","deleted":true}"#
  }

  @Test func `a disabled vserver gives everything up, whatever is configured, and comes back when the override goes`()
    throws
  {
    var engine = try started()
    try engine.feed(override("vserver", "v", #""state":"disabled","owner":"ann","reason":"audit""#))
    #expect(engine.commits == [["-link.address eth0/192.0.2.1/32"]])
    try engine.wait(.seconds(1))
    #expect(engine.keys("ipvs.service") == [])
    #expect(engine["vserver.state", "v"]?["reason"] == "override disabled by ann: audit")
    try engine.feed(ended("vserver", "v"))
    #expect(engine.weights() == ["10.0.0.1:80=5", "10.0.0.2:80=1"])
    #expect(engine.keys("link.address") == ["eth0/192.0.2.1/32"])
    try engine.confirm()
  }

  @Test func `an enabled vserver is served although its configuration disables it`() throws {
    var engine = try started()
    try engine.feed(override("vserver", "v", #""state":"enabled""#))
    try engine.feed(Say.reset, Say.vserver(enabled: false), Say.backend("a", ipv4: "10.0.0.1"), Say.sync)
    #expect(engine.weights() == ["10.0.0.1:80=1"])
  }

  @Test func `a backend is disabled everywhere by its name, or in one vserver`() throws {
    var engine = try started()
    try engine.feed(override("backend", "a", #""state":"disabled""#))
    #expect(engine.weights() == ["10.0.0.2:80=1"])
    try engine.feed(ended("backend", "a"), override("backend", "v/b", #""state":"disabled""#))
    #expect(engine.weights() == ["10.0.0.1:80=5"])
    #expect(engine.state("backend.state", "v/b") == "disabled")
  }

  @Test func `a weight and a destination can be overridden`() throws {
    var engine = try started()
    try engine.feed(override("backend", "v/a", #""weight":9"#))
    #expect(engine.weights() == ["10.0.0.1:80=9", "10.0.0.2:80=1"])
    try engine.feed(override("destination", "tcp/192.0.2.1:80/10.0.0.2:80", #""state":"disabled""#))
    #expect(engine.weights() == ["10.0.0.1:80=9"])
  }

  @Test func `an override ends by itself`() throws {
    var engine = try started()
    try engine.feed(override("backend", "v/a", #""state":"disabled","expires":"1970-01-01T00:00:10Z""#))
    #expect(engine.weights() == ["10.0.0.2:80=1"])
    try engine.wait(.seconds(6))
    #expect(engine.weights() == ["10.0.0.2:80=1"])
    try engine.wait(.seconds(1))
    #expect(engine.weights() == ["10.0.0.1:80=5", "10.0.0.2:80=1"])
    try engine.confirm()
  }

  @Test func `of two overrides the newer holds`() throws {
    var engine = try started()
    try engine.feed(
      override("backend", "v/a", #""weight":9,"since":"1970-01-01T00:00:02Z""#),
      #"{"type":"override","key":"zed/backend/v/a","of":"backend","target":"v/a","weight":7,"#
        + #""since":"1970-01-01T00:00:01Z"}"#)
    #expect(engine.weights().first == "10.0.0.1:80=9")
  }

  @Test func `overrides are kept over a restart, until their writer's whole set leaves them out`() throws {
    var first = try started()
    try first.feed(override("backend", "v/a", #""state":"disabled""#))
    var lines = first.memory
    lines.append(override("backend", "v/a", #""state":"disabled""#))
    var second = try started(memory: lines)
    #expect(second.weights() == ["10.0.0.2:80=1"])
    try second.feed(
      #"{"type":"reset","from":"op","lines":1}"#, #"{"type":"sync","from":"op","n":"o.1"}"#)
    #expect(second.weights() == ["10.0.0.1:80=5", "10.0.0.2:80=1"])
  }

  // MARK: Drains

  @Test func `a drain takes no new connections, and ends at its deadline`() throws {
    var engine = try started()
    try engine.feed(override("backend", "v/a", #""state":"drain","timeout_ms":30000"#))
    #expect(engine.weights() == ["10.0.0.1:80=0", "10.0.0.2:80=1"])
    #expect(engine.state("drain.state", "backend/v/a") == "draining")
    #expect(engine["drain.state", "backend/v/a"]?["deadline"] == "1970-01-01T00:00:33.000Z")
    try engine.wait(.seconds(29))
    #expect(engine.weights() == ["10.0.0.1:80=0", "10.0.0.2:80=1"])
    try engine.wait(.seconds(1))
    #expect(engine.weights() == ["10.0.0.2:80=1"])
    #expect(engine.state("drain.state", "backend/v/a") == "done")
    #expect(engine.state("backend.state", "v/a") == "disabled")
    try engine.feed(ended("backend", "v/a"))
    #expect(engine.weights() == ["10.0.0.1:80=5", "10.0.0.2:80=1"])
    #expect(engine.keys("drain.state") == [])
    try engine.confirm()
  }

  private func stats(_ active: Int, _ inactive: Int, _ persistent: Int) -> String {
    #"{"type":"ipvs.stats","key":"tcp/192.0.2.1:80/10.0.0.1:80","connections":0,"packets_in":0,"packets_out":0,"#
      + #""bytes_in":0,"bytes_out":0,"active_connections":\#(active),"inactive_connections":\#(inactive),"#
      + #""persistent_connections":\#(persistent)}"#
  }

  @Test func `a drain whose connections are counted ends with the last of them, templates included`() throws {
    var engine = try started()
    try engine.feed(override("backend", "v/a", #""state":"drain""#))
    try engine.wait(.seconds(2))
    try engine.feed(stats(2, 1, 1))
    #expect(engine["drain.state", "backend/v/a"]?["active_connections"] == 2)
    try engine.feed(stats(0, 0, 1))
    #expect(engine.weights().first == "10.0.0.1:80=0")
    try engine.feed(stats(0, 0, 0))
    #expect(engine.weights() == ["10.0.0.2:80=1"])
    #expect(engine["drain.state", "backend/v/a"]?["reason"] == "nothing is left")
  }

  @Test func `UDP is drained by time alone, and one-packet services not at all`() throws {
    for (onePacket, weights) in [(false, ["10.0.0.1:53=0"]), (true, [])] {
      var engine = try Harness()
      try engine.feed(
        Say.reset, Say.vserver(entries: [#"{"protocol":"udp","port":53,"one_packet":\#(onePacket)}"#]),
        Say.backend("a", ipv4: "10.0.0.1"), Say.backend("b", ipv4: "10.0.0.2"), Say.sync)
      try engine.wait(.seconds(2))
      try engine.feed(override("backend", "v/a", #""state":"drain""#))
      #expect(engine.weights("udp/192.0.2.1:53") == weights + ["10.0.0.2:53=1"])
    }
  }

  @Test func `a restart in the middle of a drain goes on to the same deadline`() throws {
    var first = try started()
    let line = override("backend", "v/a", #""state":"drain","timeout_ms":30000"#)
    try first.feed(line)
    try first.wait(.seconds(10))
    var second = try Harness(memory: first.memory + [line], at: first.now)
    try second.feed(
      Say.reset, Say.vserver(), Say.backend("a", ipv4: "10.0.0.1", weight: 5, checks: [Say.check("ca")]),
      Say.backend("b", ipv4: "10.0.0.2", checks: [Say.check("cb")]), Say.sync)
    #expect(second.weights() == ["10.0.0.1:80=0", "10.0.0.2:80=1"])
    #expect(second["drain.state", "backend/v/a"]?["deadline"] == "1970-01-01T00:00:33.000Z")
    try second.wait(.seconds(19))
    #expect(second.weights().count == 2)
    try second.wait(.seconds(1))
    #expect(second.weights() == ["10.0.0.2:80=1"])
  }

  @Test func `a vserver is drained whole, then given up`() throws {
    var engine = try started()
    try engine.feed(override("vserver", "v", #""state":"drain","timeout_ms":5000"#))
    #expect(engine.weights() == ["10.0.0.1:80=0", "10.0.0.2:80=0"])
    #expect(engine.keys("link.address").count == 1)
    try engine.wait(.seconds(5))
    #expect(engine.keys("link.address") == [])
    try engine.wait(.seconds(1))
    #expect(engine.keys("ipvs.service") == [])
  }

  @Test func `a backend that leaves the configuration is drained where that is asked for`() throws {
    var engine = try Harness()
    let vserver = Say.vserver().replacing(#""enabled":true"#, with: #""enabled":true,"drain_timeout_ms":4000"#)
    try engine.feed(
      Say.reset, vserver, Say.backend("a", ipv4: "10.0.0.1"), Say.backend("b", ipv4: "10.0.0.2"), Say.sync)
    try engine.feed(#"{"type":"config.backend","key":"v/a","deleted":true}"#, Say.sync)
    #expect(engine.weights() == ["10.0.0.1:80=0", "10.0.0.2:80=1"])
    try engine.wait(.seconds(4))
    #expect(engine.weights() == ["10.0.0.2:80=1"])
    #expect(engine.keys("backend.state") == ["v/b"])
  }
}
