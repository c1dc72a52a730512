// The kernel's side of the link reconciler: its requests as rtnetlink messages, the kernel's answers as its answers.

internal import Lines
internal import Loop
internal import Netlink
internal import Options
internal import Reconcile
internal import Values

final class Kernel {
  private var connection: RouteConnection
  /// What was told last: a picture is read again and again.
  private var unreadable = 0

  init() throws(NetlinkError) { connection = try RouteConnection() }

  func answer(_ request: LinkRequest) -> LinkAnswer {
    do throws(NetlinkError) {
      switch request {
      case .read: return try picture()
      case .apply(let operations): return .outcomes(try apply(operations))
      }
    } catch {
      return .lost(reason: error.description)
    }
  }

  func picture() throws(NetlinkError) -> LinkAnswer {
    let links = try connection.links()
    let addresses = try connection.addresses()
    let count = links.unreadable + addresses.unreadable
    // What this kernel says and we do not understand is treated as not there.
    if count > 0, count != unreadable {
      StandardStreams.complain(
        Command.name, "\(count) interfaces or addresses of the kernel cannot be read and are left out")
    }
    unreadable = count
    return .picture(links: links.read, addresses: addresses.read)
  }

  /// An interface that was made is then marked and set up. Not in one go: where the making fails, the name is that of
  /// another's, or an alternative one.
  private func apply(_ operations: [LinkOperation]) throws(NetlinkError) -> [KernelOutcome] {
    var outcomes = try connection.apply(operations.map(\.message)).map { KernelOutcome($0) }
    for (index, operation) in operations.enumerated() where outcomes[index] == .done {
      guard case .addInterface(let interface) = operation else { continue }
      let answers = try connection.apply([
        .markLink(name: interface.name, alias: LinkOwner.alias), .setLink(name: interface.name, up: interface.isUp),
      ])
      if let failed = answers.first(where: { $0.errno != 0 }) { outcomes[index] = KernelOutcome(failed) }
    }
    return outcomes
  }
}

extension LinkOperation {
  fileprivate var message: RouteMessage {
    switch self {
    case .addInterface(let interface): .addLink(name: interface.name, kind: interface.kind.rawValue)
    case .setInterface(let interface): .setLink(name: interface.name, up: interface.isUp)
    case .removeInterface(let link): .removeLink(index: link.index)
    case .addAddress(let key, let index): .addAddress(index: index, key.address, origin: LinkOwner.origin)
    case .removeAddress(let key, let index): .removeAddress(index: index, key.address)
    case .restoreAddress(_, let address): .restoreAddress(message: address.message)
    }
  }
}

extension KernelOutcome {
  fileprivate init(_ answer: KernelAnswer) {
    self =
      answer.errno == 0
      ? .done : .failed(errno: errnoName(answer.errno), sentence: answer.sentence ?? errnoText(answer.errno))
  }
}
