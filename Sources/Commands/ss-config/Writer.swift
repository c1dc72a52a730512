// Writes a generation to standard output as one complete set, then stays: as long as this end of the pipe is open, the
// stages behind it go on. Ends at once when the reader has gone or at SIGTERM, since a source has nothing to finish.

internal import Config
internal import ConfigText
internal import Glibc
internal import Lines
internal import Loop
internal import Options

final class Writer {
  private let loop: Loop
  private var queue = OutputQueue(from: "ss-config")
  private let isWhole: Bool
  /// Whether an object is not among the lines.
  private let lacksObjects: Bool

  init(_ generation: Generation, _ input: Input) throws(Ending) {
    do throws(SystemError) {
      loop = try Loop()
    } catch {
      StandardStreams.complain("ss-config", "\(error)")
      throw Ending(.environment)
    }
    isWhole = generation.lines != nil
    lacksObjects = generation.hasErrors
    let from = JSONMember("from", .string("ss-config"))
    var text: [UInt8] = []
    // Nothing is ever said twice, so nothing need be found again in the queue: the lines pass through it as they are.
    func say(_ line: Line) {
      text.removeAll(keepingCapacity: true)
      line.write(into: &text)
      queue.pass(text.span.extracting(0..<(text.count - 1)))
    }
    if isWhole { say(Line("reset", [from, JSONMember("lines", .int(Schema.version))])) }
    for problem in generation.problems { say(problem.line(input)) }
    guard let lines = generation.lines else { return }
    for line in lines { say(line) }
    say(Line("sync", [from, JSONMember("n", .string("\(Clock.startToken()).1"))]))
  }

  /// Gives the exit status once there is nothing left to do.
  func run(once: Bool) throws(Ending) -> ExitStatus {
    let status = lacksObjects || !isWhole ? ExitStatus.objectFailed : .success
    do throws(SystemError) {
      try loop.onSignals([SIGTERM, SIGINT, SIGHUP]) { [unowned self] _ in loop.stop(.success) }
      try loop.watch(1, .write) { [unowned self] ready in
        if !ready.isDisjoint(with: [.error, .hangUp]) { return loop.stop(.success) }
        switch StandardStreams.write(from: &queue) {
        case .drained where once || !isWhole: loop.stop(status)
        case .drained: loop.change(1, to: [])
        case .blocked: break
        case .gone: loop.stop(.success)
        case .failed(let error):
          StandardStreams.complain("ss-config", "\(error)")
          loop.stop(.environment)
        }
      }
    } catch {
      StandardStreams.complain("ss-config", "\(error)")
      return .environment
    }
    return loop.run()
  }
}

extension Problem {
  /// The error line.
  fileprivate func line(_ input: Input) -> Line {
    var members = [
      JSONMember("from", .string("ss-config")), JSONMember("reason", .string(input.sentence(self))),
    ]
    if let object { members.append(JSONMember("key", .string(object.key))) }
    if let position, input.sources.indices.contains(position.source) {
      let (line, column) = input.sources[position.source].locate(position.offset)
      members += [
        JSONMember("line", .int(Int64(line))), JSONMember("file", .string(input.sources[position.source].name)),
        JSONMember("column", .int(Int64(column))),
      ]
    }
    if severity == .warning { members.append(JSONMember("severity", .string("warning"))) }
    return Line("error", members)
  }
}
