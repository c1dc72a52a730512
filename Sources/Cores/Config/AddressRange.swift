// Addresses as a vserver or an address group lists them: one with the length of its network, or a range of which the
// last is written whole or by its last part, `192.0.2.10-20/24` and `2001:db8::a-f/64`.

internal import Values

struct AddressRange {
  /// Addresses of one range, at most. Set here: a vserver's line holds not many more.
  static let limit: UInt128 = 4_096

  let first: Prefix
  let count: Int

  var prefixes: [Prefix] {
    (0..<UInt128(count)).compactMap { offset in
      Prefix(IPAddress(family: first.family, number: first.address.number + offset), length: first.length)
    }
  }

  struct Fault: Error {
    let sentence: String
  }

  init(_ text: String) throws(Fault) {
    let halves = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let network = halves[0] + (halves.count > 1 ? "/" + (text.split(separator: "/").last ?? "") : "")
    guard let first = Prefix(halves.count > 1 ? network : text) else {
      throw Fault(sentence: halves.count > 1 ? "\"\(text)\" is no range" : Host.fault(inPrefix: text))
    }
    guard Host.isUsable(first.address) else { throw Fault(sentence: "\(text) is no address that a host can have") }
    self.first = first
    guard halves.count > 1 else {
      count = 1
      return
    }
    let end = halves[1].prefix { $0 != "/" }
    guard let last = IPAddress(end) ?? Self.last(String(end), after: halves[0]), last.family == first.family,
      Host.isUsable(last)
    else {
      throw Fault(sentence: "\"\(text)\" is no range")
    }
    guard last >= first.address else { throw Fault(sentence: "the range \(text) ends before it begins") }
    guard first.contains(last) else { throw Fault(sentence: "the range \(text) leaves its network") }
    let count = last.number - first.address.number + 1
    guard count <= Self.limit else {
      throw Fault(sentence: "the range \(text) has \(count) addresses, more than \(Self.limit)")
    }
    self.count = Int(count)
  }

  /// The first address with another last part.
  private static func last(_ part: String, after first: String) -> IPAddress? {
    let separator: Character = first.contains(":") ? ":" : "."
    guard !part.contains(separator), let end = first.lastIndex(of: separator) else { return nil }
    return IPAddress(first[...end] + part)
  }
}
