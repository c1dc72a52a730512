// Hosts of cluster.pb: a name, an address of each family with the length of its network, and a status. An address that
// cannot be used is a fault; Seesaw takes it silently as none.

package import Values

/// A name with its addresses.
package struct Host: Hashable, Sendable {
  package var fqdn = ""
  package var ipv4: Prefix?
  package var ipv6: Prefix?
  package var status = Status.production

  package init() {}

  package func prefix(_ family: AddressFamily) -> Prefix? { family == .inet ? ipv4 : ipv6 }

  package var prefixes: [Prefix] { [ipv4, ipv6].compactMap(\.self) }
}

extension Host {
  /// What the message says; `findings` is told what is wrong.
  init(_ message: Message, findings: inout Findings) {
    for problem in message.faults { findings.add(problem) }
    fqdn = message.text(.fqdn)
    if message.field(.fqdn) != nil, !isName(fqdn) {
      findings.error(
        .badValue, at: message.position(of: .fqdn), "fqdn is empty, too long or holds white space or /")
    }
    ipv4 = Self.prefix(.ipv4, .inet, message, &findings)
    ipv6 = Self.prefix(.ipv6, .inet6, message, &findings)
    status = message.choice(.status)
  }

  private static func prefix(
    _ field: FieldName, _ family: AddressFamily, _ message: Message, _ findings: inout Findings
  ) -> Prefix? {
    guard message.field(field) != nil else { return nil }
    let text = message.text(field)
    let fault: String
    if let prefix = Prefix(text) {
      if prefix.family != family {
        fault = "\(text) is no \(family == .inet ? "IPv4" : "IPv6") address"
      } else if !isUsable(prefix.address) {
        fault = "\(text) is no address that a host can have"
      } else {
        return prefix
      }
    } else {
      fault = self.fault(inPrefix: text)
    }
    findings.error(.badAddress, at: message.position(of: field), "\(field): \(fault)")
    return nil
  }

  /// Not unspecified, multicast, reserved, link-local (which needs an interface) or IPv4 within IPv6.
  static func isUsable(_ address: IPAddress) -> Bool {
    switch address {
    case .v4(let number): number != 0 && number >> 28 < 0xe
    case .v6(let high, _):
      !address.isUnspecified && high >> 56 != 0xff && high >> 54 != 0x3fa && address.number >> 32 != 0xffff
    }
  }

  static func fault(inPrefix text: String) -> String {
    if IPAddress(text) != nil {
      return "\(text) has no prefix length (such as \(text)/\(text.contains(":") ? 64 : 24))"
    }
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    if parts.count == 2, IPAddress(parts[0]) != nil { return "the prefix length of \"\(text)\" is wrong" }
    return "\"\(text)\" is no address with a prefix length"
  }
}
