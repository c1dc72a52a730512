// What the importers have in common: services of another load balancer in its own terms, and how they are written as
// vservers of cluster.pb. Nothing is written that was not said, but for what the two sides take for granted
// differently: scheduler, forwarding, interval, timeout, rise, fall and status codes are always there.

internal import Values

/// A health check of a backend.
struct ImportedCheck {
  enum Kind: String { case tcp = "TCP", udp = "UDP", http = "HTTP", https = "HTTPS", ping = "ICMP_PING", dns = "DNS" }

  var kind: Kind
  /// 0 where the kind has none.
  var port: UInt16
  /// Milliseconds.
  var interval: Int64
  var timeout: Int64
  /// Failures in a row that take it down. One success brings it up, in all of the sources.
  var fall: Int64
  var send: [UInt8] = []
  var receive: [UInt8] = []
  var method = ""
  var host: String?
  var status: String?
}

struct ImportedTunnel: Equatable {
  enum Kind: String { case ipip = "IPIP", gue = "GUE", gre = "GRE" }

  var kind = Kind.ipip
  var port: UInt16 = 0
  var flags: [String] = []
}

/// How packets reach a server.
struct ImportedForwarding: Equatable {
  enum Mode: String { case dsr = "DSR", nat = "NAT", tun = "TUN" }

  var mode: Mode
  /// Where something other than the default was asked for.
  var tunnel: ImportedTunnel?

  /// What a server has to say where its service forwards like `outer`: nothing if that is the same, and of a tunnel its
  /// type, which would be the service's else.
  func overriding(_ outer: ImportedForwarding) -> ImportedForwarding? {
    if self == outer { return nil }
    var own = self
    if mode == .tun, outer.tunnel != nil { own.tunnel = tunnel ?? ImportedTunnel() }
    return own
  }
}

enum ImportedFailureAction: String { case remove = "REMOVE", zeroWeight = "ZERO_WEIGHT" }

struct ImportedBackend {
  var address: IPAddress
  /// nil: whatever the service's is.
  var port: UInt16?
  var weight: UInt32?
  /// Where it differs from the service's.
  var forwarding: ImportedForwarding?
  var failureAction: ImportedFailureAction?
  var lowerThreshold: UInt32?
  var upperThreshold: UInt32?
  var checks: [ImportedCheck] = []
  var place: Place

  /// Unique in its service.
  var name: String { port.map { IPVSEndpoint(address: address, port: $0).description } ?? "\(address)" }
}

struct ImportedSorryServer {
  enum Condition: String { case belowQuorum = "BELOW_QUORUM", noneLeft = "NONE_LEFT" }

  var address: IPAddress
  var port: UInt16?
  var mode: ImportedForwarding.Mode?
  var when: Condition
  var isInhibited = false
}

/// What a service listens to.
enum ImportedTarget {
  case address(IPAddress)
  /// Addresses and ranges, as a group of the cluster; its name.
  case group(String)
  case mark(UInt32, AddressFamily)
}

struct ImportedVserver {
  var name: String
  var target: ImportedTarget
  /// nil for a mark without one.
  var transport: IPVSProtocol?
  var port: UInt16
  var scheduler: String
  var schedulerFlags: [String] = []
  var forwarding: ImportedForwarding
  /// Seconds.
  var persistence: UInt32?
  var persistencePrefixLength: Int?
  var persistenceEngine: String?
  var isOnePacket = false
  var failureAction: ImportedFailureAction?
  var quorum: UInt32?
  var hysteresis: UInt32?
  var sorryServer: ImportedSorryServer?
  var backends: [ImportedBackend] = []
  /// Where each backend was given.
  var places: [IPVSEndpoint: Place] = [:]
  var place: Place
  /// How the source calls it.
  var title: String
}

struct ImportedAddressGroup {
  var name: String
  /// Prefixes and ranges in the form of `Vserver.address`.
  var addresses: [String]
  var place: Place
}

// MARK: Text

extension ImportedAddressGroup {
  func write(to text: inout ClusterText) {
    text.message("address_group") { text in
      text.text("name", name)
      for address in addresses { text.text("address", address) }
    }
  }
}

