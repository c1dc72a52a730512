// ss-ipvs: makes kernel IPVS equal what its input asks for, and shows, counts and plans. Here the core, the loop and
// the kernel are joined; what is decided is in Cores/Reconcile.

internal import ArgumentParser
internal import Loop
internal import Netlink
internal import Options
internal import Reconcile

@main struct Command: FilterTool {
  static let configuration = CommandConfiguration(
    commandName: "ss-ipvs", abstract: "Make the kernel's IPVS equal what is asked for.", version: Version.text,
    subcommands: [Run.self, Show.self, Plan.self, Stats.self, ReplayRecording<Command>.self],
    defaultSubcommand: Run.self)
  static let capabilities = [Capability.netAdmin]

  static func core(arguments: [String]) throws -> IPVSReconciler {
    let run = try parseAsRoot(arguments) as? Run
    return run?.decisions.core ?? Decisions().core
  }

  /// What the operator can do about it.
  static func environmentFault(_ error: any Error) -> String? {
    guard let error = error as? NetlinkError else { return nil }
    return switch error {
    case .familyMissing: "this kernel has no IPVS: load its module first (modprobe ip_vs)"
    case .failed(_, _, let object) where error.isPermission: "\(error.description); \(object) needs CAP_NET_ADMIN"
    case .failed, .malformed, .overrun: error.description
    }
  }
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

  var core: IPVSReconciler { IPVSReconciler(limit: PruneLimit(percent: maxPrune)) }
}

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "run", abstract: "Be a filter (the default).")

  @OptionGroup var filter: FilterOptions<Command>
  @OptionGroup var decisions: Decisions

  func run() throws {
    let kernel = try Kernel()
    guard try RunFolder.lock(Command.name) else {
      StandardStreams.complain(Command.name, "another ss-ipvs holds the lock of this network namespace")
      throw Ending(.environment)
    }
    let loop = try Loop()
    let runner = try FilterRunner(decisions.core, settings: filter.settings(), loop: loop)
    runner.performInTurns(of: loop) { kernel.answer($0) }
    throw Ending(try runner.run())
  }
}
