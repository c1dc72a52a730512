// A recording: everything that a core was told, with times, so that a replay gives the same bytes. Itself JSON lines: a header,
// then one line an event.

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

  package init(
    command: String, version: String, arguments: [String], start: String, epoch: Int64, at: Instant, passes: Bool,
    memory: [Line]
  ) {
    self.command = command
    self.version = version
    self.arguments = arguments
    self.start = start
    self.epoch = epoch
    self.at = at
    self.passes = passes
    self.memory = memory
  }

  package var line: Line {
    Line(
      "recording",
      [
        JSONMember("command", .string(command)), JSONMember("version", .string(version)),
        JSONMember("arguments", .array(arguments.map { .string($0) })), JSONMember("start", .string(start)),
        JSONMember("epoch_ns", .int(epoch)), JSONMember("at_ns", .int(at.nanoseconds)),
        JSONMember("passes", .bool(passes)), JSONMember("memory", .array(memory.map { .string($0.text) })),
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
    memory = []
    for text in try line.strings("memory") { memory.append(try Line(parsing: text)) }
  }
}

/// One event of a recording.
package enum RecordedEvent: Hashable, Sendable {
  /// A line of input.
  case input(String, number: Int)
  case timer
  case answer(JSON)
  case ended

  /// Appends the event's line.
  package func write(at now: Instant, into out: inout [UInt8]) {
    var members = [JSONMember("at_ns", .int(now.nanoseconds))]
    switch self {
    case .input(let text, let number):
      members += [JSONMember("number", .int(Int64(number))), JSONMember("input", .string(text))]
    case .timer: members.append(JSONMember("timer", true))
    case .answer(let value): members.append(JSONMember("answer", value))
    case .ended: members.append(JSONMember("ended", true))
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
    if let text = value["input"]?.string {
      self = .input(text, number: Int(value["number"]?.int ?? 0))
    } else if value["timer"] != nil {
      self = .timer
    } else if value["ended"] != nil {
      self = .ended
    } else if let answer = value["answer"] {
      self = .answer(answer)
    } else {
      throw LineError("not an event of a recording: \(value.text)")
    }
  }
}

extension FilterDriver {
  /// Feeds one recorded event.
  package mutating func replay(_ event: RecordedEvent, at now: Instant) throws(LineError) {
    switch event {
    case .input(let text, let number):
      let bytes = Array(text.utf8)
      line(bytes.span, number: number, at: now)
    case .timer: timer(at: now)
    case .answer(let value): answer(try Core.Answer(recorded: value), at: now)
    case .ended: end(at: now)
    }
  }
}
