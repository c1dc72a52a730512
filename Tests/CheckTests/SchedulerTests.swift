// The scheduler in virtual time: when probes start, what results come to, and what a changed set of definitions costs.

import Check
import Lines
import Testing
import Values

/// A scheduler with a clock of its own. `answers` decides each probe's outcome and how long it takes; nil never
/// answers.
struct Bench {
  var scheduler: Scheduler
  var now = Instant.zero
  var answers: (String, Instant) -> (outcome: Outcome, after: Duration)?
  private(set) var started: [(key: String, at: Int64)] = []
  private(set) var said: [String] = []
  private(set) var effects: [Scheduler.Effect] = []
  private var pending: [(at: Instant, probe: Scheduler.ProbeID, outcome: Outcome)] = []
  private var keys: [Scheduler.ProbeID: String] = [:]

  init(
    inFlight: Int = 100, checks: Int = 1_000,
    answers: @escaping (String, Instant) -> (outcome: Outcome, after: Duration)? = { _, _ in (up, .zero) }
  ) {
    scheduler = Scheduler(maximumInFlight: inFlight, maximumChecks: checks)
    self.answers = answers
  }

  mutating func tell(_ event: Scheduler.Event) {
    for effect in scheduler.handle(event, at: now) {
      effects.append(effect)
      switch effect {
      case .start(let probe, let key, _):
        started.append((key, now.nanoseconds / 1_000_000))
        keys[probe] = key
        if let answer = answers(key, now) { pending.append((now + answer.after, probe, answer.outcome)) }
      case .expire(let probe):
        pending.removeAll { $0.probe == probe }
        pending.append((now, probe, Outcome(.timeout, "no reply")))
      case .cancel(let probe):
        pending.removeAll { $0.probe == probe }
      case .say(let key, let state):
        said.append(
          "\(now.nanoseconds / 1_000_000) \(key) \(state.isHealthy ? "healthy" : "unhealthy") \(state.resultClass)")
      case .forget(let key):
        said.append("\(now.nanoseconds / 1_000_000) \(key) forgotten")
      case .stale(let key, let outcome):
        said.append("\(now.nanoseconds / 1_000_000) \(key) stale \(outcome.resultClass.rawValue)")
      case .refuse(let key):
        said.append("\(now.nanoseconds / 1_000_000) \(key) refused")
      }
    }
  }

  /// Runs until `milliseconds`, results before timers of the same instant.
  mutating func run(until milliseconds: Int64) {
    let end = Instant(nanoseconds: milliseconds * 1_000_000)
    while true {
      let result = pending.min { $0.at < $1.at }
      let next = min(result?.at ?? .distantFuture, scheduler.deadline ?? .distantFuture)
      guard next <= end else { break }
      now = max(now, next)
      if let result, result.at <= now {
        pending.removeAll { $0.probe == result.probe }
        tell(.result(result.probe, result.outcome))
      } else {
        tell(.timer)
      }
    }
    now = end
  }

  func starts(of key: String) -> [Int64] { started.filter { $0.key == key }.map(\.at) }
}

let up = Outcome(.ok, "connected")
let down = Outcome(.connectRefused, "connection refused")

func tcp(
  port: UInt16 = 80, every interval: Int64 = 1_000, timeout: Int64 = 500, rise: Int32 = 1, fall: Int32 = 1
) throws -> Definition {
  try Definition(
    .tcp(Exchange()), to: Definition.Target(.v4(0xc000_0201), port: port), interval: .milliseconds(interval),
    timeout: .milliseconds(timeout), rise: rise, fall: fall)
}

@Suite struct SchedulerTests {
  @Test func `the first probe starts at once and the next ones on the plan`() throws {
    var bench = Bench { _, _ in (up, .milliseconds(130)) }
    bench.now = Instant(nanoseconds: 7_000_000)
    bench.tell(.define(key: "a", try tcp()))
    bench.run(until: 4_500)
    #expect(bench.starts(of: "a") == [7, 1_007, 2_007, 3_007, 4_007])
  }

  @Test func `a late timer moves no later probe`() throws {
    var bench = Bench()
    bench.tell(.define(key: "a", try tcp()))
    bench.run(until: 500)
    bench.now = Instant(nanoseconds: 1_400_000_000)
    bench.tell(.timer)
    bench.run(until: 3_100)
    #expect(bench.starts(of: "a") == [0, 1_400, 2_000, 3_000])
    #expect(bench.scheduler.counters.late == 1)
    #expect(bench.scheduler.counters.maximumLateness == .milliseconds(400))
  }

