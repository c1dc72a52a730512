// The head of an HTTP/1.x request (RFC 9112 §3): what a server that answers questions without a body has to know of it.
// Left out: the fields, which it does not look at, and bodies.

package struct HTTPRequestHead: Hashable, Sendable {
  package enum Failure: Error, Hashable, Sendable { case malformed, tooLong }

  /// Bytes of a head. What common clients send is a tenth of it.
  package static let limit = 8_192

  package let method: String
  /// The target as sent: a path, as a rule.
  package let target: String

  /// Nil while the head has not come whole.
  package init?(_ bytes: [UInt8]) throws(Failure) {
    guard let end = HTTPRequestHead.end(of: bytes) else {
      if bytes.count > HTTPRequestHead.limit { throw .tooLong }
      return nil
    }
    guard end <= HTTPRequestHead.limit else { throw .tooLong }
    let line = bytes.prefix { $0 != 0x0a && $0 != 0x0d }
    let words = line.split(separator: 0x20, omittingEmptySubsequences: false)
    guard words.count == 3, words[2].starts(with: "HTTP/1.".utf8), words[2].count == 8 else { throw .malformed }
    guard !words[0].isEmpty, words[0].allSatisfy(isTokenByte) else { throw .malformed }
    guard !words[1].isEmpty, words[1].allSatisfy({ (0x21...0x7e).contains($0) }) else { throw .malformed }
    method = String(decoding: words[0], as: UTF8.self)
    target = String(decoding: words[1], as: UTF8.self)
  }

  /// Behind the empty line. A lone LF ends a line too (RFC 9112 §2.2).
  private static func end(of bytes: [UInt8]) -> Int? {
    var isLineEmpty = false
    for (index, byte) in bytes.prefix(limit + 1).enumerated() {
      switch byte {
      case 0x0a:
        if isLineEmpty { return index + 1 }
        isLineEmpty = true
      case 0x0d: continue
      default: isLineEmpty = false
      }
    }
    return nil
  }
}
