// A filter without the system: a core's effects become lines, its requests wait for answers, and a recording of all
// that it was told comes to the same bytes.

import Lines
import Testing
import Values

/// Says `check.state` for each `check`, once it has asked for and got an answer.
private struct EchoCore: FilterCore {
  struct Answer: Recordable, Hashable {
    var number: Int64
    var recorded: JSON { .int(number) }
    init(_ number: Int64) { self.number = number }
    init(recorded: JSON) throws(LineError) {
      guard let number = recorded.int else { throw LineError("no number") }
      self.number = number
    }
  }
  typealias Request = Int64
  typealias Event = FilterEvent<Answer>
  typealias Effect = FilterEffect<Int64>

  static let reads = ["check"]
  static let remembers = ["check.state"]

  var waiting: [(number: Int64, commit: Commit)] = []
  var count: Int64 = 0
  var tick: Instant?
  var isBusy: Bool { !waiting.isEmpty }
  var deadline: Instant? { tick }

  mutating func handle(_ event: Event, at now: Instant) -> [Effect] {
    switch event {
    case .begin(_, let lines): return lines.map { .say($0) } + (lines.isEmpty ? [] : [.sync])
    case .commit(let commit):
      count += 1
      waiting.append((count, commit))
      tick = now + .seconds(1)
      return [.request(count)]
    case .prune(let prune): return [.done(prune.writer)]
    case .answer(let answer):
      guard let index = waiting.firstIndex(where: { $0.number == answer.number }) else { return [] }
      let commit = waiting.remove(at: index).commit
      var effects: [Effect] = commit.changes.map { change in
        switch change {
        case .set(let line):
          let healthy = line["interval_ms"]?.int != 1
          return .say(
            Line("check.state", key: line.key, [JSONMember("healthy", .bool(healthy))]), since: .instant(.zero))
        case .deleted(let name), .forgotten(let name): return .say(.deleted("check.state", key: name.key))
        case .unusable(let name, let reason, _): return .complain(reason: reason, key: name.key)
        }
      }
      if !effects.isEmpty { effects.append(.sync) }
      return effects + [.done(commit.writer)]
    case .timer:
      tick = nil
      return [.complain(reason: "tick", key: nil)]
    case .ended: return [.prune("link")]
    }
  }
}

@Suite struct DriverTests {
  private static func check(_ key: String, _ interval: Int = 1000) -> String {
    #"{"type":"check","key":"\#(key)","kind":"tcp","address":"192.0.2.1","interval_ms":\#(interval),"timeout_ms":1}"#
  }

  private static func driver(passes: Bool = true) -> FilterDriver<EchoCore> {
    FilterDriver(command: "ss-check", core: EchoCore(), start: "abc", epoch: 0, passes: passes)
  }

