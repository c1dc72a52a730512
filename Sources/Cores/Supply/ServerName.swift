// Where a server is, as people write it: `HOST`, `HOST:PORT`, `[2001:db8::1]:PORT`, and with `http://` or `https://`.

package struct ServerName: Hashable, Sendable {
  /// A name or an address, without brackets.
  package var host: String
  package var port: UInt16
  package var isEncrypted: Bool

  /// - Parameters:
  ///   - port: where none is given.
  ///   - takesAnyPort: whether 0 is one, for who listens.
  package init?(_ text: String, port standard: UInt16, takesAnyPort: Bool = false) {
    var rest = text[...]
    isEncrypted = true
    if rest.hasPrefix("[") {
      guard let end = rest.firstIndex(of: "]") else { return nil }
      host = String(rest[rest.index(after: rest.startIndex)..<end])
      rest = rest[rest.index(after: end)...]
    } else if rest.split(separator: ":", omittingEmptySubsequences: false).count > 2 {
      // An IPv6 address without a port.
      host = text
      rest = ""
    } else {
      host = String(rest.prefix { $0 != ":" })
      rest = rest.dropFirst(host.count)
    }
    guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
    guard let port = rest.isEmpty ? standard : UInt16(rest.dropFirst()), port > 0 || takesAnyPort else { return nil }
    self.port = port
    let isName = host.utf8.allSatisfy { (0x21...0x7e).contains($0) && !"/?#@[]\\".utf8.contains($0) }
    guard !host.isEmpty, host.utf8.count <= 253, isName else { return nil }
  }

  /// Of a URL that names a server and nothing on it.
  package init?(url: String, port standard: UInt16) {
    let schemes = [("https://", true), ("http://", false)]
    guard let (scheme, isEncrypted) = schemes.first(where: { url.hasPrefix($0.0) }) else { return nil }
    let rest = url.dropFirst(scheme.count)
    self.init(String(rest.hasSuffix("/") ? rest.dropLast() : rest), port: standard)
    self.isEncrypted = isEncrypted
  }
}
