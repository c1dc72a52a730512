// The kernel's table as ipvsadm(8) writes it, both ways: `ipvsadm --save --numeric` as vservers, and the services and
// destinations of an engine as `ipvsadm --restore` reads them. The table knows no checks: imported backends count as
// healthy until some are added.

package import Lines
internal import Values

package enum IPVSAdm {
  package static func read(_ file: ImportFile) -> Imported {
    var reader = IPVSAdmReader()
    var number = 1
    for line in file.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      reader.take(line, number: number)
      number += 1
    }
    var imported = Imported()
    imported.files = [file.name]
    imported.text = reader.cluster(imported)
    imported.problems = reader.findings.sorted
    return imported
  }
}

private struct IPVSAdmReader {
  var findings = ImportFindings()
  private var vservers: [ImportedVserver] = []
  private var indices: [IPVSServiceKey: Int] = [:]

  mutating func take(_ line: ArraySlice<UInt8>, number: Int) {
    var words = Word.divide(line, Place(line: number, column: 1))
    if let first = words.first?.text, first == "ipvsadm" || first.hasSuffix("/ipvsadm") { words.removeFirst() }
    guard let first = words.first, !first.text.hasPrefix("#") else { return }
    do throws(IPVSAdmCommand.Fault) {
      let command = try IPVSAdmCommand(words)
      switch command.action {
      case .clear: break
      case .addService: add(service: command, words)
      case .addServer: try add(server: command)
      }
    } catch {
      findings.error(error.place, "\(words.map(\.text).joined(separator: " ")) is left out: \(error.reason)")
    }
  }

  private mutating func add(service command: IPVSAdmCommand, _ words: [Word]) {
    let title = "service \(command.key)"
    if let earlier = indices[command.key] {
      return findings.error(
        command.place, "\(title) is given twice; the first is kept", also: vservers[earlier].place)
    }
    var vserver = ImportedVserver(
      name: "", target: .mark(0, .inet), port: 0, scheduler: command.scheduler, schedulerFlags: command.flags,
      forwarding: ImportedForwarding(mode: .dsr), persistence: command.persistence, persistenceEngine: command.engine,
      isOnePacket: command.isOnePacket, place: command.place, title: title)
    switch command.key {
    case .virtual(let transport, let endpoint):
      vserver.target = .address(endpoint.address)
      vserver.transport = transport
      vserver.port = endpoint.port
      vserver.name = "\(transport.name):\(endpoint)"
    case .mark(let mark, let family):
      vserver.target = .mark(mark, family)
      vserver.name = "fwmark:\(mark):\(family.rawValue)"
    }
    if let word = command.netmask {
      let isFourth = command.key.family == .inet
      vserver.persistencePrefixLength =
        isFourth ? Netmask.length(word.text) : Int(word.text).flatMap { (1...128).contains($0) ? $0 : nil }
      if vserver.persistencePrefixLength == nil {
        let wanted = isFourth ? "mask without gaps" : "prefix length"
        findings.error(word.place, "-M \(word.text) of \(title) is left out: it is no \(wanted)")
      }
    }
    indices[command.key] = vservers.count
    vservers.append(vserver)
  }

  private mutating func add(server command: IPVSAdmCommand) throws(IPVSAdmCommand.Fault) {
    guard let index = indices[command.key], let (address, port) = command.server else {
      throw IPVSAdmCommand.Fault(place: command.place, reason: "service \(command.key) is not there")
    }
    let tunnel = command.mode == .tun && command.tunnel != ImportedTunnel() ? command.tunnel : nil
    let forwarding = ImportedForwarding(mode: command.mode, tunnel: tunnel)
    // The first server says how the service forwards; those that differ say so themselves.
    if vservers[index].backends.isEmpty { vservers[index].forwarding = forwarding }
    let backend = ImportedBackend(
      address: address, port: port == 0 ? nil : port, weight: command.weight,
      forwarding: forwarding.overriding(vservers[index].forwarding),
      lowerThreshold: command.lowerThreshold, upperThreshold: command.upperThreshold, place: command.place)
    vservers[index].add(backend, &findings)
  }

