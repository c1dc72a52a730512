// An address with a prefix length: a network, or an interface's address within its network (RFC 4632, RFC 4291 §2.3).

/// An address and how many of its leading bits are the network. Host bits are kept: `192.0.2.5/24` is a value.
package struct Prefix: Hashable, Comparable, Sendable {
  package let address: IPAddress
  /// 0 to 32, or 0 to 128.
  package let length: Int

  /// nil if the length does not fit the address's family.
  package init?(_ address: IPAddress, length: Int) {
    guard (0...address.family.bits).contains(length) else { return nil }
    self.address = address
    self.length = length
  }

  /// The whole address: /32 or /128.
  package init(host address: IPAddress) {
    self.address = address
    self.length = address.family.bits
  }

  package var family: AddressFamily { address.family }

  private var mask: UInt128 {
    let host = UInt128(family.bits - length)
    let all: UInt128 = family == .inet ? UInt128(UInt32.max) : .max
    return host >= 128 ? 0 : (all >> host) << host
  }

  /// The same network with all host bits zero.
  package var network: Prefix {
    Prefix(IPAddress(family: family, number: address.number & mask), length: length) ?? self
  }

  package func contains(_ other: IPAddress) -> Bool {
    other.family == family && other.number & mask == address.number & mask
  }

  package static func < (a: Prefix, b: Prefix) -> Bool { (a.address, a.length) < (b.address, b.length) }
}

extension Prefix: CustomStringConvertible, LosslessStringConvertible {
  /// Parses `ADDRESS/LENGTH`; a missing, signed or zero-padded length is refused.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let address = IPAddress(parts[0]) else { return nil }
    let digits = parts[1].utf8
    guard (1...3).contains(digits.count), digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
    guard digits.count == 1 || digits.first != 48, let length = Int(parts[1]) else { return nil }
    self.init(address, length: length)
  }

  package var description: String { "\(address)/\(length)" }
}
