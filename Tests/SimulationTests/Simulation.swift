// One seed's story: random events, and what must hold when they rest.

import Engine
import Fakes
import Lines
import Reconcile
import Values

struct Simulation {
  private static let memories = ["memory", "no memory", "memory of long ago"]

  private(set) var pipeline: Pipeline
  private var world: World
  private var source = Source()
  private var random: Random
  /// Memory of long ago.
  private var oldMemory: [Line] = []
  /// What happened, for who repeats it.
  private(set) var story: [String] = []
  private(set) var faults: [String] = []

  init(seed: Int) {
    random = Random(state: UInt64(seed) &* 0x9e37_79b9)
    world = World(&random)
    pipeline = Pipeline(seed: seed)
    if random.once(in: 2) { pipeline.links.add(2, "192.0.2.254/24", message: [2]) }
    start(memory: [], within: .seconds(3))
  }

  mutating func live(events: Int) {
    for _ in 0..<events where faults.isEmpty {
      happen()
      pass(.milliseconds(Int64([0, 1, 50, 400, 3_000, 15_000][random.next(6)])))
    }
    if faults.isEmpty { rest() }
    if faults.isEmpty { sayAgain() }
    for _ in 0..<2 where faults.isEmpty { restartAtRest() }
  }

  private mutating func tell(_ text: String) {
    story.append("\(pipeline.now.nanoseconds / 1_000_000) ms: \(text)")
  }

  private mutating func fault(_ text: String) { faults.append("\(pipeline.now.nanoseconds / 1_000_000) ms: \(text)") }

  // MARK: Events

  private mutating func happen() {
    switch random.next(12) {
    case 0, 1: reconfigure(whole: random.once(in: 2))
    case 2, 3, 4:
      tell("health changes")
      world.changeHealth(&random)
    case 5, 6:
      guard let stage = random.pick(Pipeline.Name.allCases) else { return }
      restart(killing: stage)
    case 7: restart(killing: nil)
    case 8: cut()
    case 9:
      let isThere = pipeline.kernel.schedulers.contains(World.refused)
      tell("the kernel \(isThere ? "refuses" : "takes") the scheduler \(World.refused)")
      if isThere { pipeline.kernel.schedulers.remove(World.refused) } else { acceptAll() }
    case 10:
      pipeline.latency = [0, 1].map { _ in .milliseconds(Int64([0, 2, 100, 3_000][random.next(4)])) }
      pipeline.losses = [0, 0, 20][random.next(3)]
      tell("the kernel answers within \(pipeline.latency), one request in \(pipeline.losses) is lost")
    default:
      guard let stage = random.pick(Pipeline.Name.allCases) else { return }
      tell("\(stage) stands still")
      pipeline.stall(stage, for: .milliseconds(Int64(random.next(4_000))))
    }
  }

  private mutating func acceptAll() { pipeline.kernel.schedulers.insert(World.refused) }

  private mutating func reconfigure(whole: Bool) {
    for _ in 0...random.next(3) { world.change(&random) }
    tell("\(whole ? "a new" : "a changed") configuration")
    let wait = waits(.seconds(3))
    let lines =
      whole
      ? source.set(world, at: pipeline.now, wait: wait) : source.change(to: world, at: pipeline.now, wait: wait)
    pipeline.feed(lines)
  }

