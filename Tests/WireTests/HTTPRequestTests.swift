// The head of a request: what is read of it, and what is refused.

import Testing
import Wire

@Suite struct HTTPRequestTests {
  private func head(_ text: String) throws(HTTPRequestHead.Failure) -> HTTPRequestHead? {
    try HTTPRequestHead(Array(text.utf8))
  }

  @Test func `method and target are read once the head is whole`() throws {
    let text = "GET /config/lab HTTP/1.1\r\nHost: a\r\n\r\n"
    for length in 0..<text.utf8.count { #expect(try HTTPRequestHead(Array(text.utf8.prefix(length))) == nil) }
    let whole = try #require(try head(text + "more"))
    #expect(whole.method == "GET")
    #expect(whole.target == "/config/lab")
    #expect(try head("HEAD / HTTP/1.0\n\n")?.method == "HEAD")
  }

  @Test(arguments: [
    "\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/2.0\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n", "G(T / HTTP/1.1\r\n\r\n",
    "GET /\u{e9} HTTP/1.1\r\n\r\n", "GET / HTTP/1.11\r\n\r\n", " GET / HTTP/1.1\r\n\r\n",
  ])
  func `what is no request line is refused`(text: String) {
    #expect(throws: HTTPRequestHead.Failure.malformed) { try head(text) }
  }

  @Test func `a head of more than 8 KiB is refused`() {
    let long = "GET / HTTP/1.1\r\nX: " + String(repeating: "x", count: 8_192)
    #expect(throws: HTTPRequestHead.Failure.tooLong) { try head(long) }
    #expect(throws: HTTPRequestHead.Failure.tooLong) { try head(long + "\r\n\r\n") }
  }
}
