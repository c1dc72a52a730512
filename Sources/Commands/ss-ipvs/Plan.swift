// ss-ipvs plan: the operations that standard input would cause.

internal import ArgumentParser
internal import Loop
internal import Options
internal import Reconcile

struct Plan: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Print the operations that standard input would cause, and do none of them.")

  @Flag(help: "Exit with 4 if there is any operation.")
  var exitCode = false

  @OptionGroup var decisions: Decisions

  func run() throws {
    let kernel = try Kernel()
    let status = try Planning.run(decisions.core, command: Command.name, compares: exitCode) { request in
      guard case .apply(let operations) = request else { return (kernel.answer(request), []) }
      return (.outcomes(operations.map { _ in .done }), operations.map(\.line))
    }
    throw Ending(status)
  }
}
