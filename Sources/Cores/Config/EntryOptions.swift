// What an entry can say beyond Seesaw: any scheduler of the kernel with its flags, tunnels, a port of the backends,
// whom persistence joins, what becomes of backends that fail, and when too few are left.

internal import Lines
internal import Values

extension Reading {
  func readOptions(of entry: inout Entry, _ message: Message, _ own: inout Findings) {
    readScheduler(of: &entry, message, &own)
    if let tunnel = tunnel(message, &own) { entry.tunnel = tunnel }
    if message.field(.backend_port) != nil {
      entry.backendPort = UInt16(clamping: ranged(.backend_port, 1...65535, message, &own))
    }
    readPersistence(of: &entry, message, &own)
    readFailureAction(of: &entry, message, &own)
    entry.quorum = UInt32(clamping: message.integer(.quorum))
    entry.hysteresis = UInt32(clamping: message.integer(.hysteresis))
    if entry.hysteresis > 0, entry.quorum == 0 {
      own.warn(.withoutEffect, at: message.position(of: .hysteresis), "hysteresis has an effect with quorum only")
    }
    entry.staysDown = message.truth(.stays_down)
    entry.slowStart = Int(message.integer(.slow_start_ms))
    entry.panicPercent = ranged(.panic_percent, 0...100, message, &own)
    if let message = message.message(.sorry_server) { entry.sorryServer = sorryServer(message, &own) }
  }

  // MARK: The scheduler

  /// Bytes of a name: IP_VS_SCHEDNAME_MAXLEN and IP_VS_PENAME_MAXLEN (linux/ip_vs.h) less the NUL.
  private static let longestName = 15
  /// Linux 6.12, net/netfilter/ipvs.
  private static let schedulers: Set<String> = [
    "rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh", "twos",
  ]

  private static func isKernelName(_ name: String) -> Bool {
    (1...longestName).contains(name.utf8.count)
      && name.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_") }
  }

  private func readScheduler(of entry: inout Entry, _ message: Message, _ own: inout Findings) {
    let chosen: Scheduler = message.choice(.scheduler)
    entry.scheduler = chosen.rawValue.lowercased()
    if message.field(.scheduler_name) != nil {
      let name = message.text(.scheduler_name)
      let position = message.position(of: .scheduler_name)
      if !Self.isKernelName(name) {
        own.error(.badValue, at: position, "scheduler_name \"\(name)\" is no name of a scheduler")
      } else if message.field(.scheduler) != nil {
        own.error(
          .contradiction, at: position, "scheduler and scheduler_name are both given",
          also: message.position(of: .scheduler))
      } else if !Self.schedulers.contains(name) {
        own.warn(.withoutEffect, at: position, "scheduler_name \"\(name)\" is none of Linux's own")
      }
      entry.scheduler = name
    } else if message.field(.scheduler_flag) == nil, chosen == .sh || chosen == .mh {
      // As Seesaw sets them: fallback and port.
      entry.schedulerFlags = [.scheduler1, .scheduler2]
    }
    for (name, position) in message.texts(.scheduler_flag) {
      do throws(LineError) {
        entry.schedulerFlags.formUnion(
          try IPVSSchedulerFlags.flags(named: [name], scheduler: entry.scheduler, key: nil))
      } catch {
        own.error(.badValue, at: position, error.reason)
      }
    }
  }

  // MARK: Persistence and failure

  private func readPersistence(of entry: inout Entry, _ message: Message, _ own: inout Findings) {
    if message.field(.persistence_prefix_length) != nil {
      entry.persistenceLength = ranged(.persistence_prefix_length, 0...128, message, &own)
    }
    if message.field(.persistence_engine) != nil {
      let name = message.text(.persistence_engine)
      let position = message.position(of: .persistence_engine)
      entry.persistenceEngine = name
      if !Self.isKernelName(name) {
        own.error(.badValue, at: position, "persistence_engine \"\(name)\" is no name of a persistence engine")
      } else if name == "sip", entry.transport != .udp {
        // ip_vs_pe_sip.c looks into UDP alone.
        own.warn(.withoutEffect, at: position, "persistence_engine sip has an effect on UDP only")
      }
    }
    guard entry.persistence == 0 else { return }
    for name in [FieldName.persistence_prefix_length, .persistence_engine] where message.field(name) != nil {
      own.warn(.withoutEffect, at: message.position(of: name), "\(name) has an effect with persistence only")
    }
  }