  /// The input ends within a set, and so do all.
  private mutating func cut() {
    pass(.seconds(30))
    var other = world
    for _ in 0..<3 { other.change(&random) }
    let isNew = random.once(in: 2)
    tell("input is cut within a set\(isNew ? " at the start" : "")")
    if isNew { stop() }
    // What fails is tried again until the end.
    let before = pipeline.ipvsOperations.count + pipeline.linkOperations.count
    if isNew { pipeline.start(memory: pipeline.memory) }
    var fresh = source
    let lines = fresh.set(other, at: pipeline.now, wait: { .zero })
    let end = lines.firstIndex { $0.contains(#""sync""#) } ?? 0
    pipeline.feed(Array(lines[..<end]))
    pipeline.cut(keeping: random.next(pipeline.unread + 1))
    pipeline.pass(.seconds(30))
    let standing = pipeline.heard.failures.isEmpty
    if standing, pipeline.ipvsOperations.count + pipeline.linkOperations.count > before {
      fault("a set that was cut off made an operation")
    }
    if pipeline.isRunning { fault("the input has ended, and not all have") }
    start(memory: pipeline.memory, within: .seconds(3))
  }

  private mutating func stop() {
    pipeline.cut()
    pipeline.pass(.seconds(60))
    if pipeline.isRunning { fault("the input has ended, and not all have") }
  }

  private mutating func restart(killing stage: Pipeline.Name?) {
    if let stage {
      pipeline.kill(stage)
      pipeline.pass(.seconds(60))
      if pipeline.isRunning { fault("\(stage) was killed, and not all have ended") }
    } else {
      stop()
    }
    if random.once(in: 3) { world.change(&random) }
    if random.once(in: 3) { world.changeHealth(&random) }
    let kind = random.next(3)
    let memory = [pipeline.memory, [], oldMemory][kind]
    let end = stage.map { "\($0) is killed" } ?? "the source ends"
    tell("\(end); all start again with \(Simulation.memories[kind])")
    if random.once(in: 2) { oldMemory = pipeline.memory }
    start(memory: memory, within: random.once(in: 4) ? .zero : .seconds(12))
  }

  private mutating func start(memory: [Line], within limit: Duration) {
    pipeline.start(memory: memory)
    pipeline.feed(source.start(world, at: pipeline.now, wait: waits(limit)))
  }

  private func waits(_ limit: Duration) -> () -> Duration {
    var lot = random
    return { .milliseconds(Int64(lot.next(Int(limit.milliseconds) + 1))) }
  }

  /// Time passes, and verdicts come.
  private mutating func pass(_ duration: Duration) {
    let end = pipeline.now + duration
    repeat {
      pipeline.feed(source.verdicts(world, at: pipeline.now))
      pipeline.pass(until: min(end, source.due.map(\.at).min() ?? end))
    } while pipeline.now < end
    faults += pipeline.faults
  }

  // MARK: At rest

  private mutating func settle() {
    acceptAll()
    pipeline.latency = [.milliseconds(2), .milliseconds(2)]
    pipeline.losses = 0
    pass(.seconds(60))
    pass(.zero)
  }

  /// The kernel holds what a fresh pipeline, told the same, makes an empty kernel hold.
  private mutating func rest() {
    tell("rest")
    settle()
    var ideal = Pipeline(seed: 0)
    ideal.kernel.schedulers.insert(World.refused)
    var words = Source()
    ideal.start(memory: pipeline.engine.driver.memory.sorted)
    ideal.feed(words.start(world, at: ideal.now, wait: { .zero }))
    ideal.feed(words.verdicts(world, at: ideal.now))
    ideal.pass(.seconds(30))
    faults += ideal.faults.map { "fresh: \($0)" }

    // A service that this run never asked for may be somebody else's, and stays.
    var held = pipeline.kernel
    for key in held.services.keys
    where pipeline.found.contains(key) && !pipeline.said.everServices.contains(key.description) {
      held.services[key] = nil
      held.destinations[key] = nil
    }
    compare("services and destinations", held.text, ideal.kernel.text)
    compare("interfaces", ours(pipeline.links), ours(ideal.links))
    for (service, destinations) in held.destinations {
      for destination in destinations.keys where world.isDead(destination.address, of: service) {
        fault("known to be dead, and a destination of \(service): \(destination)")
      }
    }
    if !pipeline.links.addresses.filter({ $0.origin == 0 }).allSatisfy({ $0.message == [2] }) {
      fault("an address of somebody else is not as it was")
    }
  }

  private mutating func compare(_ what: String, _ held: [String], _ wanted: [String]) {
    // An empty configuration is more likely a fault than a wish: nothing is pruned for it.
    if !world.vservers.isEmpty {
      for line in Set(held).subtracting(wanted).sorted() { fault("\(what): held and not wanted: \(line)") }
    }
    for line in Set(wanted).subtracting(held).sorted() { fault("\(what): wanted and not held: \(line)") }
  }

  /// Ours by name, since an index depends on what came before.
  private func ours(_ links: FakeLinks) -> [String] {
    let names = Dictionary(uniqueKeysWithValues: links.links.map { ($0.index, $0.name) })
    return links.links.filter { $0.alias == LinkOwner.alias }.map { "\($0.name) \($0.isUp)" }
      + links.addresses.filter { $0.origin == LinkOwner.origin }.map { "\(names[$0.index] ?? "") \($0.address)" }
  }

  /// Said once more, nothing is left to do.
  private mutating func sayAgain() {
    tell("all is said again")
    let before = operations
    pipeline.feed(source.set(world, at: pipeline.now, wait: { .zero }))
    pipeline.feed(source.again(world))
    pass(.seconds(30))
    expectNone(since: before, "saying it again")
  }

  /// A restart while all is healthy changes nothing, however late the verdicts come and whatever is remembered.
  private mutating func restartAtRest() {
    world.healAll()
    settle()
    let before = operations
    let kind = world.needsMemory ? 0 : random.next(3)
    let memory = [pipeline.memory, [], oldMemory][kind]
    if let stage = random.pick(Pipeline.Name.allCases) {
      tell("\(stage) is killed at rest; all start again with \(Simulation.memories[kind])")
      pipeline.kill(stage)
    }
    pipeline.pass(.seconds(5))
    start(memory: memory, within: random.once(in: 3) ? .zero : .seconds(8))
    pass(.seconds(60))
    expectNone(since: before, "a restart")
  }

  private var operations: (Int, Int) { (pipeline.ipvsOperations.count, pipeline.linkOperations.count) }

  private mutating func expectNone(since before: (Int, Int), _ what: String) {
    for operation in pipeline.ipvsOperations.dropFirst(before.0) { fault("\(what) causes: \(operation.line.text)") }
    for operation in pipeline.linkOperations.dropFirst(before.1) { fault("\(what) causes: \(operation.line.text)") }
  }
}
