// Firewall marks of vservers and of what their backends start: given, or chosen by a hash of the name, so that restarts
// and the other node choose the same. A mark is one vserver's only in each family.

internal import Lines
internal import Values

extension Reading {
  // MARK: What is given

  func readMark(
    of vserver: inout Vserver, families: [AddressFamily], _ message: Message, _ own: inout Findings
  ) {
    vserver.mark = mark(message, &own)
    let missing = families.filter { family in !vserver.vips.contains { $0.address.family == family } }
    guard vserver.usesFirewallMark else {
      for name in [FieldName.fwmark, .fwmark_family] where message.field(name) != nil {
        own.warn(.withoutEffect, at: message.position(of: name), "\(name) has an effect with use_fwm only")
      }
      vserver.mark = nil
      return
    }
    vserver.markFamilies = missing
    if vserver.vips.isEmpty, !missing.isEmpty, vserver.mark == nil {
      own.error(
        .missing, at: message.position(of: .fwmark_family),
        "without a VIP fwmark is needed: somebody else marks the packets")
    }
  }

  /// Not one of those that probes have.
  private func mark(_ message: Message, _ own: inout Findings) -> UInt32? {
    guard message.field(.fwmark) != nil else { return nil }
    let mark = UInt32(clamping: message.integer(.fwmark))
    if mark == 0 {
      own.error(.outOfRange, at: message.position(of: .fwmark), "fwmark 0 is no mark")
    } else if Marks.probes.contains(mark) {
      own.error(
        .outOfRange, at: message.position(of: .fwmark),
        "fwmark \(mark) is among those of probes, \(Marks.probes.lowerBound) to \(Marks.probes.upperBound - 1)")
    }
    return mark
  }

  func readOutbound(of vserver: inout Vserver, _ message: Message, _ own: inout Findings) {
    var first: [String: Position] = [:]
    for message in message.messages(.outbound) {
      for problem in message.faults { own.add(problem) }
      guard message.field(.protocol) != nil, message.field(.remote_port) != nil else { continue }
      let port = UInt16(clamping: ranged(.remote_port, 1...65535, message, &own))
      let outbound = Outbound(
        transport: message.choice(.protocol), remotePort: port, mark: mark(message, &own), position: message.position)
      let key = outbound.key
      if let earlier = first[key] {
        own.error(.duplicate, at: message.position, "outbound \(key) is given twice", also: earlier)
      }
      first[key] = message.position
      vserver.outbound.append(outbound)
    }
    vserver.outbound.sort { ($0.remotePort, $0.transport.rawValue) < ($1.remotePort, $1.transport.rawValue) }
    guard let outbound = vserver.outbound.first else { return }
    if vserver.vips.allSatisfy({ $0.kind == .external }) {
      own.warn(.withoutEffect, at: outbound.position, "outbound has an effect on VIPs that are held here only")
    } else if vserver.entries.isEmpty {
      own.warn(.withoutEffect, at: outbound.position, "outbound has an effect with a vserver_entry only")
    }
  }

  // MARK: What is chosen

  private struct Holder {
    var families: Set<AddressFamily>
    var name: String
    var position: Position
  }

  /// Gives marks to those who need one and have none. Whoever is wrong takes part too, so that the others keep theirs
  /// when it is mended.
  mutating func assignMarks() {
    checkGivenMarks()
    let given = cluster.vservers.flatMap { [$0.mark] + $0.outbound.map(\.mark) }.compactMap(\.self)
    let paths = cluster.vservers.flatMap { vserver in
      (vserver.usesFirewallMark && vserver.mark == nil ? [vserver.name] : [])
        + vserver.outbound.filter { $0.mark == nil }.map { vserver.path(of: $0) }
    }
    guard !paths.isEmpty else { return }
    let marks = Marks(paths, in: Marks.vservers, without: Set(given))
    for index in cluster.vservers.indices {
      var vserver = cluster.vservers[index]
      if vserver.usesFirewallMark, vserver.mark == nil { vserver.mark = marks[vserver.name] }
      for number in vserver.outbound.indices where vserver.outbound[number].mark == nil {
        vserver.outbound[number].mark = marks[vserver.path(of: vserver.outbound[number])]
      }
      let isMarked = vserver.mark != nil || !vserver.usesFirewallMark
      if !isMarked || vserver.outbound.contains(where: { $0.mark == nil }) {
        refuse(
          &vserver,
          Problem(
            .error, .exhausted, at: vserver.position,
            "no firewall mark is left for it: there are \(Marks.vservers.count)"))
      }
      cluster.vservers[index] = vserver
    }
  }

  /// In the order of the text the first keeps the mark.
  private mutating func checkGivenMarks() {
    var holders: [UInt32: [Holder]] = [:]
    let order = cluster.vservers.indices.sorted { cluster.vservers[$0].position < cluster.vservers[$1].position }
    for index in order {
      var vserver = cluster.vservers[index]
      let families = Set(vserver.families)
      let given =
        [(vserver.mark, "vserver \"\(vserver.name)\"", vserver.position)]
        + vserver.outbound.map { ($0.mark, "outbound \($0.key) of vserver \"\(vserver.name)\"", $0.position) }
      for case (let mark?, let name, let position) in given where !vserver.isWrong {
        if let holder = holders[mark]?.first(where: { !$0.families.isDisjoint(with: families) }) {
          refuse(
            &vserver,
            Problem(
              .error, .duplicate, at: position, "fwmark \(mark) is already that of \(holder.name)",
              also: holder.position))
        }
        holders[mark, default: []].append(Holder(families: families, name: name, position: position))
      }
      cluster.vservers[index].isWrong = vserver.isWrong
    }
  }

  private mutating func refuse(_ vserver: inout Vserver, _ problem: Problem) {
    var own = Findings()
    own.add(problem)
    findings.take(own, about: ObjectName(.vserver, vserver.name))
    vserver.isWrong = true
  }
}

extension Outbound {
  /// `25/TCP`: the port of the others.
  var key: String { "\(remotePort)/\(transport.rawValue)" }
}

extension Vserver {
  /// What the mark of such traffic is chosen by.
  fileprivate func path(of outbound: Outbound) -> String {
    "\(name) outbound \(outbound.transport.rawValue) \(outbound.remotePort)"
  }
}
