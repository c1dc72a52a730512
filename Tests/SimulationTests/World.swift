// What a seed configures, and how its backends fare: random vservers over a few VIPs, both families and all kinds, and
// random changes of them. No two vservers serve one port of one VIP, because then the first to say it has it, and a
// restart may choose the other.

import Fakes
import Lines
import Values

struct World {
  static let names = ["a", "b", "c", "d"]
  /// A scheduler that the kernel refuses at times.
  static let refused = "mystery"
  private static let vips: [(address: String, kind: VIPKind, lengths: [Int])] = [
    ("192.0.2.1", .unicast, [24, 32]), ("192.0.2.2", .unicast, [24, 32]), ("2001:db8::1", .unicast, [64, 128]),
    ("2001:db8::2", .unicast, [128, 64]), ("192.168.255.1", .anycast, [32]), ("2001:db8:a::1", .anycast, [128]),
    ("192.168.250.1", .dedicated, [32]),
  ]

  private(set) var vservers: [String: VserverLine] = [:]
  private(set) var backends: [String: [BackendLine]] = [:]
  /// Checks that fail now.
  private(set) var sick: Set<String> = []
  /// The thousand that each vserver's ports begin with.
  private var bases: [String: UInt16] = ["a": 1000, "b": 2000, "c": 3000, "d": 4000]
  /// Which of its lengths each VIP is held with.
  private var turned: Set<Int> = []

  init(_ random: inout Random) {
    for name in World.names where !random.once(in: 3) { make(name, &random) }
  }

  /// With all healthy, some service is between its watermarks: which side it is on, only memory knows.
  var needsMemory: Bool {
    vservers.contains { name, vserver in
      vserver.vips.contains { vip in
        let list = (backends[name] ?? []).filter { $0.address(vip.address.family) != nil }
        let share = Float(list.count { $0.isEnabled }) / Float(max(1, list.count { $0.isInService }))
        return vserver.entries.contains { $0.lowWatermark <= share && share < $0.highWatermark }
      }
    }
  }

  // MARK: As lines

  var lines: [StateKey: String] {
    var lines: [StateKey: String] = [:]
    for (name, vserver) in vservers {
      lines[StateKey(type: "config.vserver", key: name)] = vserver.line.text
      for backend in backends[name] ?? [] {
        lines[StateKey(type: "config.backend", key: backend.key)] = backend.line.text
      }
    }
    return lines
  }

  var checks: Set<String> { Set(backends.values.joined().flatMap(\.checks).map(\.check)) }

  /// A check of the backend with that address fails, in the vserver that has the service.
  func isDead(_ address: IPAddress, of service: IPVSServiceKey) -> Bool {
    guard case .virtual(let transport, let endpoint) = service else { return false }
    for (name, vserver) in vservers
    where vserver.vips.contains(where: { $0.address == endpoint.address })
      && vserver.entries.contains(where: { $0.port == endpoint.port && $0.transport == transport })
    {
      for backend in backends[name] ?? [] where backend.address(address.family) == address {
        return backend.checks.contains { $0.family == address.family && sick.contains($0.check) }
      }
    }
    return false
  }

  // MARK: Changes

  mutating func change(_ random: inout Random) {
    guard let name = random.pick(World.names) else { return }
    switch random.next(10) {
    case 0: make(name, &random)
    case 1:
      vservers[name] = nil
      backends[name] = nil
    case 2: vservers[name]?.isEnabled.toggle()
    case 3, 4:
      let vips = someVIPs(&random)
      vservers[name]?.vips = vips
    case 5:
      let entries = entries(of: name, &random)
      vservers[name]?.entries = entries
    case 6:
      // What one served the other serves now.
      guard let other = random.pick(World.names), name != other, var mine = vservers[name],
        var others = vservers[other]
      else { return }
      (mine.entries, others.entries) = (others.entries, mine.entries)
      (mine.vips, others.vips) = (others.vips, mine.vips)
      (vservers[name], vservers[other]) = (mine, others)
      (bases[name], bases[other]) = (bases[other], bases[name])
    case 7:
      turned.formSymmetricDifference([random.next(World.vips.count)])
      vservers = vservers.mapValues { vserver in
        var vserver = vserver
        vserver.vips = vserver.vips.map { turn($0) }
        return vserver
      }
    default: changeBackend(of: name, &random)
    }
  }

