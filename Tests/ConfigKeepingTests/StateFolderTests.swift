// What is on disk, after any step: a kill at any moment leaves the configuration that was in use or the one that takes
// its place, and what was asked for is done by the next start.

import ConfigKeeping
import Lines
import Storage
import Supply
import Support
import Testing
import Values

private typealias Effect = Keeper<Edition>.Effect

/// A text whose words are backends of as many vservers.
private func interpret(_ parts: [Part]) -> Edition {
  let words = parts.flatMap { String(decoding: $0.bytes, as: UTF8.self).split(separator: " ").map(String.init) }
  let lines = words.flatMap { word in
    [
      Line(
        "config.vserver", key: word,
        [
          JSONMember("enabled", true), JSONMember("vips", [1]), JSONMember("entries", [1]),
        ]),
      Line("config.backend", key: word + "/b", [JSONMember("vserver", .string(word)), JSONMember("enabled", true)]),
    ]
  }
  return Edition(
    parts: parts, lines: lines, obstacle: words.contains("bad") ? Fault("bad", file: parts.first?.name) : nil)
}

private func offer(_ text: String, _ origin: Origin = .files) -> Offer<Edition> {
  interpret([Part("cluster.pb", Array(text.utf8))]).offer(origin)
}

private let noon: Int64 = 1_800_000_000_000_000_000
private let ten = "a b c d e f g h i j"

/// A keeper that has a folder: what a process is, without the process.
private struct Life {
  let folder: StateFolder
  var keeper = Keeper<Edition>(.init(order: [.files], epoch: noon))
  /// How many steps it lives for.
  var stepsLeft = Int.max
  var said: [String] = []

  init(_ path: String, stepsLeft: Int = .max) throws {
    folder = StateFolder(path)
    _ = try folder.take()
    self.stepsLeft = stepsLeft
    try handle(.start(folder.load(interpret).kept))
  }

  mutating func handle(_ event: Keeper<Edition>.Event, at time: Instant = .zero) throws {
    for effect in keeper.handle(event, at: time) {
      for step in folder.steps(for: effect, at: noon) where stepsLeft > 0 {
        stepsLeft -= 1
        try step.run()
      }
      if case .say(let current) = effect, stepsLeft > 0 { said.append(words(current)) }
    }
  }

  func words(_ current: Current<Edition>) -> String {
    String(decoding: current.offer.body.parts.flatMap(\.bytes), as: UTF8.self)
  }

  /// Takes what is asked for, as `Supplier` does.
  mutating func takeRequests() throws {
    for (name, asked) in try folder.asked() {
      switch asked {
      case .confirm(let id): try handle(.request(.confirm(id), name: name))
      case .apply(let parts, let within):
        try handle(.request(.apply(interpret(parts).offer(.applied), within: within), name: name))
      case .choose(let order): try handle(.request(.choose(order), name: name))
      case nil: break
      }
    }
  }
}

