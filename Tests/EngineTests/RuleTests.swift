// The rules of a service that other load balancers have: quorum, sorry server, failure actions, slow start, panic,
// weights that checks ask for, and the guard against check storms.

import Engine
import Lines
import Testing
import Values

@Suite struct RuleTests {
  private func started(
    _ rules: String, weights: [Int] = [1, 1, 1], healthy: [Bool] = [true, true, true]
  ) throws -> Harness {
    var engine = try Harness()
    var lines = [Say.reset, Say.vserver(entries: [#"{"protocol":"tcp","port":80,\#(rules)}"#])]
    for (index, weight) in weights.enumerated() {
      lines.append(
        Say.backend("b\(index)", ipv4: "10.0.0.\(index)", weight: weight, checks: [Say.check("c\(index)")]))
    }
    lines.append(Say.sync)
    for (index, isHealthy) in healthy.enumerated() { lines.append(Say.verdict("c\(index)", isHealthy)) }
    try engine.feed(lines)
    try engine.wait(.seconds(2))
    return engine
  }

  // MARK: Quorum

  @Test func `a quorum counts weight, and is gained and lost with hysteresis`() throws {
    var engine = try started(#""quorum":5,"hysteresis":1"#, weights: [3, 2, 1], healthy: [false, true, true])
    #expect(engine.keys("ipvs.service") == [])
    try engine.feed(Say.verdict("c0", true))
    #expect(engine.keys("ipvs.service").count == 1)
    try engine.feed(Say.verdict("c2", false))
    #expect(engine.state("vserver.state", "v") == "up")
    try engine.feed(Say.verdict("c2", true), Say.verdict("c1", false))
    #expect(engine.state("vserver.state", "v") == "up")
    try engine.feed(Say.verdict("c2", false))
    #expect(engine.state("vserver.state", "v") == "down")
    #expect(engine.keys("ipvs.service") == [])
    try engine.confirm()
  }

  @Test(arguments: [
    (4, 0, Health.down, 4, Health.up), (4, 0, .down, 3, .down), (4, 1, .down, 4, .down), (4, 1, .down, 5, .up),
    (4, 1, .up, 3, .up), (4, 1, .up, 2, .down), (0, 0, .down, 0, .up),
  ])
  func `a quorum by numbers`(_ weight: Int, _ hysteresis: Int, _ from: Health, _ has: Int, _ state: Health) {
    var tally = Tally()
    tally.healthyWeight = UInt64(has)
    #expect(Quorum(weight: UInt32(weight), hysteresis: UInt32(hysteresis)).state(of: tally, from: from) == state)
  }

  // MARK: Sorry servers

  @Test func `below quorum the sorry server takes the place of all`() throws {
    var engine = try started(
      #""quorum":2,"stays_down":true,"sorry_server":{"ipv4":"10.0.0.99","port":8080,"when":"below_quorum"}"#)
    #expect(engine.weights() == ["10.0.0.0:80=1", "10.0.0.1:80=1", "10.0.0.2:80=1"])
    try engine.feed(Say.verdict("c0", false))
    #expect(engine.weights() == ["10.0.0.1:80=1", "10.0.0.2:80=1"])
    try engine.feed(Say.verdict("c1", false))
    #expect(engine.weights() == ["10.0.0.99:8080=1"])
    #expect(engine.commits.first?.first == "+ipvs.destination tcp/192.0.2.1:80/10.0.0.99:8080")
    try engine.feed(Say.verdict("c1", true))
    #expect(engine.weights() == ["10.0.0.1:80=1", "10.0.0.2:80=1"])
    try engine.confirm()
  }

  @Test func `a sorry server for when none is left waits for the last`() throws {
    var engine = try started(#""low_watermark":0.9,"sorry_server":{"ipv4":"10.0.0.99"}"#)
    try engine.feed(Say.verdict("c0", false), Say.verdict("c1", false))
    #expect(engine.weights() == [])
    try engine.feed(Say.verdict("c2", false))
    #expect(engine.weights() == ["10.0.0.99:80=1"])
  }

  @Test func `an inhibited sorry server stays with weight 0`() throws {
    var engine = try started(#""stays_down":true,"sorry_server":{"ipv4":"10.0.0.99","inhibit":true}"#)
    #expect(engine.weights().last == "10.0.0.99:80=0")
    try engine.feed(Say.verdict("c0", false), Say.verdict("c1", false), Say.verdict("c2", false))
    #expect(engine.weights() == ["10.0.0.99:80=1"])
  }

  @Test func `a service that stays is there without any backend`() throws {
    let engine = try started(#""stays_down":true"#, healthy: [false, false, false])
    #expect(engine.keys("ipvs.service") == ["tcp/192.0.2.1:80"])
    #expect(engine.weights() == [])
  }

  // MARK: Failure actions

  @Test func `a failed backend is removed, given weight 0 or kept`() throws {
    for (action, weights) in [
      ("remove", ["10.0.0.1:80=1", "10.0.0.2:80=1"]),
      ("zero_weight", ["10.0.0.0:80=0", "10.0.0.1:80=1", "10.0.0.2:80=1"]),
      ("keep", ["10.0.0.0:80=1", "10.0.0.1:80=1", "10.0.0.2:80=1"]),
    ] {
      var engine = try started(#""failure_action":"\#(action)""#)
      try engine.feed(Say.verdict("c0", false))
      #expect(engine.weights() == weights)
      #expect(engine.state("backend.state", "v/b0") == "down")
    }
  }

  @Test func `a backend that is out with weight 0 goes with its configuration`() throws {
    var engine = try started(#""failure_action":"zero_weight""#)
    try engine.feed(Say.verdict("c0", false))
    try engine.feed(#"{"type":"config.backend","key":"v/b0","deleted":true}"#, Say.sync)
    #expect(engine.weights() == ["10.0.0.1:80=1", "10.0.0.2:80=1"])
  }

  // MARK: Weights

  @Test func `a slow start ends at the full weight, and is none at a start`() throws {
    var engine = try started(#""slow_start_ms":20000"#, weights: [100, 1, 1])
    #expect(engine.weights().first == "10.0.0.0:80=100")
    try engine.feed(Say.verdict("c0", false))
    try engine.feed(Say.verdict("c0", true))
    #expect(engine.weights().first == "10.0.0.0:80=1")
    try engine.wait(.seconds(5))
    #expect(engine.weights().first == "10.0.0.0:80=25")
    let memory = engine.memory
    try engine.wait(.seconds(15))
    #expect(engine.weights().first == "10.0.0.0:80=100")
    try engine.confirm()
    var second = try Harness(memory: memory, at: Instant(nanoseconds: 13_000_000_000))
    try second.feed(
      Say.reset, Say.vserver(entries: [#"{"protocol":"tcp","port":80,"slow_start_ms":20000}"#]),
      Say.backend("b0", ipv4: "10.0.0.0", weight: 100, checks: [Say.check("c0")]), Say.sync, Say.verdict("c0", true))
    #expect(second.weights() == ["10.0.0.0:80=50"])
  }

  @Test func `a check's own weight goes before the configured one, an operator's before it`() throws {
    var engine = try started(#""scheduler":"wrr""#, weights: [10, 1, 1])
    let say = { (more: String) in
      #"{"type":"check.state","key":"c0","healthy":true,"reason":"ok",\#(more)}"#
    }
    for (more, weight) in [
      (#""weight":7"#, 7), (#""weight_percent":50"#, 5), (#""weight_percent":1"#, 1), (#""weight_percent":0"#, 0),
    ] {
      try engine.feed(say(more))
      #expect(engine.weights().first == "10.0.0.0:80=\(weight)")
    }
    try engine.feed(
      #"{"type":"override","key":"op/backend/v/b0","of":"backend","target":"v/b0","weight":33}"#)
    #expect(engine.weights().first == "10.0.0.0:80=33")
  }

  // MARK: Panic

  @Test func `when almost all have failed their health does not count`() throws {
    var engine = try started(#""panic_percent":50"#)
    try engine.feed(Say.verdict("c0", false))
    #expect(engine.weights().count == 2)
    try engine.feed(Say.verdict("c1", false))
    #expect(engine.weights() == ["10.0.0.0:80=1", "10.0.0.1:80=1", "10.0.0.2:80=1"])
    #expect(engine.state("vserver.state", "v") == "up")
    try engine.feed(Say.verdict("c1", true))
    #expect(engine.weights() == ["10.0.0.1:80=1", "10.0.0.2:80=1"])
  }

  // MARK: Storms

  private func stormy(_ action: String) throws -> Harness {
    var engine = try Harness()
    var lines = [
      Say.reset,
      #"{"type":"config.cluster","key":"c","standalone":true,"storm_percent":50,"storm_action":"\#(action)"}"#,
      Say.vserver(),
    ]
    for index in 0..<8 {
      lines.append(Say.backend("b\(index)", ipv4: "10.0.0.\(index)", checks: [Say.check("c\(index)")]))
      lines.append(Say.verdict("c\(index)", true))
      lines.append(#"{"type":"peer.check.state","key":"c\#(index)","healthy":true}"#)
    }
    try engine.feed(lines + [Say.sync])
    try engine.wait(.seconds(2))
    return engine
  }

  @Test func `a storm is told, and held where that is asked for, until it is over`() throws {
    for (action, left) in [("report", 2), ("hold", 8)] {
      var engine = try stormy(action)
      try engine.feed((0..<6).map { Say.verdict("c\($0)", false) })
      #expect(engine.weights().count == left)
      #expect(engine["guard.state", "storm"]?["failed"] == 6)
      #expect(engine["guard.state", "storm"]?["held"] == .bool(action == "hold"))
      try engine.feed((0..<6).map { Say.verdict("c\($0)", true) })
      #expect(engine.keys("guard.state") == [])
      #expect(engine.weights().count == 8)
      try engine.confirm()
    }
  }

  @Test func `what the other node sees down too is no storm`() throws {
    var engine = try stormy("hold")
    try engine.feed((0..<6).map { #"{"type":"peer.check.state","key":"c\#($0)","healthy":false}"# })
    try engine.feed((0..<6).map { Say.verdict("c\($0)", false) })
    #expect(engine.weights().count == 2)
    #expect(engine.keys("guard.state") == [])
  }
}
