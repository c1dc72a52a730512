// Whatever a configuration holds, no line is longer than the contract's limit: descriptions are cut, and an object that
// has no place in a line is told and left out.

import Config
import Lines
import Testing

private let start = """
  seesaw_vip: < fqdn: "vip." ipv4: "192.0.2.1/16" status: PRODUCTION >
  node: < fqdn: "n1." ipv4: "192.0.2.2/16" status: PRODUCTION >

  """

private func vserver(_ name: String, _ address: Int, _ rest: String) -> String {
  "vserver: < name: '\(name)' rp: 'r' entry_address: < fqdn: 'e.' ipv4: '192.0.2.\(address)/16' > \(rest)"
    + " backend: < host: < fqdn: 'b.' ipv4: '192.0.3.1/16' > > >\n"
}
private let entry = "vserver_entry: < protocol: TCP port: 80 healthcheck: < type: TCP > >"

private func say(_ text: String) -> (lines: [Line], problems: [Problem]) {
  let reading = read(start + text)
  var findings = reading.findings
  let statement = Statement(reading.cluster, findings: &findings)
  #expect(statement.lines.allSatisfy { $0.bytes.count <= 1_048_577 })
  return (statement.lines, findings.sorted)
}

private func keys(_ lines: [Line]) -> [String] { lines.dropFirst(2).map { "\($0.type) \($0.key ?? "")" } }

private let goodKeys = ["config.vserver good", "config.backend good/b.", "check tcp/80 192.0.3.1 b3694272"]

@Suite struct LimitTests {
  @Test func `a group with too many members is told and left out`() {
    let members = (0..<50_000).map { "member: 'user\($0)@lab.example.com'" }.joined(separator: "\n")
    let (lines, problems) = say("access_groups: < name: 'g' \(members) >\n" + vserver("good", 9, entry))
    #expect(
      problems.map(\.text) == [
        "access group \"g\": its line would have 1388942 bytes, more than 1048576: it is left out"
      ])
    #expect(keys(lines) == goodKeys)
  }

  @Test func `a vserver with too many entries is left out, with its backends and checks`() {
    let entries = (1...6_000).map { "vserver_entry: < protocol: TCP port: \($0) healthcheck: < type: TCP > >" }
    let (lines, problems) = say(vserver("v", 8, entries.joined(separator: "\n")) + vserver("good", 9, entry))
    #expect(
      problems.map(\.text) == [
        "vserver \"v\": its line would have 1235157 bytes, more than 1048576: it is left out"
      ])
    #expect(keys(lines) == goodKeys)
  }

  @Test func `access grants that have no place in the line are left out, and the vserver is not`() {
    let grants = (0..<20_000).map { "access_grant: < grantee: 'user\($0)@lab' role: OPS type: USER >" }
    let (lines, problems) = say(vserver("good", 9, entry + grants.joined(separator: "\n")))
    #expect(
      problems.map(\.text) == [
        "vserver \"good\": its 20000 access grants have no place in a line of 1048576 bytes: they are left out"
      ])
    #expect(keys(lines) == goodKeys)
    #expect(lines.first { $0.type == "config.vserver" }?["access_grants"] == .array([]))
  }

  @Test func `descriptions are cut`() {
    let long = String(repeating: "ä", count: 600_000)
    let cut = String(repeating: "ä", count: 512) + "…"
    let (lines, problems) = say(
      "misconfigured_vserver: < name: 'm' error_message: '\(long)' >\n"
        + vserver("good", 9, "warning: '\(long)'" + entry).replacing("rp: 'r'", with: "rp: '\(long)'"))
    #expect(
      problems.map(\.text) == [
        "error_message is longer than 1024 bytes: it is cut",
        "vserver \"good\": rp is longer than 1024 bytes: it is cut",
        "vserver \"good\": warning is longer than 1024 bytes: it is cut",
      ])
    #expect(problems.allSatisfy { $0.severity == .warning })
    #expect(lines[0]["warnings"] == .array([.string("m: " + cut)]))
    let vserver = lines.first { $0.type == "config.vserver" }
    #expect(vserver?["rp"] == .string(cut))
    #expect(vserver?["warnings"] == .array([.string(cut)]))
    #expect(keys(lines) == goodKeys)
  }

  @Test func `of many warnings a hundred are told`() {
    let many = (0..<3_000).map { "misconfigured_vserver: < name: 'm\($0)' error_message: 'e' >" }
    let (lines, problems) = say(many.joined(separator: "\n"))
    #expect(problems.map(\.text) == ["of 3000 misconfigured_vserver 100 are shown"])
    guard case .array(let warnings)? = lines[0]["warnings"] else { return #expect(Bool(false)) }
    #expect(warnings.count == 100)
    #expect(warnings.first == "m0: e")
  }

  @Test func `what cannot be left out stops all`() {
    let many = (0..<70_000).map { "dedicated_vip_subnet: '\(10 + ($0 >> 16)).\($0 >> 8 & 255).\($0 & 255).0/24'" }
    let reading = read(start + many.joined(separator: "\n"))
    var findings = reading.findings
    _ = Statement(reading.cluster, findings: &findings)
    #expect(findings.sorted.map(\.text) == ["the cluster's line would have 1195174 bytes, more than 1048576"])
    #expect(findings.leavesNothing)
  }

  @Test func `the longest probe has a line`() {
    let worst = String(repeating: "\\001", count: 65_536)
    let (lines, problems) = say(
      vserver("v", 9, entry.replacing("TCP >", with: "TCP send: '\(worst)' receive: '\(worst)' >")))
    #expect(problems.isEmpty)
    #expect(lines.last?.type == "check")
  }

  @Test(.timeLimit(.minutes(1))) func `access grants are read in a time that grows with their number`() {
    let grants = (0..<60_000).map { "access_grant: < grantee: 'u\($0 % 30_000)' role: OPS type: USER >" }
    let reading = read(start + vserver("good", 9, entry + grants.joined(separator: "\n")))
    #expect(reading.cluster.vservers.first?.grants.count == 30_000)
    #expect(reading.findings.problems.count == 30_000)
  }

  @Test func `what a problem quotes is cut`() {
    let long = String(repeating: "a", count: 1_100_000)
    let (_, problems) = say(vserver(long, 9, "unknown_\(long): 1"))
    #expect(problems.map(\.kind) == [.badValue, .unknownField])
    #expect(problems.allSatisfy { $0.text.utf8.count < 3_000 && ($0.object?.key.utf8.count ?? 0) < 1_000 })
  }
}
