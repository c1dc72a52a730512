// A virtual service of ldirectord.cf with its real servers.

internal import Values

extension LdirectordReader {
  /// A virtual service while it is read.
  struct Service {
    var section: LdirectordSection
    var target: ImportedTarget
    var transport: IPVSProtocol?
    var port: UInt16 = 0
    var family: AddressFamily
    var own = Shared()
    var scheduler = "wrr"
    var flags: [String] = []
    var persistence: UInt32?
    var netmask: LdirectordSetting?
    var isOnePacket = false
    var reals: [LdirectordSetting] = []
    var check = LdirectordCheck()
  }

  mutating func readSection(_ section: LdirectordSection) {
    guard var service = service(section) else { return }
    for setting in section.settings {
      if takeShared(setting, into: &service.own) || takeCheck(setting, into: &service.check) { continue }
      take(setting, into: &service)
    }
    if service.own.interval != nil, !forks {
      findings.warn(
        section.virtual.key.place, "checkinterval of \(section.title) has no effect without fork=yes, as in ldirectord")
      service.own.interval = nil
    }
    var outer = shared
    if service.family == .inet6 { outer.fallback = fallback6 }
    service.own = service.own.over(outer)
    finish(service)
  }

  private mutating func service(_ section: LdirectordSection) -> Service? {
    let text = section.virtual.value.text
    let family: AddressFamily = section.virtual.key.text == "virtual6" ? .inet6 : .inet
    if let mark = UInt32(text), mark > 0 {
      return Service(section: section, target: .mark(mark, family), family: family)
    }
    guard let endpoint = IPVSEndpoint(text), endpoint.port > 0 else {
      leaveOut(section.virtual, "it is no ADDRESS:PORT in numbers and no mark")
      return nil
    }
    guard endpoint.address.family == family else {
      leaveOut(section.virtual, "an IPv6 address belongs to virtual6")
      return nil
    }
    return Service(
      section: section, target: .address(endpoint.address), transport: endpoint.port == 53 ? .udp : .tcp,
      port: endpoint.port, family: family)
  }

  private mutating func take(_ setting: LdirectordSetting, into service: inout Service) {
    let value = setting.value.text
    switch setting.key.text {
    case "real", "real6":
      if (setting.key.text == "real6") == (service.family == .inet6) {
        service.reals.append(setting)
      } else {
        leaveOut(setting, "it is not of the family of \(service.section.title)")
      }
    case "scheduler": service.scheduler = value
    case "schedflags": service.flags = value.split(separator: ",").map(String.init)
    case "persistent": service.persistence = number(setting, 1...2_678_400).map { UInt32($0) }
    case "netmask": service.netmask = setting
    case "ops": service.isOnePacket = truth(setting) ?? false
    case "protocol":
      if service.transport == nil ? value == "fwm" : value == "tcp" || value == "udp" {
        service.transport = IPVSProtocol(name: value)
      } else {
        leaveOut(setting, service.transport == nil ? "a mark has the protocol fwm" : "it is neither tcp nor udp")
      }
    case "fallback", "fallback6": service.own.fallback = setting
    case "servicename", "comment", "cleanstop":
      findings.warn(setting.key.place, "\(setting.title) is left out: it changes nothing that is imported")
    case "emailalert", "emailalertfreq", "emailalertfrom", "emailalertstatus", "fallbackcommand", "monitorfile", "smtp":
      leaveOut(setting, "it cannot be said")
    default: leaveOut(setting, "ldirectord has no such setting here")
    }
  }

  private mutating func finish(_ service: Service) {
    let section = service.section
    guard service.check.type != "off" else {
      return leaveOut(section.virtual, "with checktype = off it serves nothing")
    }
    var vserver = ImportedVserver(
      name: "", target: service.target, transport: service.transport, port: service.port,
      scheduler: service.scheduler, schedulerFlags: service.flags, forwarding: ImportedForwarding(mode: .dsr),
      persistence: service.persistence, isOnePacket: service.isOnePacket, place: section.virtual.key.place,
      title: section.title)
    switch service.target {
    case .address(let address):
      let endpoint = IPVSEndpoint(address: address, port: service.port)
      vserver.name = "\(service.transport?.name ?? "tcp"):\(endpoint)"
    case .mark(let mark, let family): vserver.name = "fwmark:\(mark):\(family.rawValue)"
    case .group(let name): vserver.name = name
    }
    if let netmask = service.netmask {
      let text = netmask.value.text
      vserver.persistencePrefixLength =
        service.family == .inet ? Netmask.length(text) : Int(text).flatMap { (1...128).contains($0) ? $0 : nil }
      if vserver.persistencePrefixLength == nil { leaveOut(netmask, "it is no mask without gaps") }
    }
    // ldirectord is quiescent unless told otherwise.
    let isQuiescent = service.own.isQuiescent ?? true
    if isQuiescent { vserver.failureAction = .zeroWeight }
    for setting in service.reals { addReal(setting, of: service, to: &vserver) }
    if let fallback = service.own.fallback { addFallback(fallback, isQuiescent, to: &vserver, service) }
    cluster.add(vserver, &findings)
  }

