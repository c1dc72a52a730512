// A virtual service of kernel IPVS as a value: its key and all its attributes (linux/ip_vs.h). Numbers are the
// kernel's; what they are called in lines is said in Lines, how they are sent in Netlink. Statistics are in
// IPVSStatistics.

/// What IPVS balances. The numbers are those of IP.
package enum IPVSProtocol: UInt8, Hashable, Comparable, Sendable, CaseIterable {
  case tcp = 6
  case udp = 17
  case sctp = 132

  package init?(name: some StringProtocol) {
    guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = found
  }

  package var name: String {
    switch self {
    case .tcp: "tcp"
    case .udp: "udp"
    case .sctp: "sctp"
    }
  }

  package static func < (a: IPVSProtocol, b: IPVSProtocol) -> Bool { a.rawValue < b.rawValue }
}

/// An address and a port, written `192.0.2.1:80` or `[2001:db8::1]:80`.
package struct IPVSEndpoint: Hashable, Comparable, Sendable {
  package let address: IPAddress
  package let port: UInt16

  package init(address: IPAddress, port: UInt16) {
    self.address = address
    self.port = port
  }

  package static func < (a: IPVSEndpoint, b: IPVSEndpoint) -> Bool { (a.address, a.port) < (b.address, b.port) }
}

/// What tells one service from another in the kernel. A mark names one service in each family.
package enum IPVSServiceKey: Hashable, Sendable {
  case virtual(IPVSProtocol, IPVSEndpoint)
  case mark(UInt32, AddressFamily)

  /// The service's own family: its address's, never a destination's.
  package var family: AddressFamily {
    switch self {
    case .virtual(_, let endpoint): endpoint.address.family
    case .mark(_, let family): family
    }
  }
}

extension IPVSServiceKey: Comparable {
  /// Addresses before marks; by address, port and protocol, or by mark and family.
  package static func < (a: IPVSServiceKey, b: IPVSServiceKey) -> Bool {
    switch (a, b) {
    case (.virtual(let p, let x), .virtual(let q, let y)): (x, p) < (y, q)
    case (.mark(let m, let f), .mark(let n, let g)): (m, f) < (n, g)
    case (.virtual, .mark): true
    case (.mark, .virtual): false
    }
  }
}

/// A service: the key, and what may be changed in place.
package struct IPVSService: Hashable, Sendable {
  /// The kernel's flag bits. `hashed` is the kernel's own and never kept here.
  package struct Flags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    package static let persistent = Flags(rawValue: 0x01)
    package static let hashed = Flags(rawValue: 0x02)
    package static let onePacket = Flags(rawValue: 0x04)
    package static let scheduler1 = Flags(rawValue: 0x08)
    package static let scheduler2 = Flags(rawValue: 0x10)
    package static let scheduler3 = Flags(rawValue: 0x20)
  }

  /// Which clients a persistence template joins.
  package enum Granularity: Hashable, Sendable {
    case prefix(Int)
    /// An IPv4 mask with holes, which we never ask for but others can make. Make it by `init(mask:)`.
    case mask(UInt32)

    /// An IPv4 mask: a prefix unless it has holes, so that two that mean the same are equal.
    package init(mask: UInt32) {
      // Contiguous when no set bit follows a clear one.
      let length = (~mask).leadingZeroBitCount
      self = mask.nonzeroBitCount == length ? .prefix(length) : .mask(mask)
    }
  }

  package var key: IPVSServiceKey
  package var scheduler: String
  package var flags: Flags
  /// Seconds that a client stays with its destination; acts only with the flag `persistent`.
  package var timeout: UInt32
  package var granularity: Granularity
  package var persistenceEngine: String?

  package init(
    key: IPVSServiceKey, scheduler: String, flags: Flags = [], timeout: UInt32 = 0,
    granularity: Granularity? = nil, persistenceEngine: String? = nil
  ) {
    self.key = key
    self.scheduler = scheduler
    self.flags = flags.subtracting(.hashed)
    self.timeout = timeout
    self.granularity = granularity ?? .prefix(key.family.bits)
    self.persistenceEngine = persistenceEngine
  }
}

// MARK: Text

extension IPVSEndpoint: CustomStringConvertible, LosslessStringConvertible {
  package var description: String { address.family == .inet ? "\(address):\(port)" : "[\(address)]:\(port)" }

  /// Parses what `description` writes; nil for anything else.
  package init?(_ text: String) { self.init(text[...]) }

  package init?(_ text: Substring) {
    let bytes = text.utf8
    guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")) else { return nil }
    var host = text[..<colon]
    let isBracketed = host.utf8.first == UInt8(ascii: "[") && host.utf8.last == UInt8(ascii: "]")
    if isBracketed { host = host.dropFirst().dropLast() }
    guard let address = IPAddress(ascii: host.utf8.span), (address.family == .inet6) == isBracketed else { return nil }
    guard let port = UInt16(plain: text[bytes.index(after: colon)...]) else { return nil }
    self.init(address: address, port: port)
  }
}

extension IPVSServiceKey: CustomStringConvertible, LosslessStringConvertible {
  /// `tcp/192.0.2.1:80`, `udp/[2001:db8::1]:53`, `fwmark/256/inet`.
  package var description: String {
    switch self {
    case .virtual(let transport, let endpoint): "\(transport.name)/\(endpoint)"
    case .mark(let mark, let family): "fwmark/\(mark)/\(family.rawValue)"
    }
  }

  package init?(_ text: String) { self.init(text[...]) }

  package init?(_ text: Substring) {
    guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")) else { return nil }
    let rest = text[text.utf8.index(after: slash)...]
    if let transport = IPVSProtocol(name: text[..<slash]) {
      guard let endpoint = IPVSEndpoint(rest) else { return nil }
      self = .virtual(transport, endpoint)
      return
    }
    guard text[..<slash] == "fwmark", let second = rest.utf8.firstIndex(of: UInt8(ascii: "/")) else { return nil }
    guard let mark = UInt32(plain: rest[..<second]), mark > 0 else { return nil }
    guard let family = AddressFamily(rawValue: String(rest[rest.utf8.index(after: second)...])) else { return nil }
    self = .mark(mark, family)
  }
}

extension FixedWidthInteger {
  /// Decimal digits without sign or leading zero; nil for anything else.
  init?(plain text: Substring) {
    guard text.utf8.first.map({ $0 != 0x30 || text.utf8.count == 1 }) ?? false else { return nil }
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    self.init(text, radix: 10)
  }
}
