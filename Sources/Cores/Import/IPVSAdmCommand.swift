// One line of `ipvsadm --save` or of a script of ipvsadm calls, as ipvsadm(8) takes it apart: what is done, to which
// service, with which options. Names of hosts and ports are not looked up.

internal import Values

struct IPVSAdmCommand {
  enum Action { case addService, addServer, clear }

  struct Fault: Error {
    var place: Place
    var reason: String
  }

  var action: Action
  var key: IPVSServiceKey
  var scheduler = "wlc"
  var flags: [String] = []
  var isOnePacket = false
  var persistence: UInt32?
  var netmask: Word?
  var engine: String?
  var server: (address: IPAddress, port: UInt16?)?
  var mode = ImportedForwarding.Mode.dsr
  var tunnel = ImportedTunnel()
  var weight: UInt32?
  var upperThreshold: UInt32?
  var lowerThreshold: UInt32?
  var place: Place

  /// ipvsadm's own default where `-p` stands alone, in seconds.
  private static let defaultPersistence: UInt32 = 300

  /// What names the objects, before it is put together.
  private struct Names {
    var action: Action?
    var service: (word: Word, transport: IPVSProtocol)?
    var mark: Word?
    var family = AddressFamily.inet
    var server: Word?
  }

  /// `words` is a line without `ipvsadm` before it.
  init(_ words: [Word]) throws(Fault) {
    place = words.first?.place ?? Place(line: 0, column: 0)
    key = .mark(1, .inet)
    action = .clear
    var options = Options(words)
    var names = Names()
    while let option = options.next() {
      if try takeName(option, &options, &names) { continue }
      if try takeService(option, &options) { continue }
      try takeServer(option, &options)
    }
    guard let action = names.action else {
      throw Fault(place: place, reason: "only --add-service and --add-server are imported")
    }
    self.action = action
    if action == .clear { return }
    key = try Self.key(names, at: place)
    guard action == .addServer else { return }
    guard let word = names.server else { throw Fault(place: place, reason: "it names no server") }
    server = try Self.endpoint(word)
  }

  private static func key(_ names: Names, at place: Place) throws(Fault) -> IPVSServiceKey {
    if let mark = names.mark {
      if let number = UInt32(mark.text), number > 0 { return .mark(number, names.family) }
      throw Fault(place: mark.place, reason: "\"\(mark.text)\" is no firewall mark")
    }
    guard let service = names.service else { throw Fault(place: place, reason: "it names no service") }
    let (address, port) = try endpoint(service.word)
    return .virtual(service.transport, IPVSEndpoint(address: address, port: port ?? 0))
  }

  private func takeName(_ option: Word, _ options: inout Options, _ names: inout Names) throws(Fault) -> Bool {
    switch option.text {
    case "-A", "--add-service": names.action = .addService
    case "-a", "--add-server": names.action = .addServer
    case "-C", "--clear": names.action = .clear
    case "-t", "--tcp-service": names.service = (try options.value(option), .tcp)
    case "-u", "--udp-service": names.service = (try options.value(option), .udp)
    case "--sctp-service": names.service = (try options.value(option), .sctp)
    case "-f", "--fwmark-service": names.mark = try options.value(option)
    case "-6", "--ipv6": names.family = .inet6
    case "-r", "--real-server": names.server = try options.value(option)
    default: return false
    }
    return true
  }

  private mutating func takeService(_ option: Word, _ options: inout Options) throws(Fault) -> Bool {
    switch option.text {
    case "-s", "--scheduler": scheduler = try options.value(option).text
    case "-b", "--sched-flags": flags = try options.value(option).text.split(separator: ",").map(String.init)
    case "-o", "-O", "--ops": isOnePacket = true
    case "-p", "--persistent": persistence = try options.optionalNumber(1...2_678_400) ?? Self.defaultPersistence
    case "-M", "--netmask": netmask = try options.value(option)
    case "--pe": engine = try options.value(option).text
    default: return false
    }
    return true
  }

  private mutating func takeServer(_ option: Word, _ options: inout Options) throws(Fault) {
    switch option.text {
    case "-g", "--gatewaying": mode = .dsr
    case "-i", "--ipip": mode = .tun
    case "-m", "--masquerading": mode = .nat
    case "-w", "--weight": weight = try options.number(option, 0...65535)
    case "-x", "--u-threshold": upperThreshold = try options.number(option, 0...UInt32(Int32.max))
    case "-y", "--l-threshold": lowerThreshold = try options.number(option, 0...UInt32(Int32.max))
    case "--tun-type":
      let word = try options.value(option)
      guard let kind = ImportedTunnel.Kind(rawValue: word.text.uppercased()) else {
        throw Fault(place: word.place, reason: "the type of a tunnel is ipip, gue or gre")
      }
      tunnel.kind = kind
    case "--tun-port": tunnel.port = UInt16(try options.number(option, 1...65535))
    case "--tun-csum": tunnel.flags.append("csum")
    case "--tun-remcsum": tunnel.flags.append("remcsum")
    case "--tun-nocsum", "-n", "--numeric": break
    default: throw Fault(place: option.place, reason: "ipvsadm has no option \(option.text) here")
    }
  }

  /// `192.0.2.1`, `192.0.2.1:80`, `[2001:db8::1]:80`.
  private static func endpoint(_ word: Word) throws(Fault) -> (IPAddress, UInt16?) {
    if let endpoint = IPVSEndpoint(word.text) { return (endpoint.address, endpoint.port) }
    let isBracketed = word.text.hasPrefix("[") && word.text.hasSuffix("]")
    let text = isBracketed ? word.text.dropFirst().dropLast() : word.text[...]
    if let address = IPAddress(text) { return (address, nil) }
    throw Fault(place: word.place, reason: "\"\(word.text)\" is no address; names are not looked up: save with -n")
  }

  /// The words, of which long options may hold their value after `=`.
  private struct Options {
    private var words: ArraySlice<Word>

    init(_ words: [Word]) {
      let divided = words.flatMap { word -> [Word] in
        guard word.text.hasPrefix("--"), let sign = word.text.firstIndex(of: "=") else { return [word] }
        var value = word
        value.text = String(word.text[word.text.index(after: sign)...])
        value.place.column += word.text.distance(from: word.text.startIndex, to: sign) + 1
        return [Word(text: String(word.text[..<sign]), place: word.place), value]
      }
      self.words = divided[...]
    }

    mutating func next() -> Word? { words.popFirst() }

    mutating func value(_ option: Word) throws(Fault) -> Word {
      guard let word = words.popFirst() else { throw Fault(place: option.place, reason: "\(option.text) has no value") }
      return word
    }

    mutating func number(_ option: Word, _ range: ClosedRange<UInt32>) throws(Fault) -> UInt32 {
      let word = try value(option)
      if let number = UInt32(word.text), range.contains(number) { return number }
      let bounds = "\(range.lowerBound) to \(range.upperBound)"
      throw Fault(place: word.place, reason: "\(option.text) \(word.text) is no number from \(bounds)")
    }

    /// nil if the next word is an option.
    mutating func optionalNumber(_ range: ClosedRange<UInt32>) throws(Fault) -> UInt32? {
      guard let word = words.first, !word.text.hasPrefix("-") else { return nil }
      return try number(Word(text: "-p", place: word.place), range)
    }
  }
}
