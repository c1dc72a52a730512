// ss-link plan: the operations that standard input would cause.

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
    // An interface that would be made has to be there for the addresses that follow.
    var pretence: LinkPretence?
    let status = try Planning.run(decisions.core, command: Command.name, compares: exitCode) { request in
      switch request {
      case .apply(let operations):
        for operation in operations { pretence?.apply(operation) }
        return (.outcomes(operations.map { _ in .done }), operations.map(\.line))
      case .read:
        let answer = pretence?.answer ?? kernel.answer(request)
        if pretence == nil, case .picture(let links, let addresses) = answer {
          pretence = LinkPretence(links: links, addresses: addresses)
        }
        return (answer, [])
      }
    }
    throw Ending(status)
  }
}