  @Test func `one probe is in flight for a check and missed ticks are dropped`() throws {
    var bench = Bench { _, _ in (up, .milliseconds(2_500)) }
    bench.tell(.define(key: "a", try tcp(timeout: 10_000)))
    bench.run(until: 7_000)
    #expect(bench.starts(of: "a") == [0, 3_000, 6_000])
    #expect(bench.scheduler.counters.missed == 4)
  }

  @Test func `a silent target is a failure when its time is up`() throws {
    var bench = Bench { _, _ in nil }
    bench.tell(.define(key: "a", try tcp()))
    bench.run(until: 2_400)
    #expect(bench.said == ["500 a unhealthy timeout"])
    #expect(bench.starts(of: "a") == [0, 1_000, 2_000])
    #expect(bench.scheduler.inFlight == 1)
  }

  @Test func `with five retries the sixth failure in a row is believed`() throws {
    // Seesaw's state machine test: down, up, one failure, five failures, and the sixth.
    let results = [down, up, down, up, down, down, down, down, down, up, down, down, down, down, down, down, down]
    var bench = Bench { _, now in (results[Int(now.nanoseconds / 1_000_000_000)], .zero) }
    bench.tell(.define(key: "a", try tcp(fall: 6)))
    bench.run(until: 16_000)
    #expect(bench.said == ["0 a unhealthy connect.refused", "1000 a healthy ok", "15000 a unhealthy connect.refused"])
  }

  @Test func `a check rises after as many successes in a row as it asks for`() throws {
    let results = [up, up, up, down, up, up, down, up, up, up, up]
    var bench = Bench { _, now in (results[Int(now.nanoseconds / 1_000_000_000)], .zero) }
    bench.tell(.define(key: "a", try tcp(rise: 3)))
    bench.run(until: 10_000)
    #expect(bench.said == ["2000 a healthy ok", "3000 a unhealthy connect.refused", "9000 a healthy ok"])
  }

  @Test func `a healthy and a failing phase say two lines`() throws {
    // Seesaw's TestCheckRun: 0.8 s of success at 250 ms, then 1.2 s of failures at 500 ms.
    var bench = Bench { _, now in (now.nanoseconds < 800_000_000 ? up : down, .zero) }
    bench.tell(.define(key: "a", try tcp(every: 250, timeout: 200)))
    bench.run(until: 2_000)
    #expect(bench.starts(of: "a").count == 9)
    #expect(bench.said == ["0 a healthy ok", "1000 a unhealthy connect.refused"])
  }

  @Test func `an unchanged definition keeps the probe, the timer and the count of failures`() throws {
    let results = [up, down, down, down]
    var bench = Bench { _, now in (results[min(3, Int(now.nanoseconds / 1_000_000_000))], .milliseconds(300)) }
    bench.tell(.define(key: "a", try tcp(fall: 3)))
    for instant in stride(from: Int64(100), to: 4_000, by: 100) {
      bench.run(until: instant)
      bench.tell(.define(key: "a", try tcp(fall: 3)))
    }
    #expect(bench.starts(of: "a") == [0, 1_000, 2_000, 3_000])
    #expect(bench.said == ["300 a healthy ok", "3300 a unhealthy connect.refused"])
    #expect(!bench.effects.contains { if case .cancel = $0 { true } else { false } })
  }

  @Test func `a changed definition starts anew and forgets what was known`() throws {
    var bench = Bench { _, now in (up, now == .zero ? .zero : .milliseconds(400)) }
    bench.tell(.define(key: "a", try tcp()))
    bench.run(until: 1_100)
    bench.tell(.define(key: "a", try tcp(port: 81)))
    bench.run(until: 1_600)
    #expect(bench.said == ["0 a healthy ok", "1100 a forgotten", "1500 a healthy ok"])
    #expect(bench.starts(of: "a") == [0, 1_000, 1_100])
    #expect(bench.effects.contains(.cancel(Scheduler.ProbeID(slot: 0, serial: 2))))
  }

