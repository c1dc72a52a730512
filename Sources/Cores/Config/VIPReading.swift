// The addresses of a vserver: those of its host, those listed besides and in groups, what holds each, and that each is
// one vserver's only. VIPs that somebody else holds can be several vservers', whose services must differ then.

internal import Lines
internal import Values

extension Reading {
  /// Addresses of one vserver, at most. Set here: its line would have half of what a line may.
  static let mostAddresses = 4_096

  private struct Wanted {
    var prefix: Prefix
    var position: Position
  }

  mutating func readAddresses(of vserver: inout Vserver, _ message: Message, _ own: inout Findings) {
    let hasMore = message.field(.address) != nil || message.field(.address_group) != nil
    let marked: [AddressFamily] = message.choices(.fwmark_family)
    let isMarked = vserver.usesFirewallMark && !marked.isEmpty
    var wanted: [Wanted] = []
    if let host = message.message(.entry_address) {
      vserver.host = Host(host, findings: &own)
      if host.field(.ipv4) == nil, host.field(.ipv6) == nil, !hasMore, !isMarked {
        own.error(.missing, at: host.position, "entry_address has neither ipv4 nor ipv6")
      }
      for (prefix, field) in [(vserver.host.ipv4, FieldName.ipv4), (vserver.host.ipv6, .ipv6)] {
        if let prefix { wanted.append(Wanted(prefix: prefix, position: host.position(of: field))) }
      }
    }
    wanted += moreAddresses(message, &own)
    if wanted.count > Self.mostAddresses {
      own.error(
        .exhausted, at: message.position(of: .address),
        "it has \(wanted.count) addresses, more than \(Self.mostAddresses)")
      return
    }
    let isExternal = message.truth(.vip_external)
    let interface = interface(message, &own)
    for wanted in wanted {
      claim(wanted, for: vserver, isExternal, &own)
      vserver.vips.append(vip(wanted, on: interface, isExternal, &own))
    }
    tellInterface(vserver, message, &own)
    readMark(of: &vserver, families: marked, message, &own)
  }

  /// In the order of the addresses, whatever that of the text is.
  private func moreAddresses(_ message: Message, _ own: inout Findings) -> [Wanted] {
    var wanted: [Wanted] = []
    for (text, position) in message.texts(.address) {
      wanted += Self.addresses(text, at: position, &own).map { Wanted(prefix: $0, position: position) }
    }
    for (name, position) in message.texts(.address_group) {
      guard let group = addressGroups[name] else {
        own.error(.missing, at: position, "there is no address_group \"\(name)\"")
        continue
      }
      guard let group else {
        own.error(.badAddress, at: position, "the address_group \"\(name)\" is wrong")
        continue
      }
      wanted += group.map { Wanted(prefix: $0, position: position) }
    }
    return wanted.sorted { $0.prefix < $1.prefix }
  }

  private static func addresses(_ text: String, at position: Position, _ own: inout Findings) -> [Prefix] {
    do throws(AddressRange.Fault) {
      return try AddressRange(text).prefixes
    } catch {
      own.error(.badAddress, at: position, "address: \(error.sentence)")
      return []
    }
  }

  mutating func readAddressGroups(_ tree: Message) {
    var first: [String: Position] = [:]
    for message in tree.messages(.address_group) {
      var own = Findings()
      for problem in message.faults { own.add(problem) }
      let name = message.text(.name)
      if message.field(.name) != nil, !isName(name) {
        own.error(.badValue, at: message.position(of: .name), "the name is empty, too long or holds white space or /")
      }
      let addresses = message.texts(.address).flatMap { Self.addresses($0.text, at: $0.position, &own) }
      if let earlier = first[name] {
        own.error(.duplicate, at: message.position, "the address group is given twice", also: earlier)
        addressGroups[name] = .some(nil)
      } else {
        first[name] = message.position
        addressGroups[name] = .some(own.errors == 0 ? addresses : nil)
      }
      findings.take(own, about: ObjectName(.addressGroup, name))
    }
  }

  // MARK: What holds it

  private func interface(_ message: Message, _ own: inout Findings) -> String? {
    guard message.field(.vip_interface) != nil else { return nil }
    let name = message.text(.vip_interface)
    if Settings.isInterface(name) { return name }
    own.error(
      .badValue, at: message.position(of: .vip_interface), "vip_interface: \"\(name)\" is no interface's name")
    return nil
  }

