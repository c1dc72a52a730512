// The reader of cluster.pb's text form: what it accepts, and that every fault is told with its place while the rest of
// the text is read all the same.

import Config
import ConfigText
import Testing

/// `LINE:COLUMN sentence` of all faults, in the order of the text.
private func faults(_ text: String, _ type: MessageType = .cluster) -> [String] {
  let source = SourceText(name: "f", bytes: Array(text.utf8))
  var reader = TextReader(source.bytes, source: 0)
  var findings = Findings()
  collect(reader.read(type), into: &findings)
  return findings.sorted.map { problem in
    let place = source.locate(problem.position?.offset ?? -1)
    return "\(place.line):\(place.column) \(problem.sentence)"
  }
}

private func collect(_ message: Message, into findings: inout Findings) {
  for problem in message.faults { findings.add(problem) }
  for field in message.fields {
    if case .message(let inner) = field.value { collect(inner, into: &findings) }
  }
}

private func read(_ text: String, _ type: MessageType) -> Message {
  var reader = TextReader(Array(text.utf8), source: 0)
  return reader.read(type)
}

@Suite struct TextReaderTests {
  @Test(arguments: [
    "host: < fqdn: 'b.' > weight: 7", "host { fqdn: \"b.\" } weight: 7", "host<fqdn:'b.'>weight:7",
    "host: { fqdn: 'b' '.', }; weight: 0x7;", "# comment\nhost < # comment\n fqdn: 'b.' > weight: 07 # end",
    "host: <\tfqdn: '\\142\\x2e'\r\n>\nweight: 7", "weight: 7 host: < fqdn: 'b' # between\n '.' >",
    "\u{feff}host < fqdn: 'b.' > weight: 7",
  ])
  func `every way to write a message gives the same message`(text: String) {
    let backend = read(text, .backend)
    #expect(faults(text, .backend).isEmpty)
    #expect(backend.message(.host)?.text(.fqdn) == "b.")
    #expect(backend.integer(.weight) == 7)
  }

  @Test(
    arguments: [
      ("0.5", 0.5), ("0.5f", 0.5), ("1", 1), ("1F", 1), (".5", 0.5), ("5.", 5), ("1e-1", 0.1), ("-0.25", -0.25),
      ("2.5E+2", 250), ("5.e1", 50), ("inf", .infinity), ("-inf", -.infinity),
    ] as [(String, Double)])
  func `a fraction is read in every form`(text: String, value: Double) {
    #expect(read("server_low_watermark: \(text)", .vserverEntry).real(.server_low_watermark) == value)
  }

