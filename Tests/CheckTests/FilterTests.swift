// The scheduler as a filter's core, driven as the runner drives it, without any system: commits in and out, pacing,
// memory, and the end of input.

import Check
import Lines
import Testing
import Values

/// A driver with a clock, whose probes the test answers.
struct Stage {
  var driver = FilterDriver(
    command: "ss-check", core: CheckFilter(maximumInFlight: 2_000), start: "s", epoch: 0, passes: false)
  var now = Instant.zero
  private(set) var started: [Scheduler.ProbeID] = []
  private(set) var requests: [CheckFilter.Request] = []
  private var number = 0

  init(memory: [Line] = []) { driver.begin(memory: memory, at: now) }

  mutating func say(_ line: String) {
    number += 1
    let bytes = Array(line.utf8)
    driver.line(bytes.span, number: number, at: now)
    collect()
  }

  mutating func answer(_ index: Int, _ outcome: Outcome) {
    driver.answer(CheckFilter.Answer(started[index], outcome), at: now)
    collect()
  }

  mutating func advance(_ milliseconds: Int64) {
    let end = now + .milliseconds(milliseconds)
    while let deadline = driver.deadline, deadline <= end {
      now = max(now, deadline)
      driver.timer(at: now)
      collect()
    }
    now = end
  }

  private mutating func collect() {
    for request in driver.takeRequests() {
      requests.append(request)
      if case .start(let probe, _) = request { started.append(probe) }
    }
  }

  /// What was written since the last call: `key class`, `key deleted`, `sync`, `reset` or `error`.
  mutating func written() -> [String] {
    var bytes: [UInt8] = []
    while case let piece = driver.queue.next(limit: 1 << 16), !piece.isEmpty {
      bytes += piece
      driver.queue.wrote(piece.count)
    }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap {
      guard let line = try? Line(parsing: String($0)) else { return "bad \($0)" }
      guard line.type == "check.state" else { return line.type }
      return "\(line.key ?? "") \(line.isDeleted ? "deleted" : line["class"]?.string ?? "")"
    }
  }
}

private func check(_ key: String, _ members: String = "") -> String {
  #"{"type":"check","key":"\#(key)","kind":"tcp","address":"192.0.2.1","port":80,"interval_ms":1000,"#
    + #""timeout_ms":500\#(members)}"#
}
private let reset = #"{"type":"reset","from":"ss-config"}"#
private let sync = #"{"type":"sync","from":"ss-config","n":"c.1"}"#

@Suite struct FilterTests {
  @Test func `the first commit is answered by a complete set of its own, empty while nothing is known`() {
    var stage = Stage()
    for line in [reset, check("a"), check("b")] { stage.say(line) }
    #expect(stage.started.isEmpty)
    stage.say(sync)
    #expect(stage.written() == ["reset", "sync"])
    stage.advance(1)
    #expect(stage.started.count == 2)
  }

  @Test func `one verdict is told at once and many that follow are one commit`() {
    var stage = Stage()
    for line in [reset] + (0..<5).map({ check("k\($0)") }) + [sync] { stage.say(line) }
    stage.advance(100)
    _ = stage.written()
    stage.answer(0, up)
    #expect(stage.written() == ["k0 ok", "sync"])
    stage.advance(2)
    stage.answer(1, up)
    stage.advance(2)
    stage.answer(2, down)
    #expect(stage.written() == ["k1 ok", "k2 connect.refused"])
    stage.advance(5)
    #expect(stage.written() == [])
    stage.advance(1)
    #expect(stage.written() == ["sync"])
  }

  @Test func `a commit of its own has no more than a thousand lines`() {
    var stage = Stage()
    for line in [reset] + (0...1_000).map({ check("k\($0)") }) + [sync] { stage.say(line) }
    stage.advance(200)
    _ = stage.written()
    stage.answer(0, up)
    #expect(stage.written() == ["k0 ok", "sync"])
    for index in 1...1_000 { stage.answer(index, up) }
    let written = stage.written()
    #expect(written.count == 1_001)
    #expect(written.last == "sync")
  }

