// ss-link: makes interfaces and addresses equal what its input asks for, and shows and plans. Here the core, the loop and
// the kernel are joined; what is decided is in Cores/Reconcile.

internal import ArgumentParser
internal import Lines
internal import Loop
internal import Netlink
internal import Reconcile
internal import Values

@main struct Command: ParsableCommand {
  static let name = "ss-link"
  static let configuration = CommandConfiguration(
    commandName: name, abstract: "Make interfaces and addresses equal what is asked for.", version: Version.text,
    subcommands: [Run.self, Show.self, Plan.self, ReplayRecording.self], defaultSubcommand: Run.self)

  static func main() {
    ProcessSetUp.prepare()
    ProcessSetUp.keep(only: [.netAdmin])
    do {
      var command = try parseAsRoot()
      try command.run()
      StandardStreams.exit(.success)
    } catch let ending as Ending {
      StandardStreams.exit(ending.status)
    } catch let error as SystemError {
      end(.environment, error.description)
    } catch let error as NetlinkError {
      end(.environment, sentence(error))
    } catch {
      let message = fullMessage(for: error)
      guard exitCode(for: error) == .success else { end(.usage, message) }
      StandardStreams.print(Array("\(message)\n".utf8))
      StandardStreams.exit(.success)
    }
  }

  private static func end(_ status: ExitStatus, _ sentence: String) -> Never {
    StandardStreams.complain(name, sentence)
    StandardStreams.exit(status)
  }

  /// What the operator can do about it.
  private static func sentence(_ error: NetlinkError) -> String {
    switch error {
    case .failed where error.isPermission: "\(error.description); it needs CAP_NET_ADMIN"
    case .failed, .familyMissing, .malformed, .overrun: error.description
    }
  }
}

/// Ends the command with a status.
struct Ending: Error {
  let status: ExitStatus
}

/// Options that decisions depend on, so that a replay needs them too.
struct Decisions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Refuse a prune that is not confirmed and removes more than this share of what is owned, and more than 10.",
      valueName: "percent"))
  var maxPrune = 50

  func validate() throws {
    guard (0...100).contains(maxPrune) else { throw ValidationError("--max-prune is 0 to 100") }
  }

  var core: LinkReconciler { LinkReconciler(limit: PruneLimit(percent: maxPrune)) }
}

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "run", abstract: "Be a filter (the default).")

  @Flag(help: "Write own lines only, as under the supervisor.")
  var own = false

  @Option(help: ArgumentHelp("Record all events in this file, for replay.", valueName: "file"))
  var record: String?

  @OptionGroup var decisions: Decisions

  func run() throws {
    let kernel = try Kernel()
    guard try RunFolder.lock(Command.name) else {
      StandardStreams.complain(Command.name, "another ss-link holds the lock of this network namespace")
      throw Ending(status: .environment)
    }
    let loop = try Loop()
    let settings = FilterSettings(command: Command.name, own: own, record: record)
    let runner = try FilterRunner(decisions.core, settings: settings, loop: loop)
    // A request is carried out in a turn of the loop of its own: between two there is time for input, output and signals.
    var requests: [LinkRequest] = []
    runner.perform = { requests.append($0) }
    loop.addTimer(deadline: { requests.isEmpty ? nil : .zero }) { _ in
      runner.answer(kernel.answer(requests.removeFirst()))
    }
    throw Ending(status: try runner.run())
  }
}

struct ReplayRecording: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Feed a recording to the core and print what it says; the kernel is left alone.")

  @Flag(help: "Print own lines only.")
  var own = false

  @Argument(help: "A file that --record made.")
  var file: String

  @OptionGroup var decisions: Decisions

  func run() throws {
    throw Ending(status: Replay.run(file, command: Command.name, own: own) { _ in decisions.core })
  }
}
