// What is removed and what is left alone; what happens when the kernel says no, or is not as we thought.

import Fakes
import Lines
import Reconcile
import Testing
import Values

private let web = "tcp/192.0.2.1:80"
private let other = "tcp/192.0.2.2:80"
private let foreign = "tcp/192.0.2.200:80"

@Suite struct IPVSOwnershipTests {
  private func kernel(_ lines: String...) -> FakeIPVS {
    var bench = IPVSBench()
    bench.say([reset] + lines + [sync(1)])
    return bench.kernel
  }

  // MARK: Prune

  @Test func `what is not said again stays until the prune`() {
    var bench = IPVSBench()
    bench.say(reset, service(web), destination(web, "198.51.100.1:80"), service(other), sync(1))
    _ = bench.done()
    bench.say(reset, service(other), sync(2))
    #expect(bench.done() == [])
    bench.say(prune(3))
    #expect(bench.done() == ["remove tcp/192.0.2.1:80/198.51.100.1:80", "remove tcp/192.0.2.1:80"])
    #expect(bench.out.last == prune(3))
  }

  @Test func `after a restart a service that nobody asks for is somebody else's`() {
    var bench = IPVSBench(
      kernel(
        service(web), destination(web, "198.51.100.1:80"), service(foreign), destination(foreign, "198.51.100.9:80")))
    bench.say(reset, service(web), destination(web, "198.51.100.2:80"), sync(1), prune(2))
    #expect(
      bench.done() == ["add tcp/192.0.2.1:80/198.51.100.2:80", "remove tcp/192.0.2.1:80/198.51.100.1:80"])
    #expect(bench.kernel.text.count == 4)
  }

  @Test func `an empty set removes nothing, and a prune of all of many is refused`() {
    var lines = [service(web)]
    for host in 1...20 { lines.append(destination(web, "198.51.100.\(host):80")) }
    var bench = IPVSBench()
    bench.say([reset] + lines + [sync(1)])
    _ = bench.done()
    _ = bench.said()
    bench.say(reset, sync(2))
    #expect(bench.done() == [])
    bench.say(prune(3))
    #expect(bench.done() == [])
    #expect(bench.said().contains { $0.contains("it would remove 21 of 21 objects") })
    bench.say(prune(4, confirmed: true))
    #expect(bench.done().count == 21)
    #expect(bench.kernel.text == [])
  }

  @Test(arguments: [(10, 10, true), (11, 22, true), (11, 21, false), (50, 100, true), (51, 100, false)])
  func `a prune may remove half, and ten in any case`(count: Int, total: Int, allowed: Bool) {
    #expect(PruneLimit().allows(removing: count, of: total) == allowed)
  }

  @Test func `a set that is cut off removes nothing`() {
    var bench = IPVSBench()
    bench.say(reset, service(web), destination(web, "198.51.100.1:80"), sync(1))
    _ = bench.done()
    bench.say(reset, service(other))
    bench.driver.end(at: bench.now)
    bench.settle()
    #expect(bench.done() == [])
    #expect(bench.driver.isFinished)
  }

  @Test func `the end of input waits for what has been asked`() {
    var bench = IPVSBench()
    for line in [reset, service(web), sync(1)] { bench.hear(line) }
    bench.driver.end(at: bench.now)
    #expect(!bench.driver.isFinished)
    bench.settle()
    #expect(bench.done() == ["add tcp/192.0.2.1:80"])
    #expect(bench.driver.isFinished)
  }

  // MARK: Failures

  @Test func `a scheduler that is missing fails its service and no other, and is tried again`() {
    var bench = IPVSBench()
    bench.say(
      reset, service(web, "mystery"), destination(web, "198.51.100.1:80"), service(other),
      destination(other, "198.51.100.1:80"), sync(1))
    let said = bench.said()
    #expect(
      said.first == #"{"type":"ipvs.failed","key":"tcp/192.0.2.1:80","vip":"192.0.2.1","reason":"#
        + #""the kernel has no scheduler \"mystery\" (module ip_vs_mystery)","errno":"ENOENT"}"#)
    #expect(said.contains { $0.contains(#""key":"tcp/192.0.2.1:80/198.51.100.1:80","reason":"its service"#) })
    #expect(bench.kernel.text.count == 2)
    _ = bench.done()
    bench.wait(.seconds(4))
    #expect(bench.done() == [])
    bench.wait(.seconds(1))
    #expect(bench.done() == ["add tcp/192.0.2.1:80"])
    #expect(bench.said() == [])
    bench.kernel.schedulers.insert("mystery")
    bench.wait(.seconds(5))
    #expect(bench.done() == ["add tcp/192.0.2.1:80", "add tcp/192.0.2.1:80/198.51.100.1:80"])
    #expect(
      bench.said() == [deleted("ipvs.failed", web), deleted("ipvs.failed", web + "/198.51.100.1:80")])
    #expect(bench.driver.deadline == nil)
  }

  @Test func `a failure is gone when its object is`() {
    var bench = IPVSBench()
    bench.say(reset, service(web, "mystery"), sync(1))
    _ = bench.said()
    bench.say(deleted("ipvs.service", web), sync(2))
    #expect(bench.said().first == deleted("ipvs.failed", web))
    #expect(bench.driver.deadline == nil)
  }

  @Test func `a refused line stays refused, whatever is tried again`() {
    var bench = IPVSBench()
    bench.say(reset, service("tcp/192.0.2.1:0"), service(web, "mystery"), sync(1))
    _ = bench.said()
    bench.wait(.seconds(5))
    bench.wait(.seconds(5))
    #expect(bench.said() == [])
    #expect(bench.driver.core.deadline != nil)
  }

  @Test func `a removal that the kernel refuses is tried again until it is done`() {
    var bench = IPVSBench()
    bench.say(reset, service(web), destination(web, "198.51.100.1:80"), sync(1))
    _ = (bench.done(), bench.said())
    bench.kernel.error = ("tcp/192.0.2.1:80/198.51.100.1:80", "ENOMEM")
    bench.say(deleted("ipvs.destination", web + "/198.51.100.1:80"), sync(2))
    #expect(bench.said().first?.contains("ENOMEM") == true)
    #expect(bench.kernel.text.count == 2)
    bench.wait(.seconds(5))
    #expect(
      bench.done() == ["remove tcp/192.0.2.1:80/198.51.100.1:80", "remove tcp/192.0.2.1:80/198.51.100.1:80"])
    #expect(bench.said() == [deleted("ipvs.failed", web + "/198.51.100.1:80")])
    #expect(bench.kernel.text.count == 1)
  }

  @Test func `a removal whose answer was lost is done before its commit is`() {
    var bench = IPVSBench()
    bench.say(reset, service(web), destination(web, "198.51.100.1:80"), sync(1))
    bench.hear(deleted("ipvs.destination", web + "/198.51.100.1:80"))
    bench.hear(sync(2))
    guard case .apply? = bench.driver.takeRequests().first else { return #expect(Bool(false)) }
    bench.driver.answer(.lost(reason: "the netlink queue overflowed"), at: bench.now)
    #expect(bench.out.last != sync(2))
    bench.settle()
    #expect(bench.kernel.text.count == 1)
    #expect(bench.out.last == sync(2))
  }

  @Test func `a prune spares what was said and could not be used`() {
    var bench = IPVSBench()
    bench.say(reset, service(web), destination(web, "198.51.100.1:80"), sync(1))
    bench.say(reset, service(web), destination(web, "198.51.100.1:80", weight: 70_000), sync(2), prune(3))
    bench.say(reset, service(web, "rr", #","family":"inet7""#), sync(4), prune(5))
    #expect(bench.kernel.text.count == 2)
  }

  // MARK: A kernel that others change

  @Test func `a service that others removed is made again with all that was in it`() throws {
    var bench = IPVSBench()
    bench.say(reset, service(web), destination(web, "198.51.100.1:80"), sync(1))
    _ = bench.done()
    let key = try #require(IPVSServiceKey(web))
    bench.kernel.services[key] = nil
    bench.kernel.destinations[key] = nil
    bench.say(destination(web, "198.51.100.2:80"), sync(2))
    #expect(
      bench.done() == [
        "add tcp/192.0.2.1:80/198.51.100.2:80", "add tcp/192.0.2.1:80", "add tcp/192.0.2.1:80/198.51.100.1:80",
        "add tcp/192.0.2.1:80/198.51.100.2:80",
      ])
    #expect(bench.said().filter { $0.contains("failed") } == [])
  }

  @Test func `what others added in the meantime is adopted and put right`() throws {
    var bench = IPVSBench()
    bench.say(reset, service(other), sync(1))
    _ = bench.done()
    let there = kernel(service(web, "wlc"), destination(web, "198.51.100.1:80", weight: 9))
    bench.kernel.services.merge(there.services) { $1 }
    bench.kernel.destinations.merge(there.destinations) { $1 }
    bench.say(service(web), destination(web, "198.51.100.1:80"), sync(2))
    #expect(
      bench.done() == ["add tcp/192.0.2.1:80", "change tcp/192.0.2.1:80", "change tcp/192.0.2.1:80/198.51.100.1:80"])
  }

  @Test func `somebody who removes it each time makes a failure, not a loop`() throws {
    var bench = IPVSBench()
    bench.say(reset, service(web), sync(1))
    let key = try #require(IPVSServiceKey(web))
    bench.disturb = { kernel, request in
      if case .apply(let operations) = request, case .destination = operations[0].object { kernel.services[key] = nil }
    }
    bench.say(destination(web, "198.51.100.1:80"), sync(2))
    #expect(bench.said().contains { $0.contains(#""errno":"ESRCH""#) })
    #expect(bench.readings <= 8)
  }

  @Test func `a table that changes while it is read is read again, five times at most`() {
    var bench = IPVSBench(kernel(service(web), service(other)))
    var changes = 0
    bench.disturb = { kernel, request in
      if case .readDestinations = request, changes < 2, let key = IPVSServiceKey("tcp/203.0.113.\(changes):80") {
        changes += 1
        kernel.services[key] = IPVSService(key: key, scheduler: "rr")
      }
    }
    bench.say(reset, service(web), service(other), sync(1))
    #expect(bench.done() == [])
    #expect(bench.readings == 4)
    #expect(bench.said().filter { $0.contains("error") } == [])
  }

  @Test func `a table that never stands still is used as it was last seen`() {
    var bench = IPVSBench(kernel(service(web)))
    var changes = 0
    bench.disturb = { kernel, request in
      if case .readDestinations = request, let key = IPVSServiceKey("tcp/203.0.113.1:\(1 + changes)") {
        changes += 1
        kernel.services[key] = IPVSService(key: key, scheduler: "rr")
      }
    }
    bench.say(reset, service(web), service(other), sync(1))
    #expect(bench.done() == ["add tcp/192.0.2.2:80"])
    #expect(changes == 5)
    #expect(bench.said().contains { $0.contains("changed during each of 5 readings") })
  }

  @Test func `when answers are lost the table is read and the rest is done`() {
    var bench = IPVSBench()
    for line in [reset, service(web), destination(web, "198.51.100.1:80"), sync(1)] { bench.hear(line) }
    var requests = bench.driver.takeRequests()
    while let time = bench.driver.deadline, time <= bench.now { bench.driver.timer(at: bench.now) }
    requests += bench.driver.takeRequests()
    #expect(requests == [.readServices])
    bench.driver.answer(.services([]), at: bench.now)
    guard case .apply(let operations)? = bench.driver.takeRequests().first else { return #expect(Bool(false)) }
    for operation in operations { _ = bench.kernel.apply(operation) }
    bench.driver.answer(.lost(reason: "the netlink queue overflowed"), at: bench.now)
    bench.settle()
    #expect(bench.done() == ["add tcp/192.0.2.1:80/198.51.100.1:80"])
    #expect(bench.out.last == sync(1))
  }

  // MARK: Recording

  @Test func `answers come back from a recording as they were`() throws {
    let gue = destination(web, "198.51.100.1:80", "tunnel", #","tunnel_type":"gue","tunnel_port":6080"#)
    let held = kernel(
      service(web, "sh", #","persistence_s":60,"persistence_mask":"255.0.255.0","persistence_engine":"sip""#), gue,
      destination(web, "198.51.100.2:80", "tunnel", #","tunnel_type":"gre","tunnel_flags":["csum"]"#), service(other))
    for answer in [
      IPVSAnswer.services(held.list), held.destinations(of: held.list.map(\.key)), .lost(reason: "why"),
      .outcomes([.done, .failed(errno: "EPERM", sentence: "Operation not permitted")]),
    ] {
      #expect(try IPVSAnswer(recorded: answer.recorded) == answer)
    }
  }
}
