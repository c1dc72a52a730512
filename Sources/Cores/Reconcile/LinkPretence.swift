// Interfaces and addresses as they would be after operations that are only planned: what `ss-link plan` shows to the
// core in place of the kernel, so that it goes on to what would follow.

import Lines
package import Values

package struct LinkPretence {
  private var links: [KernelLink]
  private var addresses: [KernelAddress]
  /// Of interfaces that are not there. The kernel's are positive.
  private var nextIndex: Int32 = -1

  package init(links: [KernelLink], addresses: [KernelAddress]) {
    self.links = links
    self.addresses = addresses
  }

  package var answer: LinkAnswer { .picture(links: links, addresses: addresses) }

  package mutating func apply(_ operation: LinkOperation) {
    switch operation {
    case .addInterface(let interface):
      links.append(
        KernelLink(
          index: nextIndex, name: interface.name, kind: interface.kind.rawValue, isUp: interface.isUp,
          alias: LinkOwner.alias))
      nextIndex -= 1
    case .setInterface(let interface):
      for position in links.indices where links[position].name == interface.name {
        links[position].isUp = interface.isUp
      }
    case .removeInterface(let link):
      links.removeAll { $0.index == link.index }
      addresses.removeAll { $0.index == link.index }
    case .addAddress(let key, let index):
      addresses.append(KernelAddress(index: index, address: key.address, origin: LinkOwner.origin))
    case .removeAddress(let key, let index): addresses.removeAll { $0.index == index && $0.address == key.address }
    case .restoreAddress(_, let address): addresses.append(address)
    }
  }
}
