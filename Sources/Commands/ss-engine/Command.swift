// ss-engine: joins the engine to the loop. It needs no capability and opens nothing but its memory and recording.

internal import ArgumentParser
internal import Engine
internal import Loop
internal import Options

@main
struct Command: FilterTool {
  static let configuration = CommandConfiguration(
    commandName: "ss-engine",
    abstract: "Decide what the kernel and the routers should hold, from what is configured and observed.",
    version: Version.text, subcommands: [Run.self, ReplayRecording<Command>.self], defaultSubcommand: Run.self)

  static func core(arguments: [String]) throws -> Engine {
    let run = try parseAsRoot(arguments) as? Run
    return Engine(settings: run?.decisions.settings ?? Engine.Settings())
  }

  struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "run", abstract: "Be a filter (the default).")

    @OptionGroup var filter: FilterOptions<Command>
    @OptionGroup var memory: MemoryOption
    @OptionGroup var decisions: Decisions

    func run() throws {
      let engine = Engine(settings: decisions.settings)
      throw Ending(try FilterRunner(engine, settings: filter.settings(memory: memory), loop: Loop()).run())
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
      help: ArgumentHelp(
        "From one step down to the next: route, address, filter, services. Where --wait-for names the family, a step "
          + "waits for its applied instead.", valueName: "ms"))
    var downStep: UInt32 = 200

    @Option(
      name: .customLong("wait-for"),
      help: ArgumentHelp(
        "Families whose applied lines come back (ipvs, filter, link, arp, bgp; with commas): each step waits until "
          + "what it stands on has been tried.", valueName: "families"))
    var waitFor = ""

    private static let families = Set(Step.allCases.map(\.family))

    func validate() throws {
      let unknown = names.subtracting(Self.families).sorted()
      guard unknown.isEmpty else {
        throw ValidationError("--wait-for: no family \(unknown.joined(separator: ", "))")
      }
    }

    private var names: Set<String> { Set(waitFor.split(separator: ",").map(String.init)) }

    var settings: Engine.Settings {
      Engine.Settings(
        settle: .milliseconds(Int64(settle)), downStep: .milliseconds(Int64(downStep)), wired: names)
    }
  }
}
