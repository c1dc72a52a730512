// Anything that can happen to a keeper, in any order, by seed: what is on disk is always what it means to be in
// use, and a kill behind any effect leads to a configuration that was in use or was about to be.

import Supply
import Testing
import Values

/// The disk as effects change it.
private struct Disk {
  var kept = Kept<String>()

  mutating func take(_ effect: Effect) {
    switch effect {
    case .keep(let current): kept.current = current
    case .hold(let held): kept.held = held
    case .release: kept.held = nil
    case .beginTrial(let trial): kept.trial = trial
    case .endTrial: kept.trial = nil
    case .keepOrder(let order): kept.order = order
    case .ask, .say, .archive, .done, .tell, .status, .giveUp: break
    }
  }
}

/// SplitMix64 (public domain): the same numbers for a seed everywhere.
private struct Dice {
  var state: UInt64

  mutating func roll(_ sides: Int) -> Int {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = (state ^ state >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return Int((mixed ^ mixed >> 31) % UInt64(sides))
  }

  mutating func offer(_ origin: Origin) -> Given {
    let number = roll(6)
    return SupplyTests.offer(
      "\(number)~\(roll(2))", origin, serving: [20, 19, 18, 8, 7, 1][number], updated: Int64(roll(3)))
  }
}

@Suite struct AnythingTests {
  private static let settings = Keeper<String>.Settings(order: [.etcd, .server, .files], epoch: noon)

  private func event(_ dice: inout Dice, asked: Origin?) -> Keeper<String>.Event {
    switch dice.roll(12) {
    case 0: .timer
    case 1: .reload
    case 2: .changed(Origin.sources[dice.roll(3)])
    case 3: .request(.confirm(nil), name: "r")
    case 4: .request(.apply(dice.offer(.applied), within: dice.roll(2) == 0 ? nil : .seconds(30)), name: "r")
    case 5: .request(.choose([Origin.sources[dice.roll(3)]]), name: "r")
    case 6: .offered(dice.offer(Origin.sources[dice.roll(3)]))
    default:
      if let asked { dice.roll(3) == 0 ? .failed(asked, Fault("f")) : .offered(dice.offer(asked)) } else { .timer }
    }
  }

  private func check(_ keeper: Keeper<String>, _ disk: Disk, _ seed: Int) {
    #expect(disk.kept.current == keeper.current, "seed \(seed)")
    #expect(disk.kept.held == keeper.held, "seed \(seed)")
    #expect(disk.kept.trial == keeper.trial, "seed \(seed)")
  }

  /// Starts from the disk, and looks at what is in use then.
  private func restart(_ disk: Disk, _ now: Instant, allowed: Set<String>, _ seed: Int) {
    var keeper = Keeper<String>(Self.settings)
    var after = disk
    for effect in keeper.handle(.start(disk.kept), at: now) { after.take(effect) }
    check(keeper, after, seed)
    if let id = keeper.current?.offer.id { #expect(allowed.contains(id), "seed \(seed)") }
    #expect(keeper.current != nil || allowed.isEmpty || disk.kept.current == nil, "seed \(seed)")
    if let trial = keeper.trial { #expect(trial.previous.offer.id != keeper.current?.offer.id, "seed \(seed)") }
  }

  @Test(arguments: 0..<300) func `whatever happens, disk and memory agree and a kill loses nothing`(seed: Int) {
    var dice = Dice(state: UInt64(seed))
    var keeper = Keeper<String>(Self.settings)
    var disk = Disk()
    var asked: Origin?
    var now = Instant.zero
    var events: [Keeper<String>.Event] = [.start(Kept())]
    for _ in 0..<60 { events.append(.timer) }
    for index in events.indices {
      if index > 0 { events[index] = event(&dice, asked: asked) }
      now = now + .seconds(dice.roll(40))
      let before = keeper.current?.offer.id
      let effects = keeper.handle(events[index], at: now)
      let allowed = Set([before, keeper.current?.offer.id].compactMap { $0 })
      for effect in effects {
        disk.take(effect)
        if case .ask(let origin) = effect { asked = origin }
        if case .say(let current) = effect { #expect(current == disk.kept.current, "seed \(seed)") }
        restart(disk, now, allowed: allowed, seed)
      }
      if !keeper.isAsking { asked = nil }
      check(keeper, disk, seed)
    }
  }
}
