// virtual_server: a service with its scheduler, forwarding, persistence and quorum, and the real servers behind it.

internal import Values

extension KeepalivedReader {
  /// A virtual_server while it is read: settings may follow the real servers that inherit them.
  struct VirtualServer {
    var block: Statement
    var target: Target
    var transport: IPVSProtocol?
    var scheduler: String?
    var flags: [Word] = []
    var forwarding: ImportedForwarding?
    var persistence: UInt32?
    var prefixLength: (length: Int, family: AddressFamily?)?
    var engine: String?
    var onePacket: Place?
    var quorum: (UInt32, Place)?
    var hysteresis: (UInt32, Place)?
    var family: AddressFamily?
    var sorry: (address: IPAddress, port: UInt16?, place: Place)?
    var sorryForwarding: ImportedForwarding?
    var isSorryInhibited = false
    var weight: UInt32?
    var isInhibited = false
    var checks = CheckSettings()
    var servers: [Statement] = []

    var title: String { block.title }
  }

  enum Target {
    case address(IPAddress, UInt16)
    case mark(UInt32)
    case group(String)
  }

  mutating func readVirtualServer(_ block: Statement) {
    guard let target = target(block) else { return }
    var server = VirtualServer(block: block, target: target)
    for statement in block.block ?? [] {
      if readScheduling(statement, &server) || readForwarding(statement, &server) || readQuorum(statement, &server)
        || readCheckSetting(statement, &server.checks)
      {
        continue
      }
      switch statement.keyword {
      case "real_server": server.servers.append(statement)
      case "inhibit_on_failure": server.isInhibited = truth(statement) ?? server.isInhibited
      case "weight": server.weight = weight(statement) ?? server.weight
      case "ha_suspend", "omega", "quorum_up", "quorum_down", "smtp_alert", "snmp_name":
        leaveOut(statement, "it cannot be said")
      default: unknown(statement)
      }
    }
    finish(&server)
  }

  private mutating func target(_ block: Statement) -> Target? {
    switch block.word(1)?.text {
    case "fwmark":
      noMore(block, than: 3)
      return mark(block.word(2), of: block).map { .mark($0) }
    case "group":
      noMore(block, than: 3)
      guard let name = block.word(2), groups[name.text] != nil else {
        leaveOut(block, "there is no such virtual_server_group")
        return nil
      }
      return .group(name.text)
    case let text?:
      noMore(block, than: 3)
      guard let address = IPAddress(text) else {
        leaveOut(block, "\"\(text)\" is no address")
        return nil
      }
      return port(block.word(2)).map { .address(address, $0) }
    case nil:
      leaveOut(block, "it has no address")
      return nil
    }
  }

  // MARK: Settings

  private mutating func readScheduling(_ statement: Statement, _ server: inout VirtualServer) -> Bool {
    switch statement.keyword {
    case "lvs_sched", "lb_algo":
      guard let name = text(statement) else { break }
      if Self.schedulers.contains(name) {
        server.scheduler = name
      } else {
        findings.error(statement.place, "\(statement.title) is left out: there is no such scheduler")
      }
    case "flag-1", "flag-2", "flag-3", "sh-port", "sh-fallback", "mh-port", "mh-fallback":
      noMore(statement, than: 1)
      server.flags.append(statement.words[0])
    case "ops":
      noMore(statement, than: 1)
      server.onePacket = statement.place
    case "protocol":
      guard let name = text(statement) else { break }
      server.transport = IPVSProtocol(name: name.lowercased()) ?? server.transport
      if IPVSProtocol(name: name.lowercased()) == nil { leaveOut(statement, "it is none of TCP, UDP and SCTP") }
    case "ip_family":
      guard let name = text(statement) else { break }
      server.family = AddressFamily(rawValue: name) ?? server.family
      if AddressFamily(rawValue: name) == nil { leaveOut(statement, "it is neither inet nor inet6") }
    default: return false
    }
    return true
  }

  /// The kernel's, as keepalived lets them through.
  private static let schedulers: Set<String> = [
    "rr", "wrr", "lc", "wlc", "lblc", "lblcr", "sh", "mh", "dh", "fo", "ovf", "sed", "nq", "twos",
  ]