  private func readFailureAction(of entry: inout Entry, _ message: Message, _ own: inout Findings) {
    if message.truth(.quiescent) { entry.failureAction = .zeroWeight }
    guard let field = message.field(.failure_action) else { return }
    entry.failureAction = message.choice(.failure_action)
    if message.field(.quiescent) != nil, message.truth(.quiescent) != (entry.failureAction == .zeroWeight) {
      own.error(
        .contradiction, at: field.position,
        "quiescent is \(message.truth(.quiescent)), and failure_action \(entry.failureAction.rawValue.uppercased())",
        also: message.position(of: .quiescent))
    }
  }

  private func sorryServer(_ message: Message, _ own: inout Findings) -> SorryServerLine {
    for problem in message.faults { own.add(problem) }
    var server = SorryServerLine()
    for (name, family) in [(FieldName.ipv4, AddressFamily.inet), (.ipv6, .inet6)] where message.field(name) != nil {
      let text = message.text(name)
      guard let address = IPAddress(text), address.family == family, Host.isUsable(address) else {
        own.error(
          .badAddress, at: message.position(of: name),
          "sorry_server: \"\(text)\" is no \(family == .inet ? "IPv4" : "IPv6") address that a host can have")
        continue
      }
      if family == .inet { server.ipv4 = address } else { server.ipv6 = address }
    }
    if message.field(.ipv4) == nil, message.field(.ipv6) == nil {
      own.error(.missing, at: message.position, "sorry_server has neither ipv4 nor ipv6")
    }
    if message.field(.port) != nil { server.port = UInt16(clamping: ranged(.port, 1...65535, message, &own)) }
    if message.field(.mode) != nil { server.mode = message.choice(.mode, ForwardingMode.self).entryMode }
    server.when = message.choice(.when)
    server.isInhibited = message.truth(.inhibit)
    return server
  }

  // MARK: What depends on the addresses

  /// As Seesaw does, connections by NAT come from the cluster's VIP, so that answers come back this way; unless said
  /// otherwise, or a node stands alone and is its backends' router.
  func readSourceNAT(of vserver: inout Vserver, _ message: Message, _ own: inout Findings) {
    let families = vserver.families
    let hasVIP = families.contains { cluster.vip.prefix($0) != nil }
    var first = Set<String>()
    for message in message.messages(.vserver_entry) {
      let transport: Transport = message.choice(.protocol)
      let key = "\(UInt16(clamping: message.integer(.port)))/\(transport.rawValue)"
      guard let index = vserver.entries.firstIndex(where: { $0.key == key }), first.insert(key).inserted else {
        continue
      }
      let entry = vserver.entries[index]
      let isAsked = message.truth(.source_nat)
      let isGiven = message.field(.source_nat) != nil
      vserver.entries[index].usesSourceNAT =
        isGiven ? isAsked && entry.mode == .nat : entry.mode == .nat && hasVIP && !cluster.isStandalone
      let position = message.position(of: .source_nat)
      if isAsked, entry.mode != .nat {
        own.warn(.withoutEffect, at: position, "source_nat has an effect on mode NAT only")
      } else if isAsked, !hasVIP {
        own.warn(.withoutEffect, at: position, "source_nat needs a VIP of the cluster in a family of the vserver")
      }
      let length = entry.persistenceLength
      if let length, length > 32, !families.contains(.inet6) {
        own.error(
          .outOfRange, at: message.position(of: .persistence_prefix_length),
          "persistence_prefix_length \(length) is outside 0 to 32 for IPv4")
      } else if length == 0, families.contains(.inet6) {
        // The kernel refuses it (ip_vs_ctl.c: EINVAL).
        own.error(
          .outOfRange, at: message.position(of: .persistence_prefix_length),
          "persistence_prefix_length 0 is outside 1 to 128 for IPv6")
      }
      tellModes(entry, of: vserver, message, &own)
    }
  }

  private func tellModes(_ entry: Entry, of vserver: Vserver, _ message: Message, _ own: inout Findings) {
    guard entry.mode != .tun, message.field(.tunnel_type) != nil else { return }
    own.warn(.withoutEffect, at: message.position(of: .tunnel_type), "tunnel_type has an effect on mode TUN only")
  }
}
