// ss-check: probes what `check` lines name and says the verdicts as `check.state` lines. Here the core, the loop and the
// probes are joined; man 8 ss-check says what it does.

import ArgumentParser
import Check
import Lines
import Loop
import Sockets

@main
struct Command: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ss-check", abstract: "Probe backends and say which are healthy.", version: Version.text,
    subcommands: [ReplayRecording.self])

  /// Descriptors that are not for probes: standard streams, the loop's, files.
  private static let reserve = 64
  /// In flight without being told otherwise: enough for 10,000 silent targets of a few seconds' timeout.
  private static let standardInFlight = 10_000

  @Flag(help: "Write own lines only: nothing is passed on.") var own = false
  @Flag(help: "When the input has ended, stay until every check has its first verdict.") var once = false
  @Option(help: ArgumentHelp("Keep the verdicts in FILE, and say them again after a restart.", valueName: "file"))
  var memory: String?
  @Option(help: ArgumentHelp("Record every event in FILE, for replay.", valueName: "file")) var record: String?
  @Option(help: ArgumentHelp("Probes at the same time (default: 10000, or what descriptors allow).", valueName: "n"))
  var maxInFlight: Int?

  func validate() throws {
    if let maxInFlight, maxInFlight < 1 { throw ValidationError("--max-in-flight is at least 1") }
  }

  func run() throws {
    ProcessSetUp.prepare()
    ProcessSetUp.keep(only: [])
    let room = max(1, Socket.descriptorLimit - Command.reserve)
    let inFlight = min(maxInFlight ?? Command.standardInFlight, room)
    let settings = FilterSettings(
      command: "ss-check", arguments: ["--max-in-flight", "\(inFlight)"], own: own, memory: memory, record: record)
    let loop = try Loop()
    let runner = try FilterRunner(
      CheckFilter(maximumInFlight: inFlight, waits: once), settings: settings, loop: loop)
    let prober = Prober(loop: loop) { [unowned runner] in runner.answer($0) }
    runner.perform = { prober.perform($0) }
    throw ExitCode(try runner.run().rawValue)
  }

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
      StandardStreams.exit(.success)
    } catch let code as ExitCode {
      StandardStreams.exit(ExitStatus(rawValue: code.rawValue) ?? .usage)
    } catch let error as SystemError {
      StandardStreams.complain("ss-check", error.description)
      StandardStreams.exit(.environment)
    } catch {
      let message = fullMessage(for: error)
      guard exitCode(for: error) == .success else {
        StandardStreams.complain("ss-check", message)
        StandardStreams.exit(.usage)
      }
      StandardStreams.print(Array("\(message)\n".utf8))
      StandardStreams.exit(.success)
    }
  }
}

struct ReplayRecording: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Feed a recording to the core and print what it writes.")

  @Flag(help: "Print own lines only.") var own = false
  @Argument(help: "What --record wrote.") var file: String

  func run() throws {
    let status = Replay.run(file, command: "ss-check", own: own) { header in
      CheckFilter(maximumInFlight: try Command.parse(header.arguments).maxInFlight ?? 1)
    }
    throw ExitCode(status.rawValue)
  }
}
