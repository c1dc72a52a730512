// What the link reconciler asks of the kernel, and what it is told: interfaces and their addresses.

package import Lines
package import Values

package struct LinkAddressKey: Hashable, Comparable, Sendable, CustomStringConvertible {
  package var interface: String
  package var address: Prefix

  package init(interface: String, address: Prefix) {
    self.interface = interface
    self.address = address
  }

  package var description: String { "\(interface)/\(address)" }

  package static func < (a: LinkAddressKey, b: LinkAddressKey) -> Bool {
    (a.interface, a.address) < (b.interface, b.address)
  }
}

package enum LinkObjectKey: Hashable, Comparable, Sendable, CustomStringConvertible {
  case interface(String)
  case address(LinkAddressKey)

  package var description: String {
    switch self {
    case .interface(let name): name
    case .address(let key): key.description
    }
  }

  /// Interfaces before addresses.
  package static func < (a: LinkObjectKey, b: LinkObjectKey) -> Bool {
    switch (a, b) {
    case (.interface(let x), .interface(let y)): x < y
    case (.address(let x), .address(let y)): x < y
    case (.interface, .address): true
    case (.address, .interface): false
    }
  }

  init?(_ name: StateKey) {
    switch name.type {
    case "link.interface": self = .interface(name.key)
    case "link.address":
      guard let slash = name.key.firstIndex(of: "/"),
        let address = Prefix(String(name.key[name.key.index(after: slash)...]))
      else { return nil }
      self = .address(LinkAddressKey(interface: String(name.key[..<slash]), address: address))
    default: return nil
    }
  }
}

package enum LinkOperation: Hashable, Sendable {
  /// Makes it, marks it as ours, and sets it up if it is to be up.
  case addInterface(LinkInterface)
  case setInterface(LinkInterface)
  case removeInterface(KernelLink)
  /// `index` is the interface's.
  case addAddress(LinkAddressKey, index: Int32)
  case removeAddress(LinkAddressKey, index: Int32)
  /// An address of somebody else that fell when the one before it in its network went.
  case restoreAddress(LinkAddressKey, KernelAddress)

  package var key: LinkObjectKey {
    switch self {
    case .addInterface(let interface), .setInterface(let interface): .interface(interface.name)
    case .removeInterface(let link): .interface(link.name)
    case .addAddress(let key, _), .removeAddress(let key, _), .restoreAddress(let key, _): .address(key)
    }
  }

  /// As `ss-link plan` prints it.
  package var line: Line {
    let (word, side, object): (String, String, Line) =
      switch self {
      case .addInterface(let interface): ("add", "new", interface.line)
      case .setInterface(let interface): ("change", "new", interface.line)
      case .removeInterface(let link): ("remove", "old", LinkInterface(link).line)
      case .addAddress(let key, _), .restoreAddress(let key, _): ("add", "new", LinkAddress(key).line)
      case .removeAddress(let key, _): ("remove", "old", LinkAddress(key).line)
      }
    return Line(
      "link.operation",
      [
        JSONMember("operation", .string(word)), JSONMember("of", .string(object.type)),
        JSONMember("key", .string(key.description)), JSONMember(side, .object(object.members)),
      ])
  }
}

extension LinkInterface {
  /// What is made here is a dummy; others are only looked at.
  package init(_ link: KernelLink) { self.init(name: link.name, kind: .dummy, isUp: link.isUp) }
}

extension LinkAddress {
  package init(_ key: LinkAddressKey) { self.init(interface: key.interface, address: key.address) }

  var objectKey: LinkAddressKey { LinkAddressKey(interface: interface, address: address) }
}

package enum LinkRequest: Hashable, Sendable {
  case read
  /// All of them, in order, whether or not those before succeeded.
  case apply([LinkOperation])
}

package enum LinkAnswer: Hashable, Sendable {
  case picture(links: [KernelLink], addresses: [KernelAddress])
  case outcomes([KernelOutcome])
  /// The request failed as a whole.
  case lost(reason: String)
}
