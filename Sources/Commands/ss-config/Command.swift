// ss-config: reads Seesaw's cluster.pb and seesaw.cfg and says as lines what is configured and what is to be probed.
// `ss-config check` says what is wrong instead.

internal import ArgumentParser
internal import Config
internal import ConfigText
internal import Loop
internal import Options

@main struct Command: Tool {
  static let configuration = CommandConfiguration(
    commandName: "ss-config", abstract: "Read a load balancer's configuration and say it as lines.",
    version: Version.text,
    subcommands: [Write.self, Check.self, Convert.self, Diff.self, ImportCommand.self, ExportCommand.self],
    defaultSubcommand: Write.self)
  static let reads: [String] = []
  /// Root reads the files that it names, whoever owns them.
  static let capabilities = [Capability.dacReadSearch]
}

struct Write: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "write", abstract: "Say the configuration as lines, and stay until the reader has gone (default).")

  /// What is told on standard error at most. Set here: the lines and `check` tell all.
  private static let sentenceLimit = 100

  @Flag(help: "Single node: no peer and no election; what is wanted is held.")
  var standalone = false

  @Flag(help: "End when all is written.")
  var once = false

  @Argument(
    help:
      "Files to read: seesaw.cfg by its suffix .cfg or its sections, others as cluster.pb; - or none: standard input.")
  var files: [String] = []

  @OptionGroup var form: FormOption
  @OptionGroup var schema: SchemaOption<Command>

  func run() throws {
    let input = try Input(files.isEmpty ? ["-"] : files, form: form)
    guard !input.sources.allSatisfy(\.isSettings) else {
      throw ValidationError("no cluster.pb is among the files: nothing is to be served")
    }
    let generation = Generation(input, standalone: standalone)
    for problem in generation.problems.prefix(Self.sentenceLimit) {
      let word = problem.severity == .warning ? "warning: " : ""
      let place = input.sources.place(problem.position).map { "\($0): " } ?? ""
      StandardStreams.complain("ss-config", place + word + input.sentence(problem))
    }
    if generation.problems.count > Self.sentenceLimit {
      let rest = generation.problems.count - Self.sentenceLimit
      StandardStreams.complain("ss-config", "\(rest) more problems; ss-config check lists all")
    }
    if let obstacle = generation.obstacle {
      let place = input.sources.place(obstacle.position) ?? input.names
      StandardStreams.complain("ss-config", "nothing is written, because of \(place)")
    }
    let writer = try Writer(generation, input)
    throw Ending(try writer.run(once: once))
  }
}

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "List all that is wrong, with file, line and column; exit 1 if anything is.")

  @Flag(help: "Check for a single node: no peer is expected.")
  var standalone = false

  @Flag(help: "Check the seesaw.cfg of two nodes against each other.")
  var pair = false

  @Argument(help: "Files to check, as for writing; - is standard input.")
  var files: [String]

  @OptionGroup var form: FormOption

  func run() throws {
    let input = try Input(files, form: form)
    let problems = pair ? try input.pairProblems() : input.checked(standalone: standalone)
    var text = ""
    for problem in problems {
      let place = input.sources.place(problem.position) ?? input.names
      text += "\(place): \(problem.severity.rawValue): \(input.sentence(problem))\n"
    }
    try StandardStreams.print(Array(text.utf8))
    throw Ending(problems.contains { $0.severity == .error } ? .objectFailed : .success)
  }
}
