// Input that is cut, changed or random never ends a reconciler, and never makes it forget that its input has ended.

import Fakes
import Lines
import Reconcile
import Testing
import Values

@Suite struct DamagedInputTests {
  private static let ipvs =
    [
      reset, service("tcp/192.0.2.1:80", "sh", #","scheduler_flags":["sh-port"],"persistence_s":60"#),
      destination("tcp/192.0.2.1:80", "198.51.100.1:80", "tunnel", #","tunnel_type":"gue","tunnel_port":1"#),
      service("fwmark/7/inet6"), sync(1), deleted("ipvs.service", "fwmark/7/inet6"), prune(2),
    ].joined(separator: "\n") + "\n"
  private static let link =
    [
      reset, #"{"type":"link.interface","key":"dummy0","kind":"dummy"}"#,
      #"{"type":"link.address","key":"dummy0/192.0.2.1/32","interface":"dummy0","address":"192.0.2.1/32"}"#,
      #"{"type":"ipvs.failed","key":"tcp/192.0.2.1:80","vip":"192.0.2.1","reason":"no"}"#, sync(1),
      #"{"type":"prune","from":"ss-engine","of":"link","n":"e.2"}"#,
    ].joined(separator: "\n") + "\n"

  /// Feeds bytes to a core whose every request fails, and says whether it comes to rest.
  private func rests<Core: FilterCore>(_ core: Core, _ lost: Core.Answer, _ input: [UInt8]) -> Bool {
    var driver = FilterDriver(command: "test", core: core, start: "a", epoch: 0, passes: true)
    driver.begin(memory: [], at: .zero)
    var framer = LineFramer()
    framer.take(
      input.span, line: { driver.line($0, number: $1, at: .zero) }, fault: { driver.lost($0, number: $1, at: .zero) })
    framer.end { driver.lost($0, number: $1, at: .zero) }
    driver.end(at: .zero)
    for round in 0..<20 {
      let requests = driver.takeRequests()
      for _ in requests { driver.answer(lost, at: Instant(nanoseconds: Int64(round))) }
      if let time = driver.deadline, time <= Instant(nanoseconds: Int64(round)) { driver.timer(at: time) }
      if requests.isEmpty { return true }
    }
    return false
  }

  private func check(_ input: [UInt8]) {
    #expect(rests(IPVSReconciler(), .lost(reason: "x"), input))
    #expect(rests(IPVSReconciler(), .services([]), input))
    #expect(rests(LinkReconciler(), .lost(reason: "x"), input))
    #expect(rests(LinkReconciler(), .picture(links: [], addresses: []), input))
  }

  @Test(arguments: [ipvs, link])
  func `cut anywhere`(input: String) {
    let bytes = Array(input.utf8)
    for length in 0..<bytes.count { check(Array(bytes[..<length])) }
  }

  @Test(arguments: [ipvs, link])
  func `any byte changed`(input: String) {
    let bytes = Array(input.utf8)
    for index in bytes.indices {
      for value in [UInt8(ascii: "\""), UInt8(ascii: "9"), 0xff] {
        var changed = bytes
        changed[index] = value
        check(changed)
      }
    }
  }

  @Test(arguments: 0..<50)
  func `random bytes`(seed: Int) {
    var random = Random(state: UInt64(seed))
    check((0..<random.next(2000)).map { _ in UInt8(random.next(256)) })
  }
}
