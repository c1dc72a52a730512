// Interfaces and addresses as the kernel tells of them over rtnetlink (rtnetlink(7), linux/if_addr.h).

/// An interface.
package struct KernelLink: Hashable, Sendable {
  package var index: Int32
  package var name: String
  /// `dummy`, `vlan` ...; nil for hardware and what else has no kind.
  package var kind: String?
  package var isUp: Bool
  /// A word that its maker left on it.
  package var alias: String?

  package init(index: Int32, name: String, kind: String? = nil, isUp: Bool = false, alias: String? = nil) {
    self.index = index
    self.name = name
    self.kind = kind
    self.isUp = isUp
    self.alias = alias
  }
}

/// An address of an interface.
package struct KernelAddress: Hashable, Sendable {
  /// Of the interface.
  package var index: Int32
  package var address: Prefix
  /// Who put it there (IFA_PROTO): 0 if nobody said.
  package var origin: UInt8
  /// IPv4: another address of the same network was there before, and this one may go with it.
  package var isSecondary: Bool
  /// The kernel's message of it, to put it back exactly as it was.
  package var message: [UInt8]

  package init(
    index: Int32, address: Prefix, origin: UInt8 = 0, isSecondary: Bool = false, message: [UInt8] = []
  ) {
    self.index = index
    self.address = address
    self.origin = origin
    self.isSecondary = isSecondary
    self.message = message
  }
}
