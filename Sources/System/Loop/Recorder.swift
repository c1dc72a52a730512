// `--record FILE` and the subcommand `replay FILE` that every command with a core has.

package import Lines
package import Values

/// Writes a recording. One that cannot be written ends; the command goes on.
package final class Recorder {
  private var descriptor: Int32
  private let path: String
  private var buffer: [UInt8] = []

  package init(_ path: String, header: RecordingHeader) throws(SystemError) {
    self.path = path
    descriptor = try Files.create(path)
    buffer = header.line.bytes
  }

  package func record(_ event: RecordedEvent, at now: Instant) { event.write(at: now, into: &buffer) }

  package func record(_ text: borrowing Span<UInt8>, _ number: Int, at now: Instant) {
    record(.input(JSONReader.string(text, 0..<text.count), number: number), at: now)
  }

  /// Gives what went wrong, once.
  package func flush() -> String? {
    guard !buffer.isEmpty else { return nil }
    defer { buffer.removeAll(keepingCapacity: buffer.count <= 1 << 16) }
    guard descriptor >= 0 else { return nil }
    do throws(SystemError) {
      try Files.append(buffer, to: descriptor, path: path)
      return nil
    } catch {
      descriptor = -1
      return "the recording ends here: \(error)"
    }
  }
}

extension Replay {
  /// The subcommand `replay`: prints what a recording comes to.
  package static func run<Core: FilterCore>(
    _ path: String, command: String, own: Bool, question: Question = Question(),
    make: (RecordingHeader) throws -> Core
  ) -> ExitStatus {
    do throws(SystemError) {
      let (bytes, fault) = Replay.output(
        of: try Files.read(path), command: command, own: own, question: question, make: make)
      try StandardStreams.print(bytes)
      guard let fault else { return .success }
      StandardStreams.complain(command, "\(path): \(fault)")
      return .usage
    } catch {
      StandardStreams.complain(command, "\(error)")
      return .environment
    }
  }
}