@Suite struct StateFolderTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path + "/state" }

  init() throws { folder = try TemporaryFolder() }

  @Test func `what was in use, held and on trial comes back`() throws {
    var life = try Life(path)
    try life.handle(.offered(offer(ten)))
    try life.handle(.timer, at: Instant(nanoseconds: 60_000_000_000))
    try life.handle(.offered(offer("a b")), at: Instant(nanoseconds: 60_000_000_000))
    let kept = StateFolder(path).load(interpret)
    #expect(kept.faults == [])
    #expect(kept.kept.current?.offer == offer(ten))
    #expect(kept.kept.held?.offer == offer("a b"))
    #expect(kept.kept.held?.reason.hasPrefix("it would remove, disable or empty 8 of 10 vservers") == true)
    try life.handle(.request(.apply(offer(ten + " k", .applied), within: .seconds(60)), name: "x"))
    try life.handle(.request(.choose([.files]), name: "x"))
    let again = StateFolder(path).load(interpret).kept
    #expect(again.held == nil)
    #expect(again.current?.over == [.files: offer("a b").id])
    #expect(again.trial?.previous.offer == offer(ten))
    #expect(again.trial?.within == .seconds(60))
    #expect(again.order == [.files])
    #expect(names(in: path + "/archive") == ["cluster.pb.1800000000"])
  }

  /// Every way to die in the middle of it, and what the next life makes of what is left.
  @Test func `a kill between any two steps loses nothing`() throws {
    for steps in 0... {
      let place = "\(path)-\(steps)"
      var life = try Life(place)
      try life.handle(.offered(offer(ten)))
      _ = try Asked.apply([Part("cluster.pb", Array((ten + " k").utf8))], within: .seconds(60)).put(into: life.folder)
      life.stepsLeft = steps
      try life.takeRequests()
      let isWhole = life.stepsLeft > 0
      // Only what is on disk is left.
      var next = try Life(place)
      let inUse = try #require(next.keeper.current.map(next.words), "\(steps)")
      #expect([ten, ten + " k"].contains(inUse), "\(steps)")
      if case nil = next.keeper.trial { try next.handle(.offered(offer(ten))) }
      try next.takeRequests()
      #expect(next.keeper.current.map(next.words) == ten + " k", "\(steps)")
      #expect(next.keeper.trial?.previous.offer == offer(ten), "\(steps): it can still be rolled back")
      #expect(try next.folder.asked().isEmpty)
      // And dies again while it rolls back.
      for cut in 0...8 {
        var last = try Life(place, stepsLeft: cut)
        if last.keeper.trial == nil { break }
        try last.handle(.timer, at: Instant(nanoseconds: 60_000_000_000))
      }
      let end = try Life(place)
      #expect(end.keeper.current.map(end.words) == ten)
      #expect(end.keeper.trial == nil)
      if isWhole { return }
    }
  }

  @Test func `a confirmation that was cut off anywhere is done by the next start`() throws {
    for steps in 0... {
      let place = "\(path)-\(steps)"
      var life = try Life(place)
      try life.handle(.offered(offer(ten)))
      try life.handle(.reload)
      try life.handle(.offered(offer("a b")))
      _ = try Asked.confirm(offer("a b").id).put(into: life.folder)
      life.stepsLeft = steps
      try life.takeRequests()
      let isWhole = life.stepsLeft > 0
      var next = try Life(place)
      try next.handle(.offered(offer("a b")))
      try next.takeRequests()
      #expect(next.keeper.current.map(next.words) == "a b", "\(steps)")
      #expect(next.keeper.held == nil)
      #expect(!Places.exists(place + "/held"))
      #expect(next.said.last == "a b")
      if isWhole { return }
    }
  }

  @Test func `a record that is damaged is told, and the archive's newest takes its place`() throws {
    var life = try Life(path)
    try life.handle(.offered(offer(ten)))
    try life.handle(.reload)
    try life.handle(.offered(offer(ten + " k")))
    let text = try #require(bytes(of: path + "/current"))
    write(String(decoding: text.dropLast(3), as: UTF8.self), to: path + "/current")
    let (kept, faults) = StateFolder(path).load(interpret)
    #expect(kept.current?.offer == offer(ten))
    #expect(
      faults.map(\.reason) == [
        "\(path)/current is damaged: it is not used", "cluster.pb.1800000000 of the archive takes its place",
      ])
  }

  @Test func `Seesaw's archived file is a generation`() throws {
    _ = try Life(path)
    write(ten, to: path + "/archive/cluster.pb.5")
    write("x", to: path + "/archive/other")
    #expect(try StateFolder(path).archived().map(\.name) == ["cluster.pb.5"])
    #expect(try StateFolder(path).record("archive/cluster.pb.5")?.parts.map(\.name) == ["cluster.pb.5"])
  }

  @Test func `each replaced generation is archived, within the limits`() throws {
    var life = try Life(path)
    for number in 0..<5 {
      try life.handle(.reload)
      try life.handle(.offered(offer("\(ten) \(number)")))
    }
    #expect(
      names(in: path + "/archive") == [
        "cluster.pb.1800000000", "cluster.pb.1800000000.1", "cluster.pb.1800000000.2", "cluster.pb.1800000000.3",
      ])
    var folder = StateFolder(path)
    folder.limits.count = 2
    for step in folder.steps(for: .archive, at: noon + 1_000_000_000) { try step.run() }
    #expect(
      names(in: path + "/archive") == [
        "cluster.pb.1800000000.2", "cluster.pb.1800000000.3", "cluster.pb.1800000001",
      ])
  }

  @Test func `what cannot be read is a request of nothing`() throws {
    _ = try Life(path)
    write("nonsense", to: path + "/requests/1")
    write("half", to: path + "/requests/.2")
    let asked = try StateFolder(path).asked()
    #expect(asked.map(\.name) == ["1"])
    #expect(asked.allSatisfy { $0.asked == nil })
  }
}
