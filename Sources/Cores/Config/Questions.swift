// What the text parameters of healthchecks hold: the path or URL of an HTTP probe (RFC 3986, RFC 9110) and the name and
// type of a DNS probe (RFC 1035).

internal import Lines

/// The `send` of an HTTP healthcheck, taken apart: a path, or an absolute URL.
struct HTTPRequest: Equatable {
  var scheme: String?
  /// Host and port, as in the URL.
  var authority: String?
  /// With a leading `/`, with the query, without the fragment.
  var target = "/"

  init(_ send: [UInt8]) {
    var rest = String(decoding: send, as: UTF8.self)[...]
    for scheme in ["http", "https"] where rest.lowercased().hasPrefix("\(scheme)://") {
      self.scheme = scheme
      rest = rest.dropFirst(scheme.count + 3)
      let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
      // A user name belongs to the URL, not to the host.
      authority = String(rest[..<end].split(separator: "@", omittingEmptySubsequences: false).last ?? "")
      rest = rest[end...]
    }
    rest = rest.prefix { $0 != "#" }
    target = (rest.first == "/" ? "" : "/") + rest.utf8.map(Self.encoded).joined()
  }

  /// The host's name without port and brackets; nil where it is an address, for which no name is sent in TLS.
  var serverName: String? { authority.flatMap(Self.serverName) }

  static func serverName(of authority: String) -> String? {
    guard !authority.hasPrefix("[") else { return nil }
    let name = authority.prefix { $0 != ":" }
    let isAddress = name.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
    return name.isEmpty || isAddress ? nil : String(name)
  }

  /// Bytes that may not stand in a request line are sent as `%XX`.
  private static func encoded(_ byte: UInt8) -> String {
    if byte > 0x20, byte < 0x7f, !"\"<>\\^`{|}".utf8.contains(byte) { return String(Unicode.Scalar(byte)) }
    let digits = String(byte, radix: 16, uppercase: true)
    return "%" + (digits.count < 2 ? "0" : "") + digits
  }

  /// Why it cannot be asked for.
  static func fault(in send: [UInt8]) -> String? {
    if send.contains(where: { $0 < 0x20 || $0 == 0x7f }) { return "a URL holds no control character" }
    guard let authority = HTTPRequest(send).authority else { return nil }
    if authority.isEmpty { return "the URL has no host" }
    if HTTPCheck.isText(authority) { return nil }
    return "the URL's host holds a space, or is longer than \(HTTPCheck.maximumText) bytes"
  }
}

enum HTTPStatuses {
  /// Whether it is statuses and ranges of them (RFC 9110 §15: 100 to 599), such as `200,204,300-399`.
  static func isSet(_ text: String) -> Bool {
    text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { part in
      let ends = part.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map { status($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil else { return false }
      return first <= last
    }
  }

  private static func status(_ text: Substring) -> Int? {
    guard text.utf8.count == 3, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int(text).flatMap { (100...599).contains($0) ? $0 : nil }
  }
}

enum DNSQuestion {
  /// The types that can be asked for (IANA, DNS parameters).
  static let types: Set<String> = [
    "A", "AAAA", "ANY", "CAA", "CNAME", "DNAME", "DNSKEY", "DS", "HINFO", "HTTPS", "LOC", "MX", "NAPTR", "NS", "NSEC",
    "NSEC3", "NSEC3PARAM", "PTR", "RP", "RRSIG", "SOA", "SPF", "SRV", "SSHFP", "SVCB", "TLSA", "TXT", "URI",
  ]

  /// RFC 1035 §2.3.4: labels of 1 to 63 bytes, 253 in all; the dot at the end may be missing.
  static func isName(_ bytes: [UInt8]) -> Bool {
    if bytes == [UInt8(ascii: ".")] { return true }
    let name = bytes.last == UInt8(ascii: ".") ? bytes.dropLast() : bytes[...]
    let labels = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return (1...253).contains(name.count) && labels.allSatisfy { (1...63).contains($0.count) }
      && name.allSatisfy { $0 > 0x20 && $0 != 0x7f }
  }
}