  @Test func `a removed check says so once and its late result is ignored`() throws {
    var bench = Bench { _, now in now == .zero ? (up, .zero) : nil }
    bench.tell(.define(key: "a", try tcp()))
    bench.run(until: 1_100)
    bench.tell(.remove(key: "a"))
    bench.tell(.remove(key: "a"))
    bench.tell(.result(Scheduler.ProbeID(slot: 0, serial: 2), down))
    bench.tell(.define(key: "b", try tcp()))
    bench.tell(.result(Scheduler.ProbeID(slot: 0, serial: 2), down))
    #expect(bench.said == ["0 a healthy ok", "1100 a forgotten"])
    #expect(bench.scheduler.inFlight == 1)
    #expect(bench.scheduler.count == 1)
  }

  @Test func `what a former process knew is said before the first probe ends`() throws {
    let old = Report(isHealthy: true, resultClass: "ok", reason: "connected", since: .text("2025-01-02T03:04:05Z"))
    var bench = Bench { _, now in (now.nanoseconds < 1_000_000_000 ? up : down, .milliseconds(50)) }
    bench.tell(.define(key: "a", try tcp(fall: 2), remembered: old))
    #expect(bench.effects.first == .say(key: "a", old))
    bench.run(until: 2_100)
    // The first success changes nothing; two failures are needed, as for any healthy check.
    #expect(bench.said == ["0 a healthy ok", "2050 a unhealthy connect.refused"])
  }

