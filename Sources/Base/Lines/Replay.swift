// Feeds a recording to a core: the same bytes come out as did when it was made, on any machine and at any time.

internal import Values

package struct ReplayError: Error, Hashable, Sendable, CustomStringConvertible {
  package var reason: String
  /// Line of the recording.
  package var line: Int

  package var description: String { "line \(line): \(reason)" }
}

package enum Replay {
  /// What is asked of a recording besides what it came to.
  package struct Question: Sendable {
    /// Nanoseconds since 1970: what came later is left out.
    package var until: Int64?
    /// Lines that are told at the end. Only what comes of them is printed, the steps of the next minute included.
    package var whatIf: [String]

    package init(until: Int64? = nil, whatIf: [String] = []) {
      self.until = until
      self.whatIf = whatIf
    }
  }

  /// - Parameters:
  ///   - recording: the bytes of a file that `--record` made.
  ///   - own: leave out what only passed through.
  ///   - make: makes the core as it was at the recording's start.
  /// - Returns: what was written up to the recording's end or its first fault, and that fault.
  package static func output<Core: FilterCore>(
    of recording: [UInt8], command: String, own: Bool = false, question: Question = Question(),
    make: (RecordingHeader) throws -> Core
  ) -> (bytes: [UInt8], fault: ReplayError?) {
    var driver: FilterDriver<Core>?
    var fault: ReplayError?
    var out: [UInt8] = []
    // Lines of a recording hold lines of input.
    var framer = LineFramer(limit: .max)
    var drains = true
    var last = Instant.zero
    var until = Instant.distantFuture
    framer.take(
      recording.span,
      line: { text, number in
        guard fault == nil else { return }
        do throws(LineError) {
          if driver == nil {
            let header = try RecordingHeader(Line(parsing: text))
            guard header.command == command else {
              throw LineError("a recording of \(header.command), not of \(command)")
            }
            driver = FilterDriver(
              command: command, core: try core(of: header, make), start: header.start, epoch: header.epoch,
              passes: header.passes && !own)
            driver?.begin(memory: header.memory, at: header.at)
            last = header.at
            if let time = question.until {
              until = FilterRun(start: header.start, epoch: header.epoch).instant(unixNanoseconds: time)
            }
            // What passed through is part of what the reader took, so without it the counts mean nothing.
            drains = !header.tellsWrites || (own && header.passes)
          } else {
            let (event, now) = try RecordedEvent.parse(text)
            guard now <= until else { return }
            last = now
            try driver?.replay(event, at: now)
            if !drains, case .wrote(let counts) = event { driver?.write(counts, into: &out) }
          }
          driver?.forget()
          if drains { driver?.drain(into: &out) }
        } catch {
          fault = ReplayError(reason: error.reason, line: number)
        }
      },
      fault: { framing, number in fault = fault ?? ReplayError(reason: framing.reason, line: number) })
    framer.end { framing, number in fault = fault ?? ReplayError(reason: framing.reason, line: number) }
    if driver == nil, fault == nil { fault = ReplayError(reason: "an empty recording", line: 1) }
    if !question.whatIf.isEmpty, fault == nil {
      driver?.drain(into: &out)
      out = driver?.consequences(of: question.whatIf, from: last) ?? []
    }
    return (out, fault)
  }
}

/// The core; why it cannot be made is the recording's fault.
private func core<Core>(
  of header: RecordingHeader, _ make: (RecordingHeader) throws -> Core
) throws(LineError) -> Core {
  do {
    return try make(header)
  } catch {
    throw LineError("\(error)")
  }
}

extension FilterDriver {
  /// What comes of lines that were never told, each a commit of its own, and of the minute after them.
  fileprivate mutating func consequences(of lines: [String], from start: Instant) -> [UInt8] {
    var out: [UInt8] = []
    for text in lines {
      let bytes = Array(text.utf8)
      line(bytes.span, number: 1, at: start)
      if let said = try? Line(parsing: bytes.span),
        let writer = CommitReader.writer(ofType: said.type, key: said.key)
      {
        let sync = Line("sync", [JSONMember("from", .string(writer)), JSONMember("n", "what.1")])
        line(sync.bytes.span, number: 1, at: start)
      }
    }
    var now = start
    let end = start + .seconds(60)
    while let time = deadline, time <= end {
      now = max(now, time)
      timer(at: now)
      forget()
      drain(into: &out)
    }
    drain(into: &out)
    return out
  }

  /// Requests and sentences are dropped, since a recording holds the answers.
  fileprivate mutating func forget() {
    _ = takeRequests()
    _ = takeComplaints()
  }

  /// Takes all that waits to be written.
  fileprivate mutating func drain(into out: inout [UInt8]) {
    while true {
      let piece = queue.next(limit: OutputQueue.piece)
      if piece.isEmpty { return }
      out += piece
      queue.wrote(piece.count)
    }
  }

  /// Takes what the reader took.
  fileprivate mutating func write(_ counts: [Int], into out: inout [UInt8]) {
    for count in counts {
      let piece = queue.next(limit: OutputQueue.piece).prefix(count)
      out += piece
      queue.wrote(piece.count)
    }
  }
}
