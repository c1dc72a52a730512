// What is allowed and hardly meant, with the numbers that show why; and what two nodes disagree in.

import Config
import ConfigText
import Testing

private let start = "seesaw_vip: < fqdn: 'vip.' ipv4: '192.0.2.1/24' status: PRODUCTION >\n"

private func lint(_ entry: String, _ backends: [String] = ["", ""], more: String = "") -> [String] {
  let list = backends.enumerated().map { index, rest in
    let status = rest.contains("status") ? rest : ""
    let host = "fqdn: 'b\(index).' ipv4: '192.0.2.\(50 + index)/24' \(status)"
    return "backend: < host: < \(host) > \(status.isEmpty ? rest : "") >"
  }
  let text =
    "vserver: < name: 'v' rp: 'r' \(more) entry_address: < fqdn: 'e.' ipv4: '192.0.2.10/24' > "
    + "vserver_entry: < healthcheck: < type: TCP > \(entry) > \(list.joined(separator: " ")) >\n"
  let reading = read(start + text)
  #expect(errors(reading).isEmpty, "\(errors(reading).map(\.text))")
  let found = Lint(reading.cluster).findings.problems
  #expect(found.allSatisfy { $0.severity == .warning && $0.object == ObjectName(.vserver, "v") && $0.position != nil })
  return found.map(\.sentence)
}

@Suite struct LintTests {
  @Test(
    arguments: [
      (
        "protocol: UDP port: 53 scheduler: RR", ["", "", "status: DISABLED"],
        [
          "53/UDP by rr without one_packet: all that a client sends from one port goes to 1 of 2 backends, until it is "
            + "silent for 300 s"
        ]
      ),
      ("protocol: UDP port: 53 scheduler: WRR one_packet: true", ["", ""], []),
      ("protocol: UDP port: 53 scheduler: WLC", ["", ""], []),
      ("protocol: UDP port: 53 scheduler: RR", [""], []),
      ("protocol: TCP port: 53 scheduler: RR", ["", ""], []),
      (
        "protocol: UDP port: 53 one_packet: true mode: NAT", ["", "mode: DSR"],
        [
          "53/UDP has one_packet with NAT for 1 of 2 backends: their answers do not get the VIP's address again, "
            + "because no connection is kept"
        ]
      ),
      (
        "protocol: TCP port: 80 persistence: 600 quiescent: true", ["", "failure_action: REMOVE"],
        [
          "80/TCP has persistence and failure action ZERO_WEIGHT for 1 of 2 backends: a client of one that fails is "
            + "sent there for 600 s more after its last connection, unless net.ipv4.vs.expire_quiescent_template is 1"
        ]
      ),
      ("protocol: TCP port: 80 persistence: 600", ["", ""], []),
      (
        "protocol: TCP port: 80 backend_port: 8080", ["", "mode: NAT"],
        [
          "80/TCP has backend_port 8080, and reaches 1 of 2 backends by DSR, which leaves port 80 as it is"
        ]
      ),
      ("protocol: TCP port: 80 backend_port: 8080 mode: NAT", ["", ""], []),
      (
        "protocol: TCP port: 80 mode: TUN", ["port: 81", "port: 80"],
        ["backend b0. has port 81, and 80/TCP reaches it by TUN, which leaves port 80 as it is"]
      ),
    ] as [(String, [String], [String])])
  func `what is hardly meant is warned of`(entry: String, backends: [String], sentences: [String]) {
    #expect(lint(entry, backends) == sentences)
  }

  @Test(
    arguments: [
      (
        "server_high_watermark: 0.6", ["", "", "status: DISABLED", "status: FAILURE"],
        "80/TCP on IPv4 never comes up: watermark 0.6 of 4 backends is 3, and 2 may serve"
      ),
      (
        "server_low_watermark: 1", ["", "status: STANDBY"],
        "80/TCP on IPv4 never comes up: watermark 1.0 of 2 backends is 2, and 1 may serve"
      ),
      (
        "quorum: 5 hysteresis: 1", ["weight: 2", "weight: 3", "status: DISABLED"],
        "80/TCP on IPv4 never comes up: quorum 5 plus hysteresis 1 is 6, and the weights of 2 backends are 5 together"
      ),
      (
        "quorum: 2 hysteresis: 2", ["weight: 2", "weight: 3"],
        "80/TCP on IPv4 never goes down by its quorum once it is up: quorum 2 minus hysteresis 2 leaves nothing "
          + "that it could be below"
      ),
    ] as [(String, [String], String)])
  func `what can never be met is warned of with the numbers`(entry: String, backends: [String], sentence: String) {
    #expect(lint("protocol: TCP port: 80 \(entry)", backends) == [sentence])
  }

  @Test(
    arguments: [
      ("server_high_watermark: 0.5", ["", "", "status: DISABLED", "status: FAILURE"]),
      ("server_high_watermark: 1", ["", "status: PROPOSED", "status: BUILDING"]),
      ("server_high_watermark: 0.3", ["", "", "status: DISABLED"]), ("quorum: 5", ["weight: 2", "weight: 3"]),
      ("quorum: 5 hysteresis: 4", ["weight: 6", "weight: 3"]), ("server_high_watermark: 1", ["status: DISABLED"]),
    ] as [(String, [String])])
  func `what can be met is not`(entry: String, backends: [String]) {
    #expect(lint("protocol: TCP port: 80 \(entry)", backends) == [])
  }

