// A recording: everything that a core was told, with times, so that a replay gives the same bytes. Itself JSON lines: a
// header, then one line an event.

package import Values

/// The first line of a recording.
package struct RecordingHeader: Hashable, Sendable {
  package var command: String
  package var version: String
  package var arguments: [String]
  package var start: String
  package var epoch: Int64
  package var at: Instant
  package var passes: Bool
  package var memory: [Line]
  /// The events say what the reader took. Recordings that are made by hand need not: then it took all at once.
  package var tellsWrites: Bool

  package init(
    command: String, version: String, arguments: [String], start: String, epoch: Int64, at: Instant, passes: Bool,
    memory: [Line], tellsWrites: Bool = true
  ) {
    self.command = command
    self.version = version
    self.arguments = arguments
    self.start = start
    self.epoch = epoch
    self.at = at
    self.passes = passes
    self.memory = memory
    self.tellsWrites = tellsWrites
  }

  package var line: Line {
    Line(
      "recording",
      [
        JSONMember("command", .string(command)), JSONMember("version", .string(version)),
        JSONMember("arguments", .array(arguments.map { .string($0) })), JSONMember("start", .string(start)),
        JSONMember("epoch_ns", .int(epoch)), JSONMember("at_ns", .int(at.nanoseconds)),
        JSONMember("passes", .bool(passes)), JSONMember("memory", .array(memory.map { .string($0.text) })),
        JSONMember("writes", .bool(tellsWrites)),
      ])
  }

  package init(_ line: Line) throws(LineError) {
    guard line.type == "recording" else { throw LineError("not the beginning of a recording") }
    command = try line.string("command")
    version = try line.string("version")
    arguments = try line.strings("arguments")
    start = try line.string("start")
    epoch = try line.int("epoch_ns", in: Int64.min...Int64.max)
    at = Instant(nanoseconds: try line.int("at_ns", in: 0...Int64.max))
    passes = try line.bool("passes")
    tellsWrites = try line.bool("writes", default: false)
    memory = []
    for text in try line.strings("memory") { memory.append(try Line(parsing: text)) }
  }
}

/// One event of a recording.
package enum RecordedEvent: Hashable, Sendable {
  /// A line of input.
  case input(String, number: Int)
  /// A stretch of input that was no line.
  case lost(FramingFault, number: Int)
  case timer
  case answer(JSON)
  case ended
  /// How many bytes the reader took, piece by piece. What waits meanwhile is folded, so this decides the bytes too.
  case wrote([Int])

  /// Appends the event's line.
  package func write(at now: Instant, into out: inout [UInt8]) {
    var members = [JSONMember("at_ns", .int(now.nanoseconds))]
    switch self {
    case .input(let text, let number):
      members += [JSONMember("number", .int(Int64(number))), JSONMember("input", .string(text))]
    case .lost(let fault, let number):
      members += [
        JSONMember("number", .int(Int64(number))), JSONMember("lost", .string(fault.word)),
        JSONMember("count", .int(Int64(fault.count))),
      ]
    case .timer: members.append(JSONMember("timer", true))
    case .answer(let value): members.append(JSONMember("answer", value))
    case .ended: members.append(JSONMember("ended", true))
    case .wrote(let counts): members.append(JSONMember("wrote", .array(counts.map { .int(Int64($0)) })))
    }
    JSON.object(members).write(into: &out)
    out.append(0x0a)
  }

  /// The event of a recording's line, and its time.
  package static func parse(_ text: borrowing Span<UInt8>) throws(LineError) -> (RecordedEvent, Instant) {
    let value: JSON
    do throws(JSONError) {
      value = try JSONReader.parse(text)
    } catch {
      throw LineError("\(error.reason), at byte \(error.offset + 1)")
    }
    guard let time = value["at_ns"]?.int else { throw LineError("an event without at_ns") }
    return (try RecordedEvent(value), Instant(nanoseconds: time))
  }

  package init(_ value: JSON) throws(LineError) {
    let number = value["number"]?.int.flatMap { Int(exactly: $0) } ?? 0
    if let text = value["input"]?.string {
      self = .input(text, number: number)
    } else if let word = value["lost"]?.string, let count = value["count"]?.int,
      let fault = FramingFault(word: word, count: Int(clamping: count))
    {
      self = .lost(fault, number: number)
    } else if value["timer"] != nil {
      self = .timer
    } else if value["ended"] != nil {
      self = .ended
    } else if let answer = value["answer"] {
      self = .answer(answer)
    } else if let counts = value["wrote"]?.array {
      self = .wrote(counts.map { Int(clamping: max(0, $0.int ?? 0)) })
    } else {
      throw LineError("not an event of a recording: \(value.excerpt)")
    }
  }
}

extension FramingFault {
  fileprivate var word: String {
    switch self {
    case .tooLong: "too_long"
    case .invalidUTF8: "invalid_utf8"
    case .cutOff: "cut_off"
    }
  }

  fileprivate var count: Int {
    switch self {
    case .tooLong(let count), .cutOff(let count): count
    case .invalidUTF8: 0
    }
  }

  fileprivate init?(word: String, count: Int) {
    switch word {
    case "too_long": self = .tooLong(count)
    case "invalid_utf8": self = .invalidUTF8
    case "cut_off": self = .cutOff(count)
    default: return nil
    }
  }
}

extension FilterDriver {
  /// Feeds one recorded event; what the reader took is the caller's business.
  package mutating func replay(_ event: RecordedEvent, at now: Instant) throws(LineError) {
    switch event {
    case .input(let text, let number):
      let bytes = Array(text.utf8)
      line(bytes.span, number: number, at: now)
    case .lost(let fault, let number): lost(fault, number: number, at: now)
    case .timer: timer(at: now)
    case .answer(let value): answer(try Core.Answer(recorded: value), at: now)
    case .ended: end(at: now)
    case .wrote: break
    }
  }
}
