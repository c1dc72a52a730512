// IPv4 and IPv6 addresses as values, with the text forms of RFC 4632, RFC 4291 §2.2 and RFC 5952. Zone names
// (`fe80::1%eth0`) are left out: an interface is always a member of its own in lines.

/// The family of an address, named as iproute2 and nftables name it.
package enum AddressFamily: String, Hashable, Comparable, Sendable, CaseIterable {
  case inet
  case inet6

  /// Bits in an address: 32 or 128.
  package var bits: Int { self == .inet ? 32 : 128 }

  package static func < (a: AddressFamily, b: AddressFamily) -> Bool { a == .inet && b == .inet6 }
}

/// An IPv4 or IPv6 address. Ordered by family, then as an unsigned big-endian number.
///
/// IPv6 is held in two words: unoptimised code of Swift 6.3 crashes when it passes on a struct of a small member and an
/// enum with a 128-bit one (an address and a port).
package enum IPAddress: Hashable, Comparable, Sendable {
  case v4(UInt32)
  case v6(high: UInt64, low: UInt64)

  package static func v6(_ number: UInt128) -> IPAddress {
    .v6(high: UInt64(truncatingIfNeeded: number >> 64), low: UInt64(truncatingIfNeeded: number))
  }

  package var family: AddressFamily {
    switch self {
    case .v4: .inet
    case .v6: .inet6
    }
  }

  /// The address as a number.
  package var number: UInt128 {
    switch self {
    case .v4(let value): UInt128(value)
    case .v6(let high, let low): UInt128(high) << 64 | UInt128(low)
    }
  }

  package init(family: AddressFamily, number: UInt128) {
    self = family == .inet ? .v4(UInt32(truncatingIfNeeded: number)) : .v6(number)
  }

  /// Network byte order, 4 or 16 bytes.
  package var bytes: [UInt8] {
    let size = family.bits / 8
    return (0..<size).map { UInt8(truncatingIfNeeded: number >> UInt128((size - 1 - $0) * 8)) }
  }

  /// From 4 or 16 bytes in network order; nil for any other count.
  package init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    let number = bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
    self.init(family: bytes.count == 4 ? .inet : .inet6, number: number)
  }

  /// `0.0.0.0` or `::`.
  package var isUnspecified: Bool { number == 0 }

  package static func < (a: IPAddress, b: IPAddress) -> Bool {
    (a.family, a.number) < (b.family, b.number)
  }
}

// MARK: Text

extension IPAddress: CustomStringConvertible, LosslessStringConvertible {
  /// Parses dotted quad (four decimal parts, no leading zeros) or RFC 4291 §2.2 text; nil for anything else.
  package init?(_ text: some StringProtocol) {
    self.init(ascii: Array(text.utf8)[...])
  }

  package init?(_ text: String) { self.init(ascii: text.utf8.span) }

  package init?(ascii text: ArraySlice<UInt8>) { self.init(ascii: text.span) }

  package init?(ascii text: Span<UInt8>) {
    // The longest form is that of `ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255`.
    guard (2...45).contains(text.count) else { return nil }
    if let value = IPAddress.parseIPv4(text) {
      self = .v4(value)
    } else if let value = IPAddress.parseIPv6(text.indices.map { text[$0] }[...]) {
      self = .v6(value)
    } else {
      return nil
    }
  }

  private static func parseIPv4(_ text: Span<UInt8>) -> UInt32? {
    var value: UInt32 = 0
    var octet: UInt32 = 0
    var digits = 0
    var dots = 0
    for index in text.indices {
      let byte = text[index]
      if byte == UInt8(ascii: "."), digits > 0, dots < 3 {
        value = value << 8 | octet
        (octet, digits) = (0, 0)
        dots += 1
        continue
      }
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), digits == 0 || octet > 0 else { return nil }
      octet = octet * 10 + UInt32(byte - UInt8(ascii: "0"))
      digits += 1
      guard octet <= 255 else { return nil }
    }
    return dots == 3 && digits > 0 ? value << 8 | octet : nil
  }

  private static func parseIPv6(_ text: ArraySlice<UInt8>) -> UInt128? {
    let colon = UInt8(ascii: ":")
    var halves: [ArraySlice<UInt8>] = [text]
    var index = text.startIndex
    while index + 1 < text.endIndex {
      if text[index] == colon, text[index + 1] == colon {
        halves = [text[..<index], text[(index + 2)...]]
        break
      }
      index += 1
    }
    guard let head = groups(halves[0], last: halves.count == 1) else { return nil }
    guard halves.count == 2 else { return head.count == 8 ? join(head) : nil }
    // `::` stands for at least one group of zeros.
    guard let tail = groups(halves[1], last: true), head.count + tail.count <= 7 else { return nil }
    return join(head + [UInt16](repeating: 0, count: 8 - head.count - tail.count) + tail)
  }

  /// Colon-separated groups; the last part of the whole address may be a dotted quad (two groups).
  private static func groups(_ text: ArraySlice<UInt8>, last: Bool) -> [UInt16]? {
    guard !text.isEmpty else { return [] }
    var result: [UInt16] = []
    let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    for (position, part) in parts.enumerated() {
      if last, position == parts.count - 1, part.contains(UInt8(ascii: ".")) {
        guard let quad = parseIPv4(part.span) else { return nil }
        result += [UInt16(truncatingIfNeeded: quad >> 16), UInt16(truncatingIfNeeded: quad)]
        continue
      }
      guard (1...4).contains(part.count) else { return nil }
      var group: UInt16 = 0
      for digit in part {
        guard let nibble = hexValue(digit) else { return nil }
        group = group << 4 | UInt16(nibble)
      }
      result.append(group)
    }
    return result.count <= 8 ? result : nil
  }

  private static func join(_ groups: [UInt16]) -> UInt128 {
    groups.reduce(UInt128(0)) { $0 << 16 | UInt128($1) }
  }

  /// The canonical text: dotted quad, or RFC 5952.
  package var description: String {
    switch self {
    case .v4(let value):
      return "\(value >> 24).\(value >> 16 & 255).\(value >> 8 & 255).\(value & 255)"
    case .v6:
      return IPAddress.canonical(number)
    }
  }

  private static func canonical(_ value: UInt128) -> String {
    // RFC 5952 §5: IPv4-mapped addresses are shown with the dotted quad.
    if value >> 32 == 0xffff { return "::ffff:\(IPAddress.v4(UInt32(truncatingIfNeeded: value)))" }
    let groups = (0..<8).map { UInt16(truncatingIfNeeded: value >> UInt128((7 - $0) * 16)) }
    // RFC 5952 §4.2: the longest run of two or more zero groups, the first of equals.
    var best = 0..<0
    var start = 0
    while start < 8 {
      var end = start
      while end < 8, groups[end] == 0 { end += 1 }
      if end - start > best.count { best = start..<end }
      start = max(end, start + 1)
    }
    let text = { (range: Range<Int>) in range.map { String(groups[$0], radix: 16) }.joined(separator: ":") }
    guard best.count > 1 else { return text(0..<8) }
    return text(0..<best.lowerBound) + "::" + text(best.upperBound..<8)
  }
}

/// The value of an ASCII hexadecimal digit, of either case.
package func hexValue(_ digit: UInt8) -> UInt8? {
  switch digit {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
  default: nil
  }
}
