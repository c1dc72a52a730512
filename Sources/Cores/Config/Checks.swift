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
    var wanted: Wanted
    var family: AddressFamily
  }

  package init(_ cluster: Cluster, findings: inout Findings) {
    var pool = ProbePool()
    let needs = cluster.vservers.map { vserver in
      let wanted = Self.wanted(vserver, &pool)
      return vserver.backends.map { Self.needs(of: $0, in: vserver, wanted, &pool) }
    }
    var probes = pool.definitions
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

  /// A healthcheck that every backend of a vserver needs.
  private struct Wanted {
    var check: Healthcheck
    var template: Int
    var entry: String?

    /// Where the check names no port, a backend is asked on its own.
    func of(_ backend: Backend, _ pool: inout ProbePool) -> Wanted {
      guard check.followsBackend, let port = backend.port, port != check.port else { return self }
      var wanted = self
      wanted.check.port = port
      wanted.template = pool.template(wanted.check)
      return wanted
    }
  }

  private static func wanted(_ vserver: Vserver, _ pool: inout ProbePool) -> [Wanted] {
    guard !vserver.isWrong else { return [] }
    var wanted = vserver.checks.map { Wanted(check: $0, template: pool.template($0), entry: nil) }
    for entry in vserver.entries {
      wanted += entry.checks.map { Wanted(check: $0, template: pool.template($0), entry: entry.key) }
    }
    return wanted
  }

  private static func needs(
    of backend: Backend, in vserver: Vserver, _ wanted: [Wanted], _ pool: inout ProbePool
  ) -> [Need] {
    guard backend.isEnabled, !vserver.isWrong else { return [] }
    let wanted =
      wanted.map { $0.of(backend, &pool) }
      + backend.checks.map { Wanted(check: $0, template: pool.template($0), entry: nil) }
    var needs: [Need] = []
    var seen = Set<AddressFamily>()
    for vip in vserver.vips.map(\.address) + vserver.markFamilies.map(\.nowhere) {
      let family = vip.family
      // What goes straight to the backend is the same for all VIPs of a family.
      let isFirst = seen.insert(family).inserted
      guard let address = backend.host.prefix(family)?.address else { continue }
      for wanted in wanted where isFirst || wanted.check.mode != .plain {
        let probe = pool.probe(wanted.check, wanted.template, of: address, vip: vip)
        needs.append(Need(probe: probe, wanted: wanted, family: family))
      }
    }
    return needs
  }

  private static func references(_ needs: [Need], _ probes: [CheckDefinition]) -> [CheckReference] {
    var seen = Set<CheckReference>()
    return needs.compactMap { need in
      let reference = CheckReference(
        check: probes[need.probe].key, family: need.family, entry: need.wanted.entry, name: need.wanted.check.name)
      return seen.insert(reference).inserted ? reference : nil
    }
  }

  // MARK: Marks and keys

  private static func mark(_ probes: inout [CheckDefinition]) {
    let steered = probes.indices.filter { probes[$0].mode != .plain }
    let marks = Marks(steered.map { probes[$0].path }, in: Marks.probes)
    for position in steered { probes[position].mark = marks[probes[position].path] }
  }

  private static func tellUnmarked(_ backend: Backend, _ vserver: Vserver, _ findings: inout Findings) {
    var own = Findings()
    own.error(
      .exhausted, at: backend.position,
      "no firewall mark is left for its probes: there are \(Marks.probes.count) for backends by DSR and TUN")
    findings.take(own, about: ObjectName(.backend, "\(vserver.name)/\(backend.host.fqdn)"))
  }

  /// Keys by the definition. Equal short hashes of different definitions get the long one; where even those are equal,
  /// as for two that differ in secrets only, a number by the order of first use.
  private static func name(_ probes: inout [CheckDefinition], _ lines: inout [Line]) {
    let digests = lines.map { Digest(identity($0)) }
    var owners: [String: Int] = [:]
    owners.reserveCapacity(probes.count)
    var equal = Set<String>()
    for position in probes.indices {
      let key = "\(probes[position].stem) \(digests[position].text(long: false))"
      probes[position].key = key
      if owners.updateValue(position, forKey: key) != nil { equal.insert(key) }
    }
    var counts: [String: Int] = [:]
    for position in probes.indices {
      if equal.contains(probes[position].key) {
        let key = "\(probes[position].stem) \(digests[position].text(long: true))"
        let number = counts[key, default: 0] + 1
        counts[key] = number
        probes[position].key = number == 1 ? key : "\(key)-\(number)"
      }
      lines[position].key = probes[position].key
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

extension AddressFamily {
  fileprivate var nowhere: IPAddress { IPAddress(family: self, number: 0) }
}

/// The different probes, each once. Healthchecks that ask the same are one template; a probe is a template with
/// addresses.
private struct ProbePool {
  private struct Name: Hashable {
    var template: Int
    var address: IPAddress
    var vip: IPAddress?
  }

  private(set) var definitions: [CheckDefinition] = []
  private var templates: [CheckDefinition: Int] = [:]
  private var numbers: [Name: Int] = [:]

  mutating func template(_ check: Healthcheck) -> Int {
    let nowhere = AddressFamily.inet.nowhere
    let definition = check.definition(of: nowhere, vip: nowhere)
    if let known = templates[definition] { return known }
    templates[definition] = templates.count
    return templates.count - 1
  }

  mutating func probe(_ check: Healthcheck, _ template: Int, of address: IPAddress, vip: IPAddress) -> Int {
    let name = Name(template: template, address: address, vip: check.mode == .plain ? nil : vip)
    if let known = numbers[name] { return known }
    numbers[name] = definitions.count
    definitions.append(check.definition(of: address, vip: vip))
    return definitions.count - 1
  }
}