  @Test func `effects become lines, commits are numbered, and a held sync waits for its answer`() {
    var driver = Self.driver()
    driver.begin(memory: [], at: .zero)
    for (index, text) in [
      #"{"type":"reset","from":"ss-config"}"#, Self.check("a"), Self.check("b", 1),
      #"{"type":"sync","from":"ss-config","n":"c.1"}"#, Self.check("z"),
    ].enumerated() {
      let bytes = text.bytes
      driver.line(bytes.span, number: index + 1, at: .zero)
    }
    let before = driver.queue.written()
    #expect(
      before == [
        #"{"type":"reset","from":"ss-check","lines":1}"#, #"{"type":"reset","from":"ss-config"}"#, Self.check("a"),
        Self.check("b", 1),
      ])
    #expect(driver.takeRequests() == [1])
    driver.answer(EchoCore.Answer(1), at: .zero)
    let after = driver.queue.written()
    #expect(
      after == [
        #"{"type":"check.state","key":"a","healthy":true,"since":"1970-01-01T00:00:00.000Z"}"#,
        #"{"type":"check.state","key":"b","healthy":false,"since":"1970-01-01T00:00:00.000Z"}"#,
        #"{"type":"sync","from":"ss-check","n":"abc.1"}"#, #"{"type":"sync","from":"ss-config","n":"c.1"}"#,
        Self.check("z"),
      ])
    driver.end(at: .zero)
    let last = driver.queue.written()
    #expect(last == [#"{"type":"prune","from":"ss-check","of":"link","n":"abc.2"}"#])
    #expect(driver.isFinished)
  }

  @Test func `a remembered line that is said again is no line`() {
    var driver = Self.driver(passes: false)
    driver.begin(memory: [], at: .zero)
    for number in 1...3 {
      let bytes = Self.check("a", number == 3 ? 1 : 1000).bytes
      driver.line(bytes.span, number: number, at: .zero)
      for request in driver.takeRequests() { driver.answer(EchoCore.Answer(request), at: .zero) }
    }
    let states = driver.queue.written().filter { $0.contains("check.state") }
    #expect(states.count == 1, "one takes the other's place")
    #expect(driver.memoryVersion == 2)
    #expect(driver.memory.sorted.map { $0["healthy"]?.bool } == [false])
  }

  @Test func `lines typed by hand wait for the core as well`() {
    var driver = Self.driver(passes: false)
    driver.begin(memory: [], at: .zero)
    var given = 0
    while driver.wantsInput, given < 5_000 {
      let bytes = Self.check("\(given)").bytes
      driver.line(bytes.span, number: given + 1, at: .zero)
      given += 1
    }
    #expect(given == 1_000)
    driver.answer(EchoCore.Answer(1), at: .zero)
    #expect(driver.wantsInput)
  }

  @Test func `a sync behind a line typed by hand waits for its own answer, not for that line's`() {
    var driver = Self.driver()
    driver.begin(memory: [], at: .zero)
    let sync = #"{"type":"sync","from":"ss-config","n":"c.1"}"#
    for (index, text) in [Self.check("a"), Self.check("b"), sync].enumerated() {
      let bytes = text.bytes
      driver.line(bytes.span, number: index + 1, at: .zero)
    }
    #expect(driver.takeRequests() == [1, 2, 3])
    for number in Int64(1)...2 {
      driver.answer(EchoCore.Answer(number), at: .zero)
      let before = driver.queue.written()
      #expect(!before.contains(sync))
    }
    driver.answer(EchoCore.Answer(3), at: .zero)
    let after = driver.queue.written()
    #expect(after == [sync])
  }

  @Test func `an error line is short, has its line number, and what a person reads is one sentence`() throws {
    var driver = Self.driver(passes: false)
    driver.begin(memory: [], at: .zero)
    let key = String(repeating: "k", count: 1_000)
    let bytes = #"{"type":"check","key":"\#(key)","kind":"\#(String(repeating: "x", count: 500_000))"}"#.bytes
    driver.line(bytes.span, number: 17, at: .zero)
    driver.lost(.tooLong(2_000_000), number: 18, at: .zero)
    let errors = driver.queue.written().compactMap { try? Line(parsing: $0) }.filter { $0.type == "error" }
    #expect(errors.map { $0["line"]?.int } == [17, 18])
    #expect(errors.first?.key == key)
    #expect(errors.allSatisfy { $0.bytes.count < 2_500 && Schema.fault(in: $0) == nil })
    #expect(driver.takeComplaints().count == 2)
  }

  @Test func `nor is it made long by one character of many marks`() throws {
    var driver = Self.driver(passes: false)
    driver.begin(memory: [], at: .zero)
    let marks = "e" + String(repeating: "\u{301}", count: 200_000)
    for text in [#"{"type":"check","key":"k","kind":"\#(marks)"}"#, #"{"type":"check","key":"k","\#(marks)":1}"#] {
      let bytes = text.bytes
      driver.line(bytes.span, number: 1, at: .zero)
    }
    let twice = #"{"type":"check","key":"k","\#(marks)":1,"\#(marks)":1}"#.bytes
    driver.line(twice.span, number: 3, at: .zero)
    let errors = driver.queue.written().compactMap { try? Line(parsing: $0) }.filter { $0.type == "error" }
    #expect(errors.map { $0["line"]?.int } == [1, 1, 3])
    #expect(errors.allSatisfy { $0.bytes.count < 1_500 })
    #expect(driver.takeComplaints().allSatisfy { $0.utf8.count < 1_500 })
  }

  /// Drives a core with chance, as a runner would, and gives the recording and what the reader took.
  private static func session(seed: UInt64, passes: Bool) -> (recording: [UInt8], output: [UInt8]) {
    var random = seed
    let next = { (limit: UInt64) -> Int in
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((random >> 33) % limit)
    }
    var driver = driver(passes: passes)
    let memory = [Line("check.state", key: "old", [JSONMember("healthy", true)])]
    let header = RecordingHeader(
      command: "ss-check", version: "0", arguments: ["--x"], start: "abc", epoch: 0, at: .zero, passes: passes,
      memory: memory)
    var recording = header.line.bytes
    var output: [UInt8] = []
    driver.begin(memory: memory, at: .zero)
    var now = Instant.zero
    var open: [Int64] = []
    let record = { (event: RecordedEvent) in event.write(at: now, into: &recording) }
    for number in 1...400 {
      now = now + .milliseconds(Int64(next(5)))
      switch next(9) {
      case 0..<4:
        let text = [
          check("\(next(9))", next(3)), #"{"type":"check","key":"\#(next(9))","deleted":true}"#,
          #"{"type":"sync","from":"ss-config","n":"c.\#(number)"}"#, #"{"type":"reset","from":"ss-config"}"#,
          #"{"type":"vrrp.state","key":"\#(next(2))","state":"backup","since":"x"}"#, "{\"type\": \"ä\\u0041\" }",
          "bad",
          #"{"type":"check","key":"3","kind":7}"#,
        ][next(8)]
        record(.input(text, number: number))
        let bytes = text.bytes
        driver.line(bytes.span, number: number, at: now)
      case 4:
        let fault = [FramingFault.tooLong(number), .invalidUTF8, .cutOff(number)][next(3)]
        record(.lost(fault, number: number))
        driver.lost(fault, number: number, at: now)
      case 5 where !open.isEmpty:
        let answer = EchoCore.Answer(open.remove(at: next(UInt64(open.count))))
        record(.answer(answer.recorded))
        driver.answer(answer, at: now)
      case 6 where driver.deadline.map { $0 <= now } ?? false:
        record(.timer)
        driver.timer(at: now)
      default:
        var counts: [Int] = []
        for _ in 0..<next(4) where !driver.queue.isEmpty {
          let piece = driver.queue.next(limit: OutputQueue.piece)
          let taken = next(2) == 0 ? piece.count : next(UInt64(piece.count + 1))
          output += piece.prefix(taken)
          driver.queue.wrote(taken)
          counts.append(taken)
        }
        if !counts.isEmpty { record(.wrote(counts)) }
      }
      open += driver.takeRequests()
    }
    record(.ended)
    driver.end(at: now)
    return (recording, output)
  }

  @Test(arguments: 1...60)
  func `a recording comes to the same bytes, however slowly the reader took them`(seed: UInt64) throws {
    let (recording, output) = Self.session(seed: seed, passes: seed % 2 == 0)
    var arguments: [String] = []
    let replayed = Replay.output(of: recording, command: "ss-check") { header in
      arguments = header.arguments
      return EchoCore()
    }
    #expect(replayed.fault == nil)
    #expect(arguments == ["--x"])
    #expect(String(decoding: replayed.bytes, as: UTF8.self) == String(decoding: output, as: UTF8.self))
  }

  @Test func `every event and header of a recording reads back as it was written`() throws {
    let events: [RecordedEvent] = [
      .input("a \"quoted\" ä\u{0}", number: 3), .lost(.tooLong(1 << 21), number: 4), .lost(.invalidUTF8, number: 5),
      .lost(.cutOff(1), number: 6), .timer, .answer(.object([JSONMember("x", 1)])), .ended, .wrote([4096, 0, 17]),
    ]
    for event in events {
      var bytes: [UInt8] = []
      event.write(at: Instant(nanoseconds: 42), into: &bytes)
      bytes.removeLast()
      let (read, time) = try RecordedEvent.parse(bytes.span)
      #expect(read == event)
      #expect(time == Instant(nanoseconds: 42))
    }
    let header = RecordingHeader(
      command: "c", version: "v", arguments: ["-a", ""], start: "s", epoch: -5, at: Instant(nanoseconds: 7),
      passes: true, memory: [Line("check.state", key: "k", [])])
    #expect(try RecordingHeader(try Line(parsing: header.line.text)) == header)
  }

  @Test(arguments: ["", "{}", #"{"type":"recording"}"#, "x"])
  func `what is no recording is told`(text: String) {
    #expect(Replay.output(of: text.bytes + [10], command: "ss-check") { _ in EchoCore() }.fault != nil)
  }

  @Test func `a recording that ends within a line is told, after what came before`() throws {
    let (recording, output) = Self.session(seed: 2, passes: true)
    let (bytes, fault) = Replay.output(of: recording + "{\"at_ns\":1".bytes, command: "ss-check") { _ in EchoCore() }
    #expect(bytes == output)
    #expect(fault?.reason == "the input ends within a line, 10 bytes left out")
  }

  @Test func `a recording of another command is refused`() {
    let (recording, _) = Self.session(seed: 1, passes: true)
    let fault = Replay.output(of: recording, command: "ss-engine") { _ in EchoCore() }.fault
    #expect(fault?.description == "line 1: a recording of ss-check, not of ss-engine")
  }

  @Test func `an input line of the greatest length is recorded and replayed`() throws {
    let text = "{\"type\":\"x\",\"a\":\"" + String(repeating: "\\\\", count: 520_000) + "\"}"
    let header = RecordingHeader(
      command: "ss-check", version: "0", arguments: [], start: "abc", epoch: 0, at: .zero, passes: true, memory: [],
      tellsWrites: false)
    var recording = header.line.bytes
    RecordedEvent.input(text, number: 1).write(at: .zero, into: &recording)
    let (bytes, fault) = Replay.output(of: recording, command: "ss-check") { _ in EchoCore() }
    #expect(fault == nil)
    #expect(bytes.count > text.utf8.count)
  }
}
