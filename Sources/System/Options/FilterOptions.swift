// The options that commands share, so that one page of documentation serves all: `--schema` everywhere, and for filters
// `--own`, `--record`, `--memory` and the subcommand `replay`.

package import ArgumentParser
package import Lines
package import Loop

/// `--schema`: prints what the command reads and writes, and ends.
package struct SchemaOption<Command: Tool>: ParsableArguments {
  @Flag(help: "Print the types of lines that it reads and writes, as lines, and end.")
  package var schema = false

  package init() {}

  package func validate() throws {
    guard schema else { return }
    throw CleanExit.message(String(SchemaText.lines(command: Command.name, reads: Command.reads).dropLast()))
  }
}

/// What every filter is told.
package struct FilterOptions<Command: Tool>: ParsableArguments {
  @Flag(help: "Write own lines only, as under the supervisor: nothing is passed on.")
  package var own = false

  @Option(help: ArgumentHelp("Record every event in this file, for replay.", valueName: "file"))
  package var record: String?

  @OptionGroup package var schema: SchemaOption<Command>

  package init() {}

  /// - Parameters:
  ///   - memory: the value of `--memory`, where the command has it.
  ///   - arguments: what a replay is to make the core from, if not the command line as it was given.
  package func settings(memory: MemoryOption? = nil, arguments: [String]? = nil) -> FilterSettings {
    FilterSettings(
      command: Command.name, arguments: arguments ?? Array(CommandLine.arguments.dropFirst()), own: own,
      memory: memory?.memory, record: record)
  }
}

/// For filters whose core remembers something over a restart.
package struct MemoryOption: ParsableArguments {
  @Option(help: ArgumentHelp("Keep what must outlive a restart in this file.", valueName: "file"))
  package var memory: String?

  package init() {}
}

/// A filter whose core can be made again from the arguments that a recording holds.
package protocol FilterTool: Tool {
  associatedtype Core: FilterCore

  /// The core as the subcommand `run` made it. Parse the arguments with `parseAsRoot`, so that `run` may be among them.
  static func core(arguments: [String]) throws -> Core
}

extension FilterTool {
  package static var reads: [String] { Core.reads }
}

/// `replay FILE`.
package struct ReplayRecording<Command: FilterTool>: ParsableCommand {
  package static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "replay", abstract: "Feed a recording to the core and print what it writes; nothing else is touched."
    )
  }

  @Flag(help: "Print own lines only.")
  package var own = false

  @Option(help: ArgumentHelp("Leave out what came after that time (RFC 3339).", valueName: "time"))
  package var until: String?

  @Option(
    name: .customLong("what-if"),
    help: ArgumentHelp(
      "Tell that line at the end, and print only what comes of it within a minute.", valueName: "line"))
  package var whatIf: [String] = []

  @Argument(help: "A file that --record made.")
  package var file: String

  package init() {}

  package func validate() throws {
    if let until, Timestamp.unixNanoseconds(until) == nil {
      throw ValidationError("--until: \"\(until)\" is no time such as 2026-01-02T03:04:05Z")
    }
  }

  package func run() throws {
    let question = Replay.Question(until: until.flatMap { Timestamp.unixNanoseconds($0) }, whatIf: whatIf)
    throw Ending(
      Replay.run(file, command: Command.name, own: own, question: question) {
        try Command.core(arguments: $0.arguments)
      })
  }
}
