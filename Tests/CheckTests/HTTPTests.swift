// HTTP checks: Seesaw's table of its own tests and the faults that BEHAVIOUR.md 4.4 and healthcheck.jsonl name, the
// request that is sent, and answers cut and changed at every byte.

import Check
import Testing
import Values

@Suite struct HTTPTests {
  private static let responses = [
    "/": "HTTP/1.1 200 OK\r\nContent-Length: 39\r\n\r\n<html><body>Test Server</body></html>\n",
    "/healthz": "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nok\n",
    "/notfound": "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n404 \r\n5\r\npage\n\r\n0\r\n\r\n",
    "/letters": "HTTP/1.1 200 OK\r\n\r\nAAAA",
    "/nothing": "HTTP/1.1 204 No Content\r\n\r\n",
    "/moved": "HTTP/1.1 302 Found\r\nLocation: http://192.0.2.9/\r\nContent-Length: 0\r\n\r\n",
  ]

  private static func judged(_ method: String, _ path: String, _ body: String, _ status: String, cut: Int = .max) throws
    -> ResultClass
  {
    let statuses = try #require(StatusSet(status))
    let kind = Definition.Kind.http(
      try HTTPExchange(method: method, path: path, to: backend, statuses: statuses, bodyPrefix: Array(body.utf8)))
    var response = Array(try #require(responses[path]).utf8)
    if method == "HEAD" {
      let text = String(decoding: response, as: UTF8.self)
      let head = try #require(text.split(separator: "\r\n\r\n").first)
      response = Array((head + "\r\n\r\n").utf8)
    }
    return finding(kind, response, cutEvery: cut, thenClose: true).resultClass
  }

  /// Seesaw's table, whose code 0 means any status; then what healthcheck.jsonl adds.
  @Test(arguments: [
    ("GET", "/", "", "100-999", ResultClass.ok), ("GET", "/", "", "200", .ok), ("GET", "/", "", "404", .httpStatus),
    ("GET", "/healthz", "", "100-999", .ok), ("GET", "/healthz", "", "200", .ok),
    ("GET", "/healthz", "ok\n", "200", .ok), ("GET", "/healthz", "notok", "200", .httpBody),
    ("GET", "/healthz", "ok\n", "503", .httpStatus), ("GET", "/notfound", "", "100-999", .ok),
    ("GET", "/notfound", "", "200", .httpStatus), ("GET", "/notfound", "", "404", .ok),
    ("HEAD", "/healthz", "", "100-999", .ok), ("HEAD", "/healthz", "", "200", .ok),
    ("HEAD", "/notfound", "", "100-999", .ok), ("HEAD", "/notfound", "", "200", .httpStatus),
    ("HEAD", "/notfound", "", "404", .ok),
    ("GET", "/moved", "", "302", .ok), ("GET", "/moved", "", "200", .httpStatus), ("GET", "/letters", "AA", "200", .ok),
    ("GET", "/letters", "AAAAA", "200", .httpBody), ("HEAD", "/letters", "AAAA", "200", .httpBody),
    ("GET", "/nothing", "", "204", .ok), ("GET", "/nothing", "x", "204", .httpBody),
    ("GET", "/notfound", "404 page\n", "404", .ok), ("GET", "/notfound", "404 pagE", "404", .httpBody),
  ])
  func `status and body decide`(method: String, path: String, body: String, status: String, expected: ResultClass)
    throws
  {
    for size in [1, 2, 5, .max] {
      #expect(try HTTPTests.judged(method, path, body, status, cut: size) == expected)
    }
  }

  @Test func `without a criterion success and redirection are healthy`() throws {
    let kind = Definition.Kind.http(try HTTPExchange(to: backend))
    for (status, expected) in [(200, ResultClass.ok), (204, .ok), (399, .ok), (400, .httpStatus), (199, .httpStatus)] {
      // 199 is interim: it is skipped, and the peer closes without a response.
      let outcome = finding(kind, Array("HTTP/1.1 \(status) x\r\n\r\n".utf8), thenClose: true)
      #expect(outcome.resultClass == (status == 199 ? .receiveClosed : expected))
    }
  }

  @Test func `the request names the backend, or the host that is given`() throws {
    let request =
      "GET / HTTP/1.1\r\nHost: 192.0.2.1:80\r\nUser-Agent: ss-check\r\nAccept: */*\r\nConnection: close\r\n\r\n"
    #expect(try HTTPExchange(to: backend).request == Array(request.utf8))
    let six = Definition.Target(try #require(IPAddress("2001:db8::1")), port: 8080)
    let lines = try String(decoding: HTTPExchange(method: "HEAD", path: "/a?b", to: six).request, as: UTF8.self)
    #expect(lines.hasPrefix("HEAD /a?b HTTP/1.1\r\nHost: [2001:db8::1]:8080\r\n"))
    let named = try String(decoding: HTTPExchange(host: "shop.example", to: six).request, as: UTF8.self)
    #expect(named.hasPrefix("GET / HTTP/1.1\r\nHost: shop.example\r\n"))
    let proxied = try HTTPExchange(path: "http://user@shop.example:81/x", isProxied: true, to: backend).request
    let first = "GET http://user@shop.example:81/x HTTP/1.1\r\nHost: shop.example:81\r\n"
    #expect(String(decoding: proxied, as: UTF8.self).hasPrefix(first))
  }

  @Test func `a request that would say something else is refused`() {
    for method in ["", "GET ", "G\u{0}T", "GÉT", "CONNECT", "A/B", String(repeating: "X", count: 33)] {
      #expect(throws: DefinitionError.method(method)) { try HTTPExchange(method: method, to: backend) }
    }
    for path in ["", "/a b", "/a\r\nX: y", "/\u{7f}", "/" + String(repeating: "x", count: 8_192)] {
      #expect(throws: DefinitionError.text("path")) { try HTTPExchange(path: path, to: backend) }
    }
    for host in ["", "a b", "a\r\nX: y"] {
      #expect(throws: DefinitionError.text("host")) { try HTTPExchange(host: host, to: backend) }
    }
    #expect(throws: DefinitionError.path(isProxied: false)) { try HTTPExchange(path: "http://x/", to: backend) }
    for path in ["/", "ftp://x/", "http://", "http:///x", "http://user@/x"] {
      #expect(throws: DefinitionError.path(isProxied: true)) {
        try HTTPExchange(path: path, isProxied: true, to: backend)
      }
    }
  }

  @Test func `what is not HTTP, or stops, has a class of its own`() throws {
    let kind = Definition.Kind.http(try HTTPExchange(to: backend, bodyPrefix: Array("ok".utf8)))
    #expect(finding(kind, Array("220 mx ESMTP\r\n".utf8)) == Outcome(.httpMalformed, "no HTTP/1.x status line"))
    #expect(finding(kind, []) == Outcome(.timeout, "no response"))
    #expect(finding(kind, [], thenClose: true) == Outcome(.receiveClosed, "closed before a response"))
    let begun = Array("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\no".utf8)
    #expect(finding(kind, begun) == Outcome(.timeout, "no whole answer after status 200"))
    #expect(finding(kind, begun, thenClose: true) == Outcome(.receiveClosed, "closed within the body of status 200"))
  }

  @Test func `no cut and no changed byte of an answer crashes a check`() throws {
    let kind = Definition.Kind.http(try HTTPExchange(to: backend, bodyPrefix: Array("404 page".utf8)))
    for response in HTTPTests.responses.values {
      let bytes = Array(response.utf8)
      for length in 0...bytes.count { _ = finding(kind, Array(bytes[..<length]), thenClose: true) }
      for index in bytes.indices {
        for value in [0, 10, 13, 32, 0x30, 0x39, 0x3a, 0x66, 0xff, bytes[index] ^ 1] {
          var changed = bytes
          changed[index] = UInt8(value)
          let whole = finding(kind, changed, thenClose: true).resultClass
          #expect(whole == finding(kind, changed, cutEvery: 3, thenClose: true).resultClass)
        }
      }
    }
  }
}
