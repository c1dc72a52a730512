// What is desired of interfaces and addresses, the keys to look at, and the difference of each from a picture of the
// kernel.

import Lines
import Values

struct LinkDesired {
  private(set) var interfaces: [String: LinkInterface] = [:]
  private(set) var addresses: [LinkAddressKey: LinkAddress] = [:]
  /// Which addresses are one VIP.
  private var byVIP: [IPAddress: Set<LinkAddressKey>] = [:]
  /// What fails before us in the pipeline, by the VIP that it keeps away.
  private var failing: [IPAddress: Set<String>] = [:]
  private var failed: [String: IPAddress] = [:]

  private var interfacesUp = KeyQueue<String>()
  private var addressesUp = KeyQueue<LinkAddressKey>()
  private var restores: [(key: LinkAddressKey, address: KernelAddress)] = []
  private var addressesDown = KeyQueue<LinkAddressKey>()
  private var interfacesDown = KeyQueue<String>()

  var hasWork: Bool {
    !(interfacesUp.isEmpty && addressesUp.isEmpty && restores.isEmpty && addressesDown.isEmpty
      && interfacesDown.isEmpty)
  }

  // MARK: Input

  mutating func desire(_ interface: LinkInterface) {
    interfaces[interface.name] = interface
    interfacesUp.append(interface.name)
  }

  mutating func desire(_ address: LinkAddress) {
    forget(.address(address.objectKey))
    addresses[address.objectKey] = address
    if let vip = address.vip { byVIP[vip, default: []].insert(address.objectKey) }
    addressesUp.append(address.objectKey)
  }

  /// Not desired any more; held all the same until `remove`.
  mutating func forget(_ key: LinkObjectKey) {
    switch key {
    case .interface(let name): interfaces[name] = nil
    case .address(let key):
      guard let vip = addresses.removeValue(forKey: key)?.vip else { return }
      byVIP[vip]?.remove(key)
      if byVIP[vip]?.isEmpty == true { byVIP[vip] = nil }
    }
  }

  /// Not desired any more, and to be removed from the kernel if it is ours.
  mutating func remove(_ key: LinkObjectKey) {
    forget(key)
    switch key {
    case .interface(let name): interfacesDown.append(name)
    case .address(let key): addressesDown.append(key)
    }
  }

  /// Look at the key again.
  mutating func retry(_ key: LinkObjectKey) {
    switch key {
    case .interface(let name): interfaces[name] == nil ? interfacesDown.append(name) : interfacesUp.append(name)
    case .address(let key): addresses[key] == nil ? addressesDown.append(key) : addressesUp.append(key)
    }
  }

  /// Look at the same address of the same interface with its other lengths: the kernel has room for one of them (IPv6).
  mutating func retryOtherLengths(of key: LinkAddressKey) {
    guard key.address.family == .inet6 else { return }
    for length in 0...key.address.family.bits {
      guard let prefix = Prefix(key.address.address, length: length) else { continue }
      let other = LinkAddressKey(interface: key.interface, address: prefix)
      if addresses[other] != nil { addressesUp.append(other) }
    }
  }

  /// Puts back what fell with another address, unless it is to go itself.
  mutating func restore(_ key: LinkAddressKey, _ address: KernelAddress) {
    if addressesDown.contains(key) { return }
    if addresses[key] == nil { restores.append((key, address)) } else { addressesUp.append(key) }
  }

  /// Something before us fails, and its VIP is not to be brought up; nil when it does not fail any more.
  mutating func block(_ vip: IPAddress?, by object: String) {
    if let old = failed.removeValue(forKey: object), old != vip {
      failing[old]?.remove(object)
      if failing[old]?.isEmpty == true { failing[old] = nil }
      for key in (byVIP[old] ?? []).sorted() { addressesUp.append(key) }
    }
    guard let vip else { return }
    failed[object] = vip
    failing[vip, default: []].insert(object)
  }

  func vip(of key: LinkObjectKey) -> IPAddress? {
    guard case .address(let key) = key else { return nil }
    return addresses[key]?.vip
  }

