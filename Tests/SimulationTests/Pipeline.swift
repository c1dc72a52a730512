// ss-engine, ss-ipvs and ss-link joined by pipes over kernels of values, in virtual time. Whatever could happen next is
// drawn by lot, so one seed is one order of all their steps. Time passes only when nothing is left to do.

import Engine
import Fakes
import Lines
import Reconcile
import Values

struct Pipeline {
  enum Name: Int, CaseIterable { case engine, ipvs, link }

  var kernel = FakeIPVS()
  var links = FakeLinks()
  private(set) var now = Instant(nanoseconds: 1_000_000_000)
  /// For the order of steps, and for all else.
  private var random: Random
  private var luck: Random

  private(set) var engine: Stage<Engine>
  private(set) var ipvs: Stage<IPVSReconciler>
  private(set) var link: Stage<LinkReconciler>
  private var source = Pipe()
  private var toIPVS = Pipe()
  private var toLink = Pipe()
  private var sink = Pipe()

  /// How long ss-ipvs and ss-link wait for the kernel, at most.
  var latency: [Duration] = [.milliseconds(2), .milliseconds(2)]
  /// One request in so many is lost after a part of it was done; 0 for none.
  var losses = 0

  /// The engine's `--memory` file.
  private(set) var memory: [Line] = []
  private var savedVersion = 0
  private var saveAt = Instant.zero

  private(set) var run = 0
  /// Said by the engine, and heard by ss-link, in this run.
  private(set) var said = Told(waits: false)
  private(set) var heard = Told(waits: true)
  /// Services that were there when this run began.
  private(set) var found: Set<IPVSServiceKey> = []
  var ipvsOperations: [IPVSOperation] = []
  var linkOperations: [LinkOperation] = []
  /// What was not as it must always be.
  private(set) var faults: [String] = []

  init(seed: Int) {
    random = Random(state: UInt64(seed))
    luck = Random(state: ~UInt64(seed))
    (engine, ipvs, link) = Pipeline.stages(run: 0, memory: [], at: now)
  }

  private static func stages(
    run: Int, memory: [Line], at now: Instant
  ) -> (Stage<Engine>, Stage<IPVSReconciler>, Stage<LinkReconciler>) {
    // One prune may remove all: the limit has tests of its own.
    let limit = PruneLimit(percent: 100)
    return (
      Stage("ss-engine", Engine(settings: Engine.Settings()), run: run, memory: memory, at: now),
      Stage("ss-ipvs", IPVSReconciler(limit: limit), run: run, at: now),
      Stage("ss-link", LinkReconciler(limit: limit), run: run, at: now)
    )
  }

  /// A new run of all commands.
  mutating func start(memory lines: [Line]) {
    run += 1
    (engine, ipvs, link) = Pipeline.stages(run: run, memory: lines, at: now)
    (source, toIPVS, toLink, sink) = (Pipe(), Pipe(), Pipe(), Pipe())
    said = Told(waits: false)
    heard = Told(waits: true)
    found = Set(kernel.services.keys)
    savedVersion = 0
  }

  mutating func feed(_ lines: [String]) {
    source.bytes += Array(lines.map { $0 + "\n" }.joined().utf8)
  }

  /// The source has gone, and of what it had not yet written only so much was.
  mutating func cut(keeping count: Int? = nil) {
    if let count { source.bytes = Array(source.bytes.prefix(count)) }
    source.isClosed = true
  }

  var unread: Int { source.bytes.count }

  mutating func stall(_ stage: Name, for time: Duration) {
    switch stage {
    case .engine: engine.stalledUntil = now + time
    case .ipvs: ipvs.stalledUntil = now + time
    case .link: link.stalledUntil = now + time
    }
  }

  /// Ends a stage and so those before it; those after it see the end of their input.
  mutating func kill(_ stage: Name) {
    _ = engine.kill(&toIPVS)
    if stage.rawValue >= Name.ipvs.rawValue, let request = ipvs.kill(&toLink) { partly(request) }
    if stage.rawValue >= Name.link.rawValue, let request = link.kill(&sink) { partly(request) }
  }

  var isRunning: Bool { engine.isRunning || ipvs.isRunning || link.isRunning }

  /// Lets that time pass.
  mutating func pass(_ duration: Duration) { pass(until: now + duration) }

  mutating func pass(until end: Instant) {
    var count = 0
    while true {
      let steps = possible
      if let step = random.pick(steps) {
        // Some read and write a few bytes, some all that is there.
        perform(step, [61, 700, Pipe.capacity][random.next(3)])
        save()
        count += 1
        guard count < 100_000 else { return faults.append("it never comes to rest") }
        continue
      }
      let wakes = [engine.wake, ipvs.wake, link.wake, saveTime].compactMap { $0 }.filter { $0 > now }
      guard let next = wakes.min(), next <= end else { break }
      now = next
      save()
    }
    now = max(now, end)
    save()
  }