  // MARK: Servers

  private static let modes: [String: ImportedForwarding.Mode] = ["gate": .dsr, "masq": .nat, "ipip": .tun]

  /// `ADDRESS[->ADDRESS][:PORT] gate|masq|ipip [WEIGHT] ["REQUEST", "RECEIVE"] [l:LOW] [u:HIGH]`.
  private mutating func addReal(_ setting: LdirectordSetting, of service: Service, to vserver: inout ImportedVserver) {
    let text = setting.value.text
    let parts = text.split(separator: "\"", maxSplits: 4, omittingEmptySubsequences: false).map(String.init)
    let isQuoted = parts.count == 5
    guard parts.count == 1 || isQuoted else { return leaveOut(setting, "its strings are not closed") }
    var words = (isQuoted ? parts[0] + parts[4] : text).split { $0 == " " || $0 == "\t" }.map(String.init)[...]
    guard let first = words.popFirst(), let (range, port) = Self.servers(first) else {
      return leaveOut(setting, "it is no address in numbers")
    }
    guard let mode = words.popFirst().flatMap({ Self.modes[$0] }) else {
      return leaveOut(setting, "the forwarding is none of gate, masq and ipip")
    }
    guard range.first.family == service.family else {
      return leaveOut(setting, "it is not of the family of \(vserver.title)")
    }
    let forwarding = ImportedForwarding(mode: mode)
    if vserver.backends.isEmpty { vserver.forwarding = forwarding }
    var backend = ImportedBackend(
      address: range.first, port: port, forwarding: forwarding.overriding(vserver.forwarding),
      place: setting.key.place)
    for word in words {
      if let weight = UInt32(word), weight <= 65535, backend.weight == nil {
        backend.weight = weight
      } else if word.hasPrefix("l:"), let limit = UInt32(word.dropFirst(2)), limit <= Int32.max {
        backend.lowerThreshold = limit
      } else if word.hasPrefix("u:"), let limit = UInt32(word.dropFirst(2)), limit <= Int32.max {
        backend.upperThreshold = limit
      } else {
        return leaveOut(setting, "\"\(word)\" is neither a weight nor a threshold")
      }
    }
    if mode != .nat, case .address = service.target, let given = port, given != service.port {
      findings.warn(setting.value.place, "\(setting.title): only masq can change a port; \(service.port) is set")
      backend.port = nil
    }
    var check = service.check
    if isQuoted { check = check.asking(parts[1], receive: Word(text: parts[3], place: setting.value.place)) }
    backend.checks = checks(check, of: backend, in: service, setting)
    // As many as a service can have; a range of more is a mistake.
    let count = range.last.number - range.first.number
    guard count < 65_536 else { return leaveOut(setting, "it is a range of more than 65,536 addresses") }
    for offset in 0...count {
      backend.address = IPAddress(family: range.first.family, number: range.first.number + offset)
      vserver.add(backend, &findings)
    }
  }

  /// `192.0.2.1:80`, `192.0.2.1->192.0.2.9:80`, `[2001:db8::1]:80`; the port may be absent or 0.
  private static func servers(_ text: String) -> (AddressRange, UInt16?)? {
    var text = text[...]
    var start: Substring?
    if let arrow = text.firstIndex(of: ">"), text[..<arrow].hasSuffix("-") {
      start = text[..<arrow].dropLast()
      text = text[text.index(after: arrow)...]
    }
    var port: UInt16?
    if let endpoint = IPVSEndpoint(text) {
      port = endpoint.port == 0 ? nil : endpoint.port
      text = "\(endpoint.address)"
    } else if text.hasPrefix("["), text.hasSuffix("]") {
      text = text.dropFirst().dropLast()
    }
    guard IPAddress(text) != nil else { return nil }
    return AddressRange(start.map { "\($0)-\(text)" } ?? String(text)).map { ($0, port) }
  }

  private mutating func addFallback(
    _ setting: LdirectordSetting, _ isQuiescent: Bool, to vserver: inout ImportedVserver, _ service: Service
  ) {
    let words = setting.value.text.split { $0 == " " || $0 == "\t" }.map(String.init)
    guard let first = words.first, let (range, port) = Self.servers(first), range.first == range.last,
      range.first.family == service.family
    else { return leaveOut(setting, "it is no address in numbers of the family of \(vserver.title)") }
    guard words.count <= 2, let mode = Self.modes[words.count == 2 ? words[1] : "gate"] else {
      return leaveOut(setting, "the forwarding is none of gate, masq and ipip")
    }
    vserver.sorryServer = ImportedSorryServer(
      address: range.first, port: mode == .nat ? port : nil, mode: mode == vserver.forwarding.mode ? nil : mode,
      when: .noneLeft, isInhibited: isQuiescent)
  }
}
