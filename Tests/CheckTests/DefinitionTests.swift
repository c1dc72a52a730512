// From lines to definitions: what is kept, what is refused and in which words.

import Check
import Lines
import Testing
import Values

func definition(_ text: String) throws -> Definition {
  try Definition(CheckDefinition(Line(parsing: text)))
}

@Suite struct DefinitionTests {
  private static let common =
    #""type":"check","key":"k","address":"192.0.2.1","port":80,"interval_ms":5000,"timeout_ms":500"#

  @Test func `a line becomes what its probes need`() throws {
    let target = Definition.Target(.v4(0xc000_0201), port: 80)
    let tcp = try definition(#"{\#(Self.common),"kind":"tcp","send":"hé","receive_hex":"00ff","rise":2,"fall":6}"#)
    #expect(tcp.kind == .tcp(try Exchange(send: [0x68, 0xc3, 0xa9], receive: [0, 255])))
    #expect(tcp.target == target)
    #expect((tcp.interval, tcp.timeout) == (.seconds(5), .milliseconds(500)))
    #expect((tcp.rise, tcp.fall) == (2, 6))
    let http = try definition(#"{\#(Self.common),"kind":"http","method":"HEAD","host":"a.example","status":"204"}"#)
    let statuses = try #require(StatusSet("204"))
    #expect(http.kind == .http(try HTTPExchange(method: "HEAD", host: "a.example", to: target, statuses: statuses)))
    #expect((http.rise, http.fall) == (1, 1))
  }

  @Test func `two ways to write one check are one definition`() throws {
    let short = try definition(#"{\#(Self.common),"kind":"http","status":"200-399","unknown":7}"#)
    let long = try definition(#"{\#(Self.common),"kind":"http","status":"300-399,200-299","path":"/","method":"GET"}"#)
    #expect(short == long)
    #expect(try definition(#"{\#(Self.common),"kind":"http","status":"200"}"#) != short)
  }

  @Test(arguments: [
    (#""kind":"icmp""#, "checks of kind icmp are not built into this ss-check"),
    (#""kind":"dns","name":"x","query_type":"A""#, "checks of kind dns are not built into this ss-check"),
    (#""kind":"tcp","mode":"dsr","vip":"192.0.2.9","mark":7"#, "checks of mode dsr are not built into this ss-check"),
    (#""kind":"http","method":"G T""#, #""G T" is no method for a check"#),
    (#""kind":"http","status":"2xx""#, #""2xx" is no set of HTTP statuses such as "200,204,300-399""#),
    (#""kind":"http","path":"x""#, "path does not begin with /"),
    (#""kind":"http","path":"/","proxy":true"#, "path is no absolute URL, as proxy asks for"),
    (#""kind":"http","host":"a\r\nb""#, "host is empty, too long, or holds a space or control character"),
  ])
  func `what cannot be done is refused in words`(members: String, words: String) throws {
    let error = #expect(throws: DefinitionError.self) { try definition("{\(Self.common),\(members)}") }
    #expect(error?.description == words)
  }

  @Test func `payloads have their limits`() throws {
    let long = [UInt8](repeating: 0, count: 65_537)
    #expect(throws: DefinitionError.range("send")) { try Exchange(send: long) }
    #expect(throws: DefinitionError.range("receive")) { try Exchange(receive: long) }
    let target = Definition.Target(.v4(1), port: 1)
    #expect(throws: DefinitionError.range("send")) {
      try Definition(
        .udp(Exchange(send: Array(long.dropLast(29)))), to: target, interval: .seconds(1), timeout: .seconds(1))
    }
    _ = try Definition(
      .udp(Exchange(send: Array(long.dropLast(30)))), to: target, interval: .seconds(1), timeout: .seconds(1))
  }
}
