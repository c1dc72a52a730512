// The guard against blast radius: what is counted, what is held, and how it is let go.

import Lines
import Supply
import Testing
import Values

private func lines(_ text: String...) throws -> [Line] { try text.map { try Line(parsing: $0) } }

@Suite struct GuardTests {
  @Test func `served is a vserver with a VIP, an entry and a backend that is given connections`() throws {
    let cluster = #"{"type":"config.cluster","key":"c","status":"PRODUCTION"}"#
    let vserver = { (name: String, rest: String) in
      #"{"type":"config.vserver","key":"\#(name)","enabled":true,"vips":[{}],"entries":[{}]\#(rest)}"#
    }
    let backend = { (name: String, rest: String) in
      #"{"type":"config.backend","key":"\#(name)/b","vserver":"\#(name)","enabled":true\#(rest)}"#
    }
    let inventory = Inventory(
      try lines(
        cluster, vserver("good", ""), backend("good", #","weight":1"#),
        vserver("empty", ""), vserver("drained", ""), backend("drained", #","weight":0"#),
        #"{"type":"config.vserver","key":"off","enabled":false,"vips":[{}],"entries":[{}]}"#, backend("off", ""),
        #"{"type":"config.vserver","key":"bare","enabled":true,"vips":[],"entries":[{}]}"#, backend("bare", ""),
        #"{"type":"config.vserver","key":"marked","enabled":true,"vips":[],"entries":[{}],"fwmark":7}"#,
        backend("marked", ""),
        #"{"type":"config.vserver","key":"mute","enabled":true,"vips":[{}],"entries":[]}"#, backend("mute", "")))
    #expect(inventory.vservers == ["good", "marked"])
    #expect(inventory.backends == ["good/b", "off/b", "bare/b", "marked/b", "mute/b"])
  }

  @Test func `a cluster that is not in service serves nothing`() throws {
    let inventory = Inventory(
      try lines(
        #"{"type":"config.cluster","key":"c","status":"DISABLED"}"#,
        #"{"type":"config.backend","key":"v/b","vserver":"v","enabled":true}"#))
    #expect(inventory == Inventory())
  }

  @Test(arguments: [
    (20, 15, 25, false), (20, 14, 25, true), (20, 0, 100, false), (20, 0, 99, true), (5, 0, 25, true),
    (4, 0, 25, false), (100, 95, 1, true), (100, 96, 1, false), (20, 40, 25, false),
  ])
  func `more than the share, and no fewer than five, is held`(old: Int, new: Int, percent: Int, isHeld: Bool) {
    #expect((Guard(percent: percent).objection(to: inventory(new), after: inventory(old)) != nil) == isHeld)
  }

  @Test func `the reason has the arithmetic and names some`() {
    let old = Inventory(vservers: ["a", "b", "c", "d", "e", "f", "g"])
    #expect(
      Guard().objection(to: Inventory(vservers: ["g"]), after: old)
        == "it would remove, disable or empty 6 of 7 vservers, more than 25 %: a, b, c, d, e, and 1 more")
  }

  @Test func `what is put in the place of what is removed does not count`() {
    let old = inventory(10)
    let new = Inventory(
      vservers: Set((0..<20).map { "w\($0)" }).union(["v0"]), backends: inventory(10).backends)
    #expect(Guard().objection(to: new, after: old) != nil)
  }

  // MARK: Holding

  @Test func `a change that takes too much is held until it is confirmed`() {
    var run = Run.using(offer("a", serving: 20))
    _ = run(.timer, 60)
    let told = run.offered(offer("b", serving: 10), 60)
    #expect(told.count == 3)
    #expect(told.first == "hold b")
    #expect(told[1].hasPrefix("tell the change to b from files is held: it would remove, disable or empty 10 of 20"))
    #expect(told[1].hasSuffix("; use it by: ss-config confirm b"))
    #expect(told[2] == "status")
    _ = run(.timer, 120)
    #expect(run.offered(offer("b", serving: 10), 120) == [], "it is told once")
    #expect(
      run.request(.confirm("x"), 130) == ["tell x is neither held nor on trial", "done r"])
    #expect(
      run.request(.confirm("b"), 130) == ["archive", "keep b of files", "release", "say b", "status", "done r"])
  }

  @Test func `updates and additions are not delayed, and end the holding`() {
    var run = Run.using(offer("a", serving: 20))
    _ = run(.timer, 60)
    _ = run.offered(offer("b", serving: 10), 60)
    _ = run(.timer, 120)
    #expect(
      run.offered(offer("c", serving: 19), 120) == ["archive", "keep c of files", "release", "say c", "status"])
  }

  @Test func `a change that is taken back is held no longer`() {
    var run = Run.using(offer("a", serving: 20))
    _ = run(.timer, 60)
    _ = run.offered(offer("b", serving: 10), 60)
    _ = run(.timer, 120)
    #expect(
      run.offered(offer("a", serving: 20), 120) == [
        "release", "tell the change b is no longer held: files took it back", "status",
      ])
  }

  @Test func `what is held survives a restart, and so does what is in use`() {
    var run = Run()
    let kept = Kept(
      current: Current(offer("a", serving: 20), since: 1), held: Held(offer("b", serving: 1), since: 2, reason: "r"))
    #expect(run(.start(kept)) == ["ask files"])
    #expect(run.offered(offer("b", serving: 1)) == ["say a", "status"])
    #expect(run.keeper.held?.offer.id == "b")
    #expect(run.request(.confirm(nil), 1).contains("say b"))
  }

  @Test func `a change that was made while nothing ran is held at the start`() {
    var run = Run()
    _ = run(.start(Kept(current: Current(offer("a", serving: 20), since: 1))))
    let effects = run.offered(offer("b", serving: 1))
    #expect(effects.first == "hold b")
    #expect(effects.suffix(2) == ["say a", "status"])
  }
}
