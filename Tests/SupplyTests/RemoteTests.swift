// What is said to servers elsewhere and what of their answers is used: names, Base64, etcd's gateway, Seesaw's
// protocol.

import Lines
import Supply
import Testing

@Suite struct RemoteTests {
  // MARK: Base64

  /// RFC 4648 §10.
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"),
  ])
  func `Base64 has the test vectors of its RFC`(text: String, encoded: String) {
    #expect(Base64.text(Array(text.utf8)) == encoded)
    #expect(Base64.bytes(encoded) == Array(text.utf8))
  }

  @Test func `all bytes come back`() {
    #expect(Base64.text([0xfb, 0xff, 0xbf]) == "+/+/")
    #expect(Base64.bytes(Base64.text(Array(0...255))) == Array(0...255))
  }

  @Test(arguments: ["Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Z m9", "Zg==Zg==", "====", "Zm9\u{e9}"])
  func `what is no Base64 is refused`(text: String) { #expect(Base64.bytes(text) == nil) }

  // MARK: Names

  @Test(arguments: [
    ("a.example", "a.example", 10_255), ("a.example:1", "a.example", 1), ("192.0.2.1", "192.0.2.1", 10_255),
    ("2001:db8::1", "2001:db8::1", 10_255), ("[2001:db8::1]", "2001:db8::1", 10_255), ("[::1]:65535", "::1", 65_535),
  ])
  func `a server is named by host and port`(text: String, host: String, port: UInt16) {
    let name = ServerName(text, port: 10_255)
    #expect(name?.host == host)
    #expect(name?.port == port)
  }

  @Test(arguments: ["", ":1", "a:", "a:0", "a:65536", "a:x", "[::1", "[::1]x", "a b", "a/b", "a\r\nb", "user@a"])
  func `what is no server's name is refused`(text: String) { #expect(ServerName(text, port: 1) == nil) }

  @Test func `a URL names a server and nothing on it`() {
    #expect(ServerName(url: "http://127.0.0.1:2379/", port: 1)?.isEncrypted == false)
    #expect(ServerName(url: "https://[::1]", port: 2379)?.port == 2379)
    for text in ["ftp://a", "a", "http://a/b", "http://"] { #expect(ServerName(url: text, port: 1) == nil, "\(text)") }
  }

  // MARK: etcd

  @Test func `questions are as the gateway wants them`() {
    #expect(EtcdMessages.get("k").text == #"{"key":"aw=="}"#)
    #expect(
      EtcdMessages.watch("k", from: 7).text == #"{"create_request":{"key":"aw==","start_revision":"7"}}"#)
    #expect(
      EtcdMessages.put("k", [0x76], ifChangedAt: 3).text
        == #"{"compare":[{"key":"aw==","target":"MOD","result":"EQUAL","mod_revision":"3"}],"#
        + #""success":[{"request_put":{"key":"aw==","value":"dg=="}}]}"#)
    #expect(
      String(decoding: EtcdMessages.request("kv/range", .object([]), host: "[::1]:1"), as: UTF8.self)
        == "POST /v3/kv/range HTTP/1.1\r\nHost: [::1]:1\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
        + "Connection: close\r\n\r\n{}")
  }

  private func json(_ text: String) throws -> JSON { try JSONReader.parse(text) }

  /// Answers as etcd 3.4 gave them.
  @Test func `answers are read as etcd gives them`() throws {
    let held =
      #"{"header":{"cluster_id":"14841639068965178418","revision":"9"},"kvs":[{"key":"aw==","#
      + #""create_revision":"2","mod_revision":"5","version":"2","value":"dg=="}],"count":"1"}"#
    #expect(try EtcdMessages.held(json(held)) == .init(value: [0x76], changed: 5, store: 9))
    #expect(try EtcdMessages.held(json(#"{"header":{"revision":"9"}}"#)) == nil)
    #expect(try EtcdMessages.isPut(json(#"{"header":{},"succeeded":true}"#)))
    #expect(try !EtcdMessages.isPut(json(#"{"header":{}}"#)))
    #expect(try !EtcdMessages.isChange(json(#"{"result":{"header":{},"created":true}}"#)))
    #expect(try EtcdMessages.isChange(json(#"{"result":{"header":{},"events":[{"kv":{}}]}}"#)))
  }

  @Test(arguments: [
    #"{"error":"etcdserver: user name is empty","message":"x","code":3}"#, #"{"error":{"message":"m"}}"#, "{}", "[]",
    #"{"header":{"revision":"9"},"kvs":[{"mod_revision":"5","value":"?"}]}"#,
    #"{"header":{"revision":"9"},"kvs":[{"mod_revision":"5x","value":""}]}"#,
  ])
  func `an answer that cannot be used is a reason`(text: String) throws {
    let answer = try json(text)
    #expect(throws: EtcdMessages.Failure.self) { try EtcdMessages.held(answer) }
  }

  @Test func `a watch that etcd ends is a reason`() throws {
    let message = try json(#"{"result":{"canceled":true,"compact_revision":"4","cancel_reason":"compacted"}}"#)
    #expect(throws: EtcdMessages.Failure(reason: "compacted")) { try EtcdMessages.isChange(message) }
  }

  // MARK: Seesaw's protocol

  @Test func `status 200 of the one type is used, and nothing else`() {
    let type = "application/x-protobuffer"
    #expect(ConfigProtocol.objection(status: 200, types: [type]) == nil)
    #expect(ConfigProtocol.objection(status: 302, types: [type]) == "a redirect (status 302) is refused")
    #expect(ConfigProtocol.objection(status: 404, types: [type]) == "status 404 in place of 200")
    #expect(ConfigProtocol.objection(status: 204, types: [type]) == "status 204 in place of 200")
    #expect(
      ConfigProtocol.objection(status: 200, types: ["text/plain"])
        == "Content-Type text/plain in place of application/x-protobuffer")
    #expect(ConfigProtocol.objection(status: 200, types: [type + "; a=b"]) != nil)
    #expect(ConfigProtocol.objection(status: 200, types: [type, type]) != nil)
    #expect(ConfigProtocol.objection(status: 200, types: []) != nil)
  }

  @Test func `a server answers for its cluster alone`() {
    #expect(ConfigProtocol.status(method: "GET", path: "/config/lab", cluster: "lab") == 200)
    #expect(ConfigProtocol.status(method: "HEAD", path: "/config/lab", cluster: "lab") == 200)
    #expect(ConfigProtocol.status(method: "POST", path: "/config/lab", cluster: "lab") == 405)
    for path in ["/config/", "/config/lab/", "/config/lab?x", "/config/other", "/"] {
      #expect(ConfigProtocol.status(method: "GET", path: path, cluster: "lab") == 404)
    }
  }
}