  @Test func `memory is said with its first set and forgotten for what that set does not name`() throws {
    let old = try ["a", "b", "gone"].map {
      try Line(
        parsing: #"{"type":"check.state","key":"\#($0)","healthy":true,"class":"ok","since":"2025-01-02T03:04:05Z"}"#)
    }
    var stage = Stage(memory: old)
    for line in [reset, check("a"), check("b"), sync] { stage.say(line) }
    #expect(stage.written() == ["reset", "a ok", "b ok", "sync"])
    stage.advance(1)
    stage.answer(0, up)
    stage.answer(1, down)
    stage.advance(10)
    #expect(stage.written() == ["b connect.refused", "sync"])
    stage.say(check("gone"))
    stage.say(sync)
    #expect(stage.written() == [])
    #expect(stage.driver.memory.sorted.map(\.key) == ["a", "b"])
  }

  @Test func `a line that cannot be used keeps the check as it was, and says so once`() {
    var stage = Stage()
    for line in [reset, check("a"), check("x", #","mode":"dsr","vip":"192.0.2.9","mark":1"#), sync] { stage.say(line) }
    #expect(stage.written() == ["reset", "error", "sync"])
    stage.answer(0, up)
    _ = stage.written()
    for line in [reset, check("a", #","mode":"tun","vip":"192.0.2.9","mark":1"#), sync] { stage.say(line) }
    #expect(stage.written() == ["error", "sync"])
    for line in [reset, check("a", #","mode":"tun","vip":"192.0.2.9","mark":1"#), sync] { stage.say(line) }
    #expect(stage.written() == [])
    // The old definition is still probed.
    stage.advance(1_000)
    #expect(stage.started.count == 2)
    for line in [reset, sync] { stage.say(line) }
    #expect(stage.written() == ["a deleted", "sync"])
  }

  @Test func `after the end of its input a stage is done, and lines typed by hand wait for their first verdicts`() {
    var stage = Stage()
    for line in [reset, check("a"), sync] { stage.say(line) }
    _ = stage.written()
    stage.driver.end(at: stage.now)
    #expect(stage.driver.isFinished)

    var typed = Stage()
    typed.say(check("a", #","rise":2"#))
    typed.say(check("b"))
    typed.say(check("c"))
    typed.advance(1)
    _ = typed.written()
    typed.driver.end(at: typed.now)
    #expect(!typed.driver.isFinished)
    typed.answer(0, up)
    typed.answer(1, down)
    // What cannot be probed for want of something here is not waited for.
    typed.answer(2, Outcome(.localDescriptor, "socket: Too many open files"))
    #expect(!typed.driver.isFinished)
    typed.advance(999)
    typed.answer(3, up)
    #expect(typed.written() == ["b connect.refused", "sync", "a ok", "sync"])
    #expect(typed.driver.isFinished)
  }

  @Test func `an answer is recorded and read back`() throws {
    let answer = CheckFilter.Answer(
      Scheduler.ProbeID(slot: 7, serial: 1 << 40), Outcome(.httpStatus, "status 500 \"x\""))
    #expect(
      answer.recorded.text
        == #"{"slot":7,"serial":1099511627776,"class":"http.status","reason":"status 500 \"x\""}"#)
    #expect(try CheckFilter.Answer(recorded: JSONReader.parse(answer.recorded.text)) == answer)
    for text in [
      "{}", #"{"slot":1,"serial":-1,"class":"ok","reason":""}"#, #"{"slot":1,"serial":1,"class":"no","reason":""}"#,
    ] {
      #expect(throws: LineError.self) { try CheckFilter.Answer(recorded: JSONReader.parse(text)) }
    }
  }

  @Test func `the words of every class are fixed`() {
    #expect(
      ResultClass.allCases.map(\.rawValue) == [
        "ok", "connect.refused", "connect.unreachable", "connect.timeout", "connect.failed", "timeout",
        "receive.closed",
        "receive.reset", "receive.mismatch", "http.malformed", "http.status", "http.body", "local.route",
        "local.address", "local.port", "local.fd", "local.memory", "local.permission",
      ])
  }
}
