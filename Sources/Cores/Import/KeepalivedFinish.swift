// From a virtual_server that has been read to vservers: what keepalived takes for granted, the corrections that it
// makes itself, and what the real servers inherit.

internal import Values

extension KeepalivedReader {
  mutating func finish(_ server: inout VirtualServer) {
    guard let first = server.servers.first else {
      return leaveOut(server.block, "it has no real servers")
    }
    applyDefaults(&server)
    guard let family = family(of: server, first) else { return }
    var model = ImportedVserver(
      name: "", target: .mark(0, family), transport: server.transport, port: 0, scheduler: server.scheduler ?? "wlc",
      schedulerFlags: flags(of: server), forwarding: server.forwarding ?? ImportedForwarding(mode: .nat),
      persistence: server.persistence, persistenceEngine: server.engine, isOnePacket: server.onePacket != nil,
      failureAction: server.isInhibited ? .zeroWeight : nil, place: server.block.place, title: server.title)
    if let (length, ofFamily) = server.prefixLength {
      if ofFamily == family {
        model.persistencePrefixLength = length
      } else {
        findings.error(model.place, "persistence_granularity of \(model.title) is left out: it is of the other family")
      }
    }
    for statement in server.servers {
      if let backend = backend(statement, of: server, family: family) { model.add(backend, &findings) }
    }
    guard !model.backends.isEmpty else {
      return leaveOut(server.block, "none of its real servers is left")
    }
    addQuorum(of: server, to: &model)
    addSorryServer(of: server, to: &model)
    switch server.target {
    case .address(let address, let port):
      model.target = .address(address)
      model.port = port
      model.name = "\(server.transport?.name ?? "udp"):\(IPVSEndpoint(address: address, port: port))"
      complete(&model)
    case .mark(let mark):
      model.target = .mark(mark, family)
      model.name = "fwmark:\(mark):\(family.rawValue)"
      complete(&model)
    case .group(let name): expand(name, family: family, like: model)
    }
  }

  /// The port and what follows from it, then the vserver is done.
  mutating func complete(_ vserver: inout ImportedVserver) {
    var isMark = false
    if case .mark = vserver.target { isMark = true }
    if vserver.port == 0, vserver.persistence == nil, !isMark {
      findings.warn(vserver.place, "\(vserver.title): all ports need persistence; 360 s is set, as by keepalived")
      vserver.persistence = 360
    }
    let backends = vserver.backends
    vserver.backends = []
    vserver.places = [:]
    for var backend in backends {
      let mode = (backend.forwarding ?? vserver.forwarding).mode
      if let port = backend.port, mode != .nat, port != vserver.port {
        // Only NAT can change a port.
        backend.port = nil
        let instead = vserver.port == 0 ? "none is set" : "\(vserver.port) is set"
        let sentence = "port \(port) of real server \(backend.address) is not that of \(vserver.title); \(instead)"
        findings.warn(backend.place, sentence + ", as by keepalived")
      }
      vserver.add(backend, &findings)
    }
    cluster.add(vserver, &findings)
  }

  private mutating func applyDefaults(_ server: inout VirtualServer) {
    let place = server.block.place
    if server.scheduler == nil {
      findings.warn(place, "\(server.title) has no scheduler; wlc is set, as by keepalived")
    }
    if server.forwarding == nil {
      findings.warn(place, "\(server.title) has no forwarding method; NAT is set, as by keepalived")
    }
    if case .mark = server.target {
      server.transport = nil
    } else if server.transport == nil {
      findings.warn(place, "\(server.title) has no protocol; UDP is set, as by keepalived")
      server.transport = .udp
    }
    if let ops = server.onePacket, let transport = server.transport, transport != .udp {
      findings.warn(ops, "ops has no effect: \(server.title) is not UDP")
      server.onePacket = nil
    }
  }

  /// Of several families only tunnels can be.
  private mutating func family(of server: VirtualServer, _ first: Statement) -> AddressFamily? {
    if case .address(let address, _) = server.target { return address.family }
    if let family = server.family ?? server.prefixLength?.family { return family }
    if let text = first.word(1)?.text, let address = IPAddress(text) { return address.family }
    leaveOut(first, "it has no address")
    return nil
  }

  /// Flags of another scheduler do nothing in keepalived.
  private mutating func flags(of server: VirtualServer) -> [String] {
    server.flags.compactMap { word in
      let owner = word.text.prefix(2)
      if owner == "fl" || owner == server.scheduler ?? "wlc" { return word.text }
      findings.warn(word.place, "\(word.text) has no effect: the scheduler is \(server.scheduler ?? "wlc")")
      return nil
    }
  }

  // MARK: Quorum

  /// Weight of live servers that is needed, 1 unless said. keepalived lowers what can never be met.
  private mutating func addQuorum(of server: VirtualServer, to model: inout ImportedVserver) {
    let total = model.backends.reduce(UInt64(0)) { $0 + UInt64($1.weight ?? 1) }
    var quorum = server.quorum?.0 ?? 1
    if quorum > total {
      findings.warn(
        server.quorum?.1 ?? model.place,
        "quorum \(quorum) of \(model.title) is more than all weights, which are \(total); \(total) is set, "
          + "as by keepalived")
      quorum = UInt32(clamping: total)
    }
    model.quorum = quorum
    guard let (hysteresis, place) = server.hysteresis else { return }
    model.hysteresis = hysteresis
    guard hysteresis >= quorum, hysteresis > 0 else { return }
    let lowered = quorum > 0 ? quorum - 1 : 0
    findings.warn(
      place,
      "hysteresis \(hysteresis) of \(model.title) is not below quorum \(quorum); \(lowered) is set, as by keepalived")
    model.hysteresis = lowered
  }

  private mutating func addSorryServer(of server: VirtualServer, to model: inout ImportedVserver) {
    guard let (address, port, place) = server.sorry else { return }
    let forwarding = server.sorryForwarding ?? model.forwarding
    if case .mark(_, let family) = model.target, address.family != family {
      return findings.error(place, "sorry_server \(address) is left out: it is not of the family of \(model.title)")
    }
    if forwarding.mode == .tun, forwarding.tunnel != model.forwarding.tunnel {
      return findings.error(place, "sorry_server \(address) is left out: a tunnel of its own cannot be said")
    }
    model.sorryServer = ImportedSorryServer(
      address: address, port: forwarding.mode == .nat ? port : nil, mode: server.sorryForwarding?.mode,
      when: .belowQuorum, isInhibited: server.isSorryInhibited)
  }
}
