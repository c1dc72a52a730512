// The HTTP/1.x response reader against literal responses: framing, limits, and any cut of the input into reads.

import Testing
import Wire

/// What a reader made of some input, in a form that tests can write down: "200 body=ok end".
func reading(_ text: String, toHead: Bool = false, cutEvery size: Int = .max, thenClose: Bool = true) -> String {
  reading(Array(text.utf8), toHead: toHead, cutEvery: size, thenClose: thenClose)
}

func reading(_ bytes: [UInt8], toHead: Bool = false, cutEvery size: Int = .max, thenClose: Bool = true) -> String {
  var reader = HTTPResponseReader(toHead: toHead)
  var words: [String] = []
  var body: [UInt8] = []
  func note(_ part: HTTPResponseReader.Part) {
    switch part {
    case .head(let head): words.append("\(head.status)")
    case .body(let bytes): body += bytes
    case .end: words += (body.isEmpty ? [] : ["body=" + String(decoding: body, as: UTF8.self)]) + ["end"]
    }
  }
  do throws(HTTPResponseReader.Failure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      var input = rest.prefix(size)
      rest = rest.dropFirst(input.count)
      while let part = try reader.next(&input) { note(part) }
    }
    if thenClose, let part = try reader.finish() { note(part) }
  } catch {
    words.append("\(error)")
  }
  return words.joined(separator: " ")
}

@Suite struct HTTPResponseTests {
  static let wellFormed: [(String, String)] = [
    ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n", "200 body=ok\n end"),
    ("HTTP/1.0 200 OK\r\n\r\nuntil the end", "200 body=until the end end"),
    ("HTTP/1.1 204 No Content\r\n\r\n", "204 end"),
    ("HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", "304 end"),
    ("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "200 end"),
    ("HTTP/1.1 200 \r\ncontent-length:  2 \t\r\n\r\nokay", "200 body=ok end"),
    ("HTTP/1.1 200 OK\nContent-Length: 2\n\nok", "200 body=ok end"),
    ("HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\nContent-Length: 2\r\n\r\nok", "200 body=ok end"),
    (
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n",
      "404 end"
    ),
    ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n\u{1}\u{2}", "101 end"),
    (
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0a;n=\"v\"\r\n0123456789\r\n0\r\nT: x\r\n\r\n",
      "200 body=abc0123456789 end"
    ),
    (
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\nContent-Length: 1\r\n\r\n2 \r\nok\r\n0\r\n\r\n",
      "200 body=ok end"
    ),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\n2\r\nok", "200 body=2\r\nok end"),
    ("HTTP/1.1 200 OK\r\nX-Folded: a\r\n b\r\nContent-Length: 1\r\n\r\n!", "200 body=! end"),
  ]

  @Test(arguments: wellFormed)
  func `a response is read the same however it is cut`(text: String, expected: String) {
    for size in [1, 2, 3, 7, .max] { #expect(reading(text, cutEvery: size) == expected) }
  }

  @Test func `a response to HEAD has no body whatever its fields say`() {
    #expect(reading("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", toHead: true, thenClose: false) == "200 end")
    #expect(
      reading("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", toHead: true, thenClose: false) == "200 end")
    #expect(reading("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n") == "200 truncated")
  }

  @Test(arguments: [
    ("220 mx.example ESMTP\r\n", "statusLine"), ("HTTP/2 200\r\n\r\n", "statusLine"), ("\r\n", "statusLine"),
    ("HTTP/1.1  200 OK\r\n\r\n", "statusLine"), ("HTTP/1.1 20 OK\r\n\r\n", "statusLine"),
    ("HTTP/1.1 2000 OK\r\n\r\n", "statusLine"), ("HTTP/1.1 099 OK\r\n\r\n", "statusLine"),
    ("HTTP/1.7 200 OK\r\n\r\n", "statusLine"), ("HTTP/1.1 200 OK\r\nName : x\r\n\r\n", "field"),
    ("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "field"), ("HTTP/1.1 200 OK\r\n: x\r\n\r\n", "field"),
    ("HTTP/1.1 200 OK\r\n folded first: x\r\n\r\n", "field"),
    ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "framing"),
    ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "framing"),
    ("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", "framing"),
    ("HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n", "framing"),
    ("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "framing"),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", "200 chunk"),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "200 chunk"),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2x\r\n", "200 chunk"),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\n", "200 chunk"),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", "200 chunk"),
    ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n1234", "200 truncated"),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n", "200 truncated"),
    ("HTTP/1.1 200 OK\r\n", "truncated"), ("", "truncated"),
  ])
  func `a malformed or cut response is told`(text: String, expected: String) {
    for size in [1, .max] { #expect(reading(text, cutEvery: size) == expected) }
  }

  @Test func `another protocol's greeting is told at its first byte`() {
    #expect(reading("2", thenClose: false) == "statusLine")
    #expect(reading("HTTP/1", thenClose: false) == "")
  }

  @Test func `every limit is reached and not passed`() {
    let head = "HTTP/1.1 200 OK\r\n"
    let long = head + "X: " + String(repeating: "x", count: HTTPResponseReader.maximumHead) + "\r\n\r\n"
    #expect(reading(long) == "limit")
    #expect(reading(head + String(repeating: "a: b\r\n", count: 257) + "\r\n") == "limit")
    #expect(reading(head + String(repeating: "a: b\r\n", count: 256) + "\r\n") == "200 end")
    let interim = "HTTP/1.1 100 Continue\r\n\r\n"
    #expect(reading(String(repeating: interim, count: 16) + head + "\r\n") == "200 end")
    #expect(reading(String(repeating: interim, count: 17) + head + "\r\n") == "limit")
    let chunked = head + "Transfer-Encoding: chunked\r\n\r\n"
    #expect(reading(chunked + "1;" + String(repeating: "x", count: 5_000) + "\r\n") == "200 limit")
    #expect(reading(chunked + "0\r\n" + String(repeating: "a: b\r\n", count: 20_000) + "\r\n") == "200 limit")
    #expect(reading(chunked + String(repeating: "0", count: 16) + "1\r\na") == "200 chunk")
  }

  @Test func `no cut and no changed byte makes the reader crash or hang`() {
    for (text, _) in HTTPResponseTests.wellFormed {
      let bytes = Array(text.utf8)
      for length in 0...bytes.count { _ = reading(Array(bytes[..<length])) }
      for index in bytes.indices {
        // What means something to the reader, and what means nothing to anybody.
        for value in [0, 9, 10, 13, 32, 0x30, 0x31, 0x39, 0x3a, 0x3b, 0x66, 0x7f, 0x80, 0xff, bytes[index] ^ 1] {
          var changed = bytes
          changed[index] = UInt8(value)
          let whole = reading(changed)
          #expect(!whole.isEmpty && whole == reading(changed, cutEvery: 1))
        }
      }
    }
  }
}
