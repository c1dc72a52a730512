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
    subcommands: [
      Write.self, Check.self, Convert.self, Diff.self, Apply.self, Confirm.self, Source.self, ArchiveCommand.self,
      Publish.self, Serve.self, ImportCommand.self, ExportCommand.self,
    ],
    defaultSubcommand: Write.self)
  static let reads: [String] = []
  /// Root reads the files that it names, whoever owns them.
  static let capabilities = [Capability.dacReadSearch]
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