  // MARK: Two nodes

  private static let cluster = """
    seesaw_vip: < fqdn: "vip." ipv4: "192.0.2.1/24" ipv6: "2001:db8::1/64" status: PRODUCTION >
    node: < fqdn: "n1." ipv4: "192.0.2.2/24" ipv6: "2001:db8::2/64" status: PRODUCTION >
    node: < fqdn: "n2." ipv4: "192.0.2.3/24" ipv6: "2001:db8::3/64" status: PRODUCTION >
    """
  private static let one = "[cluster]\nname = lab\nnode_ipv4 = 192.0.2.2\npeer_ipv4 = 192.0.2.3\n"
  private static let other = "[cluster]\nname = lab\nnode_ipv4 = 192.0.2.3\npeer_ipv4 = 192.0.2.2\n"

  private func pair(_ one: String, _ other: String, cluster: String = LintTests.cluster) -> [String] {
    let clusters = [one, other].enumerated().map { index, text in
      var findings = Findings()
      let settings = Settings(SettingsReader(Array(text.utf8), source: index).settings, findings: &findings)
      return Reading(tree(Array(cluster.utf8)), settings: settings, standalone: false).cluster
    }
    return PairLint(clusters[0], clusters[1]).findings.problems.map { "\($0.severity): \($0.sentence)" }
  }

  @Test func `two nodes that know each other have no problem`() {
    #expect(pair(Self.one, Self.other) == [])
  }

  @Test(arguments: [
    ("vrid = 7\n", "", "error: vrid is 7 here and 60 there: each node would be master"),
    ("use_vmac = no\n", "", "error: use_vmac is false here and true there"),
    ("vip_ipv4 = 192.0.2.9\n", "vip_ipv4 = 192.0.2.1\n", "error: vip_ipv4 is 192.0.2.9 here and 192.0.2.1 there"),
    ("", "vip_ipv6 = 2001:db8::1\n", "error: vip_ipv6 is not set here and 2001:db8::1 there"),
    (
      "anycast_ranges = 10.0.0.0/8\n", "anycast_ranges = 10.1.0.0/16\n",
      "error: the anycast ranges are 10.0.0.0/8 here and 10.1.0.0/16 there"
    ),
    (
      "node_ipv6 = 2001:db8::2\n", "peer_ipv6 = 2001:db8::9\n",
      "error: node_ipv6 is 2001:db8::2 here, but peer_ipv6 is 2001:db8::9 there"
    ),
    (
      "peer_ipv6 = 2001:db8::9\n", "node_ipv6 = 2001:db8::3\n",
      "error: node_ipv6 is 2001:db8::3 there, but peer_ipv6 is 2001:db8::9 here"
    ),
    ("garp_interval_sec = 3\n", "", "warning: garp_interval_sec is 3 here and 10 there"),
    ("anycast_enabled = no\n", "", "warning: anycast_enabled is false here and true there"),
    (
      "[extra_service_anycast]\na = 192.168.255.7\n", "",
      "warning: the service anycast addresses are 192.168.255.7, 192.168.255.254, 2015:cafe:ffff::254 here and "
        + "192.168.255.254, 2015:cafe:ffff::254 there"
    ),
    ("[interface]\nlb = eth0\n", "", "warning: the layout is SHARED here and SEESAW there"),
  ])
  func `what two nodes disagree in is told`(one: String, other: String, sentence: String) {
    #expect(pair(Self.one + one, Self.other + other) == [sentence])
  }

  @Test func `two that are one node, or of two clusters, are told`() {
    #expect(pair(Self.one, Self.one) == ["error: both are node \"n1.\""])
    #expect(
      pair(Self.one, Self.other.replacing("lab", with: "bal")) == [
        "error: [cluster] name is \"lab\" here and \"bal\" there"
      ])
    #expect(
      pair(Self.one, Self.other.replacing("peer_ipv4 = 192.0.2.2\n", with: "")) == [
        "error: neither peer_ipv4 nor peer_ipv6 is set: it knows no other node"
      ])
  }

  @Test func `a node that could never take over is told`() {
    let testing = Self.cluster.replacing("3/64\" status: PRODUCTION", with: "3/64\" status: TESTING")
    #expect(
      pair(Self.one, Self.other, cluster: testing) == [
        "warning: node \"n2.\" takes no part in the election: its status is TESTING, the cluster's PRODUCTION"
      ])
    let many = (0..<300).map { "node: < fqdn: 'm\($0).' ipv4: '10.0.\($0 / 250).\($0 % 250 + 1)/16' >\n" }.joined()
    let a = "[cluster]\nname = lab\nnode_ipv4 = 10.0.0.5\npeer_ipv4 = 10.0.0.6\n"
    let b = "[cluster]\nname = lab\nnode_ipv4 = 10.0.0.6\npeer_ipv4 = 10.0.0.5\n"
    #expect(
      pair(a, b, cluster: Self.cluster + "\n" + many).first?.hasPrefix(
        "error: nodes \"m4.\" and \"m5.\" have the same priority 254") == true)
  }
}