  private static func nothingIsAsked(_ request: Never) -> Never {}

  private enum Step {
    case engine(Stage<Engine>.Step)
    case ipvs(Stage<IPVSReconciler>.Step)
    case link(Stage<LinkReconciler>.Step)
    case drain
  }

  private var possible: [Step] {
    var steps = engine.steps(source, toIPVS, at: now).map { Step.engine($0) }
    steps += ipvs.steps(toIPVS, toLink, at: now).map { .ipvs($0) }
    steps += link.steps(toLink, sink, at: now).map { .link($0) }
    if !sink.bytes.isEmpty { steps.append(.drain) }
    return steps
  }

  private mutating func perform(_ step: Step, _ size: Int) {
    switch step {
    case .drain: sink.bytes = []
    case .engine(let step):
      let moved = engine.perform(
        step, &source, &toIPVS, size: size, latency: .zero, at: now, kernel: Pipeline.nothingIsAsked)
      if case .write = step { said.take(moved) }
    case .ipvs(let step):
      var (table, chance, done) = (kernel, luck, [IPVSOperation]())
      let isLost = losses > 0 && chance.once(in: losses)
      _ = ipvs.perform(step, &toIPVS, &toLink, size: size, latency: wait(for: 0), at: now) { request in
        if case .apply(let all) = request { done = isLost ? Array(all.prefix(chance.next(all.count))) : all }
        guard isLost else { return table.answer(request) }
        if !done.isEmpty { _ = table.answer(.apply(done)) }
        return .lost(reason: "as the seed wants it")
      }
      (kernel, luck) = (table, chance)
      ipvsOperations += done
    case .link(let step): performLink(step, size)
    }
  }

  private mutating func performLink(_ step: Stage<LinkReconciler>.Step, _ size: Int) {
    var (table, chance, done) = (links, luck, [LinkOperation]())
    let isLost = losses > 0 && chance.once(in: losses)
    let before = link.asked.count - (isAnswer(step) ? 1 : 0)
    let moved = link.perform(step, &toLink, &sink, size: size, latency: wait(for: 1), at: now) { request in
      if case .apply(let all) = request { done = isLost ? Array(all.prefix(chance.next(all.count))) : all }
      guard isLost else { return table.answer(request) }
      if !done.isEmpty { _ = table.answer(.apply(done)) }
      return .lost(reason: "as the seed wants it")
    }
    (links, luck) = (table, chance)
    linkOperations += done
    let earlier = heard
    if case .read = step { heard.take(moved) }
    for (request, _) in link.asked.dropFirst(before) { check(request, told: earlier) }
  }

  private func isAnswer(_ step: Stage<LinkReconciler>.Step) -> Bool {
    if case .answer = step { true } else { false }
  }

  private mutating func wait(for stage: Int) -> Duration {
    .microseconds(Int64(luck.next(Int(latency[stage].milliseconds) * 1000)))
  }

  /// Of a request that was cut off the kernel has done the first part.
  private mutating func partly(_ request: IPVSRequest) {
    guard case .apply(let all) = request else { return }
    let done = Array(all.prefix(luck.next(all.count + 1)))
    _ = kernel.answer(.apply(done))
    ipvsOperations += done
  }

  private mutating func partly(_ request: LinkRequest) {
    guard case .apply(let all) = request else { return }
    let done = Array(all.prefix(luck.next(all.count + 1)))
    _ = links.answer(.apply(done))
    linkOperations += done
  }

  // MARK: Memory

  /// As MemoryFile: once a second at most, and at an end that is no kill.
  private var saveTime: Instant? {
    engine.isRunning && engine.driver.memoryVersion != savedVersion ? saveAt : nil
  }

  private mutating func save() {
    guard let time = saveTime, time <= now else { return }
    savedVersion = engine.driver.memoryVersion
    saveAt = now + .seconds(1)
    memory = engine.driver.memory.sorted
  }

  // MARK: Always

  /// No address comes before the services of its VIP that the engine wants, nor while one of them stands as failed.
  /// What was read together with the line that it came of counts only if it was so before.
  private mutating func check(_ request: LinkRequest, told earlier: Told) {
    guard case .apply(let operations) = request else { return }
    for case .addAddress(let key, _) in operations {
      let vip = key.address.address
      let standing = heard.failures.filter { $0.value == vip && earlier.failures[$0.key] == vip }
      if let failed = standing.keys.min() {
        faults.append("\(key) is brought up while \(failed) stands as failed")
      }
      var latest = said
      latest.take(engine.unsaid)
      for (name, address) in heard.services.sorted(by: { $0.key < $1.key })
      where address == vip && earlier.services[name] != nil && latest.services[name] != nil {
        if let service = IPVSServiceKey(name), kernel.services[service] == nil {
          faults.append("\(key) is brought up before \(name) is there")
        }
      }
    }
  }
}
