// What operators apply by hand: on trial, confirmed, rolled back, and what sources do meanwhile.

import Supply
import Testing
import Values

@Suite struct TrialTests {
  @Test func `what is applied is used until a source gives something else`() {
    var run = Run.using(offer("a"))
    #expect(
      run.request(.apply(offer("x", .applied), within: nil), 1) == [
        "archive", "keep x of applied", "say x", "status", "done r",
      ])
    _ = run(.timer, 60)
    #expect(run.offered(offer("a"), 60) == [])
    _ = run(.timer, 120)
    #expect(run.offered(offer("b"), 120) == ["archive", "keep b of files", "say b", "status"])
  }

  @Test func `after a restart too`() {
    var run = Run()
    _ = run(.start(Kept(current: Current(offer("x", .applied), since: 1, over: [.files: "a"]))))
    #expect(run.offered(offer("a")) == ["say x", "status"])
  }

  @Test func `what a source gave before is not known: it counts from the next time`() {
    var run = Run()
    _ = run(.start(Kept(current: Current(offer("x", .applied), since: 1))))
    #expect(run.offered(offer("a")) == ["keep x of applied", "say x", "status"])
    _ = run(.timer, 60)
    #expect(run.offered(offer("b"), 60).contains("say b"))
  }

  @Test func `a file that catches up with what was applied can go back`() {
    var run = Run.using(offer("a"))
    _ = run.request(.apply(offer("x", .applied), within: nil), 1)
    _ = run(.timer, 60)
    #expect(run.offered(offer("x"), 60) == ["keep x of files", "status"])
    _ = run(.timer, 120)
    #expect(run.offered(offer("a"), 120).contains("say a"))
  }

  @Test func `what is not confirmed in time is rolled back`() {
    var run = Run.using(offer("a"))
    #expect(
      run.request(.apply(offer("x", .applied), within: .seconds(60)), 10) == [
        "try, else a at 70", "archive", "keep x of applied", "say x", "status", "done r",
      ])
    #expect(run.keeper.deadline == at(70))
    #expect(run(.changed(.files), 20) == [])
    #expect(run(.reload, 20) == [])
    #expect(run(.timer, 69) == [])
    #expect(
      run(.timer, 70) == [
        "archive", "keep a of files", "say a", "status", "end trial",
        "tell x was not confirmed in time: a is used again", "ask files",
      ])
    #expect(run.offered(offer("a"), 70) == [])
  }

  @Test func `what is confirmed stays`() {
    var run = Run.using(offer("a"))
    _ = run.request(.apply(offer("x", .applied), within: .seconds(60)), 10)
    #expect(run.request(.confirm(nil), 20) == ["end trial", "status", "ask files", "done r"])
    #expect(run.offered(offer("a"), 20) == [])
    #expect(run(.timer, 70) == [])
    #expect(run.request(.confirm(nil), 71) == ["tell nothing is held and nothing on trial", "done r"])
  }

  @Test func `a second one on trial goes back to what was before the first`() {
    var run = Run.using(offer("a"))
    _ = run.request(.apply(offer("x", .applied), within: .seconds(60)), 10)
    #expect(run.request(.apply(offer("y", .applied), within: .seconds(60)), 30).first == "try, else a at 90")
    #expect(run(.timer, 90).contains("say a"))
  }

  @Test func `one for good ends the trial`() {
    var run = Run.using(offer("a"))
    _ = run.request(.apply(offer("x", .applied), within: .seconds(60)), 10)
    #expect(run.request(.apply(offer("y", .applied), within: nil), 30).contains("end trial"))
    #expect(run.keeper.trial == nil)
    var again = Run.using(offer("a"))
    _ = again.request(.apply(offer("x", .applied), within: .seconds(60)), 10)
    #expect(
      again.request(.apply(offer("x", .applied), within: nil), 30) == ["end trial", "status", "ask files", "done r"])
  }

  @Test func `the guard holds what is applied too`() {
    var run = Run.using(offer("a", serving: 20))
    let effects = run.request(.apply(offer("x", .applied, serving: 2), within: .seconds(60)), 10)
    #expect(effects.first == "hold x")
    #expect(run.keeper.trial == nil)
    #expect(run.request(.confirm("x"), 20).contains("say x"))
  }

  // MARK: Restarts

  private func kept(_ id: String) -> Kept<String> {
    Kept(
      current: Current(offer(id, .applied), since: noon),
      trial: Trial(previous: Current(offer("a"), since: 1), until: noon + 50_000_000_000, within: .seconds(60)))
  }

  @Test func `a trial goes on after a restart and ends at its time`() {
    var run = Run()
    #expect(run(.start(kept("x")), 20) == ["say x", "status"])
    #expect(run.keeper.deadline == at(50))
    #expect(run(.timer, 50).contains("say a"))
  }

  @Test func `a clock that was set makes no trial longer than it was given`() {
    var run = Run()
    var kept = kept("x")
    kept.trial?.until = .max
    _ = run(.start(kept))
    #expect(run.keeper.deadline == at(60))
    var late = Run()
    #expect(late(.start(self.kept("x")), 80) == ["say x", "status"])
    #expect(late.keeper.deadline == at(80))
  }

  @Test func `a trial of which nothing was used yet is none`() {
    var run = Run()
    #expect(run(.start(kept("a"))) == ["end trial", "ask files"])
  }
}
