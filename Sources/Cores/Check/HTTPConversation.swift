// One HTTP/1.1 request and what its response means: the status is in the set, and the body begins with the expected
// bytes, compared as they come. Redirects are not followed: a redirect is an answer like any other. A body nobody asked
// about is not read.

import Lines
import Wire

/// An HTTP check, compiled to its request and its criteria.
package struct HTTPExchange: Hashable, Sendable {
  package let request: [UInt8]
  package let isHead: Bool
  package let statuses: StatusSet
  package let bodyPrefix: [UInt8]

  /// `path` is the absolute URL where the backend is asked as a proxy. `host` is nil for the target's own address and
  /// port, or the URL's.
  package init(
    method: String = "GET", path: String = "/", host: String? = nil, isProxied: Bool = false,
    to target: Definition.Target, statuses: StatusSet = .standard, bodyPrefix: [UInt8] = []
  ) throws(DefinitionError) {
    guard HTTPCheck.isMethod(method) else { throw .method(method) }
    guard HTTPCheck.isText(path) else { throw .text("path") }
    let authority = isProxied ? HTTPExchange.authority(of: path) : target.authority
    guard let authority, isProxied || path.hasPrefix("/") || path == "*" else { throw .path(isProxied: isProxied) }
    let host = host ?? authority
    guard HTTPCheck.isText(host) else { throw .text("host") }
    guard bodyPrefix.count <= CheckDefinition.maximumPayload else { throw .range("body_prefix") }
    let lines = [
      "\(method) \(path) HTTP/1.1", "Host: \(host)", "User-Agent: ss-check", "Accept: */*", "Connection: close", "", "",
    ]
    request = Array(lines.joined(separator: "\r\n").utf8)
    isHead = method == "HEAD"
    self.statuses = statuses
    self.bodyPrefix = bodyPrefix
  }

  /// What stands between `http://` and the path of a URL; nil for anything that has no such part. User information
  /// does not belong into a Host field.
  private static func authority(of url: String) -> String? {
    guard let scheme = ["http://", "https://"].first(where: url.hasPrefix) else { return nil }
    let authority = url.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
    return authority.split(separator: "@", omittingEmptySubsequences: false).last.flatMap {
      $0.isEmpty ? nil : String($0)
    }
  }
}

/// Reads the response until it is decided.
struct HTTPConversation: Conversation {
  private let exchange: HTTPExchange
  private var reader: HTTPResponseReader
  private var status: Int?
  private var matched = 0

  init(_ exchange: HTTPExchange) {
    self.exchange = exchange
    reader = HTTPResponseReader(toHead: exchange.isHead)
  }

  mutating func connected() -> Step { .send(exchange.request) }
  mutating func sent() -> Step { .wait }

  mutating func received(_ bytes: ArraySlice<UInt8>) -> Step {
    var input = bytes
    do throws(HTTPResponseReader.Failure) {
      while let part = try reader.next(&input) {
        if let outcome = judge(part) { return .done(outcome) }
      }
      return .wait
    } catch {
      return .done(Outcome(.httpMalformed, HTTPConversation.words(for: error)))
    }
  }

  mutating func closed() -> Outcome {
    guard status != nil, let end = try? reader.finish(), let outcome = judge(end) else {
      return Outcome(
        .receiveClosed, status.map { "closed within the body of status \($0)" } ?? "closed before a response")
    }
    return outcome
  }

  func expired() -> Outcome {
    Outcome(.timeout, status.map { "no whole answer after status \($0)" } ?? "no response")
  }

  private mutating func judge(_ part: HTTPResponseReader.Part) -> Outcome? {
    switch part {
    case .head(let head):
      status = head.status
      guard exchange.statuses.contains(head.status) else {
        return Outcome(.httpStatus, "status \(head.status) is not in \(exchange.statuses)")
      }
      return exchange.bodyPrefix.isEmpty ? Outcome(.ok, "status \(head.status)") : nil
    case .body(let bytes):
      let expected = exchange.bodyPrefix[matched...].prefix(bytes.count)
      guard bytes.starts(with: expected) else {
        let begin = exchange.bodyPrefix[..<matched] + bytes.prefix(exchange.bodyPrefix.count - matched)
        return Outcome(.httpBody, "body \(quoted(begin)) is not \(quoted(exchange.bodyPrefix[...]))")
      }
      matched += expected.count
      return matched == exchange.bodyPrefix.count ? Outcome(.ok, "status \(status ?? 0), body as expected") : nil
    case .end:
      return Outcome(.httpBody, "body ended after \(matched) of \(exchange.bodyPrefix.count) expected bytes")
    }
  }

  private static func words(for failure: HTTPResponseReader.Failure) -> String {
    switch failure {
    case .statusLine: "no HTTP/1.x status line"
    case .field: "malformed header field"
    case .framing: "contradicting length of the body"
    case .chunk: "malformed chunk"
    case .limit: "head or chunk line too long"
    case .truncated: "cut off"
    }
  }
}
