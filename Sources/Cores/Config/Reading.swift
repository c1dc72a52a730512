// From the tree of cluster.pb and the settings of seesaw.cfg to the cluster that is meant, with all that is wrong on
// the way. A fault leaves out the object that it is in and nothing else: a backend, or a vserver, or a node. Only
// where it is uncertain which interface holds a VIP, more is left out: nothing may be held where nobody asked for it.

internal import Values

package struct Reading: Sendable {
  /// An address is one object's only.
  struct Claim {
    var owner: String
    var position: Position
    /// What a vserver that is left out claims may be another's; so may, with a warning, the cluster's own addresses.
    var isBinding: Bool
    /// Somebody else holds it, for any number of vservers.
    var isExternal = false
  }

  /// Fields without which it is not known what holds a VIP.
  private static let decisive: [FieldName] = [.vlan, .dedicated_vip_subnet, .lb_layout, .anycast_range, .defaults]

  package internal(set) var cluster = Cluster()
  package var findings = Findings()
  /// Who first claimed an address.
  var claims: [IPAddress: Claim] = [:]
  /// Whose the services of addresses are that somebody else holds: several vservers can have one.
  var services: [IPVSServiceKey: Claim] = [:]
  /// By name; nil for a group that is wrong.
  var addressGroups: [String: [Prefix]?] = [:]
  var networks = Networks()
  /// Those of the access groups.
  var groupNames = Set<String>()
  /// VLANs that are left out, with what could be read of their networks.
  private var wrongVlans: [Vlan] = []

  /// `tree` is the whole of cluster.pb, of however many files.
  package init(_ given: Message, settings: Settings, standalone: Bool) {
    var tree = given
    Inheritance(tree, findings: &findings).complete(&tree)
    cluster.settings = settings
    cluster.isStandalone = standalone
    for problem in tree.faults { findings.add(problem) }
    for name in Self.decisive where tree.unreadable.contains(name) {
      findings.refuse(.badValue, at: nil, "a \(name) cannot be read: where VIPs are held is not certain")
    }
    readCluster(tree)
    readNodes(tree)
    readSubnets(tree)
    readVlans(tree)
    readGroups(tree)
    readAddressGroups(tree)
    crossCheck(tree)
    readOptions(tree)
    networks = Networks(cluster, wrongVlans: wrongVlans)
    claimOwnAddresses(tree)
    readVservers(tree)
    assignMarks()
    readServiceAnycast(tree)
    bindToElection()
    cluster.countVlans()
  }

  // MARK: The cluster as a whole

  private mutating func readCluster(_ tree: Message) {
    if let message = tree.message(.seesaw_vip) {
      cluster.vip = Host(message, findings: &findings)
      if message.field(.status) == nil {
        findings.error(
          .missing, at: message.position, "seesaw_vip has no status, without which Seesaw does not start")
      }
    }
    cluster.bgpLocalASN = UInt32(clamping: tree.integer(.bgp_local_asn))
    cluster.bgpRemoteASN = UInt32(clamping: tree.integer(.bgp_remote_asn))
    cluster.bgpPeers = uniqueHosts(tree.messages(.bgp_peer), "bgp_peer")
    if tree.field(.vmac) != nil {
      cluster.vmac = description(tree.text(.vmac), .vmac, at: tree.position(of: .vmac), &findings)
      findings.warn(
        .withoutEffect, at: tree.position(of: .vmac), "vmac has no effect: the virtual MAC follows from the vrid")
    }
    for message in tree.messages(.misconfigured_vserver) {
      for problem in message.faults { findings.add(problem) }
      let name = message.text(.name).cut(to: 255)
      let position = message.position(of: .error_message)
      cluster.warnings.append(
        "\(name): " + description(message.text(.error_message), .error_message, at: position, &findings))
    }
    cluster.warnings = descriptions(cluster.warnings, .misconfigured_vserver, of: tree, &findings)
    guard let metadata = tree.message(.metadata) else { return }
    for problem in metadata.faults + metadata.messages(.attribute).flatMap(\.faults) { findings.add(problem) }
    guard metadata.field(.last_updated) != nil else { return }
    let seconds = metadata.integer(.last_updated)
    // What 64 bits of nanoseconds can say.
    if (0...9_223_372_036).contains(seconds) {
      cluster.lastUpdated = seconds
    } else {
      findings.error(
        .outOfRange, at: metadata.position(of: .last_updated),
        "last_updated \(seconds) lies outside the years 1970 to 2262")
    }
  }

  private mutating func readNodes(_ tree: Message) {
    let status = cluster.vip.status
    let holdsElection = status.serves || status == .building
    cluster.nodes = uniqueHosts(tree.messages(.node), "node").map {
      Node(host: $0, takesPart: holdsElection && $0.status == status)
    }
    // Seesaw gives priorities by the bytes of the IPv4 address; nodes without one follow in the order of IPv6.
    let order = cluster.nodes.indices.sorted { a, b in
      let (a, b) = (cluster.nodes[a].host, cluster.nodes[b].host)
      let keys = [a, b].map { [$0.ipv4?.address ?? .v6(0), $0.ipv6?.address ?? .v6(0)] }
      return keys[0] == keys[1] ? a.fqdn < b.fqdn : keys[0].lexicographicallyPrecedes(keys[1])
    }
    for (rank, index) in order.enumerated() {
      cluster.nodes[index].priority = rank == 0 ? 255 : max(1, min(254, order.count - rank))
    }
    cluster.nodes.sort { $0.host.fqdn < $1.host.fqdn }
  }

  private mutating func readSubnets(_ tree: Message) {
    var first: [Prefix: Position] = [:]
    for (text, position) in tree.texts(.dedicated_vip_subnet) {
      guard let network = Prefix(text)?.network else {
        findings.refuse(.badAddress, at: position, "dedicated_vip_subnet: " + Host.fault(inPrefix: text))
        continue
      }
      if let earlier = first[network] {
        findings.error(.duplicate, at: position, "dedicated_vip_subnet \(network) is given twice", also: earlier)
      } else {
        first[network] = position
        cluster.dedicatedSubnets.append(network)
      }
    }
    cluster.dedicatedSubnets.sort()
  }

  private mutating func readVlans(_ tree: Message) {
    var first: [Int: Position] = [:]
    var owners = AddressOwners()
    for message in tree.messages(.vlan) {
      var own = Findings()
      for problem in message.faults { own.add(problem) }
      let id = Int(message.integer(.vlan_id))
      let host = message.message(.host).map { Host($0, findings: &own) } ?? Host()
      let interface = "\(cluster.settings.lbInterface).\(id)"
      if message.field(.vlan_id) != nil, !Vlan.ids.contains(id) {
        own.error(.outOfRange, at: message.position(of: .vlan_id), "vlan_id \(id) is outside 1 to 4094")
      } else if !Settings.isInterface(interface) {
        own.error(.outOfRange, at: message.position, "\(interface) is too long for an interface's name")
      }
      if let earlier = first[id] {
        own.error(.duplicate, at: message.position, "the VLAN is given twice", also: earlier)
      }
      owners.check(host, "the VLAN", at: message.position, &own)
      findings.take(own, about: ObjectName(.vlan, "\(id)"))
      guard own.errors == 0 else {
        wrongVlans.append(Vlan(id: id, host: host))
        continue
      }
      first[id] = message.position
      owners.add(host, "VLAN \(id)", at: message.position)
      cluster.vlans.append(Vlan(id: id, host: host))
    }
    cluster.vlans.sort { $0.id < $1.id }
  }

  private mutating func readGroups(_ tree: Message) {
    var first: [String: Position] = [:]
    for message in tree.messages(.access_groups) {
      var own = Findings()
      for problem in message.faults { own.add(problem) }
      let name = message.text(.name)
      if message.field(.name) != nil, !isName(name) {
        own.error(.badValue, at: message.position(of: .name), "the name is empty, too long or holds white space or /")
      }
      if let earlier = first[name] {
        own.error(.duplicate, at: message.position, "the access group is given twice", also: earlier)
      }
      findings.take(own, about: ObjectName(.accessGroup, name))
      guard own.errors == 0 else { continue }
      first[name] = message.position
      let members = Set(message.texts(.member).map(\.text)).sorted()
      cluster.accessGroups.append(AccessGroup(name: name, members: members))
    }
    cluster.accessGroups.sort { $0.name < $1.name }
    groupNames = Set(cluster.accessGroups.map(\.name))
  }

  private mutating func readVservers(_ tree: Message) {
    var first: [String: Position] = [:]
    for message in tree.messages(.vserver) {
      let name = message.text(.name)
      if let earlier = first[name], message.field(.name) != nil {
        var own = Findings()
        own.error(.duplicate, at: message.position, "the vserver is given twice; the first is kept", also: earlier)
        findings.take(own, about: ObjectName(.vserver, name))
        continue
      }
      first[name] = message.position
      cluster.vservers.append(vserver(message))
    }
    cluster.vservers.sort { $0.name < $1.name }
  }

  /// Hosts of which each has its own name and addresses.
  private mutating func uniqueHosts(_ messages: [Message], _ what: String) -> [Host] {
    var first: [String: Position] = [:]
    var owners = AddressOwners()
    var hosts: [Host] = []
    for message in messages {
      var own = Findings()
      let host = Host(message, findings: &own)
      if let earlier = first[host.fqdn] {
        own.error(.duplicate, at: message.position, "\(what) \"\(host.fqdn)\" is given twice", also: earlier)
      }
      owners.check(host, "\(what) \"\(host.fqdn)\"", at: message.position, &own)
      for problem in own.problems { findings.add(problem) }
      guard own.errors == 0 else { continue }
      owners.add(host, host.fqdn, at: message.position)
      first[host.fqdn] = message.position
      hosts.append(host)
    }
    return hosts
  }
}

/// Whose the addresses of one sort of hosts are.
private struct AddressOwners {
  private var owners: [IPAddress: (name: String, position: Position)] = [:]

  /// Tells a host without an address, or with one that another has; what is wrong already needs no more words.
  func check(_ host: Host, _ what: String, at position: Position, _ own: inout Findings) {
    guard own.errors == 0 else { return }
    if host.prefixes.isEmpty { own.error(.missing, at: position, "\(what) has no address") }
    for prefix in host.prefixes where own.errors == 0 {
      guard let owner = owners[prefix.address] else { continue }
      own.error(
        .duplicate, at: position, "\(what) has the address \(prefix.address), which is that of \(owner.name)",
        also: owner.position)
    }
  }

  mutating func add(_ host: Host, _ name: String, at position: Position) {
    for prefix in host.prefixes { owners[prefix.address] = (name, position) }
  }
}
