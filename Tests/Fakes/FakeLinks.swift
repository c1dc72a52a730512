// Interfaces and addresses as values, shared by the tests of the reconciler and the simulation. Routes, and all else
// that comes with an address, are left out.

internal import Lines
package import Reconcile
package import Values

/// An IPv4 address of a network in which another one is comes second, and goes with the first, as with
/// promote_secondaries = 0.
package struct FakeLinks {
  package var links: [KernelLink] = [
    KernelLink(index: 1, name: "lo", isUp: true), KernelLink(index: 2, name: "eth0", kind: "veth", isUp: true),
  ]
  package var addresses: [KernelAddress] = []
  /// Every request is lost.
  package var down = false
  /// The error of the next operation on a key.
  package var error: (key: String, errno: String)?

  package init() {}

  package mutating func add(_ index: Int32, _ text: String, origin: UInt8 = 0, message: [UInt8] = []) {
    guard let prefix = Prefix(text) else { return }
    let isSecond = addresses.contains {
      $0.index == index && $0.address.network == prefix.network && prefix.family == .inet
    }
    addresses.append(
      KernelAddress(index: index, address: prefix, origin: origin, isSecondary: isSecond, message: message))
  }

  package mutating func apply(_ operation: LinkOperation) -> KernelOutcome {
    let no = { (errno: String) in KernelOutcome.failed(errno: errno, sentence: "as the test wants it") }
    if let refused = error, refused.key == operation.key.description {
      error = nil
      return no(refused.errno)
    }
    switch operation {
    case .addInterface(let interface):
      if links.contains(where: { $0.name == interface.name }) { return no("EEXIST") }
      let index = (links.map(\.index).max() ?? 0) + 1
      links.append(
        KernelLink(index: index, name: interface.name, kind: "dummy", isUp: interface.isUp, alias: "seesaw"))
    case .setInterface(let interface):
      guard let index = links.firstIndex(where: { $0.name == interface.name }) else { return no("ENODEV") }
      links[index].isUp = interface.isUp
    case .removeInterface(let link):
      if !links.contains(where: { $0.index == link.index }) { return no("ENODEV") }
      links.removeAll { $0.index == link.index }
      addresses.removeAll { $0.index == link.index }
    case .addAddress(let key, let index): return hold(key.address, index, origin: LinkOwner.origin)
    case .restoreAddress(_, let address):
      return hold(address.address, address.index, origin: address.origin, message: address.message)
    case .removeAddress(let key, let index):
      guard let gone = addresses.first(where: { $0.index == index && $0.address == key.address }) else {
        return no("EADDRNOTAVAIL")
      }
      addresses.removeAll {
        $0 == gone
          || !gone.isSecondary && $0.isSecondary && $0.index == index && $0.address.network == gone.address.network
      }
    }
    return .done
  }

  private mutating func hold(
    _ address: Prefix, _ index: Int32, origin: UInt8, message: [UInt8] = []
  ) -> KernelOutcome {
    if !links.contains(where: { $0.index == index }) {
      return .failed(errno: "ENODEV", sentence: "No such device")
    }
    let isThere = addresses.contains {
      $0.index == index && $0.address.address == address.address
        && (address.family == .inet6 || $0.address.length == address.length)
    }
    if isThere { return .failed(errno: "EEXIST", sentence: "File exists") }
    add(index, address.description, origin: origin, message: message)
    return .done
  }

  /// What the command would be answered.
  package mutating func answer(_ request: LinkRequest) -> LinkAnswer {
    if down { return .lost(reason: "the netlink queue overflowed") }
    switch request {
    case .read: return .picture(links: links, addresses: addresses)
    case .apply(let operations):
      var outcomes: [KernelOutcome] = []
      for operation in operations { outcomes.append(apply(operation)) }
      return .outcomes(outcomes)
    }
  }

  package var text: [String] { addresses.map { "\($0.index) \($0.address) \($0.origin)" } }
}
