// Random tables, random changes of what is desired, and others who change the kernel: by seed, in virtual time.

import Fakes
import Lines
import Reconcile
import Support
import Testing
import Values

@Suite struct IPVSSimulationTests {
  /// Services and destinations, as lines.
  private func table(_ random: inout Random) -> [String] {
    var lines: [String] = []
    for number in 0..<6 where random.next(3) > 0 {
      let key = random.next(2) == 0 ? "tcp/192.0.2.\(number):80" : "udp/[2001:db8::\(number)]:53"
      lines.append(
        service(key, ["rr", "wrr", "sh", "mystery"][random.next(4)], #","persistence_s":\#(random.next(2))"#))
      for host in 1...4 where random.next(2) == 0 {
        let endpoint = key.hasPrefix("tcp") ? "198.51.100.\(host):80" : "[2001:db8:1::\(host)]:53"
        lines.append(destination(key, endpoint, weight: random.next(3), ["route", "masq", "tunnel"][random.next(3)]))
      }
    }
    return lines
  }

  private func disturb(_ kernel: inout FakeIPVS, _ random: inout Random) {
    guard random.next(4) == 0, let key = kernel.services.keys.sorted().first else { return }
    switch random.next(3) {
    case 0:
      kernel.services[key] = nil
      kernel.destinations[key] = nil
    case 1: kernel.destinations[key] = nil
    default: kernel.services[key]?.scheduler = "wlc"
    }
  }

  /// `make sim` runs many more.
  static let seeds = 0..<(variable("SEESAW_SOAK") == nil ? 24 : 5000)

  @Test(arguments: seeds)
  func `whatever came before, the kernel ends as it is desired and a second time changes nothing`(seed: Int) {
    var random = Random(state: UInt64(seed))
    var first = IPVSBench()
    first.say([reset] + table(&random) + [sync(1)])
    var bench = IPVSBench(first.kernel)
    let noise = seed % 2 == 1
    bench.disturb = { [disturb] kernel, _ in if noise { disturb(&kernel, &random) } }
    for round in 1...4 {
      var changes = Random(state: UInt64(seed * 100 + round))
      bench.say([reset] + table(&changes) + [sync(round)])
    }
    // Others rest, the last set is said again by a new process, and everything that it does not say goes.
    bench.disturb = { _, _ in }
    bench.kernel.schedulers.insert("mystery")
    var wanted = Random(state: UInt64(seed * 100 + 4))
    let lines = table(&wanted)
    bench.say(prune(5, confirmed: true))
    var last = IPVSBench(bench.kernel)
    last.kernel.schedulers.insert("mystery")
    last.say([reset] + lines + [sync(1), prune(2, confirmed: true)])
    var ideal = IPVSBench()
    ideal.kernel.schedulers.insert("mystery")
    ideal.say([reset] + lines + [sync(1)])
    let keys = Set(ideal.kernel.services.keys)
    #expect(last.kernel.text.filter { line in keys.contains { line.contains("\"\($0)") } } == ideal.kernel.text)
    _ = last.done()
    last.say([reset] + lines + [sync(3), prune(4)])
    #expect(last.done() == [])
  }
}