  /// Some backends fall ill or get well.
  mutating func changeHealth(_ random: inout Random) {
    for check in checks.sorted() where random.once(in: 3) { sick.formSymmetricDifference([check]) }
  }

  mutating func healAll() { sick = [] }

  private mutating func make(_ name: String, _ random: inout Random) {
    vservers[name] = VserverLine(
      name: name, isEnabled: !random.once(in: 6), vips: someVIPs(&random), entries: entries(of: name, &random))
    var made: [BackendLine] = []
    for number in 1...5 where random.once(in: 2) { made.append(backend(number, of: name, &random)) }
    backends[name] = made
  }

  private mutating func changeBackend(of name: String, _ random: inout Random) {
    guard vservers[name] != nil else { return }
    let number = 1 + random.next(5)
    let index = backends[name]?.firstIndex { $0.fqdn == "r\(number)" }
    let new = backend(number, of: name, &random)
    if let index, random.once(in: 3) {
      backends[name]?.remove(at: index)
    } else if let index {
      backends[name]?[index] = new
    } else {
      backends[name]?.append(new)
    }
  }

  // MARK: Parts

  private func someVIPs(_ random: inout Random) -> [VIPLine] {
    var chosen: Set<Int> = []
    for _ in 0...random.next(2) { chosen.insert(random.next(World.vips.count)) }
    return chosen.sorted().compactMap { index in
      let vip = World.vips[index]
      return IPAddress(vip.address).map {
        turn(
          VIPLine(
            address: $0, kind: vip.kind, interface: vip.kind == .unicast ? "eth0" : "dummy0", prefixLength: 0))
      }
    }
  }

  private func turn(_ vip: VIPLine) -> VIPLine {
    guard let index = World.vips.firstIndex(where: { IPAddress($0.address) == vip.address }) else { return vip }
    let lengths = World.vips[index].lengths
    var vip = vip
    vip.prefixLength = lengths[turned.contains(index) ? lengths.count - 1 : 0]
    return vip
  }

  private func entries(of name: String, _ random: inout Random) -> [EntryLine] {
    let base = bases[name] ?? 0
    let marks: [(Float, Float)] = [(0, 0), (0.5, 0.5), (0.3, 0.7), (1, 1)]
    var entries: [EntryLine] = []
    for port in 1...3 where port == 1 || random.once(in: 2) {
      let mark = marks[random.next(4)]
      entries.append(
        EntryLine(
          transport: random.once(in: 3) ? .udp : .tcp, port: base + UInt16(port),
          scheduler: ["wlc", "rr", "sh", "wlc", "mh", World.refused][random.next(6)],
          mode: EntryMode.allCases[random.next(3)], persistence: UInt32(random.next(2) * 60),
          lowWatermark: mark.0, highWatermark: mark.1))
    }
    return entries
  }

  private func backend(_ number: Int, of name: String, _ random: inout Random) -> BackendLine {
    // Two backends in five have one family only.
    let families: [AddressFamily] = number == 1 ? [.inet] : number == 2 ? [.inet6] : [.inet, .inet6]
    var backend = BackendLine(
      vserver: name, fqdn: "r\(number)", weight: UInt32(random.next(3)), isEnabled: !random.once(in: 6),
      isInService: !random.once(in: 8))
    for family in families {
      let text = family == .inet ? "10.0.0.\(number)" : "fd00::\(number)"
      let prefix = Prefix("\(text)/\(family == .inet ? 24 : 64)")
      if family == .inet { backend.ipv4 = prefix } else { backend.ipv6 = prefix }
      // One check for the host, which other vservers share, and one that only this one has; some have none at all.
      if random.once(in: 8) { continue }
      backend.checks.append(CheckReference(check: "tcp/80 \(text)", family: family))
      if random.once(in: 3) {
        backend.checks.append(CheckReference(check: "http/80 \(text) \(name)", family: family))
      }
    }
    return backend
  }
}
