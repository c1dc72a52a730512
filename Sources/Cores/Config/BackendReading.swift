// What the backends of a vserver mean. A fault leaves out the backend, and of two equal ones the first is kept.

internal import Lines
internal import Values

extension Reading {
  /// What tells two backends apart for the kernel; nil is the port of the entry.
  private struct Place: Hashable {
    var address: IPAddress
    var port: UInt16?
  }

  func readBackends(of vserver: inout Vserver, _ message: Message, _ own: inout Findings) {
    var names: [String: Position] = [:]
    var places: [Place: Position] = [:]
    let families = Set(vserver.families)
    for message in message.messages(.backend) {
      var found = Findings()
      let backend = backend(message, of: vserver, &found)
      let host = backend.host
      if let earlier = names[host.fqdn] {
        found.error(.duplicate, at: message.position, "the backend is given twice; the first is kept", also: earlier)
      }
      if host.prefixes.isEmpty, found.errors == 0 {
        found.error(.missing, at: message.position, "the backend has no address")
      }
      for prefix in host.prefixes where found.errors == 0 {
        guard let earlier = places[Place(address: prefix.address, port: backend.port)] else { continue }
        let port = backend.port.map { " and port \($0)" } ?? ""
        found.error(
          .duplicate, at: message.position, "another backend has the address \(prefix.address)\(port)", also: earlier)
      }
      let isUsable = found.errors == 0
      if isUsable, !families.isEmpty, !host.prefixes.contains(where: { families.contains($0.family) }) {
        found.warn(.withoutEffect, at: message.position, "no VIP has an address of the backend's family")
      }
      own.take(found, about: ObjectName(.backend, "\(vserver.name)/\(host.fqdn)"))
      guard isUsable else { continue }
      names[host.fqdn] = message.position
      for prefix in host.prefixes { places[Place(address: prefix.address, port: backend.port)] = message.position }
      vserver.backends.append(backend)
    }
    vserver.backends.sort { $0.host.fqdn < $1.host.fqdn }
  }

  private func backend(_ message: Message, of vserver: Vserver, _ found: inout Findings) -> Backend {
    for problem in message.faults { found.add(problem) }
    let host = message.message(.host).map { Host($0, findings: &found) } ?? Host()
    // The kernel's limit, and ipvsadm's.
    let weight = ranged(.weight, 0...65535, message, &found)
    var backend = Backend(host: host, weight: weight, position: message.position)
    if message.field(.port) != nil { backend.port = UInt16(clamping: ranged(.port, 1...65535, message, &found)) }
    if message.field(.mode) != nil { backend.mode = message.choice(.mode) }
    backend.tunnel = tunnel(message, &found)
    if message.field(.failure_action) != nil { backend.failureAction = message.choice(.failure_action) }
    let limits = 0...Int64(Int32.max)
    if message.field(.lthreshold) != nil { backend.lowerThreshold = ranged(.lthreshold, limits, message, &found) }
    if message.field(.uthreshold) != nil { backend.upperThreshold = ranged(.uthreshold, limits, message, &found) }
    tellOptions(backend, of: vserver, message, &found)
    guard message.field(.healthcheck) != nil else { return backend }
    backend.checks = healthchecks(
      message.messages(.healthcheck), for: .backend(port: defaultPort(backend, of: vserver)), &found)
    tellAimless(backend.checks, in: vserver, &found)
    return backend
  }

  /// Where a backend is asked whose own healthcheck names no port.
  private func defaultPort(_ backend: Backend, of vserver: Vserver) -> UInt16? {
    if let port = backend.port { return port }
    guard vserver.entries.count == 1, let entry = vserver.entries.first else { return nil }
    return entry.backendPort ?? entry.port
  }

  /// What does not go together with each other, or with the entries.
  private func tellOptions(_ backend: Backend, of vserver: Vserver, _ message: Message, _ found: inout Findings) {
    let modes = backend.mode.map { [$0] } ?? vserver.entries.map(\.mode)
    if backend.tunnel != nil, !modes.contains(.tun) {
      found.warn(.withoutEffect, at: message.position(of: .tunnel_type), "tunnel_type has an effect on mode TUN only")
    }
    guard backend.lowerThreshold != nil || backend.upperThreshold != nil else { return }
    for entry in vserver.entries {
      let lower = backend.lowerThreshold ?? entry.lowerThreshold
      let upper = backend.upperThreshold ?? entry.upperThreshold
      guard lower > upper else { continue }
      // The kernel refuses it (ip_vs_ctl.c: ERANGE).
      found.error(
        .contradiction, at: message.position(of: backend.lowerThreshold == nil ? .uthreshold : .lthreshold),
        "lthreshold \(lower) is above uthreshold \(upper) for \(entry.key)")
      return
    }
  }

  /// The tunnel that the message asks for, if any.
  func tunnel(_ message: Message, _ own: inout Findings) -> IPVSTunnel? {
    let fields: [FieldName] = [.tunnel_type, .tunnel_port, .tunnel_flag]
    guard let first = fields.first(where: { message.field($0) != nil }) else { return nil }
    let type: TunnelType = message.choice(.tunnel_type)
    var checksum: IPVSTunnel.Checksum = []
    for (name, position) in message.texts(.tunnel_flag) {
      switch name {
      case "csum": checksum.insert(.csum)
      case "remcsum": checksum.insert(.remcsum)
      default: own.error(.badValue, at: position, "tunnel_flag \"\(name)\" is none of csum, remcsum")
      }
    }
    let hasPort = message.field(.tunnel_port) != nil
    if type == .gue, !hasPort {
      own.error(.missing, at: message.position(of: first), "a tunnel of GUE needs tunnel_port")
    } else if type != .gue, hasPort {
      own.error(.contradiction, at: message.position(of: .tunnel_port), "tunnel_port is for GUE only")
    }
    if type == .ipip, !checksum.isEmpty {
      own.error(.contradiction, at: message.position(of: .tunnel_flag), "tunnel_flag is for GUE and GRE only")
    }
    switch type {
    case .ipip: return .ipip
    case .gue:
      return .gue(port: UInt16(clamping: hasPort ? ranged(.tunnel_port, 1...65535, message, &own) : 1), checksum)
    case .gre: return .gre(checksum)
    }
  }
}
