// From desired and held services to operations.

import Fakes
import Lines
import Reconcile
import Testing
import Values

private let web = "tcp/192.0.2.1:80"
private let names = "udp/[2001:db8::1]:53"

@Suite struct IPVSReconcilerTests {
  /// A kernel that holds what the lines ask for.
  private func kernel(_ lines: String...) -> FakeIPVS {
    var bench = IPVSBench()
    bench.say([reset] + lines + [sync(1)])
    return bench.kernel
  }

  // MARK: Order

  @Test func `services come before their destinations and go after them`() {
    var bench = IPVSBench()
    bench.say(reset, destination(web, "198.51.100.1:80"), service(web), sync(1))
    #expect(bench.done() == ["add tcp/192.0.2.1:80", "add tcp/192.0.2.1:80/198.51.100.1:80"])
    bench.say(deleted("ipvs.service", web), deleted("ipvs.destination", web + "/198.51.100.1:80"), sync(2))
    #expect(bench.done() == ["remove tcp/192.0.2.1:80/198.51.100.1:80", "remove tcp/192.0.2.1:80"])
    #expect(bench.kernel.text == [])
  }

  @Test func `a destination is exchanged without a moment when the service is empty`() {
    var bench = IPVSBench()
    bench.say(reset, service(web), destination(web, "198.51.100.1:80"), sync(1))
    _ = bench.done()
    bench.say(deleted("ipvs.destination", web + "/198.51.100.1:80"), destination(web, "198.51.100.2:80"), sync(2))
    #expect(
      bench.done() == [
        "add tcp/192.0.2.1:80/198.51.100.2:80", "remove tcp/192.0.2.1:80/198.51.100.1:80",
      ])
  }

  @Test func `nothing acts before the sync, and the sync passes when all is done`() {
    var bench = IPVSBench()
    for line in [reset, service(web), destination(web, "198.51.100.1:80")] { bench.hear(line) }
    bench.settle()
    #expect(bench.done() == [])
    bench.hear(sync(1))
    #expect(bench.out.last?.contains("ipvs.destination") == true)
    bench.settle()
    #expect(bench.done().count == 2)
    #expect(
      bench.out.suffix(3) == [
        #"{"type":"ipvs.applied","key":"ss-ipvs","n":"e.1"}"#, #"{"type":"sync","from":"ss-ipvs","n":"abc.1"}"#,
        sync(1),
      ])
  }

  @Test func `a line typed by hand acts by itself`() {
    var bench = IPVSBench()
    bench.say(service(web))
    #expect(bench.done() == ["add tcp/192.0.2.1:80"])
    bench.say(destination(web, "198.51.100.1:80"))
    #expect(bench.done() == ["add tcp/192.0.2.1:80/198.51.100.1:80"])
    #expect(bench.said() == [])
  }

  // MARK: Differences

  @Test func `a restart adopts what is there and changes what differs, each by its key`() {
    let left = kernel(
      service(web), destination(web, "198.51.100.1:80", weight: 0), destination(web, "198.51.100.2:80", weight: 1))
    let wanted = [
      reset, service(web), destination(web, "198.51.100.1:80", weight: 1),
      destination(web, "198.51.100.2:80", weight: 1), sync(1),
    ]
    var bench = IPVSBench(left)
    bench.say(wanted)
    #expect(bench.done() == ["change tcp/192.0.2.1:80/198.51.100.1:80"])
    var second = IPVSBench(bench.kernel)
    second.say(wanted)
    #expect(second.done() == [])
    second.say(wanted)
    #expect(second.done() == [])
  }

  @Test func `weight 0 is weight 0 from the first moment`() {
    var bench = IPVSBench()
    bench.say(reset, service(web), destination(web, "198.51.100.1:80", weight: 0), sync(1))
    guard case .destination(let sent, _)? = bench.operations.last?.object else { return #expect(Bool(false)) }
    #expect(sent.weight == 0)
    #expect(bench.done().count == 2)
  }

  @Test func `every attribute of a service is changed in place`() {
    for (first, second) in [
      (service(web, "rr"), service(web, "wrr")),
      (service(web, "sh"), service(web, "sh", #","scheduler_flags":["sh-port"]"#)),
      (service(web), service(web, "rr", #","persistence_s":60"#)),
      (service(web, "rr", #","persistence_s":60"#), service(web, "rr", #","persistence_s":90"#)),
      (
        service(web, "rr", #","persistence_s":60"#),
        service(web, "rr", #","persistence_s":60,"persistence_prefix_length":0"#)
      ),
      (
        service(web, "rr", #","persistence_s":60"#),
        service(web, "rr", #","persistence_s":60,"persistence_engine":"sip""#)
      ),
    ] {
      var bench = IPVSBench(kernel(first))
      bench.say(reset, second, sync(1))
      #expect(bench.done() == ["change tcp/192.0.2.1:80"], "\(second)")
    }
  }

  @Test func `every attribute of a destination is changed in place`() {
    let first = destination(web, "198.51.100.1:80")
    for second in [
      destination(web, "198.51.100.1:80", weight: 7), destination(web, "198.51.100.1:80", "masq"),
      destination(web, "198.51.100.1:80", "route", #","upper_threshold":9"#),
      destination(web, "198.51.100.1:80", "route", #","upper_threshold":9,"lower_threshold":3"#),
      destination(web, "198.51.100.1:80", "tunnel", #","tunnel_type":"gue","tunnel_port":6080"#),
      destination(web, "198.51.100.1:80", "tunnel", #","tunnel_type":"gre","tunnel_flags":["csum"]"#),
    ] {
      var bench = IPVSBench(kernel(service(web), first))
      bench.say(reset, service(web), second, sync(1))
      #expect(bench.done() == ["change tcp/192.0.2.1:80/198.51.100.1:80"], "\(second)")
    }
  }

  @Test func `persistence that is held without its flag is put right`() throws {
    var left = kernel(service(web, "rr", #","persistence_s":100"#))
    let key = try #require(IPVSServiceKey(web))
    left.services[key]?.flags = []
    var bench = IPVSBench(left)
    bench.say(reset, service(web, "rr", #","persistence_s":100"#), sync(1))
    #expect(bench.done() == ["change tcp/192.0.2.1:80"])
    #expect(bench.kernel.services[key]?.flags == [.persistent])
  }

  @Test func `one changed weight is one operation, and the table is not read for it`() {
    var lines: [String] = []
    for number in 0..<300 {
      let key = "tcp/192.0.2.1:\(1000 + number)"
      lines.append(service(key))
      for host in 1...3 { lines.append(destination(key, "198.51.100.\(host):80")) }
    }
    var bench = IPVSBench()
    bench.say([reset] + lines + [sync(1)])
    #expect(bench.operations.count == 1200)
    #expect(bench.batches.allSatisfy { $0 <= 128 })
    let readings = bench.readings
    _ = bench.done()
    bench.say(destination("tcp/192.0.2.1:1100", "198.51.100.2:80", weight: 5), sync(2))
    #expect(bench.done() == ["change tcp/192.0.2.1:1100/198.51.100.2:80"])
    #expect(bench.readings == readings)
  }

  // MARK: Refusals

  @Test func `families mix only through a tunnel, and nothing else is sent`() {
    var bench = IPVSBench()
    bench.say(
      reset, service(names), destination(names, "198.51.100.1:53", "masq"),
      destination(names, "198.51.100.2:53", "tunnel"), sync(1))
    #expect(bench.done() == ["add udp/[2001:db8::1]:53", "add udp/[2001:db8::1]:53/198.51.100.2:53"])
    let said = bench.said()
    #expect(said.count == 3)
    #expect(said.first?.contains("ipvs.failed") == true)
    #expect(said.first?.contains("can only be reached by a tunnel") == true)
  }

  @Test func `any port needs persistence`() {
    var bench = IPVSBench()
    bench.say(reset, service("tcp/192.0.2.1:0"), service(web), sync(1))
    #expect(bench.done() == ["add tcp/192.0.2.1:80"])
    #expect(bench.said().contains { $0.contains(#""vip":"192.0.2.1","reason":"a service for any port"#) })
    bench.say(service("tcp/192.0.2.1:0", "rr", #","persistence_s":60"#), sync(2))
    #expect(bench.done() == ["add tcp/192.0.2.1:0"])
    #expect(bench.said().contains(deleted("ipvs.failed", "tcp/192.0.2.1:0")))
  }

  @Test func `a line that cannot be used keeps the object as it was`() {
    var bench = IPVSBench()
    bench.say(reset, service(web), destination(web, "198.51.100.1:80", weight: 3), sync(1))
    _ = bench.done()
    bench.say(
      reset, service(web),
      destination(web, "198.51.100.1:80", weight: 9, "route", #","lower_threshold":8,"upper_threshold":2"#),
      sync(2), prune(3))
    #expect(bench.done() == [])
    #expect(bench.kernel.text.last?.contains(#""weight":3"#) == true)
  }

  @Test func `a mark names a service in each family`() {
    var bench = IPVSBench()
    bench.say(reset, service("fwmark/256/inet"), service("fwmark/256/inet6"), sync(1))
    #expect(bench.done() == ["add fwmark/256/inet", "add fwmark/256/inet6"])
  }
}
