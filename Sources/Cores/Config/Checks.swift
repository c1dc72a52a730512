// From healthchecks to probes: for every enabled backend and every family of which its vserver has a VIP, what to probe
// and how. Equal probes of one backend, whatever vservers they are for, are one. A probe's key is made from its
// definition, so it is the same after a restart and on the other node.

package import Lines
internal import Values

/// What is to be probed, and for whom.
package struct Checks: Sendable {
  /// By key.
  package private(set) var definitions: [CheckDefinition] = []
  /// The `check` lines of the definitions.
  package private(set) var lines: [Line] = []
  /// By vserver and backend, in their order in the cluster; nil for a backend that is left out, because it cannot be
  /// probed as asked.
  package private(set) var references: [[[CheckReference]?]] = []

  /// One probe that a backend needs, before it has a key.
  private struct Need {
    var probe: Int
    var name: String
    var family: AddressFamily
    var entry: String?
  }

  package init(_ cluster: Cluster, findings: inout Findings) {
    var probes: [CheckDefinition] = []
    var index: [CheckDefinition: Int] = [:]
    let needs = cluster.vservers.map { vserver in
      vserver.backends.map { backend in
        Self.needs(of: backend, in: vserver) { definition in
          if let known = index[definition] { return known }
          index[definition] = probes.count
          probes.append(definition)
          return probes.count - 1
        }
      }
    }
    Self.mark(&probes)
    var lines = probes.map(\.line)
    Self.name(&probes, &lines)
    var used = [Bool](repeating: false, count: probes.count)
    for (vserver, needs) in zip(cluster.vservers, needs) {
      references.append(
        zip(vserver.backends, needs).map { backend, needs in
          guard needs.allSatisfy({ probes[$0.probe].mode == .plain || probes[$0.probe].mark != nil }) else {
            Self.tellUnmarked(backend, vserver, &findings)
            return nil
          }
          for need in needs { used[need.probe] = true }
          return Self.references(needs, probes)
        })
    }
    // The definitions are large: their numbers are sorted, not they.
    let order = probes.indices.filter { used[$0] }.sorted { probes[$0].key < probes[$1].key }
    definitions = order.map { probes[$0] }
    self.lines = order.map { lines[$0] }
  }

  private static func needs(
    of backend: Backend, in vserver: Vserver, probe: (CheckDefinition) -> Int
  ) -> [Need] {
    guard backend.isEnabled, !vserver.isWrong else { return [] }
    var needs: [Need] = []
    for vip in vserver.vips {
      let family = vip.address.family
      guard let address = backend.host.prefix(family)?.address else { continue }
      for check in vserver.checks {
        let definition = check.definition(of: address, vip: vip.address)
        needs.append(Need(probe: probe(definition), name: check.name, family: family, entry: nil))
      }
      for entry in vserver.entries {
        for check in entry.checks {
          let definition = check.definition(of: address, vip: vip.address)
          needs.append(Need(probe: probe(definition), name: check.name, family: family, entry: entry.key))
        }
      }
    }
    return needs
  }

  private static func references(_ needs: [Need], _ probes: [CheckDefinition]) -> [CheckReference] {
    var seen = Set<CheckReference>()
    return needs.compactMap { need in
      let reference = CheckReference(
        check: probes[need.probe].key, family: need.family, entry: need.entry, name: need.name)
      return seen.insert(reference).inserted ? reference : nil
    }
  }

  // MARK: Marks and keys

  private static func mark(_ probes: inout [CheckDefinition]) {
    let steered = probes.indices.filter { probes[$0].mode != .plain }
    let marks = Marks(steered.map { probes[$0].path })
    for position in steered { probes[position].mark = marks[probes[position].path] }
  }

  private static func tellUnmarked(_ backend: Backend, _ vserver: Vserver, _ findings: inout Findings) {
    var own = Findings()
    own.error(
      .exhausted, at: backend.position,
      "no firewall mark is left for its probes: there are \(Marks.range.count) for backends by DSR and TUN")
    findings.take(own, about: ObjectName(.backend, "\(vserver.name)/\(backend.host.fqdn)"))
  }

  /// Keys by the definition. Equal short hashes of different definitions get the long one; where even those are equal,
  /// as for two that differ in secrets only, a number by the order of first use.
  private static func name(_ probes: inout [CheckDefinition], _ lines: inout [Line]) {
    let digests = lines.map { Digest(identity($0)) }
    for isLong in [false, true] {
      var owners: [String: [Int]] = [:]
      for position in probes.indices where probes[position].key.isEmpty {
        let key = "\(probes[position].stem) \(digests[position].text(long: isLong))"
        owners[key, default: []].append(position)
      }
      for (key, positions) in owners where positions.count == 1 || isLong {
        for (number, position) in positions.enumerated() {
          probes[position].key = number == 0 ? key : "\(key)-\(number + 1)"
          lines[position].key = probes[position].key
        }
      }
    }
  }

  /// What makes it the check that it is: the bytes of its line, without mark and secrets.
  private static func identity(_ line: Line) -> [UInt8] {
    guard line.members.contains(where: { $0.name == "mark" || $0.name == "secret" }) else { return line.bytes }
    var copy = line
    copy.members.removeAll { $0.name == "mark" }
    for index in copy.members.indices where ["password", "secret"].contains(copy.members[index].name) {
      copy.members[index].value = ""
    }
    return copy.bytes
  }
}

extension CheckDefinition {
  /// The readable part of the key: `http/80 10.0.0.4`.
  fileprivate var stem: String { kind == .icmp ? "icmp \(address)" : "\(kind.rawValue)/\(port) \(address)" }

  /// What its mark stands for.
  fileprivate var path: String { "\(mode.rawValue) \(address)" }
}
