// What a vserver's message means. A fault in the vserver itself, in an entry or in a check leaves out the whole
// vserver, because the rest of it is not what was asked for; a fault in a backend or an access grant leaves out the
// backend or the grant, and of two equal things the first is kept.

internal import Lines
internal import Values

extension Reading {
  mutating func vserver(_ message: Message) -> Vserver {
    var own = Findings()
    for problem in message.faults { own.add(problem) }
    let name = message.text(.name)
    var vserver = Vserver(name: name, position: message.position)
    if message.field(.name) != nil, !isName(name) {
      own.error(
        .badValue, at: message.position(of: .name), "the name is empty, too long or holds white space or /")
    }
    vserver.usesFirewallMark = message.truth(.use_fwm)
    vserver.responsible = description(message.text(.rp), .rp, at: message.position(of: .rp), &own)
    let warnings = message.texts(.warning).map { description($0.text, .warning, at: $0.position, &own) }
    vserver.warnings = descriptions(warnings, .warning, of: message, &own)
    if let address = message.message(.entry_address) {
      vserver.host = Host(address, findings: &own)
      readVIPs(of: &vserver, address, &own)
    }
    readEntries(of: &vserver, message, &own)
    vserver.checks = healthchecks(message.messages(.healthcheck), entry: nil, &own)
    vserver.isWrong = own.errors > 0
    if vserver.isWrong {
      for vip in vserver.vips where claims[vip.address]?.owner == Self.owner(vserver) {
        claims[vip.address]?.isBinding = false
      }
    }
    noteRepeats(in: message, &own)
    readBackends(of: &vserver, message, &own)
    readGrants(of: &vserver, message, &own)
    if !vserver.isWrong { noteUseless(vserver, message, &own) }
    findings.take(own, about: ObjectName(.vserver, name))
    return vserver
  }

  // MARK: VIPs

  private mutating func readVIPs(of vserver: inout Vserver, _ message: Message, _ own: inout Findings) {
    if message.field(.ipv4) == nil, message.field(.ipv6) == nil {
      own.error(.missing, at: message.position, "entry_address has neither ipv4 nor ipv6")
    }
    for (prefix, field) in [(vserver.host.ipv4, FieldName.ipv4), (vserver.host.ipv6, .ipv6)] {
      guard let prefix else { continue }
      let position = message.position(of: field)
      let vip = vip(prefix, at: position, &own)
      if let claim = claims[prefix.address] {
        let severity = claim.isBinding ? Problem.Severity.error : .warning
        own.add(
          Problem(
            severity, .duplicate, at: position, "\(prefix.address) is already \(claim.owner)", also: claim.position))
      }
      if claims[prefix.address]?.isBinding != true {
        claims[prefix.address] = Claim(
          owner: Self.owner(vserver), position: position, isBinding: true)
      }
      vserver.vips.append(vip)
    }
  }

  private func vip(_ prefix: Prefix, at position: Position, _ own: inout Findings) -> VIP {
    switch networks.place(of: prefix.address) {
    case .held(let vip): return vip
    case .lost(let network, let vlan):
      own.error(
        .noNetwork, at: position,
        "VIP \(prefix.address) lies in the network \(network) of VLAN \(vlan), which is wrong")
    case .nowhere:
      own.error(
        .noNetwork, at: position,
        "VIP \(prefix.address) lies in no VLAN, in no node's network and in no anycast or dedicated one")
    }
    return VIP(
      address: prefix.address, kind: .unicast, interface: cluster.settings.lbInterface, prefixLength: prefix.length)
  }

  private static func owner(_ vserver: Vserver) -> String { "the VIP of vserver \"\(vserver.name)\"" }

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

  // MARK: Backends