  private func tellInterface(_ vserver: Vserver, _ message: Message, _ own: inout Findings) {
    guard message.field(.vip_interface) != nil, own.errors == 0 else { return }
    if vserver.vips.allSatisfy({ $0.kind != .unicast }) {
      own.warn(
        .withoutEffect, at: message.position(of: .vip_interface),
        "vip_interface has an effect on unicast VIPs only, and there is none")
    }
  }

  private func vip(
    _ wanted: Wanted, on interface: String?, _ isExternal: Bool, _ own: inout Findings
  ) -> VIP {
    let prefix = wanted.prefix
    let lb = cluster.settings.lbInterface
    if isExternal {
      return VIP(address: prefix.address, kind: .external, interface: interface ?? lb, prefixLength: prefix.length)
    }
    switch networks.place(of: prefix, on: interface) {
    case .held(let vip): return vip
    case .lost(let network, let vlan):
      own.error(
        .noNetwork, at: wanted.position,
        "VIP \(prefix.address) lies in the network \(network) of VLAN \(vlan), which is wrong")
    case .nowhere:
      own.error(
        .noNetwork, at: wanted.position,
        "VIP \(prefix.address) lies in no VLAN, in no node's network and in no anycast or dedicated one")
    }
    return VIP(address: prefix.address, kind: .unicast, interface: lb, prefixLength: prefix.length)
  }

  // MARK: Whose it is

  private static func owner(_ vserver: Vserver) -> String { "the VIP of vserver \"\(vserver.name)\"" }

  private mutating func claim(
    _ wanted: Wanted, for vserver: Vserver, _ isExternal: Bool, _ own: inout Findings
  ) {
    let address = wanted.prefix.address
    let mine = Claim(
      owner: Self.owner(vserver), position: wanted.position, isBinding: true, isExternal: isExternal)
    if let claim = claims[address], !(claim.isExternal && isExternal && claim.owner != mine.owner) {
      let severity = claim.isBinding ? Problem.Severity.error : .warning
      own.add(
        Problem(
          severity, .duplicate, at: wanted.position, "\(address) is already \(claim.owner)", also: claim.position))
    }
    if claims[address]?.isBinding != true { claims[address] = mine }
  }

  /// Of VIPs that several vservers can have, each service is one's only.
  mutating func claimServices(of vserver: Vserver, _ own: inout Findings) {
    guard !vserver.usesFirewallMark else { return }
    for vip in vserver.vips where vip.kind == .external {
      for entry in vserver.entries {
        let key = IPVSServiceKey.virtual(
          entry.transport.kernel, IPVSEndpoint(address: vip.address, port: entry.port))
        if let claim = services[key], claim.isBinding {
          own.error(
            .duplicate, at: entry.position, "\(entry.key) of \(vip.address) is already \(claim.owner)",
            also: claim.position)
        } else {
          services[key] = Claim(owner: "vserver \"\(vserver.name)\"'s", position: entry.position, isBinding: true)
        }
      }
    }
  }

  /// What a wrong vserver claims may be another's.
  mutating func releaseClaims(of vserver: Vserver) {
    for vip in vserver.vips {
      if claims[vip.address]?.owner == Self.owner(vserver) { claims[vip.address]?.isBinding = false }
      guard vip.kind == .external else { continue }
      for entry in vserver.entries {
        let key = IPVSServiceKey.virtual(
          entry.transport.kernel, IPVSEndpoint(address: vip.address, port: entry.port))
        if services[key]?.owner == "vserver \"\(vserver.name)\"'s" { services[key]?.isBinding = false }
      }
    }
  }

  /// The addresses of the cluster, of its nodes and of its VLANs are hardly meant for vservers.
  mutating func claimOwnAddresses(_ tree: Message) {
    let owners =
      [(tree.message(.seesaw_vip), "the cluster's own VIP")] + tree.messages(.node).map { ($0, "a node's address") }
      + tree.messages(.vlan).map { ($0.message(.host), "the cluster's address on a VLAN") }
    for case (let message?, let owner) in owners {
      for field in [FieldName.ipv4, .ipv6] {
        guard let address = Prefix(message.text(field))?.address, claims[address] == nil else { continue }
        claims[address] = Claim(owner: owner, position: message.position(of: field), isBinding: false)
      }
    }
  }
}
