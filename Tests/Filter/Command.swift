// test-filter: a filter whose core does what its options say, for the tests of the loop. Not installed.

internal import ArgumentParser
internal import Glibc
internal import Lines
internal import Loop
internal import Options
internal import Values

@main struct Command: FilterTool {
  static let configuration = CommandConfiguration(
    commandName: "test-filter", abstract: "Be a filter for tests.", version: Version.text,
    subcommands: [Run.self, ReplayRecording<Command>.self], defaultSubcommand: Run.self)

  static func core(arguments: [String]) throws -> Puppet {
    let run = try parseAsRoot(arguments) as? Run
    return run?.core ?? Puppet(states: 0, tick: nil)
  }
}

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "run", abstract: "Be a filter (the default).")

  @OptionGroup var filter: FilterOptions<Command>
  @OptionGroup var memory: MemoryOption
  @Option(help: "Say so many verdicts at the start.") var states = 0
  @Option(help: "Have a deadline every so many milliseconds.") var tickMs: Int?
  @Option(help: "Append how late each deadline was told, in microseconds, to this file.") var ticks: String?
  @Flag(help: "Take the lock of a command.") var lock = false

  var core: Puppet { Puppet(states: states, tick: tickMs.map { .milliseconds($0) }) }

  func run() throws {
    if lock, try !RunFolder.lock(Command.name) {
      StandardStreams.complain(Command.name, "another holds the lock")
      throw Ending(.environment)
    }
    let loop = try Loop()
    let runner = try FilterRunner(core, settings: filter.settings(memory: memory), loop: loop)
    if let ticks {
      let file = try Files.create(ticks)
      runner.perform = { late in try? Files.append(Array("\(late.nanoseconds / 1000)\n".utf8), to: file, path: ticks) }
    }
    throw Ending(try runner.run())
  }
}