  @Test(
    arguments: [
      (#""\a\b\f\n\r\t\v\\\'\"\?""#, [7, 8, 12, 10, 13, 9, 11, 92, 39, 34, 63]), (#"'\0\12\377'"#, [0, 10, 255]),
      (#"'\x4a\X4A\xa'"#, [0x4a, 0x4a, 0x0a]), (#"'\u00e9\U0001f600'"#, [0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80]),
      (#"'a' "b" 'c'"#, [97, 98, 99]), (#"'\1234'"#, [83, 52]), (#"''"#, []),
    ] as [(String, [UInt8])])
  func `a string stands for its bytes`(text: String, bytes: [UInt8]) {
    #expect(faults("type: UDP send: \(text)", .healthcheck) == [])
    #expect(read("send: \(text)", .healthcheck).bytes(.send) == bytes)
  }

  @Test(arguments: ["member: ['a', 'b']", "member: 'a' member: 'b'", "member: ['a'] member: [] member: ['b']"])
  func `a repeated field takes lists`(text: String) {
    #expect(read(text, .accessGroup).texts(.member).map(\.text) == ["a", "b"])
    #expect(faults(text, .accessGroup).isEmpty)
  }

  @Test func `a list of messages is read`() {
    let tree = read("node: [ < fqdn: 'a' >, { fqdn: 'b' } ] node < fqdn: 'c' >", .cluster)
    #expect(tree.messages(.node).map { $0.text(.fqdn) } == ["a", "b", "c"])
  }

  @Test func `an enumeration is named or numbered`() {
    let status: Status = read("status: 3", .host).choice(.status)
    #expect(status == .building)
    let named: Status = read("status: PROPOSED", .host).choice(.status)
    #expect(named == .proposed)
    let unset: Status = read("", .host).choice(.status)
    #expect(unset == .production)
  }

  @Test func `an unset field has the default of the table`() {
    let check = read("", .healthcheck)
    #expect(check.integer(.interval) == 10)
    #expect(check.integer(.timeout) == 5)
    #expect(check.truth(.tls_verify))
    #expect(!check.truth(.proxy))
    let scheduler: Scheduler = read("", .vserverEntry).choice(.scheduler)
    #expect(scheduler == .wlc)
  }

  // MARK: Faults

  @Test(
    arguments: [
      ("node: <\n  fqdn: 'a'\n  stauts: PRODUCTION\n>", ["3:3 Host has no field \"stauts\"; did you mean \"status\"?"]),
      (
        "node: < fqdn: 'a' status: PRODUCTON >",
        ["1:27 status: \"PRODUCTON\" is none of PRODUCTION, TESTING, BUILDING, STANDBY, FAILURE, DISABLED, PROPOSED"]
      ),
      (
        "node: < fqdn: 'a' status: 8 >",
        ["1:27 status: \"8\" is none of PRODUCTION, TESTING, BUILDING, STANDBY, FAILURE, DISABLED, PROPOSED"]
      ),
      ("node: < fqdn: 'a' fqdn: 'b' >", ["1:19 fqdn is given twice"]),
      ("node: < ipv4: '1.2.3.4/8' >", ["1:1 Host has no fqdn"]),
      ("node: < fqdn 'a' >", ["1:13 \":\" is missing after fqdn"]),
      ("node: < fqdn: a >", ["1:15 fqdn: a is no string"]),
      (
        "node: < fqdn: 'a >\nnode: < fqdn: 'b' >\n>",
        [
          "1:15 fqdn: the string is not closed before the end of its line", "2:1 Host has no field \"node\"",
        ]
      ),
      ("node: < fqdn: 'é' x: 1 >", ["1:19 Host has no field \"x\""]),
      ("bgp_local_asn: -1", ["1:16 bgp_local_asn: -1 is outside 0 to 4294967295"]),
      ("bgp_local_asn: 4294967296", ["1:16 bgp_local_asn: 4294967296 is outside 0 to 4294967295"]),
      ("bgp_local_asn: 09", ["1:16 bgp_local_asn: \"09\" is no whole number"]),
      ("bgp_local_asn: 1.5", ["1:16 bgp_local_asn: \"1.5\" is no whole number"]),
      ("bgp_local_asn: 99999999999999999999", ["1:16 bgp_local_asn: 99999999999999999999 is outside 0 to 4294967295"]),
      (
        "bgp_local_asn: [1, 2]",
        [
          "1:16 bgp_local_asn takes one value, not a list", "1:20 bgp_local_asn is given twice",
        ]
      ),
      ("bgp_local_asn: < a: 1 >", ["1:16 bgp_local_asn takes a value, not a message"]),
      ("node: 'x' vmac: 'y'", ["1:7 a string stands where node should open with < or {"]),
      ("[x.y]: 1 vmac: 'y'", ["1:1 extensions are not known here"]),
      ("vmac: '\\q'", ["1:8 vmac: unknown escape \\q"]),
      ("vmac: '\\ud800'", ["1:8 vmac: the escape is no Unicode character of 4 digits"]),
      ("vmac: '\\400'", ["1:8 vmac: the octal escape is above 255"]),
      ("metadata: < last_updated: 1 > ,, vmac: 'x'", ["1:32 \",\" stands where a field's name should be"]),
      ("a: 1 b: 2", ["1:1 Cluster has no field \"a\"", "1:6 Cluster has no field \"b\""]),
      (
        "unknown < a < b: 1 > c: [1, 2] > vmac: 1",
        [
          "1:1 Cluster has no field \"unknown\"", "1:40 vmac: 1 is no string",
        ]
      ),
    ] as [(String, [String])])
  func `a fault is told with line and column, and reading goes on`(text: String, expected: [String]) {
    #expect(faults(text) == expected)
  }

  @Test(arguments: [
    ("node: < fqdn: 'a'\nvmac: 'x'", "1:7 the Host that opens here is not closed before the end of the file"),
    ("node: < fqdn: 'a' }", "1:19 \"}\" closes what \"<\" opened"),
    ("vmac: 'x' >", "1:11 nothing is open that could close here"),
    ("nodes: [ 1, 2", "1:8 what opens here is not closed before the end of the file"),
    ("access_groups: < name: 'g' member: ['a', 'b'", "1:36 the list that opens here is not closed"),
    ("vmac: 'x\u{0}'", "1:9 the file holds a NUL byte: it is damaged"),
    ("x: " + String(repeating: "<", count: 200), "1:4 messages are nested deeper than 100"),
  ])
  func `a text that falls apart is malformed`(text: String, first: String) {
    var reader = TextReader(Array(text.utf8), source: 0)
    _ = reader.read(.cluster)
    #expect(reader.isMalformed)
    #expect(faults(text).contains(first))
  }

  @Test func `the faults of one file are bounded`() {
    let text = String(repeating: "nonsense: 1\n", count: 5000)
    var reader = TextReader(Array(text.utf8), source: 0)
    let tree = reader.read(.cluster)
    #expect(reader.isMalformed)
    #expect(tree.faults.count == 1001)
    #expect(tree.faults.last?.sentence == "more than 999 faults; the rest is not read")
  }

  @Test func `bytes that are no UTF-8 are kept for send and are no text`() {
    let check = read(#"type: UDP send: "\xff\x00" receive: 'ok'"#, .healthcheck)
    #expect(check.bytes(.send) == [255, 0])
    #expect(check.text(.send) == "")
  }

  @Test func `a comment may hold anything`() {
    var bytes = Array("# caf".utf8) + [0xe9, 0x0a]
    bytes += Array("vmac: 'x'".utf8)
    var reader = TextReader(bytes, source: 0)
    let tree = reader.read(.cluster)
    #expect(tree.text(.vmac) == "x")
    #expect(tree.faults.isEmpty)
  }
}
