// ss-check: probes what `check` lines name and says the verdicts as `check.state` lines. Here the core, the loop and
// the probes are joined; man 8 ss-check says what it does.

internal import ArgumentParser
internal import Check
internal import Loop
internal import Options
internal import Sockets

@main
struct Command: FilterTool {
  static let configuration = CommandConfiguration(
    commandName: "ss-check", abstract: "Probe backends and say which are healthy.", version: Version.text,
    subcommands: [Run.self, ReplayRecording<Command>.self], defaultSubcommand: Run.self)

  static func core(arguments: [String]) throws -> CheckFilter {
    let run = try parseAsRoot(arguments) as? Run
    return CheckFilter(maximumInFlight: run?.maxInFlight ?? 1)
  }
}

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "run", abstract: "Be a filter (the default).")

  /// Descriptors that are not for probes: standard streams, the loop's, files.
  private static let reserve = 64
  /// In flight without being told otherwise: enough for 10,000 silent targets of a few seconds' timeout.
  private static let standardInFlight = 10_000

  @OptionGroup var filter: FilterOptions<Command>
  @OptionGroup var memory: MemoryOption
  @Flag(help: "When the input has ended, stay until every check has its first verdict.") var once = false
  @Option(help: ArgumentHelp("Probes at the same time (default: 10000, or what descriptors allow).", valueName: "n"))
  var maxInFlight: Int?

  func validate() throws {
    if let maxInFlight, maxInFlight < 1 { throw ValidationError("--max-in-flight is at least 1") }
  }

  func run() throws {
    let room = max(1, Socket.descriptorLimit - Run.reserve)
    let inFlight = min(maxInFlight ?? Run.standardInFlight, room)
    let settings = filter.settings(memory: memory, arguments: ["--max-in-flight", "\(inFlight)"])
    let loop = try Loop()
    let runner = try FilterRunner(CheckFilter(maximumInFlight: inFlight, waits: once), settings: settings, loop: loop)
    let prober = Prober(loop: loop) { [unowned runner] in runner.answer($0) }
    runner.perform = { prober.perform($0) }
    throw Ending(try runner.run())
  }
}
