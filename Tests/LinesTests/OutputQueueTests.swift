// What waits to be written: replacement in place, urgent lines first but never within a line, events dropped and
// counted, and memory that is bounded whatever happens while nobody reads.

import Lines
import Support
import Testing

@Suite struct OutputQueueTests {
  private static func state(_ key: String, _ value: Int = 0) -> Line {
    Line("check.state", key: key, [JSONMember("healthy", true), JSONMember("v", .int(Int64(value)))])
  }
  private static func gone(_ key: String) -> Line { .deleted("check.state", key: key) }
  private static func sync(_ number: Int) -> Line {
    Line("sync", [JSONMember("from", "ss-check"), JSONMember("n", .string("a.\(number)"))])
  }
  private static let reset = Line("reset", [JSONMember("from", "ss-check")])
  private static func event(_ reason: String) -> Line {
    Line("error", [JSONMember("from", "ss-check"), JSONMember("reason", .string(reason))])
  }

  /// What is said, and what is then written: `a1` a line that sets a, `-a` one that deletes it, `s1` a sync, `R` a
  /// reset.
  private static func written(_ words: String) -> String {
    var queue = OutputQueue(from: "ss-check")
    for word in words.split(separator: " ") {
      switch word.first {
      case "-": queue.say(gone(String(word.dropFirst())))
      case "s": queue.say(sync(Int(word.dropFirst()) ?? 0))
      case "R": queue.say(reset)
      case "_":
        let bytes = Array(word.utf8)
        queue.pass(bytes.span)
      default: queue.say(state(String(word.prefix(1)), Int(word.dropFirst()) ?? 0))
      }
    }
    return queue.written().map { text in
      guard let line = try? Line(parsing: text) else { return text }
      switch line.type {
      case "sync": return "s" + (line["n"]?.string?.dropFirst(2) ?? "")
      case "reset": return "R"
      default: return line.isDeleted ? "-\(line.key ?? "")" : "\(line.key ?? "")\(line["v"]?.text ?? "")"
      }
    }.joined(separator: " ")
  }

  @Test(arguments: [
    ("a1 b1 s1 a2 s2", "a2 b1 s2"),
    ("a1 s1 b1 s2 a2 s3", "a2 s1 b1 s3"),
    // The deletion keeps its own place, what it deletes too: something between may stand on it.
    ("a1 b1 -a", "a1 b1 -a"),
    ("a1 b1 -a c1 -a", "a1 b1 -a c1"),
    // A deletion that nobody has seen is taken back.
    ("a1 b1 -a c1 a2", "a2 b1 c1"),
    ("-a b1 a2", "a2 b1"),
    ("-a b1 a2 c1 -a", "a2 b1 c1 -a"),
    ("a1 -a a2 -a a3 -a", "a3 -a"),
    // Lines of others keep their places.
    ("_x a1 _y a2 _z", "_x a2 _y _z"),
    ("s1 s2 s3", "s3"),
    ("s1 _x s2 s3", "s1 _x s3"),
    ("a1 s1 -a s2 a2 s3", "a2 s1 s3"),
    // What a set says must not go before its reset.
    ("a1 s1 R a2 s2", "a1 s1 R a2 s2"),
    ("a1 s1 R b1 a2 a3 s2", "a1 s1 R b1 a3 s2"),
  ])
  func `a newer line takes the older one's place`(said: String, written: String) {
    #expect(Self.written(said) == written)
  }

  @Test func `what has been given out is not replaced any more`() {
    var queue = OutputQueue(from: "ss-check")
    queue.say(Self.state("a", 1))
    let piece = queue.next(limit: 10)
    queue.wrote(piece.count)
    queue.say(Self.state("a", 2))
    #expect(piece.count == 10)
    let rest = queue.written()
    #expect(rest.count == 2)
    #expect(rest.last == Self.state("a", 2).text)
  }

  @Test(arguments: 1...60)
  func `an urgent line goes first, but never within a line`(sent: Int) {
    var queue = OutputQueue(from: "ss-check")
    for key in ["a", "b", "c"] { queue.say(Self.state(key)) }
    var bytes: [UInt8] = []
    var left = sent
    while left > 0 {
      let piece = queue.next(limit: min(left, 7))
      bytes += piece
      queue.wrote(piece.count)
      left -= piece.count
    }
    let urgent = Line("vrrp.state", key: "i", [JSONMember("state", "master")])
    queue.say(urgent)
    var lines = String(decoding: bytes, as: UTF8.self)
    while case let piece = queue.next(limit: 5), !piece.isEmpty {
      lines += String(decoding: piece, as: UTF8.self)
      queue.wrote(piece.count)
    }
    let expected = Self.state("a").bytes.count >= sent ? 1 : 2
    let split = lines.split(separator: "\n").map(String.init)
    #expect(split.count == 4)
    #expect(split.firstIndex(of: urgent.text) == expected)
  }

