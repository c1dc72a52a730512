// What the kernel holds of interfaces and addresses, and whose it is. Ours are addresses that carry our protocol number
// and interfaces that carry our alias: both can be seen by anybody, and outlive every process and file.

import Lines
import Values

package enum LinkOwner {
  /// IFA_PROTO of our addresses. Free in rt_addrprotos and, as for routes, of the numbers that routing daemons use.
  package static let origin: UInt8 = 83
  /// IFLA_IFALIAS of our interfaces.
  package static let alias = "seesaw"

  /// Bears our alias, which anybody may set, and is of a kind that we make.
  static func made(_ link: KernelLink) -> Bool {
    link.alias == alias && link.kind == LinkInterface.Kind.dummy.rawValue
  }
}

struct LinkPicture {
  private(set) var links: [String: KernelLink] = [:]
  private(set) var held: [LinkAddressKey: KernelAddress] = [:]
  /// IPv6 has an address once on an interface, whatever its prefix length.
  private var lengths: [LinkAddressKey: Int] = [:]

  init(links: [KernelLink], addresses: [KernelAddress]) {
    var names: [Int32: String] = [:]
    for link in links {
      self.links[link.name] = link
      names[link.index] = link.name
    }
    for address in addresses {
      guard let name = names[address.index] else { continue }
      hold(LinkAddressKey(interface: name, address: address.address), address)
    }
  }

  mutating func hold(_ key: LinkAddressKey, _ address: KernelAddress) {
    held[key] = address
    if key.address.family == .inet6 { lengths[LinkPicture.host(key)] = key.address.length }
  }

  mutating func drop(_ key: LinkAddressKey) {
    held[key] = nil
    if key.address.family == .inet6 { lengths[LinkPicture.host(key)] = nil }
  }

  private static func host(_ key: LinkAddressKey) -> LinkAddressKey {
    LinkAddressKey(interface: key.interface, address: Prefix(host: key.address.address))
  }

  /// The same IPv6 address on the same interface with another prefix length.
  func rival(of key: LinkAddressKey) -> (key: LinkAddressKey, address: KernelAddress)? {
    guard let length = lengths[LinkPicture.host(key)], length != key.address.length,
      let prefix = Prefix(key.address.address, length: length)
    else { return nil }
    let other = LinkAddressKey(interface: key.interface, address: prefix)
    return held[other].map { (other, $0) }
  }

  /// What the kernel may take away with the address, if its interface does not promote secondaries (inet_del_ifa).
  func dependants(of key: LinkAddressKey) -> [LinkAddressKey: KernelAddress] {
    guard key.address.family == .inet, let address = held[key], !address.isSecondary else { return [:] }
    return held.filter {
      $0.value.isSecondary && $0.key.interface == key.interface && $0.key.address.network == key.address.network
    }
  }
}
