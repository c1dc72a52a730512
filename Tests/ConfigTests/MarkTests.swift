// Firewall marks of vservers: chosen by the name alone, or given, and one vserver's only.

import Lines
import Testing
import Values

@testable import Config

private let start = "seesaw_vip: < fqdn: 'vip.' ipv4: '192.0.2.1/16' ipv6: '2001:db8::1/64' status: PRODUCTION >\n"

private func vserver(_ name: String, _ number: Int, _ rest: String) -> String {
  "vserver: < name: '\(name)' rp: 'r' entry_address: < fqdn: 'e.' ipv4: '192.0.2.\(number)/16' > "
    + "vserver_entry: < protocol: TCP port: 80 healthcheck: < type: TCP > > "
    + "backend: < host: < fqdn: 'b.' ipv4: '192.0.3.1/16' ipv6: '2001:db8::50/64' > > \(rest) >\n"
}

private func marks(_ text: String) -> [String: UInt32?] {
  Dictionary(uniqueKeysWithValues: read(start + text).cluster.vservers.map { ($0.name, $0.mark) })
}

@Suite struct MarkTests {
  /// FNV-1a of the name, folded, modulo 8000, from 256 on: computed by another implementation.
  @Test func `a mark follows from the name alone`() {
    #expect(
      marks(vserver("web@lab", 9, "use_fwm: true") + vserver("dns@lab", 10, "use_fwm: true") + vserver("c", 11, ""))
        == ["web@lab": 7327, "dns@lab": 1461, "c": nil])
    #expect(marks(vserver("dns@lab", 10, "use_fwm: true")) == ["dns@lab": 1461])
  }

  @Test func `texts of one hash share what is left, and without anything left have none`() {
    let marks = Marks(["a", "b", "c"], in: 10..<13)
    let given = Marks(["a", "b"], in: 10..<13, without: [10, 11, 12])
    #expect(Set(["a", "b", "c"].compactMap { marks[$0] }) == [10, 11, 12])
    #expect(given["a"] == nil)
  }

  @Test func `a mark that is given is left to whom it was given`() {
    let text = vserver("dns@lab", 10, "use_fwm: true") + vserver("a", 9, "use_fwm: true fwmark: 1461")
    #expect(marks(text) == ["dns@lab": 1462, "a": 1461])
  }

  @Test func `what backends start has a mark by vserver, protocol and port`() {
    let read = read(
      start
        + vserver(
          "web@lab", 9,
          "outbound: < protocol: TCP remote_port: 25 > outbound: < protocol: UDP remote_port: 53 fwmark: 77 >"))
    #expect(read.findings.problems.isEmpty)
    #expect(read.cluster.vservers[0].outbound.map(\.mark) == [1675, 77])
    var findings = Findings()
    let line = Statement(read.cluster, findings: &findings).lines.first { $0.type == "config.vserver" }
    #expect(
      line?["outbound"]?.text
        == #"[{"protocol":"tcp","remote_port":25,"fwmark":1675},{"protocol":"udp","remote_port":53,"fwmark":77}]"#)
  }

  @Test func `without a VIP somebody else marks the packets of the named families`() throws {
    let text = vserver("a", 9, "use_fwm: true fwmark: 300 fwmark_family: [INET6, INET]").replacing(
      "ipv4: '192.0.2.9/16'", with: "")
    let read = read(start + text)
    #expect(read.findings.problems.isEmpty)
    var findings = Findings()
    let lines = Statement(read.cluster, findings: &findings).lines
    let line = try VserverLine(try #require(lines.first { $0.type == "config.vserver" }))
    #expect(line.mark == 300)
    #expect(line.markFamilies == [.inet, .inet6])
    #expect(line.vips.isEmpty)
    #expect(
      lines.filter { $0.type == "check" }.compactMap(\.key).map { $0.prefix(18) } == [
        "tcp/80 192.0.3.1 b", "tcp/80 2001:db8::5",
      ])
  }

  @Test func `one mark may be two vservers' in different families`() {
    let six = vserver("b", 9, "use_fwm: true fwmark: 300").replacing(
      "ipv4: '192.0.2.9/16'", with: "ipv6: '2001:db8::9/64'")
    #expect(errors(read(start + vserver("a", 10, "use_fwm: true fwmark: 300") + six)).isEmpty)
  }

  @Test(
    arguments: [
      ("use_fwm: true fwmark: 0", "fwmark 0 is no mark"),
      ("use_fwm: true fwmark: 65536", "fwmark 65536 is among those of probes, 65536 to 81535"),
      ("use_fwm: true fwmark: 300", "fwmark 300 is already that of vserver \"good\""),
      ("outbound: < protocol: TCP remote_port: 25 fwmark: 300 >", "fwmark 300 is already that of vserver \"good\""),
      ("outbound: < protocol: TCP remote_port: 0 >", "remote_port 0 is outside 1 to 65535"),
      ("outbound: < remote_port: 25 >", "Outbound has no protocol"),
      (
        "outbound: < protocol: TCP remote_port: 25 > outbound: < protocol: TCP remote_port: 25 >",
        "outbound 25/TCP is given twice"
      ),
    ] as [(String, String)])
  func `a wrong mark leaves out the vserver`(text: String, sentence: String) {
    let read = read(start + vserver("good", 9, "use_fwm: true fwmark: 300") + vserver("v", 10, text))
    #expect(errors(read).map(\.text) == ["vserver \"v\": \(sentence)"])
    #expect(read.cluster.vservers.map(\.isWrong) == [false, true])
  }

  @Test(
    arguments: [
      ("fwmark: 300", "fwmark has an effect with use_fwm only"),
      ("fwmark_family: INET6", "fwmark_family has an effect with use_fwm only"),
      (
        "vip_external: true outbound: < protocol: TCP remote_port: 25 >",
        "outbound has an effect on VIPs that are held here only"
      ),
    ])
  func `a mark that does nothing is warned of`(text: String, sentence: String) {
    let read = read(start + vserver("v", 10, text))
    #expect(errors(read).isEmpty)
    #expect(warnings(read).map(\.sentence) == [sentence])
  }

  @Test func `a probe to a VIP that is not there is a fault`() {
    let text = vserver("a", 9, "use_fwm: true fwmark: 300 fwmark_family: INET").replacing(
      "ipv4: '192.0.2.9/16'", with: ""
    ).replacing("type: TCP", with: "type: TCP mode: DSR")
    #expect(errors(read(start + text)).map(\.sentence) == ["a healthcheck by DSR goes to a VIP, and there is none"])
    let unmarked = vserver("a", 9, "use_fwm: true fwmark_family: INET").replacing("ipv4: '192.0.2.9/16'", with: "")
    #expect(
      errors(read(start + unmarked)).map(\.sentence) == [
        "without a VIP fwmark is needed: somebody else marks the packets"
      ])
  }
}