  mutating func cluster(_ imported: Imported) -> [UInt8] {
    var cluster = ImportedCluster()
    for vserver in vservers { cluster.add(vserver, &findings) }
    return cluster.text(imported, from: "ipvsadm --save")
  }
}

extension Word {
  /// Words between blanks. `place` is that of the first byte.
  static func divide(_ line: ArraySlice<UInt8>, _ place: Place) -> [Word] {
    var place = place
    var words: [Word] = []
    var word: [UInt8] = []
    var start = place
    for byte in line + [0x20] {
      if byte.isBlank || byte == 0x0d {
        if !word.isEmpty { words.append(Word(text: String(decoding: word, as: UTF8.self), place: start)) }
        word.removeAll()
      } else {
        if word.isEmpty { start = place }
        word.append(byte)
      }
      if byte & 0xc0 != 0x80 { place.column += 1 }
    }
    return words
  }
}

// MARK: Export

extension IPVSAdm {
  /// `ipvs.service` and `ipvs.destination` lines as input of `ipvsadm --restore`, each service before its servers, in
  /// the order of their keys.
  package static func text(of lines: [Line]) throws(LineError) -> [UInt8] {
    var services: [(key: IPVSServiceKey, text: String)] = []
    var servers: [IPVSServiceKey: [IPVSDestinationLine]] = [:]
    for line in lines {
      switch line.type {
      case "ipvs.service":
        let service = try IPVSServiceLine(line).service
        services.append((service.key, try service.command(flags: line.strings("scheduler_flags"))))
      case "ipvs.destination":
        let destination = try IPVSDestinationLine(line)
        servers[destination.service, default: []].append(destination)
      default: break
      }
    }
    var text = ""
    for (key, command) in services.sorted(by: { $0.key < $1.key }) {
      text += command + "\n"
      for server in (servers[key] ?? []).sorted(by: { $0.key < $1.key }) { text += server.command + "\n" }
    }
    return Array(text.utf8)
  }
}

extension IPVSServiceKey {
  fileprivate var option: String {
    switch self {
    case .virtual(.tcp, let endpoint): "-t \(endpoint)"
    case .virtual(.udp, let endpoint): "-u \(endpoint)"
    case .virtual(.sctp, let endpoint): "--sctp-service \(endpoint)"
    case .mark(let mark, .inet): "-f \(mark)"
    case .mark(let mark, .inet6): "-f \(mark) -6"
    }
  }
}

extension IPVSService {
  fileprivate func command(flags names: [String]) -> String {
    var text = "-A \(key.option) -s \(scheduler)"
    if flags.contains(.persistent) { text += " -p \(timeout)" }
    switch granularity {
    case .prefix(key.family.bits): break
    case .prefix(let length) where key.family == .inet6: text += " -M \(length)"
    case .prefix(let length): text += " -M \(IPAddress.v4(length == 0 ? 0 : UInt32.max << UInt32(32 - length)))"
    case .mask(let bits): text += " -M \(IPAddress.v4(bits))"
    }
    if let persistenceEngine { text += " --pe \(persistenceEngine)" }
    if flags.contains(.onePacket) { text += " -o" }
    if !names.isEmpty { text += " -b \(names.joined(separator: ","))" }
    return text
  }
}

extension IPVSDestinationLine {
  fileprivate var command: String {
    var text = "-a \(service.option) -r \(destination.endpoint)"
    switch destination.forwarding {
    case .masq: text += " -m"
    case .tunnel: text += " -i"
    // Local and bypass are what the kernel makes of these by itself.
    case .route, .local, .bypass: text += " -g"
    }
    text += " -w \(destination.weight)"
    if destination.upperThreshold > 0 { text += " -x \(destination.upperThreshold)" }
    if destination.lowerThreshold > 0 { text += " -y \(destination.lowerThreshold)" }
    guard destination.forwarding == .tunnel else { return text }
    switch destination.tunnel {
    case .ipip: return text
    case .gue(let port, let checksum): return text + " --tun-type gue --tun-port \(port)" + checksum.options
    case .gre(let checksum): return text + " --tun-type gre" + checksum.options
    }
  }
}

extension IPVSTunnel.Checksum {
  fileprivate var options: String {
    (contains(.csum) ? " --tun-csum" : "") + (contains(.remcsum) ? " --tun-remcsum" : "")
  }
}
