// engine: the decision core alone, without pipes and without reading or writing lines: the whole configuration with its
// verdicts, every check flipped in one commit, then single verdicts.

import Engine
import Lines
import Values

/// engine VSERVERS BACKENDS: milliseconds for the configuration with all verdicts, for a flip of every check at once,
/// and for one changed verdict (median).
func engine(_ arguments: [String]) throws {
  guard arguments.count == 2, let vservers = Int(arguments[0]), let backends = Int(arguments[1]) else {
    throw Unusable("engine VSERVERS BACKENDS")
  }
  var bench = EngineBench()
  let checks = (0..<vservers).flatMap { vserver in (0..<backends).map { EngineBench.check(vserver, $0) } }
  let verdicts = { (healthy: Bool) in checks.map { Line.verdict($0, healthy) } }
  var whole = bench.time("ss-config", try EngineBench.configuration(vservers, backends), isSet: true)
  whole += bench.time("ss-check", verdicts(true), isSet: true)
  let flips = bench.time("ss-check", verdicts(false), isSet: false)
  _ = bench.time("ss-check", verdicts(true), isSet: false)
  var single: [Double] = []
  for round in 0..<100 {
    let key = EngineBench.check(round % vservers, min(3, backends - 1))
    single.append(bench.time("ss-check", [.verdict(key, false)], isSet: false))
    _ = bench.time("ss-check", [.verdict(key, true)], isSet: false)
  }
  print(whole, flips, single.median)
}

extension Line {
  fileprivate static func verdict(_ key: String, _ healthy: Bool) -> Line {
    CheckState(key: key, isHealthy: healthy, reasonClass: "ok", reason: "ok", since: "2026-01-01T00:00:00.000Z").line
  }
}

private struct EngineBench {
  private var core = Engine(settings: Engine.Settings())
  private var now = Instant(nanoseconds: 1_000_000_000)

  init() { _ = core.handle(.begin(FilterRun(start: "e", epoch: 0), memory: []), at: now) }

  /// One commit, and what follows from it within half a second.
  mutating func time(_ writer: String, _ lines: [Line], isSet: Bool) -> Double {
    let commit = Commit(writer: writer, number: "1", isCompleteSet: isSet, changes: lines.map { .set($0) })
    let begin = ContinuousClock.now
    _ = core.handle(.commit(commit), at: now)
    let end = now + .milliseconds(500)
    while let deadline = core.deadline, deadline <= end {
      now = max(now, deadline)
      _ = core.handle(.timer, at: now)
    }
    return milliseconds(ContinuousClock.now - begin)
  }

  static func check(_ vserver: Int, _ backend: Int) -> String { "tcp/80 10.\(backend).0.1 \(vserver)" }

  static func configuration(_ vservers: Int, _ backends: Int) throws -> [Line] {
    var lines: [Line] = []
    for vserver in 0..<vservers {
      let vip = IPAddress.v4(0x0ac8_0000 + UInt32(vserver))
      let name = "v\(vserver)"
      lines.append(
        VserverLine(
          name: name, vips: [VIPLine(address: vip, kind: .unicast, interface: "eth0", prefixLength: 32)],
          entries: [EntryLine(transport: .tcp, port: 80)]
        ).line)
      for backend in 0..<backends {
        let address = IPAddress.v4(0x0b00_0000 + UInt32(vserver * backends + backend))
        let checks = [CheckReference(check: check(vserver, backend), family: .inet)]
        lines.append(
          BackendLine(vserver: name, fqdn: "b\(backend)", ipv4: Prefix(host: address), checks: checks).line)
      }
    }
    return lines
  }
}
