// ss-link show: what of interfaces and addresses is ours, or all that there is, as lines.

internal import ArgumentParser
internal import Lines
internal import Loop
internal import Reconcile
internal import Values

struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print the interfaces and addresses that are ours.")

  @Flag(help: "Print all addresses, and all dummy interfaces, whoever made them.")
  var all = false

  func run() throws {
    guard case .picture(let links, let addresses) = try Kernel().picture() else { return }
    var names: [Int32: String] = [:]
    for link in links { names[link.index] = link.name }
    let shownLinks = links.filter { $0.alias == LinkOwner.alias || all && $0.kind == "dummy" }
    let keys = addresses.filter { all || $0.origin == LinkOwner.origin }.compactMap { address in
      names[address.index].map { LinkAddressKey(interface: $0, address: address.address) }
    }
    var out: [UInt8] = []
    for link in shownLinks.sorted(by: { $0.name < $1.name }) { LinkInterface(link).line.write(into: &out) }
    for key in keys.sorted() { LinkAddress(key).line.write(into: &out) }
    try StandardStreams.print(out)
  }
}