extension ImportedVserver {
  func write(to text: inout ClusterText) {
    text.message("vserver") { text in
      text.text("name", name)
      text.message("entry_address") { text in
        text.text("fqdn", name)
        if case .address(let address) = target { text.address(Prefix(host: address)) }
      }
      text.text("rp", "imported")
      switch target {
      case .address: break
      case .group(let name): text.text("address_group", name)
      case .mark(let mark, let family):
        text.truth("use_fwm", true)
        text.number("fwmark", mark)
        text.word("fwmark_family", family == .inet ? "INET" : "INET6")
      }
      // Whoever held the addresses before, such as VRRP, goes on with it.
      text.truth("vip_external", true)
      text.message("vserver_entry", writeEntry)
      for backend in backends { text.message("backend", backend.write) }
    }
  }

  private func writeEntry(to text: inout ClusterText) {
    text.word("protocol", (transport ?? .tcp).name.uppercased())
    text.number("port", port)
    text.text("scheduler_name", scheduler)
    for flag in schedulerFlags { text.text("scheduler_flag", flag) }
    text.forwarding(forwarding)
    if let persistence { text.number("persistence", persistence) }
    if let persistencePrefixLength { text.number("persistence_prefix_length", persistencePrefixLength) }
    if let persistenceEngine { text.text("persistence_engine", persistenceEngine) }
    if isOnePacket { text.truth("one_packet", true) }
    if let failureAction { text.word("failure_action", failureAction.rawValue) }
    if let quorum { text.number("quorum", quorum) }
    if let hysteresis { text.number("hysteresis", hysteresis) }
    // A service of theirs is in the kernel whatever becomes of its servers.
    text.truth("stays_down", true)
    if let sorryServer { text.message("sorry_server", sorryServer.write) }
  }
}

extension ImportedSorryServer {
  fileprivate func write(to text: inout ClusterText) {
    text.text(address.family == .inet ? "ipv4" : "ipv6", "\(address)")
    if let port { text.number("port", port) }
    if let mode { text.word("mode", mode.rawValue) }
    text.word("when", when.rawValue)
    if isInhibited { text.truth("inhibit", true) }
  }
}

extension ImportedBackend {
  fileprivate func write(to text: inout ClusterText) {
    text.message("host") { text in
      text.text("fqdn", name)
      text.address(Prefix(host: address))
    }
    if let weight { text.number("weight", weight) }
    if let port { text.number("port", port) }
    if let forwarding { text.forwarding(forwarding) }
    if let failureAction { text.word("failure_action", failureAction.rawValue) }
    if let lowerThreshold { text.number("lthreshold", lowerThreshold) }
    if let upperThreshold { text.number("uthreshold", upperThreshold) }
    for check in checks { text.message("healthcheck", check.write) }
  }
}

extension ImportedCheck {
  fileprivate func write(to text: inout ClusterText) {
    text.word("type", kind.rawValue)
    text.time("interval", interval)
    text.time("timeout", timeout)
    if kind != .ping { text.number("port", port) }
    if !send.isEmpty { text.data("send", send) }
    if !receive.isEmpty { text.data("receive", receive) }
    if !method.isEmpty { text.text("method", method) }
    if let host { text.text("host", host) }
    if let status { text.text("status", status) }
    text.number("rise", 1)
    text.number("fall", fall)
  }
}

extension ClusterText {
  fileprivate mutating func address(_ prefix: Prefix) {
    text(prefix.family == .inet ? "ipv4" : "ipv6", "\(prefix)")
  }

  fileprivate mutating func forwarding(_ forwarding: ImportedForwarding) {
    word("mode", forwarding.mode.rawValue)
    guard let tunnel = forwarding.tunnel else { return }
    word("tunnel_type", tunnel.kind.rawValue)
    if tunnel.port > 0 { number("tunnel_port", tunnel.port) }
    for flag in tunnel.flags { text("tunnel_flag", flag) }
  }

  /// Seconds where they are whole, else milliseconds.
  fileprivate mutating func time(_ name: String, _ milliseconds: Int64) {
    if milliseconds.isMultiple(of: 1000) {
      number(name, milliseconds / 1000)
    } else {
      number("\(name)_ms", milliseconds)
    }
  }
}
