// The settings of two nodes against each other, which no node sees by itself: who they are, what both hold, and whether
// one can take over from the other.

internal import Lines
internal import Values

package struct PairLint {
  package private(set) var findings = Findings()
  private let one: Cluster
  private let other: Cluster

  /// Both clusters are of the same cluster.pb, each as one node reads it.
  package init(_ one: Cluster, _ other: Cluster) {
    self.one = one
    self.other = other
    let (a, b) = (one.settings, other.settings)
    if a.name.value != b.name.value {
      contradict("[cluster] name is \"\(a.name.value)\" here and \"\(b.name.value)\" there")
    }
    lintIdentities()
    for family in AddressFamily.allCases {
      let (mine, theirs) = (a.vip[family], b.vip[family])
      guard mine?.value != theirs?.value else { continue }
      contradict(
        "vip_\(Self.suffix(family)) is \(Self.text(mine)) here and \(Self.text(theirs)) there", at: mine ?? theirs,
        also: mine == nil ? nil : theirs)
    }
    if a.virtualRouter != b.virtualRouter {
      contradict("vrid is \(a.virtualRouter) here and \(b.virtualRouter) there: each node would be master")
    }
    if a.usesVirtualMAC != b.usesVirtualMAC {
      contradict("use_vmac is \(a.usesVirtualMAC) here and \(b.usesVirtualMAC) there")
    }
    if one.anycastRanges != other.anycastRanges {
      let lists = [one, other].map { $0.anycastRanges.map(\.description).joined(separator: ", ") }
      contradict("the anycast ranges are \(lists[0]) here and \(lists[1]) there")
    }
    lintElection()
    lintHabits()
  }

  // MARK: Who they are

  private mutating func lintIdentities() {
    let (a, b) = (one.settings, other.settings)
    if let name = one.node, name == other.node {
      contradict("both are node \"\(name)\"")
      return
    }
    for family in AddressFamily.allCases {
      let suffix = Self.suffix(family)
      for (mine, theirs, isHere) in [(a.node, b.peer, true), (b.node, a.peer, false)] {
        guard let node = mine[family], let peer = theirs[family], node.value != peer.value else { continue }
        let places = isHere ? ("here", "there") : ("there", "here")
        contradict(
          "node_\(suffix) is \(node.value) \(places.0), but peer_\(suffix) is \(peer.value) \(places.1)",
          at: isHere ? node : peer, also: isHere ? peer : node)
      }
    }
    for (settings, other) in [(a, b), (b, a)] where settings.peer.isEmpty {
      findings.error(
        .missing, at: settings.name.position, "neither peer_ipv4 nor peer_ipv6 is set: it knows no other node",
        also: other.name.position)
    }
  }

  // MARK: Whether one can take over

  private mutating func lintElection() {
    let names = [one.node, other.node].compactMap(\.self)
    let nodes = names.compactMap { name in one.nodes.first { $0.host.fqdn == name } }
    guard nodes.count == 2, names[0] != names[1] else { return }
    if nodes[0].priority == nodes[1].priority {
      contradict("nodes \"\(names[0])\" and \"\(names[1])\" have the same priority \(nodes[0].priority)")
    }
    for (node, settings) in zip(nodes, [one.settings, other.settings]) where !node.takesPart {
      findings.warn(
        .contradiction, at: settings.name.position,
        "node \"\(node.host.fqdn)\" takes no part in the election: its status is \(node.host.status.rawValue), "
          + "the cluster's \(one.vip.status.rawValue)")
    }
    if one.layout != other.layout {
      findings.warn(
        .contradiction, at: one.settings.name.position,
        "the layout is \(one.layout.rawValue.uppercased()) here and \(other.layout.rawValue.uppercased()) there",
        also: other.settings.name.position)
    }
  }

  /// What may differ, and is seldom meant to.
  private mutating func lintHabits() {
    let (a, b) = (one.settings, other.settings)
    var habits: [String] = []
    if a.garpInterval != b.garpInterval {
      habits.append("garp_interval_sec is \(a.garpInterval) here and \(b.garpInterval) there")
    }
    if a.anycastEnabled != b.anycastEnabled {
      habits.append("anycast_enabled is \(a.anycastEnabled) here and \(b.anycastEnabled) there")
    }
    if one.serviceAnycast != other.serviceAnycast {
      let lists = [one, other].map { $0.serviceAnycast.map(\.description).joined(separator: ", ") }
      habits.append("the service anycast addresses are \(lists[0]) here and \(lists[1]) there")
    }
    for habit in habits { findings.warn(.contradiction, at: a.name.position, habit, also: b.name.position) }
  }

  // MARK: Telling

  /// At both names, where nothing else has a place.
  private mutating func contradict(
    _ sentence: String, at place: Placed<IPAddress>? = nil, also: Placed<IPAddress>? = nil
  ) {
    findings.error(
      .contradiction, at: place?.position ?? one.settings.name.position, sentence,
      also: place == nil ? other.settings.name.position : also?.position)
  }

  private static func suffix(_ family: AddressFamily) -> String { family == .inet ? "ipv4" : "ipv6" }
  private static func text(_ address: Placed<IPAddress>?) -> String { address.map { "\($0.value)" } ?? "not set" }
}
