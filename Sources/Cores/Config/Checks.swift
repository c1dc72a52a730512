// From healthchecks to probes: for every enabled backend and every family of which its vserver has a VIP, what to probe
// and how. Equal probes of one backend, whatever vservers they are for, are one. A probe's key is made from its
// definition, so it is the same after a restart and on the other node.

package import Lines
internal import Values

/// What is to be probed, and for whom.
package struct Checks: Sendable {
  /// By key.
  package private(set) var definitions: [CheckDefinition] = []
  /// By vserver and backend, in their order in the cluster; empty for what is left out or not enabled.
  package private(set) var references: [[[CheckReference]]] = []

  /// One probe that someone needs, before it has a key.
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
    Self.mark(&probes, cluster, needs, &findings)
    Self.name(&probes)
    references = needs.map { backends in
      backends.map { needs in
        var seen = Set<CheckReference>()
        return needs.compactMap { need in
          let probe = probes[need.probe]
          guard probe.mode == .plain || probe.mark != nil else { return nil }
          let reference = CheckReference(check: probe.key, family: need.family, entry: need.entry, name: need.name)
          return seen.insert(reference).inserted ? reference : nil
        }
      }
    }
    definitions = probes.filter { $0.mode == .plain || $0.mark != nil }.sorted { $0.key < $1.key }
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

  // MARK: Marks and keys

  private static func mark(
    _ probes: inout [CheckDefinition], _ cluster: Cluster, _ needs: [[[Need]]], _ findings: inout Findings
  ) {
    let marks = Marks(probes.filter { $0.mode != .plain }.map(\.path))
    var unmarked = Set<Int>()
    for position in probes.indices where probes[position].mode != .plain {
      probes[position].mark = marks[probes[position].path]
      if probes[position].mark == nil { unmarked.insert(position) }
    }
    guard !unmarked.isEmpty else { return }
    for (vserver, backends) in zip(cluster.vservers, needs) {
      for (backend, needs) in zip(vserver.backends, backends)
      where needs.contains(where: { unmarked.contains($0.probe) }) {
        var own = Findings()
        own.error(
          .exhausted, at: backend.position,
          "no firewall mark is left for its probes: there are \(Marks.range.count) for backends by DSR and TUN")
        findings.take(own, about: ObjectName(.backend, "\(vserver.name)/\(backend.host.fqdn)"))
      }
    }
  }

  /// Keys by the definition. Equal short hashes of different definitions get the long one; where even those are equal,
  /// as for two that differ in secrets only, a number by the order of first use.
  private static func name(_ probes: inout [CheckDefinition]) {
    let digests = probes.map { Digest($0.identity) }
    for isLong in [false, true] {
      var owners: [String: [Int]] = [:]
      for position in probes.indices where probes[position].key.isEmpty {
        let key = "\(probes[position].stem) \(digests[position].text(long: isLong))"
        owners[key, default: []].append(position)
      }
      for (key, positions) in owners {
        if positions.count == 1 {
          probes[positions[0]].key = key
        } else if isLong {
          for (number, position) in positions.enumerated() {
            probes[position].key = number == 0 ? key : "\(key)-\(number + 1)"
          }
        }
      }
    }
  }
}

extension CheckDefinition {
  /// The readable part of the key: `http/80 10.0.0.4`.
  fileprivate var stem: String { kind == .icmp ? "icmp \(address)" : "\(kind.rawValue)/\(port) \(address)" }

  /// What its mark stands for.
  fileprivate var path: String { "\(mode.rawValue) \(address)" }

  /// What makes it the check that it is, without mark and secrets: the bytes of its line.
  fileprivate var identity: [UInt8] {
    var copy = self
    copy.mark = nil
    copy.radius?.password = ""
    copy.radius?.secret = ""
    return copy.line.bytes
  }
}
