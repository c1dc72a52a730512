// What is allowed and hardly meant, as `ss-config check` warns of it, with the arithmetic in the sentence. What is
// impossible, or has no effect at all, is told by the reading itself.

internal import Lines
internal import Values

package struct Lint {
  private(set) package var findings = Findings()

  /// How long the kernel keeps a flow of UDP after its last datagram, in seconds (ip_vs_proto_udp.c).
  private static let silence = 300

  package init(_ cluster: Cluster) {
    for vserver in cluster.vservers where !vserver.isWrong {
      var own = Findings()
      for entry in vserver.entries {
        lintFlows(entry, of: vserver, &own)
        lintPersistence(entry, of: vserver, &own)
        lintPorts(entry, of: vserver, &own)
        for family in vserver.families { lintStrength(entry, of: vserver, family, &own) }
      }
      findings.take(own, about: ObjectName(.vserver, vserver.name))
    }
  }

  private func lintFlows(_ entry: Entry, of vserver: Vserver, _ own: inout Findings) {
    guard entry.transport == .udp else { return }
    let count = vserver.backends.count(where: \.isEnabled)
    if !entry.isOnePacket, ["rr", "wrr"].contains(entry.scheduler), count > 1 {
      own.warn(
        .contradiction, at: entry.position,
        "\(entry.key) by \(entry.scheduler) without one_packet: all that a client sends from one port goes to 1 of "
          + "\(count) backends, until it is silent for \(Self.silence) s")
    }
    let nat = vserver.backends.filter { $0.isEnabled && ($0.mode ?? entry.mode) == .nat }
    if entry.isOnePacket, !nat.isEmpty {
      own.warn(
        .contradiction, at: entry.position,
        "\(entry.key) has one_packet with NAT for \(nat.count) of \(count) backends: their answers do not get the "
          + "VIP's address again, because no connection is kept")
    }
  }

  private func lintPersistence(_ entry: Entry, of vserver: Vserver, _ own: inout Findings) {
    guard entry.persistence > 0 else { return }
    let kept = vserver.backends.filter { ($0.failureAction ?? entry.failureAction) == .zeroWeight }.count
    guard kept > 0 else { return }
    own.warn(
      .contradiction, at: entry.position,
      "\(entry.key) has persistence and failure action ZERO_WEIGHT for \(kept) of \(vserver.backends.count) backends: "
        + "a client of one that fails is sent there for \(entry.persistence) s more after its last connection, unless "
        + "net.ipv4.vs.expire_quiescent_template is 1")
  }

  /// Only NAT writes a port into packets.
  private func lintPorts(_ entry: Entry, of vserver: Vserver, _ own: inout Findings) {
    for backend in vserver.backends {
      let mode = backend.mode ?? entry.mode
      guard mode != .nat, let port = backend.port, port != entry.port else { continue }
      own.warn(
        .contradiction, at: backend.position,
        "backend \(backend.host.fqdn) has port \(port), and \(entry.key) reaches it by \(mode.rawValue), which "
          + "leaves port \(entry.port) as it is")
    }
    let others = vserver.backends.filter { $0.port == nil && ($0.mode ?? entry.mode) != .nat }
    guard let port = entry.backendPort, port != entry.port, let first = others.first else { return }
    own.warn(
      .contradiction, at: entry.position,
      "\(entry.key) has backend_port \(port), and reaches \(others.count) of \(vserver.backends.count) backends by "
        + "\((first.mode ?? entry.mode).rawValue), which leaves port \(entry.port) as it is")
  }

  // MARK: Too few backends, even if all are healthy

  private func lintStrength(
    _ entry: Entry, of vserver: Vserver, _ family: AddressFamily, _ own: inout Findings
  ) {
    let backends = vserver.backends.filter { $0.host.prefix(family) != nil }
    let counted = backends.filter(\.isInService)
    let usable = backends.filter(\.isEnabled)
    guard !usable.isEmpty else { return }
    let place = "\(entry.key) on \(family == .inet ? "IPv4" : "IPv6")"
    // In single precision, as the engine compares.
    let isEnough = { (healthy: Int) in Float(healthy) / Float(counted.count) >= Float(entry.highWatermark) }
    if !isEnough(usable.count), let needed = (0...counted.count).first(where: isEnough) {
      own.warn(
        .contradiction, at: entry.position,
        "\(place) never comes up: watermark \(Float(entry.highWatermark)) of \(counted.count) backends is \(needed), "
          + "and \(usable.count) may serve")
    }
    lintQuorum(entry, place, weight: usable.reduce(0) { $0 + $1.weight }, count: usable.count, &own)
  }

  private func lintQuorum(
    _ entry: Entry, _ place: String, weight: Int, count: Int, _ own: inout Findings
  ) {
    guard entry.quorum > 0 else { return }
    let needed = Int(entry.quorum) + Int(entry.hysteresis)
    if weight < needed {
      own.warn(
        .contradiction, at: entry.position,
        "\(place) never comes up: quorum \(entry.quorum) plus hysteresis \(entry.hysteresis) is \(needed), and the "
          + "weights of \(count) backends are \(weight) together")
    }
    if entry.hysteresis >= entry.quorum {
      own.warn(
        .contradiction, at: entry.position,
        "\(place) never goes down by its quorum once it is up: quorum \(entry.quorum) minus hysteresis "
          + "\(entry.hysteresis) leaves nothing that it could be below")
    }
  }
}
