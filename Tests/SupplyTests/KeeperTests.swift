// Which source is asked when, and what becomes of what it gives.

import Supply
import Testing
import Values

@Suite struct KeeperTests {
  // MARK: Beginning

  @Test func `the first configuration is kept and said`() {
    var run = Run()
    #expect(run(.start(Kept())) == ["ask files"])
    #expect(run.offered(offer("a")) == ["keep a of files", "say a", "status"])
    #expect(run.keeper.deadline == at(60))
  }

  @Test func `files that cannot be read, with nothing on disk, are the end`() {
    var run = Run()
    _ = run(.start(Kept()))
    #expect(run(.failed(.files, Fault("no file", file: "x"))) == ["tell no file", "give up"])
  }

  @Test func `files that cannot be read leave the last good configuration`() {
    var run = Run()
    #expect(run(.start(Kept(current: Current(offer("a"), since: 1)))) == ["ask files"])
    #expect(
      run(.failed(.files, Fault("no file"))) == [
        "tell no file", "tell no source has answered: the last good configuration is used, a from files", "say a",
        "status",
      ])
  }

  @Test func `a source that takes its time is waited for, with the last good configuration after 2 s`() {
    var run = Run([.server])
    _ = run(.start(Kept(current: Current(offer("a", .server), since: 1))))
    #expect(run.keeper.deadline == at(2))
    #expect(run(.timer, 1.9) == [])
    #expect(run(.timer, 2).contains("say a"))
    #expect(run.keeper.deadline == nil)
    #expect(run.offered(offer("b", .server), 30) == ["archive", "keep b of server", "say b", "status"])
  }

  @Test func `where nothing is in use a source is asked again after 5 s`() {
    var run = Run([.server])
    _ = run(.start(Kept()))
    #expect(run(.failed(.server, Fault("gone")), 1) == ["tell gone"])
    #expect(run.keeper.deadline == at(6))
    #expect(run(.timer, 6) == ["ask server"])
  }

  // MARK: Rounds

  @Test func `every minute, and when asked to, the sources are asked in their order`() {
    var run = Run.using(offer("a"), [.server, .files])
    #expect(run(.timer, 59.9) == [])
    #expect(run(.timer, 60) == ["ask server"])
    #expect(run(.failed(.server, Fault("gone")), 61) == ["tell gone", "status", "ask files"])
    #expect(run.offered(offer("a"), 61) == [])
    #expect(run(.reload, 62) == ["ask server"])
    #expect(run(.reload, 62) == [])
    #expect(run(.failed(.server, Fault("gone")), 63) == ["ask files"], "what was told is not told again")
    #expect(run.offered(offer("a"), 63) == ["ask server"], "asked for while another round ran")
  }

  @Test func `a source that fails keeps what it gave, and those below it are not asked`() {
    var run = Run([.server, .files])
    _ = run(.start(Kept(current: Current(offer("s", .server), since: 1))))
    #expect(run(.failed(.server, Fault("gone")), 1).last == "status")
    #expect(run(.timer, 61) == ["ask server"])
    #expect(run(.failed(.server, Fault("gone")), 62) == [])
    #expect(run(.changed(.files), 63) == [])
  }

  @Test func `at the first start the files serve until the server answers`() {
    var run = Run([.server, .files])
    _ = run(.start(Kept()))
    #expect(run(.failed(.server, Fault("gone"))) == ["tell gone", "ask files"])
    #expect(run.offered(offer("f")) == ["keep f of files", "say f", "status"])
    #expect(run(.timer, 60) == ["ask server"])
    #expect(run.offered(offer("s", .server), 60) == ["archive", "keep s of server", "say s", "status"])
  }

  @Test func `what changes while it is asked for is asked for again`() {
    var run = Run.using(offer("a"))
    #expect(run(.changed(.files), 1) == ["ask files"])
    #expect(run(.changed(.files), 1) == [])
    #expect(run.offered(offer("b"), 1) == ["archive", "keep b of files", "say b", "status", "ask files"])
  }

  @Test func `an answer that nobody waits for changes nothing`() {
    var run = Run.using(offer("a"), [.server, .files])
    #expect(run.offered(offer("b", .server), 1) == [])
    #expect(run(.failed(.server, Fault("late")), 1) == [])
  }

  @Test func `the chosen order holds, without losing a source`() {
    var run = Run.using(offer("a"), [.etcd, .server, .files])
    #expect(
      run.request(.choose([.files]), 1) == ["order files etcd server", "status", "ask files", "done r"])
    var again = Run([.etcd, .server, .files])
    #expect(again(.start(Kept(order: [.files, .etcd, .server]))) == ["ask files"])
  }

  // MARK: What is taken

  @Test func `the same again changes nothing`() {
    var run = Run.using(offer("a"))
    #expect(run(.timer, 60) == ["ask files"])
    #expect(run.offered(offer("a"), 60) == [])
  }

  @Test func `what differs in its metadata alone is not archived`() {
    var run = Run.using(offer("a~1"))
    _ = run(.timer, 60)
    #expect(run.offered(offer("a~2"), 60) == ["keep a~2 of files", "say a~2", "status"])
  }

  @Test func `a server's older configuration is ignored and told once`() {
    var run = Run.using(offer("a", .server, updated: 100), [.server])
    _ = run(.timer, 60)
    #expect(
      run.offered(offer("b", .server, updated: 99), 60) == [
        "tell the server's configuration is stale: last_updated is 99, that of the one in use 100; it is ignored"
      ])
    _ = run(.timer, 120)
    #expect(run.offered(offer("b", .server, updated: 99), 120) == [])
    _ = run(.timer, 180)
    #expect(run.offered(offer("c", .server, updated: 100), 180).contains("say c"), "equal is accepted")
    _ = run(.timer, 240)
    #expect(run.offered(offer("d", .server), 240).contains("say d"), "and so is one without a time")
  }

  @Test func `files are never stale`() {
    var run = Run.using(offer("a", updated: 100))
    _ = run(.timer, 60)
    #expect(run.offered(offer("b", updated: 1), 60).contains("say b"))
  }

  @Test func `a source that gives what came from below it is the one that gave it`() {
    var run = Run([.server, .files])
    _ = run(.start(Kept()))
    _ = run(.failed(.server, Fault("gone")))
    _ = run.offered(offer("a"))
    _ = run(.timer, 60)
    #expect(run.offered(offer("a", .server), 60) == ["keep a of server", "status"])
    _ = run(.timer, 120)
    #expect(run(.failed(.server, Fault("gone")), 120) == ["tell gone", "status"])
  }
}