  @Test func `a newer urgent line takes the older one's place, requests are never replaced`() {
    var queue = OutputQueue(from: "ss-check")
    let line = { (key: String, state: String) in Line("vrrp.state", key: key, [JSONMember("state", .string(state))]) }
    for said in [line("a", "backup"), line("b", "backup"), line("a", "master")] { queue.say(said) }
    #expect(queue.written() == [line("a", "master").text, line("b", "backup").text])
  }

  @Test func `own events are dropped when too many wait, and counted`() throws {
    var queue = OutputQueue(from: "ss-check")
    let reason = String(repeating: "x", count: 1_000)
    for _ in 0..<2_000 { queue.say(Self.event(reason)) }
    #expect(queue.waitingBytes <= OutputQueue.eventLimit)
    queue.say(Self.state("a"))
    let lines = queue.written().compactMap { try? Line(parsing: $0) }
    let kept = lines.count { $0["reason"]?.string == reason }
    #expect((900...1_048).contains(kept))
    #expect(
      lines.contains {
        $0["reason"]?.string == "\(2_000 - kept) events were dropped, since the reader did not take them"
      })
    #expect(lines.count { $0.type == "check.state" } == 1)
    #expect(queue.isEmpty)
  }

  @Test func `input is not wanted while passed lines wait`() {
    var queue = OutputQueue(from: "ss-check")
    let line = [UInt8](repeating: 0x20, count: 999)
    var passed = 0
    while queue.wantsInput {
      queue.pass(line.span)
      passed += 1
    }
    #expect((262...263).contains(passed))
    for _ in 0..<1_000 { queue.say(Self.state("a")) }
    #expect(!queue.wantsInput)
    #expect(queue.written().count == passed + 1)
    #expect(queue.wantsInput)
    // Urgent ones too: they are not copied ahead of the writer without end.
    var urgent = 0
    while queue.wantsInput {
      queue.passUrgent(line.span, StateKey(type: "track", key: "\(urgent)"))
      urgent += 1
    }
    #expect(urgent < 300)
  }

  @Test func `objects that flap while nobody reads take the memory of two lines each`() {
    var queue = OutputQueue(from: "ss-check")
    let objects = variable("SEESAW_SOAK") == nil ? 10_000 : 100_000
    var seed: UInt64 = 1
    var number = 0
    for round in 0..<8 {
      for key in 0..<objects {
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        number += 1
        let name = "\(key)"
        if seed >> 62 == 0 { queue.say(Self.gone(name)) } else { queue.say(Self.state(name, round)) }
        if seed >> 33 & 7 == 0 { queue.say(Self.sync(number)) }
      }
    }
    #expect(queue.waitingObjects == objects)
    // A set and a deletion of each, and a sync between any two of them at most.
    let each = Self.state("99999", 7).bytes.count + Self.gone("99999").bytes.count + 2 * Self.sync(number).bytes.count
    #expect(queue.waitingBytes <= objects * each)
    #expect(queue.waitingEntries <= objects * 7)
    let lines = queue.written(limit: 1 << 20)
    #expect(lines.count <= objects * 4)
    var fold: [String: Bool] = [:]
    for text in lines {
      guard let line = try? Line(parsing: text), let key = line.key else { continue }
      fold[key] = line.isDeleted
    }
    #expect(fold.count == objects)
    #expect(queue.isEmpty)
    #expect(queue.waitingObjects == 0)
  }

  @Test(arguments: 1...40)
  func `whatever is said and however it is read, the reader ends with the same objects`(seed: UInt64) throws {
    var random = seed
    let next = { (limit: UInt64) -> Int in
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((random >> 33) % limit)
    }
    var queue = OutputQueue(from: "ss-check")
    var said: [String: String?] = [:]
    var read: [UInt8] = []
    for step in 0..<4_000 {
      let key = "\(next(20))"
      switch next(12) {
      case 0..<5:
        let line = Self.state(key, step)
        queue.say(line)
        said[key] = line.text
      case 5..<7:
        queue.say(Self.gone(key))
        said[key] = .some(nil)
      case 7: queue.say(Self.sync(step))
      case 8:
        let bytes = #"{"type":"ipvs.stats","key":"p"}"#.bytes
        queue.pass(bytes.span)
      case 9: queue.say(Line("vrrp.state", key: key, [JSONMember("state", "backup")]))
      default:
        let piece = queue.next(limit: 1 + next(300))
        let taken = next(UInt64(piece.count + 1))
        read += piece.prefix(taken)
        queue.wrote(taken)
      }
    }
    read += queue.rest()
    var held: [String: String?] = [:]
    for text in String(decoding: read, as: UTF8.self).split(separator: "\n") {
      let line = try Line(parsing: String(text))
      guard line.type == "check.state", let key = line.key else { continue }
      held[key] = line.isDeleted ? .some(nil) : line.text
    }
    #expect(held == said)
  }
}
