// The enumerations of the configuration (Seesaw's config.proto, and our own), by the names that operators write. All of
// them are numbered from 1 in the order given here or, for words that lines have too, there.

package import Lines
package import Values

/// An enumeration of the configuration.
package protocol Choosable: CaseIterable, RawRepresentable, Sendable where RawValue == String {
  /// The one that an unset field means.
  static var first: Self { get }
}

extension Choosable {
  package init?(number: Int) {
    guard number >= 1, number <= Self.allCases.count else { return nil }
    self = Self.allCases[Self.allCases.index(Self.allCases.startIndex, offsetBy: number - 1)]
  }

  /// Lines have small letters where a configuration has capitals.
  static var choices: Choices { Choices(members: allCases.map { $0.rawValue.uppercased() }) }
}

/// What a reader needs to know of an enumeration: the member with number n is `members[n - 1]`.
package struct Choices: Hashable, Sendable {
  package let members: [String]

  /// The number of a member that is named or numbered in the text.
  package func number(named text: String) -> Int? { members.firstIndex(of: text).map { $0 + 1 } }
}

/// What a host is for: whether it serves, is checked, and counts.
package enum Status: String, Choosable {
  case production = "PRODUCTION", testing = "TESTING", building = "BUILDING", standby = "STANDBY"
  case failure = "FAILURE", disabled = "DISABLED", proposed = "PROPOSED"
  package static let first = production

  /// A vserver or backend with this status serves.
  package var serves: Bool { self == .production || self == .testing }
  /// A backend with this status counts in the denominator of watermarks.
  package var inService: Bool { self != .proposed && self != .building }
}

package enum Transport: String, Choosable {
  case tcp = "TCP", udp = "UDP", sctp = "SCTP"
  package static let first = tcp

  package var kernel: IPVSProtocol {
    switch self {
    case .tcp: .tcp
    case .udp: .udp
    case .sctp: .sctp
    }
  }
}

package enum Scheduler: String, Choosable {
  case rr = "RR", wrr = "WRR", lc = "LC", wlc = "WLC", sh = "SH", mh = "MH"
  package static let first = rr
}

/// How packets reach the backend.
package enum ForwardingMode: String, Choosable {
  case dsr = "DSR", nat = "NAT", tun = "TUN"
  package static let first = dsr

  package var entryMode: EntryMode {
    switch self {
    case .dsr: .dsr
    case .nat: .nat
    case .tun: .tun
    }
  }
}

/// What a tunnel wraps packets in.
package enum TunnelType: String, Choosable {
  case ipip = "IPIP", gue = "GUE", gre = "GRE"
  package static let first = ipip
}

package enum HealthcheckType: String, Choosable, Comparable {
  case icmp = "ICMP_PING", udp = "UDP", tcp = "TCP", http = "HTTP", https = "HTTPS", dns = "DNS", tls = "TCP_TLS"
  case radius = "RADIUS"
  package static let first = icmp

  /// The word in a healthcheck's name. Seesaw gives HTTPS and TLS the same word as their plain forms.
  package var word: String {
    switch self {
    case .icmp: "ICMP"
    case .https: "HTTP"
    case .tls: "TCP"
    default: rawValue
    }
  }

  package static func < (a: HealthcheckType, b: HealthcheckType) -> Bool { a.rawValue < b.rawValue }
}

/// Which way a probe goes: straight to the backend, or to the VIP and by firewall mark to that backend.
package enum HealthcheckMode: String, Choosable {
  case plain = "PLAIN", dsr = "DSR", tun = "TUN"
  package static let first = plain
}

package enum GrantRole: String, Choosable {
  case admin = "ADMIN", ops = "OPS"
  package static let first = admin
}

package enum GranteeType: String, Choosable {
  case user = "USER", group = "GROUP"
  package static let first = user
}

// MARK: Those of lines

extension LinkLayout: Choosable { package static let first = seesaw }
extension ClusterLine.StormAction: Choosable { package static let first = report }
extension AddressFamily: Choosable { package static let first = inet }
extension FailureAction: Choosable { package static let first = remove }
extension SorryServerLine.Condition: Choosable { package static let first = belowQuorum }
