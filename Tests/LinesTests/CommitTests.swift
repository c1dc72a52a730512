// Commits as a reader makes them, and a stage between two pipes, from the vectors of Tests/Fixtures/lines.

import Lines
import Testing

@Suite struct CommitTests {
  @Test(arguments: Vector.all("commits"))
  func `lines become commits`(vector: Vector) {
    var stream = FilterStream(reads: vector.strings("reads"), prunes: nil, passes: false)
    var queue = OutputQueue(from: "test")
    var commits: [JSON] = []
    for (number, text) in vector.strings("in").enumerated() {
      var steps: [FilterStep] = []
      let bytes = text.bytes
      stream.take(bytes.span, number: number + 1, into: &queue, steps: &steps)
      // A core that acts at once.
      while !steps.isEmpty {
        guard case .commit(let commit) = steps.removeFirst() else { continue }
        commits.append(Self.json(commit))
        stream.release(commit.writer, into: &queue, steps: &steps)
      }
    }
    #expect(.array(commits) == vector.value["out"])
  }

  private static func json(_ commit: Commit) -> JSON {
    var members = [JSONMember("writer", .string(commit.writer))]
    if let number = commit.number { members.append(JSONMember("number", .string(number))) }
    if commit.isCompleteSet { members.append(JSONMember("set", true)) }
    return .object(members + [JSONMember("changes", .array(commit.changes.map { .string($0.words) }))])
  }

  @Test(arguments: Vector.all("passing"))
  func `a stage passes on and holds back`(vector: Vector) {
    var stage = Stage(reads: vector.strings("reads"), prunes: vector["prunes"])
    for step in vector.value["steps"]?.array ?? [] {
      if let text = step["in"]?.string {
        stage.take(text)
      } else if let writer = step["done"]?.string {
        stage.release(writer)
      } else if let lines = step["out"]?.array {
        #expect(stage.written() == lines.compactMap(\.string))
      } else {
        #expect(stage.said() == step["says"]?.array?.compactMap(\.string))
      }
    }
  }

  @Test func `where nothing is passed on, a line of a type that is not known holds nothing back`() {
    var stage = Stage(reads: ["ipvs.service", "check.state"], prunes: nil, passes: false)
    stage.take(#"{"type":"sync","from":"ss-engine","n":"e.1"}"#)
    stage.take(#"{"type":"arp.unheard","key":"x"}"#)
    stage.take(
      #"{"type":"check.state","key":"a","healthy":true,"class":"ok","reason":"","since":"2026-01-02T03:04:05Z"}"#)
    #expect(stage.said().last == "commit ss-check")
  }

  @Test func `what waits behind a held sync stops the input, not the memory`() throws {
    var stage = Stage(reads: ["check.state"], prunes: nil)
    stage.take(#"{"type":"reset","from":"ss-check"}"#)
    stage.take(#"{"type":"sync","from":"ss-check","n":"a.1"}"#)
    let line = #"{"type":"check.state","key":"k","healthy":true,"reason":"\#(String(repeating: "x", count: 9_000))"}"#
    var taken = 0
    while stage.stream.wantsInput, taken < 1_000 {
      stage.take(line)
      taken += 1
    }
    #expect((200...300).contains(taken))
    stage.release("ss-check")
    #expect(stage.stream.wantsInput)
  }
}

/// A stage whose core does what the test says.
struct Stage {
  var stream: FilterStream
  var queue = OutputQueue(from: "test")
  private var steps: [FilterStep] = []
  private var number = 0

  init(reads: [String], prunes: String?, passes: Bool = true) {
    stream = FilterStream(reads: reads, prunes: prunes, passes: passes)
  }

  mutating func take(_ text: String) {
    number += 1
    let bytes = text.bytes
    stream.take(bytes.span, number: number, into: &queue, steps: &steps)
  }

  mutating func release(_ writer: String) { stream.release(writer, into: &queue, steps: &steps) }

  mutating func written() -> [String] { queue.written() }

  mutating func said() -> [String] {
    defer { steps = [] }
    return steps.map { step in
      switch step {
      case .commit(let commit): (["commit", commit.writer] + [commit.number].compactMap { $0 }).joined(separator: " ")
      case .prune(let prune): "prune \(prune.writer)"
      case .fault: "fault"
      }
    }
  }
}

extension OutputQueue {
  /// All that waits, as a reader takes it who is not in a hurry.
  mutating func rest(limit: Int = 4096) -> [UInt8] {
    var bytes: [UInt8] = []
    while case let piece = next(limit: limit), !piece.isEmpty {
      bytes += piece
      wrote(piece.count)
    }
    return bytes
  }

  /// The same, line by line.
  mutating func written(limit: Int = 4096) -> [String] {
    String(decoding: rest(limit: limit), as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
