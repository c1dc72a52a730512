// Each kind of probe of ss-check against real servers on loopback: Seesaw's own tables, over both families, and servers
// that are gone, slow, silent, half-closed or say something else.

import Lines
import Support
import Testing

@Suite struct CheckKindsTests {
  @Test(arguments: [false, true])
  func `TCP and UDP against a server that echoes`(sixth: Bool) throws {
    let address = sixth ? "::1" : "127.0.0.1"
    let tcp = try Loopback(.tcp, sixth: sixth)
    let udp = try Loopback(.udp, sixth: sixth)
    let gone = try Loopback(.tcp, sixth: sixth)
    gone.stop()
    let table = [
      ("1", "", ""), ("2", "foo", "foo"), ("3", "foo\\n", "foo"), ("4", "foo", "foo\\n"), ("5", "foo", "foooo"),
      ("6", "", "foo"), ("7", "\\u0000\\u0001", "\\u0000\\u0001\\u0002"), ("8", "\\u0000\\u0001", "\\u0002"),
    ]
    var lines = check("gone", "tcp", gone.port, address: address) + check("quiet", "udp", gone.port, address: address)
    for (name, send, receive) in table {
      let members = #","send":"\#(send)","receive":"\#(receive)""#
      lines += check("t\(name)", "tcp", tcp.port, address: address, members)
      lines += check("u\(name)", "udp", udp.port, address: address, members)
    }
    #expect(
      try verdicts(lines) == [
        "gone: connect.refused", "quiet: connect.refused", "t1: ok", "t2: ok", "t3: ok", "t4: timeout", "t5: timeout",
        "t6: timeout", "t7: timeout", "t8: receive.mismatch", "u1: ok", "u2: ok", "u3: ok", "u4: receive.mismatch",
        "u5: receive.mismatch", "u6: receive.mismatch", "u7: receive.mismatch", "u8: receive.mismatch",
      ])
    #expect(udp.received.contains([]))
  }

  @Test(arguments: [false, true])
  func `HTTP against a web server`(sixth: Bool) throws {
    let address = sixth ? "::1" : "127.0.0.1"
    let server = try website(sixth: sixth)
    let table = [
      ("a", #","path":"/","status":"100-999""#), ("b", #","path":"/","status":"404""#), ("c", #","path":"/healthz""#),
      ("d", #","path":"/healthz","body_prefix":"ok\n""#), ("e", #","path":"/healthz","body_prefix":"notok""#),
      ("f", #","path":"/healthz","body_prefix":"ok\n","status":"503""#), ("g", #","path":"/notfound""#),
      ("h", #","path":"/notfound","status":"404""#), ("i", #","path":"/healthz","method":"HEAD""#),
      ("j", #","path":"/notfound","method":"HEAD","status":"200""#), ("k", #","path":"/moved","status":"302""#),
      ("l", #","path":"/moved""#), ("m", #","path":"/healthz","body_prefix":"ok\nmore""#),
      ("n", #","path":"http://192.0.2.1/x","proxy":true,"status":"404""#),
    ]
    let lines = table.map { check($0.0, "http", server.port, address: address, $0.1) }.joined()
    #expect(
      try verdicts(lines) == [
        "a: ok", "b: http.status", "c: ok", "d: ok", "e: http.body", "f: http.status", "g: http.status", "h: ok",
        "i: ok", "j: http.status", "k: ok", "l: ok", "m: http.body", "n: ok",
      ])
  }

  @Test func `the request goes to the backend whatever host it names`() throws {
    let server = try website()
    let port = server.port
    let echoed = #","path":"/host","body_prefix":"GET /host HTTP/1.1\r\nHost: "#
    #expect(
      try verdicts(
        check("given", "http", port, #"\#(echoed)shop.example\r\n","host":"shop.example""#)
          + check("own", "http", port, #"\#(echoed)127.0.0.1:\#(port)\r\n""#)) == ["given: ok", "own: ok"])
    #expect(server.accepted == 2)
  }

  @Test func `slow, silent, half-closed and foreign servers each have their class`() throws {
    let silent = try Loopback(.tcp) { _ in .nothing }
    let closing = try Loopback(.tcp) { _ in .finish("") }
    let resetting = try Loopback(.tcp) { _ in .reset }
    let foreign = try Loopback(.tcp, greeting: "220 mx.example ESMTP\r\n") { _ in .nothing }
    let begun = try Loopback(.tcp) { _ in .finish("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok") }
    let stuck = try Loopback(.tcp) { _ in .send(Array("HTTP/1.1 200 OK\r\nContent-Le".utf8)) }
    let quiet = try Loopback(.udp) { _ in .nothing }
    let lines = [
      check("silent", "http", silent.port), check("closing", "http", closing.port),
      check("resetting", "http", resetting.port), check("foreign", "http", foreign.port),
      check("begun", "http", begun.port, #","body_prefix":"ok, then""#), check("stuck", "http", stuck.port),
      check("quiet", "udp", quiet.port), check("banner", "tcp", foreign.port, #","receive":"220 ""#),
      check("closed", "tcp", closing.port, #","send":"x","receive":"y""#),
    ]
    #expect(
      try verdicts(lines.joined()) == [
        "banner: ok", "begun: receive.closed", "closed: receive.closed", "closing: receive.closed",
        "foreign: http.malformed", "quiet: timeout", "resetting: receive.reset", "silent: timeout", "stuck: timeout",
      ])
  }

  @Test func `all of a long payload is sent before its answer counts`() throws {
    let server = try Loopback(.tcp) { $0.count == 60_000 ? .send(Array("done".utf8)) : .nothing }
    let payload = String(repeating: "x", count: 60_000)
    #expect(try verdicts(check("long", "tcp", server.port, #","send":"\#(payload)","receive":"done""#)) == ["long: ok"])
    let sink = try Loopback(.tcp) { _ in .nothing }
    #expect(try verdicts(check("sink", "tcp", sink.port, #","send":"\#(payload)""#)) == ["sink: ok"])
    // Nothing of what was sent is lost when the probe has ended.
    #expect(eventually { sink.received.first?.count == 60_000 ? true : nil } == true)
  }

  @Test func `what cannot be done is an error line and leaves the other checks alone`() throws {
    let server = try Loopback(.tcp)
    let outcome = try run(
      "ss-check", ["--own"],
      input: check("icmp", "icmp", 0) + check("method", "http", server.port, #","method":"G T""#)
        + check("dsr", "tcp", server.port, #","mode":"dsr","vip":"127.0.0.9","mark":7"#) + "not a line\n"
        + check("tcp", "tcp", server.port))
    let reasons = outcome.lines.compactMap { try? Line(parsing: $0) }.filter { $0.type == "error" }.compactMap {
      $0["reason"]?.string
    }
    #expect(
      reasons == [
        "checks of kind icmp are not built into this ss-check", #""G T" is no method for a check"#,
        "checks of mode dsr are not built into this ss-check",
        "not a line, left out: expected '{', at byte 1",
      ])
    #expect(outcome.lines.compactMap(verdict) == ["tcp: ok"])
    #expect(outcome.errorText.hasPrefix("ss-check: icmp: checks of kind icmp"))
  }
}
