// `--record FILE` and the subcommand `replay FILE` that every command with a core has.

package import Lines
package import Values

/// Writes a recording. What cannot be written is lost without stopping the command.
package final class Recorder {
  private let descriptor: Int32
  private let path: String
  private var buffer: [UInt8] = []

  package init(_ path: String, header: RecordingHeader) throws(SystemError) {
    self.path = path
    descriptor = try Files.create(path)
    buffer = header.line.bytes
    flush()
  }

  package func record(_ event: RecordedEvent, at now: Instant) { event.write(at: now, into: &buffer) }

  package func record(_ text: borrowing Span<UInt8>, _ number: Int, at now: Instant) {
    record(.input(JSONReader.string(text, 0..<text.count), number: number), at: now)
  }

  package func flush() {
    guard !buffer.isEmpty else { return }
    try? Files.append(buffer, to: descriptor, path: path)
    buffer.removeAll(keepingCapacity: buffer.count <= 1 << 16)
  }
}

package enum Replay {
  /// Feeds a recording to a core and prints what it writes.
  /// - Parameters:
  ///   - own: print only what the core itself says, not what passed through.
  ///   - make: makes the core from the arguments that the recording names.
  package static func run<Core: FilterCore>(
    _ path: String, command: String, own: Bool, make: (RecordingHeader) throws -> Core
  ) throws -> ExitStatus {
    let bytes = try Files.read(path)
    var driver: FilterDriver<Core>?
    var failure: String?
    var framer = LineFramer()
    var out: [UInt8] = []
    framer.take(
      bytes.span,
      line: { text, number in
        guard failure == nil else { return }
        do {
          if driver == nil {
            let header = try RecordingHeader(Line(parsing: text))
            guard header.command == command else { throw LineError("a recording of \(header.command), not \(command)") }
            var made = FilterDriver(
              command: command, core: try make(header), start: header.start, epoch: header.epoch,
              passes: header.passes && !own)
            made.begin(memory: header.memory, at: header.at)
            driver = made
          } else {
            let value = try JSONReader.parse(text)
            let now = Instant(nanoseconds: value["at_ns"]?.int ?? 0)
            try driver?.replay(RecordedEvent(value), at: now)
          }
          drain(&driver, into: &out)
        } catch {
          failure = "\(path):\(number): \(error)"
        }
      }, fault: { fault, number in failure = failure ?? "\(path):\(number): \(fault.reason)" })
    StandardStreams.print(out)
    guard let failure else { return .success }
    StandardStreams.complain(command, failure)
    return .usage
  }

  private static func drain<Core: FilterCore>(_ driver: inout FilterDriver<Core>?, into out: inout [UInt8]) {
    _ = driver?.takeRequests()
    _ = driver?.takeComplaints()
    while let piece = driver?.queue.next(limit: 1 << 16), !piece.isEmpty {
      out += piece
      driver?.queue.wrote(piece.count)
    }
  }
}