  private mutating func readForwarding(_ statement: Statement, _ server: inout VirtualServer) -> Bool {
    switch statement.keyword {
    case "lvs_method", "lb_kind": server.forwarding = forwarding(statement) ?? server.forwarding
    case "persistence_timeout":
      // keepalived's default, six minutes, where the word stands alone.
      if statement.words.count == 1 {
        server.persistence = 360
      } else if let seconds = number(statement, 1...2_678_400) {
        server.persistence = UInt32(seconds)
      }
    case "persistence_granularity":
      guard let text = text(statement) else { break }
      if let length = Int(text), (1...128).contains(length) {
        server.prefixLength = (length, .inet6)
      } else if let length = Netmask.length(text) {
        server.prefixLength = (length, .inet)
      } else {
        leaveOut(statement, "\"\(text)\" is neither a prefix length of IPv6 nor a mask of IPv4 without gaps")
      }
    case "persistence_engine": server.engine = text(statement) ?? server.engine
    default: return false
    }
    return true
  }

  private mutating func readQuorum(_ statement: Statement, _ server: inout VirtualServer) -> Bool {
    switch statement.keyword {
    case "quorum":
      if let value = number(statement, 1...Int64(UInt32.max)) { server.quorum = (UInt32(value), statement.place) }
    case "hysteresis":
      if let value = number(statement, 0...Int64(UInt32.max)) { server.hysteresis = (UInt32(value), statement.place) }
    case "sorry_server":
      noMore(statement, than: 3)
      guard let word = statement.word(1), let address = IPAddress(word.text) else {
        leaveOut(statement, "it has no address")
        break
      }
      guard let port = port(statement.word(2)) else { break }
      server.sorry = (address, port == 0 ? nil : port, statement.place)
    case "sorry_server_inhibit": server.isSorryInhibited = truth(statement) ?? false
    case "sorry_server_lvs_method": server.sorryForwarding = forwarding(statement)
    default: return false
    }
    return true
  }

  /// `NAT`, `DR`, or `TUN type gue port 6080 csum`.
  mutating func forwarding(_ statement: Statement) -> ImportedForwarding? {
    switch statement.word(1)?.text {
    case "NAT":
      noMore(statement, than: 2)
      return ImportedForwarding(mode: .nat)
    case "DR":
      noMore(statement, than: 2)
      return ImportedForwarding(mode: .dsr)
    case "TUN": return tunnel(statement).map { ImportedForwarding(mode: .tun, tunnel: $0) }
    default:
      leaveOut(statement, "it is none of NAT, DR and TUN")
      return nil
    }
  }

  private mutating func tunnel(_ statement: Statement) -> ImportedTunnel?? {
    guard statement.words.count > 2 else { return .some(nil) }
    var tunnel = ImportedTunnel()
    var index = 2
    while let word = statement.word(index) {
      let value = statement.word(index + 1)?.text
      switch word.text {
      case "type":
        guard let kind = value.flatMap({ ImportedTunnel.Kind(rawValue: $0.uppercased()) }) else {
          leaveOut(statement, "the type of a tunnel is ipip, gue or gre")
          return nil
        }
        tunnel.kind = kind
        index += 2
      case "port":
        guard let port = value.flatMap({ UInt16($0) }), port > 0 else {
          leaveOut(statement, "the port of the tunnel is wrong")
          return nil
        }
        tunnel.port = port
        index += 2
      case "csum", "remcsum":
        tunnel.flags.append(word.text)
        index += 1
      case "nocsum": index += 1
      default:
        leaveOut(statement, "\"\(word.text)\" belongs to no tunnel")
        return nil
      }
    }
    if tunnel.kind == .gue, tunnel.port == 0 {
      leaveOut(statement, "gue needs a port")
      return nil
    }
    return tunnel == ImportedTunnel() ? .some(nil) : tunnel
  }
}

enum Netmask {
  /// Of `255.255.255.0`; nil if it is none, has gaps, or is empty.
  static func length(_ text: String) -> Int? {
    guard case .v4(let bits)? = IPAddress(text), bits != 0 else { return nil }
    let length = (~bits).leadingZeroBitCount
    return bits << UInt32(length) == 0 ? length : nil
  }
}
