// The edges of Seesaw's reading (config_edge.jsonl), with what is different here on purpose.

import Config
import Lines
import Testing
import Values

private let vip = "seesaw_vip: < fqdn: 'v.' ipv4: '10.0.0.1/24' status: PRODUCTION >\n"

private func vserver(_ rest: String, address: String = "10.0.0.9/24") -> String {
  "vserver: < name: 'a@b' rp: 'r' entry_address: < fqdn: 'e.' ipv4: '\(address)' > \(rest) >\n"
}

private func host(_ name: String, _ number: Int, _ status: String? = nil) -> String {
  "fqdn: '\(name).' ipv4: '10.0.0.\(number)/24'" + (status.map { " status: \($0)" } ?? "")
}

private let statuses = ["PRODUCTION", "TESTING", "BUILDING", "STANDBY", "FAILURE", "DISABLED", "PROPOSED"]

/// What Seesaw reads from these texts is in its vectors by the same name.
private let same: [String: String] = [
  "low 0.5, high unset": vip + vserver("vserver_entry: < protocol: TCP port: 80 server_low_watermark: 0.5 >"),
  "two HTTP on same port": vip
    + vserver(
      """
      vserver_entry: < protocol: TCP port: 80
        healthcheck: < type: HTTP send: '/b' > healthcheck: < type: HTTP send: '/a' > >
      """),
  "backend statuses": vip
    + vserver(
      (statuses + [nil]).enumerated().map { index, status in
        "backend: < host: < \(host("b\(index + 1)", 21 + index, status)) > >"
      }.joined(separator: "\n")),
  "node statuses": vip
    + ["PRODUCTION", "TESTING", "BUILDING", "STANDBY", "PROPOSED"].enumerated().map { index, status in
      "node: < \(host("n\(index + 1)", 21 + index, status)) >\n"
    }.joined(),
  "node priority sort is bytewise": vip + "node: < \(host("n1", 100)) > node: < \(host("n2", 20)) >"
    + "node: < \(host("n3", 3)) >",
  "misconfigured + metadata + groups": vip
    + """
    misconfigured_vserver: < name: 'z@b' error_message: 'boom' > misconfigured_vserver: < name: 'a@b' >
    metadata: < last_updated: 1447906527 attribute: < name: 'x' value: 'y' > >
    access_groups: < name: 'g' member: 'u2' member: 'u1' >
    """,
  "fwm vserver": vip
    + vserver(
      """
      use_fwm: true vserver_entry: < protocol: TCP port: 80 persistence: 60 >
      vserver_entry: < protocol: UDP port: 80 persistence: 60 >
      """),
  // Of two equal things the first is kept, as there; here it is an error besides.
  "duplicate backend fqdn": vip
    + vserver("backend: < host: < \(host("b", 20)) > > backend: < host: < \(host("b", 21)) > >"),
  "duplicate vserver name": vip + vserver("") + vserver("use_fwm: true"),
]

/// What is different here on purpose, each with a test below.
private let different: Set<String> = [
  "seesaw_vip without status", "no seesaw_vip", "low watermark unset, high 0.8", "watermark 7.5",
  "HTTP and HTTPS on same port", "TCP and TCP_TLS on same port", "port 65589 wraps", "bad CIDR for VIP",
  "duplicate node", "negative weight",
]

@Suite struct SeesawEdgeTests {
  @Test(.enabled(if: isSeesawThere, "../shared/seesaw is missing"), arguments: Vector.all("config_edge.jsonl"))
  func `an edge is read as Seesaw reads it`(vector: Vector) throws {
    guard let text = same[vector.name] else {
      #expect(different.contains(vector.name))
      return
    }
    let expected = try #require(vector["cluster"])
    #expect(difference(SeesawForm.cluster(read(text).cluster), expected) == nil)
  }

  @Test func `a cluster VIP without status is an error and the rest goes on`() {
    let reading = read("seesaw_vip: < fqdn: 'v.' ipv4: '10.0.0.1/24' >" + vserver(""))
    #expect(errors(reading).map(\.kind) == [.missing])
    #expect(errors(reading).map(\.text) == ["seesaw_vip has no status, without which Seesaw does not start"])
    #expect(reading.cluster.vservers.map(\.isWrong) == [false])
  }

  @Test func `a missing cluster VIP is an error`() {
    #expect(errors(read("")).map(\.text) == ["Cluster has no seesaw_vip"])
  }

  @Test func `an unset low watermark means the high one`() {
    let reading = read(vip + vserver("vserver_entry: < protocol: TCP port: 80 server_high_watermark: 0.8 >"))
    let entry = reading.cluster.vservers.first?.entries.first
    #expect(entry?.lowWatermark == 0.8)
    #expect(entry?.highWatermark == 0.8)
    #expect(errors(reading).isEmpty)
  }

  @Test(arguments: [("HTTP", "HTTPS", ["HTTP/443_0", "HTTP/443_1"]), ("TCP_TLS", "TCP", ["TCP/443_0", "TCP/443_1"])])
  func `two checks of one port that differ only in type both live`(first: String, second: String, names: [String]) {
    let reading = read(
      vip
        + vserver(
          "vserver_entry: < protocol: TCP port: 443 healthcheck: < type: \(first) > healthcheck: < type: \(second) > >")
    )
    let checks = reading.cluster.vservers.first?.entries.first?.checks ?? []
    #expect(checks.map(\.name) == names)
    #expect(Set(checks.map(\.type.rawValue)) == [first, second])
  }

  @Test(arguments: [
    ("vserver_entry: < protocol: TCP port: 65589 >", "port 65589 is outside 1 to 65535"),
    (
      "vserver_entry: < protocol: TCP port: 80 server_low_watermark: 7.5 >",
      "server_low_watermark 7.5 is outside 0 to 1"
    ),
  ])
  func `what Seesaw takes silently leaves out the vserver`(rest: String, sentence: String) {
    let reading = read(vip + vserver(rest))
    #expect(errors(reading).map(\.text) == ["vserver \"a@b\": \(sentence)"])
    #expect(reading.cluster.vservers.map(\.isWrong) == [true])
  }

  @Test func `a negative weight leaves out the backend alone`() {
    let reading = read(
      vip + vserver("backend: < host: < \(host("b", 20)) > weight: -1 > backend: < host: < \(host("c", 21)) > >"))
    #expect(errors(reading).map(\.text) == ["backend \"a@b/b.\": weight -1 is outside 0 to 65535"])
    #expect(reading.cluster.vservers.first?.backends.map(\.host.fqdn) == ["c."])
    #expect(reading.cluster.vservers.map(\.isWrong) == [false])
  }

  @Test func `a bad address of a VIP leaves out the vserver`() {
    let reading = read(vip + vserver("", address: "10.0.0.9"))
    #expect(
      errors(reading).map(\.text) == [
        "vserver \"a@b\": ipv4: 10.0.0.9 has no prefix length (such as 10.0.0.9/24)"
      ])
    #expect(reading.cluster.vservers.map(\.isWrong) == [true])
  }

  @Test func `the second of two nodes with one name is an error and the first stays`() {
    let reading = read(vip + "node: < \(host("n1", 2)) > node: < \(host("n1", 3)) >")
    #expect(errors(reading).map(\.text) == ["node \"n1.\" is given twice"])
    #expect(reading.cluster.nodes.map(\.host.ipv4?.description) == ["10.0.0.2/24"])
  }
}
