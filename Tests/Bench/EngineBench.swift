// engine: the decision core alone, without pipes: the whole configuration, the first verdicts, then single verdicts.

import Engine
import Lines
import Values

/// engine VSERVERS BACKENDS: milliseconds for the configuration with all verdicts, then for one changed verdict
/// (median).
func engine(_ arguments: [String]) throws {
  guard arguments.count == 2, let vservers = Int(arguments[0]), let backends = Int(arguments[1]) else {
    throw Unusable("engine VSERVERS BACKENDS")
  }
  let bench = EngineBench()
  let whole = bench.time(EngineBench.configuration(vservers, backends))
  var single: [Double] = []
  for round in 0..<40 {
    let key = EngineBench.check(round % vservers, 3)
    single.append(bench.time(EngineBench.verdict(key, round % 2 == 1)))
    _ = bench.time(EngineBench.verdict(key, true))
  }
  print(whole, single.median)
}

private final class EngineBench {
  private var driver: FilterDriver<Engine>
  private var framer = LineFramer()
  private var now = Instant(nanoseconds: 1_000_000_000)

  init() {
    driver = FilterDriver(
      command: "ss-engine", core: Engine(settings: Engine.Settings()), start: "e", epoch: 0, passes: true)
    driver.begin(memory: [], at: now)
  }

  func time(_ text: String) -> Double {
    let bytes = Array(text.utf8)
    let begin = ContinuousClock.now
    framer.take(
      bytes.span,
      line: { text, number in
        driver.line(text, number: number, at: now)
        drain()
      }, fault: { _, _ in })
    while let deadline = driver.deadline, deadline <= now + .milliseconds(500) {
      now = max(now, deadline)
      driver.timer(at: now)
      drain()
    }
    return milliseconds(ContinuousClock.now - begin)
  }

  private func drain() {
    while true {
      let count = driver.queue.next(limit: 1 << 16).count
      if count == 0 { return }
      driver.queue.wrote(count)
    }
  }

  static func check(_ vserver: Int, _ backend: Int) -> String { "tcp/80 10.\(backend).0.1 \(vserver)" }

  static func verdict(_ key: String, _ healthy: Bool) -> String {
    "{\"type\":\"check.state\",\"key\":\"\(key)\",\"healthy\":\(healthy),\"reason\":\"ok\"}\n"
      + "{\"type\":\"sync\",\"from\":\"ss-check\",\"n\":\"k.1\"}\n"
  }

  static func configuration(_ vservers: Int, _ backends: Int) -> String {
    var text = "{\"type\":\"reset\",\"from\":\"ss-config\",\"lines\":1}\n"
    var verdicts = "{\"type\":\"reset\",\"from\":\"ss-check\",\"lines\":1}\n"
    for vserver in 0..<vservers {
      let vip = "10.200.\(vserver / 250).\(vserver % 250 + 1)"
      text +=
        "{\"type\":\"config.vserver\",\"key\":\"v\(vserver)\",\"enabled\":true,\"vips\":[{\"address\":\"\(vip)\","
        + "\"kind\":\"unicast\",\"interface\":\"eth0\",\"prefix_length\":32}],"
        + "\"entries\":[{\"protocol\":\"tcp\",\"port\":80}]}\n"
      for backend in 0..<backends {
        text +=
          "{\"type\":\"config.backend\",\"key\":\"v\(vserver)/b\(backend)\",\"vserver\":\"v\(vserver)\","
          + "\"fqdn\":\"b\(backend)\",\"ipv4\":\"10.1.\(vserver % 250).\(backend + 1)/24\",\"weight\":1,"
          + "\"enabled\":true,\"in_service\":true,"
          + "\"checks\":[{\"check\":\"\(check(vserver, backend))\",\"family\":\"inet\"}]}\n"
        verdicts +=
          "{\"type\":\"check.state\",\"key\":\"\(check(vserver, backend))\",\"healthy\":true,\"reason\":\"ok\"}\n"
      }
    }
    return text + "{\"type\":\"sync\",\"from\":\"ss-config\",\"n\":\"c.1\"}\n" + verdicts
      + "{\"type\":\"sync\",\"from\":\"ss-check\",\"n\":\"k.0\"}\n"
  }
}
