// ss-engine: joins the engine to the loop. It needs no capability and opens nothing but its memory and recording.

internal import ArgumentParser
internal import Engine
internal import Lines
internal import Loop
internal import Values

@main
struct Command: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ss-engine",
    abstract: "Decide what the kernel and the routers should hold, from what is configured and observed.",
    version: Version.text, subcommands: [Run.self, ReplayRecording.self], defaultSubcommand: Run.self)

  struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "run", abstract: "Be a filter (the default).")

    @Flag(help: "Write own lines only, as under the supervisor.")
    var own = false

    @Option(help: ArgumentHelp("Keep what must be remembered in this file.", valueName: "file"))
    var memory: String?

    @Option(help: ArgumentHelp("Record all events in this file.", valueName: "file"))
    var record: String?

    @OptionGroup var decisions: Decisions

    func run() throws {
      ProcessSetUp.prepare()
      ProcessSetUp.keep(only: [])
      do throws(SystemError) {
        let loop = try Loop()
        let settings = FilterSettings(command: "ss-engine", own: own, memory: memory, record: record)
        let runner = try FilterRunner(Engine(settings: decisions.settings), settings: settings, loop: loop)
        StandardStreams.exit(try runner.run())
      } catch {
        StandardStreams.complain("ss-engine", "\(error)")
        StandardStreams.exit(.environment)
      }
    }
  }

  /// Options that decisions depend on; a replay takes them from the recording.
  struct Decisions: ParsableArguments {
    @Option(
      name: .customLong("settle-ms"),
      help: ArgumentHelp("How long a check may be without a verdict before it counts as failed.", valueName: "ms"))
    var settle: UInt32 = 10_000

    @Option(
      name: .customLong("down-step-ms"),
      help: ArgumentHelp("From the end of an address to the end of the services behind it.", valueName: "ms"))
    var downStep: UInt32 = 200

    var settings: Engine.Settings {
      Engine.Settings(settle: .milliseconds(Int64(settle)), downStep: .milliseconds(Int64(downStep)))
    }
  }

  struct ReplayRecording: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "replay", abstract: "Feed a recording to the engine and print what it decides.")

    @Flag(help: "Print own lines only.")
    var own = false

    @Argument(help: "A file that --record made.")
    var file: String

    func run() throws {
      let status = Replay.run(file, command: "ss-engine", own: own) {
        Engine(settings: try Run.parse($0.arguments).decisions.settings)
      }
      StandardStreams.exit(status)
    }
  }
}