  // MARK: Differences

  enum Group { case interfacesUp, addressesUp, restores, addressesDown, interfacesDown }

  enum Finding {
    case operations([LinkOperation])
    case settled(LinkObjectKey)
    case failure(LinkObjectKey, Failure)
  }

  /// The next key's difference; nil when the queue that `group` began with is empty. Interfaces come before their
  /// addresses and go after them.
  mutating func next(_ picture: LinkPicture, _ group: inout Group?) -> Finding? {
    if group == nil || group == .interfacesUp, let name = interfacesUp.next() {
      group = .interfacesUp
      return difference(up: name, picture)
    }
    if group == nil || group == .addressesUp, let key = addressesUp.next() {
      group = .addressesUp
      return difference(up: key, picture)
    }
    if group == nil || group == .restores, !restores.isEmpty {
      group = .restores
      let (key, address) = restores.removeFirst()
      return .operations([.restoreAddress(key, address)])
    }
    if group == nil || group == .addressesDown, let key = addressesDown.next() {
      group = .addressesDown
      guard addresses[key] == nil, let held = picture.held[key], held.origin == LinkOwner.origin else {
        return .settled(.address(key))
      }
      return .operations([.removeAddress(key, index: held.index)])
    }
    if group == nil || group == .interfacesDown, let name = interfacesDown.next() {
      group = .interfacesDown
      guard interfaces[name] == nil, let link = picture.links[name], LinkOwner.made(link) else {
        return .settled(.interface(name))
      }
      return .operations([.removeInterface(link)])
    }
    return nil
  }

  private func difference(up name: String, _ picture: LinkPicture) -> Finding {
    guard let interface = interfaces[name] else { return .settled(.interface(name)) }
    guard let link = picture.links[name] else { return .operations([.addInterface(interface)]) }
    guard link.kind == interface.kind.rawValue else {
      let kind = link.kind.map { "of kind \($0)" } ?? "of no kind"
      return .failure(
        .interface(name), Failure(reason: "an interface \(name) is there, but \(kind), not \(interface.kind.rawValue)"))
    }
    return link.isUp == interface.isUp ? .settled(.interface(name)) : .operations([.setInterface(interface)])
  }

  private func difference(up key: LinkAddressKey, _ picture: LinkPicture) -> Finding {
    guard let address = addresses[key], picture.held[key] == nil else { return .settled(.address(key)) }
    if let vip = address.vip, let object = failing[vip]?.min() {
      // What is held is kept, what is not held is not brought up.
      return .failure(.address(key), Failure(reason: "not brought up while \(object) fails", vip: vip))
    }
    guard let link = picture.links[key.interface] else {
      return .failure(
        .address(key), Failure(reason: "there is no interface \(key.interface)", vip: address.vip))
    }
    let add = LinkOperation.addAddress(key, index: link.index)
    guard let rival = picture.rival(of: key) else { return .operations([add]) }
    // The address is there with another length: ours is exchanged, another's will do.
    guard rival.address.origin == LinkOwner.origin, addresses[rival.key] == nil else { return .settled(.address(key)) }
    return .operations([.removeAddress(rival.key, index: link.index), add])
  }

  // MARK: Prune

  /// What is ours, held and not desired, of this or an earlier run, and how much of ours is held in all. What was
  /// refused was said, so it is not among what may go.
  func prunable(
    _ picture: LinkPicture, refused: (LinkObjectKey) -> Bool
  ) -> (keys: [LinkObjectKey], total: Int) {
    let ours = picture.held.filter { $0.value.origin == LinkOwner.origin }.map(\.key)
    let made = picture.links.values.filter { LinkOwner.made($0) }.map(\.name)
    let keys =
      ours.filter { addresses[$0] == nil }.map { LinkObjectKey.address($0) }
      + made.filter { interfaces[$0] == nil }.map { LinkObjectKey.interface($0) }
    return (keys.filter { !refused($0) }.sorted(), ours.count + made.count)
  }
}