  @Test func `a shortage of this node changes no verdict and is reported once after three`() throws {
    let short = Outcome(.localPort, "no free port")
    let results = [up, short, short, short, short, down, short, short, short]
    var bench = Bench { _, now in (results[Int(now.nanoseconds / 1_000_000_000)], .zero) }
    bench.tell(.define(key: "a", try tcp()))
    bench.run(until: 8_000)
    #expect(
      bench.said == [
        "0 a healthy ok", "3000 a stale local.port", "5000 a unhealthy connect.refused", "8000 a stale local.port",
      ])
    #expect(bench.scheduler.counters.unmade == 7)
  }

  @Test(arguments: [
    (ResultClass.localRoute, true), (.localAddress, true), (.localPort, false), (.localDescriptor, false),
    (.localMemory, false), (.localPermission, false),
  ])
  func `of local errors only route and address count against a backend`(resultClass: ResultClass, counts: Bool) throws {
    var bench = Bench { _, _ in (Outcome(resultClass, "x"), .zero) }
    bench.tell(.define(key: "a", try tcp()))
    #expect(bench.scheduler.inFlight == 1)
    bench.run(until: 500)
    #expect(bench.said.count == (counts ? 1 : 0))
  }

  @Test func `no more probes are in flight than allowed and the rest start in due order`() throws {
    var bench = Bench(inFlight: 2) { _, _ in (up, .milliseconds(100)) }
    for key in ["a", "b", "c", "d", "e"] { bench.tell(.define(key: key, try tcp(timeout: 900))) }
    bench.run(until: 1)
    #expect(bench.scheduler.inFlight == 2)
    bench.run(until: 1_500)
    let expected = ["a 0", "b 0", "c 100", "d 100", "e 200", "a 1000", "b 1000", "c 1100", "d 1100", "e 1200"]
    #expect(bench.started.map { "\($0.key) \($0.at)" } == expected)
    #expect(bench.scheduler.counters.late == 6)
    // "e" was due 0.8 ms after "a".
    #expect(bench.scheduler.counters.maximumLateness == .microseconds(199_200))
  }

  @Test func `first probes are 200 µs apart and stay so`() throws {
    var bench = Bench(inFlight: 10_000, checks: 10_000)
    for index in 0..<1_000 { bench.tell(.define(key: "k\(index)", try tcp(every: 1_000))) }
    #expect(bench.started.count == 1)
    bench.run(until: 99)
    #expect(bench.started.count == 496)
    bench.run(until: 999)
    #expect(bench.started.count == 1_000)
    bench.run(until: 1_099)
    #expect(bench.started.count == 1_496)
    #expect(bench.scheduler.counters.late == 0)
  }

  @Test func `the first probes of any number of checks are spread evenly over 3 s`() throws {
    var bench = Bench(inFlight: 100_000, checks: 100_000)
    for index in 0..<45_000 { bench.tell(.define(key: "k\(index)", try tcp(every: 60_000))) }
    for tenth in 1...10 {
      bench.run(until: 300 * Int64(tenth) - 1)
      #expect(abs(bench.started.count - 4_500 * tenth) < 100, "\(bench.started.count)")
    }
    bench.run(until: 3_000)
    #expect(bench.started.count == 45_000)
    #expect(bench.scheduler.counters.late == 0)
  }

  @Test func `a check that is defined later does not wait for those before it`() throws {
    var bench = Bench(inFlight: 100_000, checks: 100_000)
    for index in 0..<10_000 { bench.tell(.define(key: "k\(index)", try tcp(every: 60_000))) }
    bench.run(until: 500)
    bench.tell(.define(key: "single", try tcp()))
    bench.tell(.define(key: "k9999", try tcp(port: 81, every: 60_000)))
    bench.run(until: 501)
    #expect(bench.starts(of: "single") == [500])
    #expect(bench.starts(of: "k9999") == [500])
    #expect(bench.started.count < 2_510)
  }

  @Test func `after a standstill no turn starts or expires more than a slice`() throws {
    var bench = Bench(inFlight: 10_000, checks: 10_000) { _, _ in nil }
    for index in 0..<1_000 { bench.tell(.define(key: "k\(index)", try tcp(every: 1_000, timeout: 900))) }
    bench.now = Instant(nanoseconds: 500_000_000)
    var turns = 0
    while let deadline = bench.scheduler.deadline, deadline <= bench.now {
      let before = bench.effects.count
      bench.tell(.timer)
      #expect(bench.effects.count - before <= 2 * Scheduler.slice)
      turns += 1
    }
    #expect(turns == 16)
    bench.now = Instant(nanoseconds: 5_000_000_000)
    let before = bench.effects.count
    bench.tell(.timer)
    #expect(bench.effects.count - before == Scheduler.slice)
  }

  @Test func `targets that never answer do not keep the others from their turn`() throws {
    var bench = Bench(inFlight: 2) { key, _ in key.hasPrefix("dead") ? nil : (up, .milliseconds(1)) }
    for index in 0..<4 { bench.tell(.define(key: "dead\(index)", try tcp(every: 1_000, timeout: 100))) }
    bench.tell(.define(key: "live", try tcp(every: 1_000, timeout: 100)))
    bench.run(until: 10_000)
    #expect(bench.starts(of: "live").count == 10)
    #expect(bench.starts(of: "dead3").count == 10)
  }

  @Test func `one check more than the limit is refused and the others go on`() throws {
    var bench = Bench(checks: 2)
    for key in ["a", "b", "c"] { bench.tell(.define(key: key, try tcp())) }
    bench.run(until: 100)
    #expect(bench.said == ["0 c refused", "0 a healthy ok", "0 b healthy ok"])
    bench.tell(.remove(key: "a"))
    bench.tell(.define(key: "c", try tcp()))
    bench.run(until: 200)
    #expect(bench.said.suffix(2) == ["100 a forgotten", "100 c healthy ok"])
  }

  @Test func `with nothing due the machine wants no timer and does nothing`() throws {
    var bench = Bench()
    #expect(bench.scheduler.deadline == nil)
    bench.tell(.timer)
    bench.tell(.remove(key: "unknown"))
    #expect(bench.effects.isEmpty)
    bench.tell(.define(key: "a", try tcp()))
    bench.run(until: 10)
    #expect(bench.scheduler.deadline == Instant(nanoseconds: 1_000_000_000))
  }

  @Test func `the same events give the same effects`() throws {
    func run() throws -> [Scheduler.Effect] {
      var bench = Bench(inFlight: 7) { key, now in
        now.nanoseconds / 1_000_000 % 3 == 0 ? nil : (key.utf8.count % 2 == 0 ? up : down, .milliseconds(7))
      }
      for index in 0..<50 { bench.tell(.define(key: "k\(index)", try tcp(every: Int64(100 + index), timeout: 50))) }
      bench.run(until: 2_000)
      for index in 0..<25 { bench.tell(.remove(key: "k\(index * 2)")) }
      bench.run(until: 4_000)
      return bench.effects
    }
    let first = try run()
    #expect(first.count > 1_000)
    #expect(try run() == first)
  }

  @Test(
    arguments: [
      (0, 500, 1, 1, "interval_ms"), (1_000, 0, 1, 1, "timeout_ms"), (4_294_967_296, 500, 1, 1, "interval_ms"),
      (1_000, 500, 0, 1, "rise"), (1_000, 500, 1, 1_000_001, "fall"),
    ] as [(Int64, Int64, Int32, Int32, String)])
  func `a definition out of range is refused`(interval: Int64, timeout: Int64, rise: Int32, fall: Int32, member: String)
  {
    #expect(throws: DefinitionError.range(member)) {
      try tcp(every: interval, timeout: timeout, rise: rise, fall: fall)
    }
  }
}
