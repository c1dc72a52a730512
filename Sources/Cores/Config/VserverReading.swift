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
    vserver.role = description(message.text(.role), .role, at: message.position(of: .role), &own)
    vserver.drainTimeout = ranged(.drain_timeout_ms, 0...86_400_000, message, &own)
    readAddresses(of: &vserver, message, &own)
    readEntries(of: &vserver, message, &own)
    claimServices(of: vserver, &own)
    readOutbound(of: &vserver, message, &own)
    vserver.checks = healthchecks(message.messages(.healthcheck), for: .vserver, &own)
    readSourceNAT(of: &vserver, message, &own)
    tellAimless(vserver.checks + vserver.entries.flatMap(\.checks), in: vserver, &own)
    vserver.isWrong = own.errors > 0
    if vserver.isWrong { releaseClaims(of: vserver) }
    noteRepeats(in: message, &own)
    readBackends(of: &vserver, message, &own)
    readGrants(of: &vserver, message, &own)
    if !vserver.isWrong { noteUseless(vserver, message, &own) }
    findings.take(own, about: ObjectName(.vserver, name))
    return vserver
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
      // Rights fail closed: a group that is made later does not get what it was not given.
      if found.errors == 0, grant.type == .group, !groupNames.contains(grant.grantee) {
        found.error(
          .missing, at: message.position(of: .grantee), "there is no access group \"\(grant.grantee)\"")
      }
      own.take(found, about: ObjectName(.accessGrant, "\(vserver.name)/\(grant.key)"))
      guard found.errors == 0 else { continue }
      guard keys.insert(grant.key).inserted else {
        own.warn(.duplicate, at: message.position, "the grant to \(grant.key) is given twice; the first is kept")
        continue
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
    let unchecked = vserver.backends.count(where: \.checks.isEmpty)
    for entry in vserver.entries where entry.checks.isEmpty && unchecked > 0 {
      let whose = unchecked == vserver.backends.count ? "its backends" : "\(unchecked) of its backends"
      own.warn(.noCheck, at: entry.position, "\(entry.key) has no healthcheck: \(whose) count as healthy")
    }
  }
}