  private mutating func readBackends(of vserver: inout Vserver, _ message: Message, _ own: inout Findings) {
    var names: [String: Position] = [:]
    var addresses: [IPAddress: Position] = [:]
    for message in message.messages(.backend) {
      var found = Findings()
      for problem in message.faults { found.add(problem) }
      let host = message.message(.host).map { Host($0, findings: &found) } ?? Host()
      let weight = message.integer(.weight)
      // The kernel's limit, and ipvsadm's.
      if !(0...65535).contains(weight) {
        found.error(.outOfRange, at: message.position(of: .weight), "weight \(weight) is outside 0 to 65535")
      }
      if let earlier = names[host.fqdn] {
        found.error(.duplicate, at: message.position, "the backend is given twice; the first is kept", also: earlier)
      }
      if host.prefixes.isEmpty, found.errors == 0 {
        found.error(.missing, at: message.position, "the backend has no address")
      }
      for prefix in host.prefixes where found.errors == 0 {
        guard let earlier = addresses[prefix.address] else { continue }
        found.error(
          .duplicate, at: message.position, "another backend has the address \(prefix.address)", also: earlier)
      }
      let isUsable = found.errors == 0
      let families = Set(vserver.vips.map(\.address.family))
      if isUsable, !families.isEmpty, !host.prefixes.contains(where: { families.contains($0.family) }) {
        found.warn(.withoutEffect, at: message.position, "no VIP has an address of the backend's family")
      }
      own.take(found, about: ObjectName(.backend, "\(vserver.name)/\(host.fqdn)"))
      guard isUsable else { continue }
      names[host.fqdn] = message.position
      for prefix in host.prefixes { addresses[prefix.address] = message.position }
      vserver.backends.append(Backend(host: host, weight: Int(weight), position: message.position))
    }
    vserver.backends.sort { $0.host.fqdn < $1.host.fqdn }
  }

  // MARK: Grants

  private func readGrants(of vserver: inout Vserver, _ message: Message, _ own: inout Findings) {
    var keys = Set<String>()
    for message in message.messages(.access_grant) {
      var found = Findings()
      for problem in message.faults { found.add(problem) }
      let grant = AccessGrant(
        grantee: message.text(.grantee), role: message.choice(.role), type: message.choice(.type))
      if message.field(.grantee) != nil, !Self.isGrantee(grant.grantee) {
        found.error(
          .badValue, at: message.position(of: .grantee),
          "grantee is empty, longer than 255 bytes or holds a control character")
      }
      own.take(found, about: ObjectName(.accessGrant, "\(vserver.name)/\(grant.key)"))
      guard found.errors == 0 else { continue }
      guard keys.insert(grant.key).inserted else {
        own.warn(.duplicate, at: message.position, "the grant to \(grant.key) is given twice; the first is kept")
        continue
      }
      if grant.type == .group, !groupNames.contains(grant.grantee) {
        own.warn(.missing, at: message.position, "there is no access group \"\(grant.grantee)\": the grant is nobody's")
      }
      vserver.grants.append(grant)
    }
    vserver.grants.sort { $0.key < $1.key }
  }

  private static func isGrantee(_ name: String) -> Bool {
    (1...255).contains(name.utf8.count) && name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
  }

  // MARK: What is not wrong, and yet not as it should be

  private func noteUseless(_ vserver: Vserver, _ message: Message, _ own: inout Findings) {
    if vserver.entries.isEmpty, !vserver.usesFirewallMark {
      own.warn(.withoutEffect, at: message.position, "no vserver_entry: nothing is served")
    }
    if vserver.backends.isEmpty {
      own.warn(.withoutEffect, at: message.position, "no backend: nothing can answer")
    }
    if vserver.usesFirewallMark, let first = vserver.entries.first {
      let differs = vserver.entries.contains {
        $0.scheduler != first.scheduler || $0.mode != first.mode || $0.persistence != first.persistence
      }
      if differs {
        own.warn(
          .contradiction, at: first.position,
          "the entries of a firewall-mark vserver differ in scheduler, mode or persistence, of which it has only one")
      }
    }
    guard vserver.checks.isEmpty, !vserver.backends.isEmpty else { return }
    for entry in vserver.entries where entry.checks.isEmpty {
      own.warn(.noCheck, at: entry.position, "\(entry.key) has no healthcheck: its backends count as healthy")
    }
  }
}
