// From desired and held addresses and interfaces to operations.

import Fakes
import Lines
import Reconcile
import Testing
import Values

private struct LinkBench {
  var kernel: FakeLinks
  var driver = FilterDriver(command: "ss-link", core: LinkReconciler(), start: "abc", epoch: 0, passes: true)
  var now = Instant(nanoseconds: 1_000_000_000)
  var operations: [String] = []
  var out: [String] = []
  private var count = 0

  init(_ kernel: FakeLinks = FakeLinks()) {
    self.kernel = kernel
    driver.begin(memory: [], at: now)
    settle()
  }

  mutating func say(_ lines: String...) {
    for line in lines {
      count += 1
      driver.line(Array(line.utf8).span, number: count, at: now)
    }
    settle()
  }

  mutating func wait(_ duration: Duration) {
    now = now + duration
    settle()
  }

  mutating func settle() {
    while true {
      if let time = driver.deadline, time <= now { driver.timer(at: now) }
      let requests = driver.takeRequests()
      if requests.isEmpty { break }
      for request in requests {
        if case .apply(let batch) = request, !kernel.down {
          operations += batch.map { "\($0.line["operation"]?.string ?? "") \($0.key)" }
        }
        driver.answer(kernel.answer(request), at: now)
      }
    }
    var bytes: [UInt8] = []
    while true {
      let piece = driver.queue.next(limit: 1 << 16)
      if piece.isEmpty { break }
      bytes += piece
      driver.queue.wrote(piece.count)
    }
    out += String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  mutating func done() -> [String] {
    defer { operations = [] }
    return operations
  }

  mutating func said() -> [String] {
    defer { out = [] }
    return out.filter { $0.contains("link.failed") }
  }
}

private func address(_ interface: String, _ prefix: String, vip: String? = nil) -> String {
  let more = vip.map { #","vip":"\#($0)""# } ?? ""
  return #"{"type":"link.address","key":"\#(interface)/\#(prefix)","interface":"\#(interface)","#
    + #""address":"\#(prefix)"\#(more)}"#
}
private let dummy = #"{"type":"link.interface","key":"dummy0","kind":"dummy"}"#
private let linkPrune = #"{"type":"prune","from":"ss-engine","of":"link","n":"e.9"}"#
private func failing(_ vip: String) -> String {
  #"{"type":"ipvs.failed","key":"tcp/\#(vip):80","vip":"\#(vip)","reason":"no"}"#
}

@Suite struct LinkReconcilerTests {
  @Test func `an interface comes before its addresses and goes after them`() {
    var bench = LinkBench()
    bench.say(reset, address("dummy0", "192.0.2.1/32"), dummy, address("eth0", "2001:db8::1/64"), sync(1))
    #expect(bench.done() == ["add dummy0", "add dummy0/192.0.2.1/32", "add eth0/2001:db8::1/64"])
    bench.say(
      deleted("link.interface", "dummy0"), deleted("link.address", "dummy0/192.0.2.1/32"), sync(2))
    #expect(bench.done() == ["remove dummy0/192.0.2.1/32", "remove dummy0"])
    #expect(bench.kernel.text == ["2 2001:db8::1/64 83"])
  }

  @Test func `an address that somebody else put there is taken as it is and never removed`() {
    var kernel = FakeLinks()
    kernel.add(2, "192.0.2.1/32")
    var bench = LinkBench(kernel)
    bench.say(reset, address("eth0", "192.0.2.1/32"), sync(1))
    bench.say(deleted("link.address", "eth0/192.0.2.1/32"), sync(2), linkPrune)
    #expect(bench.done() == [])
    #expect(bench.kernel.text == ["2 192.0.2.1/32 0"])
  }

  @Test func `the operator's address of another length stays when ours goes`() {
    var kernel = FakeLinks()
    kernel.add(2, "192.0.2.100/24")
    var bench = LinkBench(kernel)
    bench.say(reset, address("eth0", "192.0.2.100/32"), sync(1))
    bench.say(deleted("link.address", "eth0/192.0.2.100/32"), sync(2))
    #expect(bench.done() == ["add eth0/192.0.2.100/32", "remove eth0/192.0.2.100/32"])
    #expect(bench.kernel.text == ["2 192.0.2.100/24 0"])
  }

  @Test func `what falls with a removed address is put back, whoever it belongs to`() {
    var kernel = FakeLinks()
    kernel.add(2, "192.0.2.100/24", origin: 83)
    kernel.add(2, "192.0.2.7/24", message: [7])
    var bench = LinkBench(kernel)
    bench.say(reset, address("eth0", "192.0.2.101/24"), sync(1), linkPrune)
    #expect(
      bench.done() == [
        "add eth0/192.0.2.101/24", "remove eth0/192.0.2.100/24", "add eth0/192.0.2.101/24", "add eth0/192.0.2.7/24",
      ])
    #expect(Set(bench.kernel.text) == ["2 192.0.2.101/24 83", "2 192.0.2.7/24 0"])
    #expect(bench.kernel.addresses.last?.message == [7])
  }

  @Test func `addresses that go together stay away`() {
    var bench = LinkBench()
    bench.say(
      reset, address("eth0", "192.0.2.1/24"), address("eth0", "192.0.2.2/24"), address("eth0", "192.0.2.3/24"), sync(1))
    bench.say(
      deleted("link.address", "eth0/192.0.2.1/24"), deleted("link.address", "eth0/192.0.2.2/24"),
      deleted("link.address", "eth0/192.0.2.3/24"), sync(2))
    bench.say(address("eth0", "192.0.2.9/32"), sync(3))
    #expect(bench.kernel.text == ["2 192.0.2.9/32 83"])
  }

  @Test func `more addresses than a batch holds stay away too`() {
    var kernel = FakeLinks()
    for number in 1...100 { kernel.add(2, "192.0.2.\(number)/24", origin: 83) }
    var bench = LinkBench(kernel)
    bench.say(reset, sync(1), linkPrune.replacing("}", with: #","confirmed":true}"#))
    #expect(bench.kernel.text == [])
  }

  @Test func `a prune spares what was said and could not be used`() {
    var kernel = FakeLinks()
    kernel.add(2, "192.0.2.1/32", origin: 83)
    var bench = LinkBench(kernel)
    bench.say(reset, address("eth0", "192.0.2.1/32", vip: "x"), sync(1), linkPrune)
    #expect(bench.kernel.text == ["2 192.0.2.1/32 83"])
  }

  @Test func `another's address that could not be put back is tried again`() {
    var kernel = FakeLinks()
    kernel.add(2, "192.0.2.100/24", origin: 83)
    kernel.add(2, "192.0.2.7/24", message: [7])
    var bench = LinkBench(kernel)
    bench.kernel.error = ("eth0/192.0.2.7/24", "ENOMEM")
    bench.say(reset, sync(1), linkPrune)
    #expect(bench.kernel.text == [])
    bench.wait(.seconds(5))
    #expect(bench.kernel.text == ["2 192.0.2.7/24 0"])
  }

  @Test func `an interface of another kind that bears our alias is somebody else's`() {
    var kernel = FakeLinks()
    kernel.links.append(KernelLink(index: 3, name: "veth9", kind: "veth", isUp: true, alias: "seesaw"))
    var bench = LinkBench(kernel)
    bench.say(reset, sync(1), linkPrune, deleted("link.interface", "veth9"), sync(2))
    #expect(bench.kernel.links.count == 3)
  }

  @Test func `a prune removes what an earlier run left, and nothing of others`() {
    var kernel = FakeLinks()
    kernel.add(2, "192.0.2.1/32", origin: 83)
    kernel.add(2, "192.0.2.2/32", origin: 83)
    kernel.add(2, "192.0.2.3/32", origin: 3)
    kernel.links.append(KernelLink(index: 3, name: "dummy0", kind: "dummy", isUp: true, alias: "seesaw"))
    kernel.links.append(KernelLink(index: 4, name: "dummy1", kind: "dummy", isUp: true))
    var bench = LinkBench(kernel)
    bench.say(reset, address("eth0", "192.0.2.1/32"), sync(1))
    #expect(bench.done() == [])
    bench.say(linkPrune)
    #expect(bench.done() == ["remove eth0/192.0.2.2/32", "remove dummy0"])
  }

  @Test func `a prune of most of many is refused`() {
    var kernel = FakeLinks()
    for number in 1...12 { kernel.add(2, "192.0.2.\(number)/32", origin: 83) }
    var bench = LinkBench(kernel)
    bench.say(reset, address("eth0", "192.0.2.1/32"), sync(1), linkPrune)
    #expect(bench.done() == [])
    #expect(bench.out.contains { $0.contains("it would remove 11 of 12 objects") })
  }

  @Test func `an address without its interface fails, and comes when it does`() {
    var bench = LinkBench()
    bench.say(reset, address("eth9", "192.0.2.1/32", vip: "192.0.2.1"), address("eth0", "192.0.2.2/32"), sync(1))
    #expect(bench.done() == ["add eth0/192.0.2.2/32"])
    #expect(
      bench.said() == [
        #"{"type":"link.failed","key":"eth9/192.0.2.1/32","vip":"192.0.2.1","reason":"#
          + #""there is no interface eth9"}"#
      ])
    bench.kernel.links.append(KernelLink(index: 9, name: "eth9", isUp: true))
    bench.wait(.seconds(5))
    #expect(bench.done() == ["add eth9/192.0.2.1/32"])
    #expect(bench.said() == [deleted("link.failed", "eth9/192.0.2.1/32")])
  }

  @Test func `an interface of another kind is left alone`() {
    var bench = LinkBench()
    bench.say(reset, #"{"type":"link.interface","key":"eth0","kind":"dummy"}"#, sync(1))
    #expect(bench.done() == [])
    #expect(bench.said().first?.contains("an interface eth0 is there, but of kind veth, not dummy") == true)
  }

  // MARK: What fails before it

  @Test func `the VIP of a service that fails is not brought up, and comes when it fails no more`() {
    var bench = LinkBench()
    bench.say(failing("192.0.2.1"))
    bench.say(
      reset, address("eth0", "192.0.2.1/32", vip: "192.0.2.1"), address("eth0", "192.0.2.2/32", vip: "192.0.2.2"),
      sync(1))
    #expect(bench.done() == ["add eth0/192.0.2.2/32"])
    #expect(bench.said().first?.contains("not brought up while tcp/192.0.2.1:80 fails") == true)
    bench.say(deleted("ipvs.failed", "tcp/192.0.2.1:80"))
    #expect(bench.done() == ["add eth0/192.0.2.1/32"])
    #expect(bench.said() == [deleted("link.failed", "eth0/192.0.2.1/32")])
  }

  @Test func `a VIP that is held is kept when its service fails`() {
    var bench = LinkBench()
    bench.say(reset, address("eth0", "192.0.2.1/32", vip: "192.0.2.1"), sync(1))
    _ = bench.done()
    bench.say(failing("192.0.2.1"))
    bench.say(reset, address("eth0", "192.0.2.1/32", vip: "192.0.2.1"), sync(2), linkPrune)
    #expect(bench.done() == [])
    #expect(bench.kernel.text == ["2 192.0.2.1/32 83"])
  }

  // MARK: The kernel

  @Test func `an IPv6 address of ours changes its length, another's will do as it is`() {
    var kernel = FakeLinks()
    kernel.add(2, "2001:db8::1/128", origin: 83)
    kernel.add(2, "2001:db8::2/128")
    var bench = LinkBench(kernel)
    bench.say(reset, address("eth0", "2001:db8::1/64"), address("eth0", "2001:db8::2/64"), sync(1))
    #expect(bench.done() == ["remove eth0/2001:db8::1/128", "add eth0/2001:db8::1/64"])
  }

  @Test func `an IPv6 address that is asked for with a new length comes when the old one goes`() {
    var bench = LinkBench()
    bench.say(reset, address("eth0", "2001:db8::1/64"), sync(1))
    bench.say(address("eth0", "2001:db8::1/128"), sync(2))
    bench.say(deleted("link.address", "eth0/2001:db8::1/64"), sync(3))
    #expect(
      bench.done() == ["add eth0/2001:db8::1/64", "remove eth0/2001:db8::1/64", "add eth0/2001:db8::1/128"])
    #expect(bench.out.last == sync(3))
  }

  @Test func `what others removed comes back with the next commit`() {
    var bench = LinkBench()
    bench.say(reset, address("eth0", "192.0.2.1/32"), sync(1))
    bench.kernel.addresses = []
    bench.say(address("eth0", "192.0.2.1/32"), sync(2))
    #expect(bench.done() == ["add eth0/192.0.2.1/32", "add eth0/192.0.2.1/32"])
  }

  @Test func `after a request that was lost it is tried again in five seconds`() {
    var bench = LinkBench()
    bench.kernel.down = true
    bench.say(reset, address("eth0", "192.0.2.1/32"), sync(1))
    #expect(bench.out.last != sync(1))
    bench.kernel.down = false
    bench.wait(.seconds(5))
    #expect(bench.done() == ["add eth0/192.0.2.1/32"])
    #expect(bench.out.last == sync(1))
  }

  @Test func `answers come back from a recording as they were`() throws {
    var kernel = FakeLinks()
    kernel.add(2, "192.0.2.1/24", origin: 83, message: [2, 24, 0, 255])
    kernel.add(2, "2001:db8::1/64")
    kernel.links.append(KernelLink(index: 3, name: "dummy0", kind: "dummy", isUp: true, alias: "seesaw"))
    for answer in [
      LinkAnswer.picture(links: kernel.links, addresses: kernel.addresses), .lost(reason: "why"),
      .outcomes([.done, .failed(errno: "EPERM", sentence: "Operation not permitted")]),
    ] {
      #expect(try LinkAnswer(recorded: answer.recorded) == answer)
    }
  }
}
