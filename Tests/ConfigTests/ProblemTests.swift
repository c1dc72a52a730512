// Every fault that Seesaw takes silently, or dies of, is told with the place where it stands, and leaves out the object
// that it is in and nothing else.

import Config
import Testing

/// A cluster of one VLAN and two nodes, with a vserver that is written by each test.
private func cluster(_ rest: String) -> String {
  """
  seesaw_vip: < fqdn: "vip." ipv4: "192.0.2.1/24" ipv6: "2001:db8::1/64" status: PRODUCTION >
  node: < fqdn: "n1." ipv4: "192.0.2.2/24" status: PRODUCTION >
  node: < fqdn: "n2." ipv4: "192.0.2.3/24" status: PRODUCTION >
  vlan: < vlan_id: 7 host: < fqdn: "vlan7." ipv4: "198.51.100.1/24" > >
  vserver: < name: "good" rp: "r" entry_address: < fqdn: "g." ipv4: "192.0.2.10/24" >
    vserver_entry: < protocol: TCP port: 80 healthcheck: < type: TCP > >
    backend: < host: < fqdn: "b." ipv4: "192.0.2.50/24" > > >
  \(rest)
  """
}

private func vserver(_ rest: String) -> String {
  """
  vserver: < name: "v" rp: "r" entry_address: < fqdn: "v." ipv4: "192.0.2.11/24" >
    backend: < host: < fqdn: "b." ipv4: "192.0.2.50/24" > >
  \(rest)
  >
  """
}

private func entry(_ rest: String) -> String { vserver("vserver_entry: < protocol: TCP port: 80 \(rest) >") }
private func long(_ count: Int) -> String { String(repeating: "a", count: count) }
private let peer = "fqdn: 'p.' ipv4: '192.0.2.9/24'"
private func check(_ rest: String) -> String { entry("healthcheck: < \(rest) >") }
private func entryAddress(_ rest: String) -> String {
  "vserver: < name: 'v' rp: 'r' entry_address: < fqdn: 'v.' \(rest) > >"
}
private func backend(_ rest: String) -> String {
  vserver("vserver_entry: < protocol: TCP port: 80 healthcheck: < type: TCP > > backend: < host: < fqdn: 'c.' \(rest)")
}

@Suite struct ProblemTests {
  @Test func `a configuration without fault has none`() {
    let reading = read(cluster(check("type: TCP")))
    #expect(reading.findings.problems.isEmpty)
    #expect(reading.cluster.vservers.map(\.isWrong) == [false, false])
  }

  @Test(
    arguments: [
      (entryAddress("ipv4: '192.0.2.300/24'"), "ipv4: \"192.0.2.300/24\" is no address with a prefix length"),
      (entryAddress("ipv4: '192.0.2.11'"), "ipv4: 192.0.2.11 has no prefix length (such as 192.0.2.11/24)"),
      (entryAddress("ipv4: '192.0.2.11/33'"), "ipv4: the prefix length of \"192.0.2.11/33\" is wrong"),
      (entryAddress("ipv4: '2001:db8::2/64'"), "ipv4: 2001:db8::2/64 is no IPv4 address"),
      (entryAddress("ipv6: 'fe80::2/64'"), "ipv6: fe80::2/64 is no address that a host can have"),
      (entryAddress("ipv4: '224.0.0.1/24'"), "ipv4: 224.0.0.1/24 is no address that a host can have"),
      (entryAddress(""), "entry_address has neither ipv4 nor ipv6"),
      (
        entryAddress("ipv4: '203.0.113.1/24'"),
        "VIP 203.0.113.1 lies in no VLAN, in no node's network and in no anycast or dedicated one"
      ),
      (entryAddress("ipv4: '192.0.2.10/24'"), "192.0.2.10 is already the VIP of vserver \"good\""),
      (vserver("vserver_entry: < protocol: TCP port: -1 >"), "port -1 is outside 1 to 65535"),
      (vserver("vserver_entry: < protocol: TCP port: 0 >"), "port 0, which is every port, needs persistence"),
      (vserver("vserver_entry: < protocol: DCCP port: 1 >"), "protocol: \"DCCP\" is none of TCP, UDP, SCTP"),
      (vserver("vserver_entry: < protocol: TCP >"), "VserverEntry has no port"),
      (vserver("use_fwm: true"), "a firewall-mark vserver needs a vserver_entry, which marks its packets"),
      (entry("persistence: -1"), "persistence -1 is outside 0 to 2678400"),
      (entry("server_high_watermark: 1.5"), "server_high_watermark 1.5 is outside 0 to 1"),
      (entry("server_low_watermark: -0.1"), "server_low_watermark -0.1 is outside 0 to 1"),
      (entry("server_low_watermark: nan"), "server_low_watermark nan is outside 0 to 1"),
      (entry("lthreshold: 5"), "lthreshold 5 is above uthreshold 0"),
      (entry("lthreshold: -5"), "lthreshold -5 is outside 0 to 2147483647"),
      (check("type: TCP interval: 0"), "interval 0 is outside 1 to 4294967"),
      (check("type: TCP timeout: -3"), "timeout -3 is outside 1 to 4294967"),
      (check("type: TCP retries: -1"), "retries -1 is outside 0 to 999999"),
      (check("type: TCP port: 65536"), "port 65536 is outside 0 to 65535"),
      (check("interval: 1"), "Healthcheck has no type"),
      (check("type: PING"), "type: \"PING\" is none of ICMP_PING, UDP, TCP, HTTP, HTTPS, DNS, TCP_TLS, RADIUS"),
      (check("type: ICMP_PING mode: DSR"), "an ICMP_PING healthcheck goes to the backend only: mode DSR is impossible"),
      (
        check("type: DNS send: 'x.' receive: '192.0.2.1'"),
        "a DNS healthcheck needs method, the type that is asked for (A, AAAA)"
      ),
      (
        check("type: DNS method: 'AA' send: 'x.' receive: '192.0.2.1'"), "method \"AA\" is no type of DNS record"
      ),
      (
        check("type: DNS method: 'A' receive: '192.0.2.1'"), "a DNS healthcheck needs send, the name that is asked for"
      ),
      (
        check("type: DNS method: 'AAAA' send: 'x' receive: '192.0.2.1'"),
        "a DNS healthcheck of type AAAA needs receive, the address that is expected"
      ),
      (check("type: RADIUS send: 'user:password'"), "a RADIUS healthcheck needs send \"user:password:secret\""),
      (
        check("type: RADIUS send: 'u:p:s' receive: 'yes'"),
        "a RADIUS healthcheck receives accept, reject, challenge or any"
      ),
      (check("type: HTTP method: 'GE T'"), "method \"GE T\" is none for a check"),
      (check("type: HTTP method: 'CONNECT'"), "method \"CONNECT\" is none for a check"),
      (check("type: HTTP method: '\(long(33))'"), "method \"\(long(33))\" is none for a check"),
      (check("type: HTTP send: 'http://a b/'"), "send: the URL's host holds a space, or is longer than 8192 bytes"),
      (
        check("type: HTTP send: 'http://\(long(8193))/'"),
        "send: the URL's host holds a space, or is longer than 8192 bytes"
      ),
      (check("type: HTTP send: '\(long(8192))'"), "send: the path is longer than 8192 bytes as it is sent"),
      (
        check("type: HTTP send: '\(long(8160))' proxy: true"), "send: the path is longer than 8192 bytes as it is sent"
      ),
      (check("type: HTTP receive: '\(long(65_537))'"), "receive has 65537 bytes, more than 65536"),
      (check("type: TCP send: '\(long(65_537))'"), "send has 65537 bytes, more than 65536"),
      (check("type: UDP send: '\(long(65_508))'"), "send has 65508 bytes, more than 65507"),
      (check("type: RADIUS send: 'u:p:\(long(65_533))'"), "send has 65537 bytes, more than 65536"),
      (
        check("type: DNS method: 'TXT' send: 'x' receive: '\(long(65_537))'"),
        "receive has 65537 bytes, more than 65536"
      ),
      (check("type: UDP receive: '\(long(65_537))'"), "receive has 65537 bytes, more than 65536"),
      (check("type: HTTP code: 99"), "code 99 is no status of HTTP"),
      (check("type: HTTP send: '/a\\nb'"), "send: a URL holds no control character"),
      (vserver("healthcheck: < type: TCP >"), "a TCP healthcheck of a vserver needs a port"),
      (vserver("unknown: 1"), "Vserver has no field \"unknown\""),
      (
        "vserver: < name: 'a/b' rp: 'r' entry_address: < fqdn: 'v.' ipv4: '192.0.2.11/24' > >",
        "the name is empty, too long or holds white space or /"
      ),
    ] as [(String, String)])
  func `a fault of a vserver leaves it out and its neighbour in`(text: String, sentence: String) throws {
    let reading = read(cluster(text))
    let errors = errors(reading)
    #expect(errors.map(\.sentence) == [sentence])
    #expect(errors.first?.object?.kind == .vserver)
    #expect(errors.first.flatMap(\.position).map { $0.offset > cluster("").utf8.count - 2 } == true)
    #expect(reading.cluster.vservers.filter { !$0.isWrong }.map(\.name) == ["good"])
  }

  @Test(arguments: [
    "type: HTTP method: '\(long(32))'", "type: HTTP send: '\(long(8191))'", "type: HTTP send: 'http://\(long(8192))'",
    "type: TCP send: '\(long(65_536))' receive: '\(long(65_536))'", "type: UDP send: '\(long(65_507))'",
  ])
  func `the longest that ss-check takes is right`(text: String) {
    #expect(read(cluster(check(text))).findings.problems.isEmpty)
  }

  @Test(
    arguments: [
      (backend("ipv4: '192.0.2.51/24' > weight: 65536 >"), "weight 65536 is outside 0 to 65535"),
      (backend("ipv4: '192.0.2.51' > >"), "ipv4: 192.0.2.51 has no prefix length (such as 192.0.2.51/24)"),
      (backend("> >"), "the backend has no address"),
      (backend("ipv4: '192.0.2.50/24' > >"), "another backend has the address 192.0.2.50"),
      (backend("ipv4: '192.0.2.51/24' > wieght: 0 >"), "Backend has no field \"wieght\"; did you mean \"weight\"?"),
      (backend("ipv4: '192.0.2.51/24' stauts: DISABLED > >"), "Host has no field \"stauts\"; did you mean \"status\"?"),
    ] as [(String, String)])
  func `a fault of a backend leaves it out and its neighbour in`(text: String, sentence: String) {
    let reading = read(cluster(text))
    #expect(errors(reading).map(\.sentence) == [sentence])
    #expect(errors(reading).first?.object == ObjectName(.backend, "v/c."))
    let vserver = reading.cluster.vservers.last
    #expect(vserver?.isWrong == false)
    #expect(vserver?.backends.map(\.host.fqdn) == ["b."])
  }

  @Test(
    arguments: [
      ("grantee: 'u' role: OWNER type: USER", "role: \"OWNER\" is none of ADMIN, OPS", "u"),
      ("grantee: 'u' type: USER", "AccessGrant has no role", "u"),
      ("role: OPS type: USER", "AccessGrant has no grantee", ""),
      ("grantee: '' role: OPS type: USER", "grantee is empty, longer than 255 bytes or holds a control character", ""),
      ("grantee: 'u' role: OPS type: USER until: 7", "AccessGrant has no field \"until\"", "u"),
      ("grantee: 'g' role: OPS type: GROUP", "there is no access group \"g\"", "g"),
    ])
  func `a fault of an access grant leaves out the grant and nothing else`(
    text: String, sentence: String, grantee: String
  ) {
    let good = "access_grant: < grantee: 'w' role: OPS type: USER >"
    let checked = "vserver_entry: < protocol: TCP port: 80 healthcheck: < type: TCP > >"
    let kind = text.contains("GROUP") ? "group" : "user"
    let reading = read(cluster(vserver("\(checked) access_grant: < \(text) > \(good)")))
    #expect(errors(reading).map(\.text) == ["access grant \"v/\(kind):\(grantee)\": \(sentence)"])
    let vserver = reading.cluster.vservers.last
    #expect(vserver?.isWrong == false)
    #expect(vserver?.grants.map(\.key) == ["user:w"])
  }

  @Test func `of two equal things the first is kept and both places are told`() {
    let text = cluster(
      vserver(
        """
        vserver_entry: < protocol: TCP port: 80 scheduler: RR healthcheck: < type: TCP > >
        vserver_entry: < protocol: TCP port: 80 scheduler: SH >
        backend: < host: < fqdn: 'b.' ipv4: '192.0.2.51/24' > weight: 5 >
        """))
    let reading = read(text)
    let errors = errors(reading)
    #expect(
      errors.map(\.text) == [
        "vserver \"v\": entry 80/TCP is given twice; the first is kept",
        "backend \"v/b.\": the backend is given twice; the first is kept",
      ])
    #expect(
      errors.allSatisfy {
        $0.also != nil && $0.also ?? Position(source: 0, offset: 0) < $0.position ?? Position(source: 0, offset: 0)
      })
    let vserver = reading.cluster.vservers.last
    #expect(vserver?.isWrong == false)
    #expect(vserver?.entries.map(\.scheduler) == ["rr"])
    #expect(vserver?.backends.map(\.weight) == [1])
  }

  @Test(
    arguments: [
      ("vlan: < vlan_id: 4095 host: < fqdn: 'x.' > >", "vlan_id 4095 is outside 1 to 4094"),
      ("vlan: < vlan_id: 7 host: < fqdn: 'x.' > >", "the VLAN is given twice"),
      ("dedicated_vip_subnet: ['10.0.0.0/8', '10.1.0.0/8']", "dedicated_vip_subnet 10.0.0.0/8 is given twice"),
      ("bgp_peer: < \(peer) > bgp_peer: < \(peer) >", "bgp_peer \"p.\" is given twice"),
      (
        "bgp_peer: < \(peer) > bgp_peer: < \(peer.replacing("p.", with: "q.")) >",
        "bgp_peer \"q.\" has the address 192.0.2.9, which is that of p."
      ),
      ("bgp_peer: < fqdn: 'p.' >", "bgp_peer \"p.\" has no address"),
      (
        "node: < fqdn: 'n3.' ipv4: '192.0.2.3/24' ipv6: '2001:db8::3/64' >",
        "node \"n3.\" has the address 192.0.2.3, which is that of n2."
      ),
      ("node: < fqdn: 'n3.' >", "node \"n3.\" has no address"),
      ("node: < fqdn: 'n3.' ipv4: '192.0.2.4' >", "ipv4: 192.0.2.4 has no prefix length (such as 192.0.2.4/24)"),
      ("vlan: < vlan_id: 8 host: < fqdn: 'x.' > >", "the VLAN has no address"),
      (
        "vlan: < vlan_id: 8 host: < fqdn: 'x.' ipv4: '198.51.100.1/25' > >",
        "the VLAN has the address 198.51.100.1, which is that of VLAN 7"
      ),
      ("access_groups: < name: 'g' > access_groups: < name: 'g' >", "the access group is given twice"),
      ("metadata: < last_updated: -1 >", "last_updated -1 lies outside the years 1970 to 2262"),
      ("vsrver: < name: 'x' >", "Cluster has no field \"vsrver\"; did you mean \"vserver\"?"),
    ] as [(String, String)])
  func `a fault of the cluster leaves all vservers in`(text: String, sentence: String) {
    let reading = read(cluster(text))
    #expect(errors(reading).map(\.sentence) == [sentence])
    #expect(reading.cluster.vservers.map(\.isWrong) == [false])
  }

  @Test(
    arguments: [
      ("9", "ipv6: '2001:db8:9::1'", "ipv6: 2001:db8:9::1 has no prefix length (such as 2001:db8:9::1/64)"),
      ("9", "stauts: PRODUCTION", "Host has no field \"stauts\"; did you mean \"status\"?"),
      ("4095", "", "vlan_id 4095 is outside 1 to 4094"),
      ("7", "", "the VLAN is given twice"),
    ])
  func `a VIP in the network of a wrong VLAN is left out, not held elsewhere`(id: String, rest: String, fault: String) {
    let vlan = "vlan: < vlan_id: \(id) host: < fqdn: 'l.' ipv4: '192.0.2.129/25' \(rest) > >"
    let vip = "vserver: < name: 'v' rp: 'r' entry_address: < fqdn: 'v.' ipv4: '192.0.2.130/25' > >"
    let reading = read(cluster(vlan + vip))
    #expect(
      errors(reading).map(\.sentence) == [
        fault, "VIP 192.0.2.130 lies in the network 192.0.2.128/25 of VLAN \(id), which is wrong",
      ])
    #expect(reading.cluster.vservers.filter { !$0.isWrong }.map(\.name) == ["good"])
  }

  @Test func `a network of a wrong VLAN that a right one has too is the right one's`() {
    let again = "vlan: < vlan_id: 7 host: < fqdn: 'l.' ipv4: '198.51.100.9/24' > >"
    let vip = "vserver: < name: 'v' rp: 'r' entry_address: < fqdn: 'v.' ipv4: '198.51.100.2/24' > >"
    let reading = read(cluster(again + vip))
    #expect(errors(reading).map(\.sentence) == ["the VLAN is given twice"])
    #expect(reading.cluster.vservers.last?.vips.map(\.interface) == ["eth1.7"])
  }

  @Test(
    arguments: [
      (entry(""), "80/TCP has no healthcheck: its backends count as healthy"),
      (entry("one_packet: true healthcheck: < type: TCP >"), "one_packet has an effect on UDP only"),
      (check("type: TCP timeout: 11"), "timeout 11 s is longer than interval 10 s"),
      (check("type: TCP mode: TUN"), "the healthcheck goes by TUN, the entry's packets by DSR"),
      (check("type: TCP code: 200"), "code has an effect on HTTP and HTTPS only"),
      (check("type: TCP > healthcheck: < type: TCP"), "the same healthcheck is given twice"),
      (
        check("type: HTTP method: 'HEAD' receive: 'x'"),
        "an answer to HEAD has no body: it can never be what receive says"
      ),
      (
        check("type: TCP > server_low_watermark: 0.5 server_high_watermark: 0.2 healthcheck: < type: UDP"),
        "server_high_watermark 0.2 is below server_low_watermark 0.5, which is used for both"
      ),
      (vserver(""), "no vserver_entry: nothing is served"),
      ("vmac: '00:00:5E:00:01:02'", "vmac has no effect: the virtual MAC follows from the vrid"),
    ] as [(String, String)])
  func `what is odd is warned of and used`(text: String, sentence: String) {
    let reading = read(cluster(text))
    #expect(errors(reading).isEmpty)
    #expect(warnings(reading).map(\.sentence) == [sentence])
    #expect(reading.cluster.vservers.allSatisfy { !$0.isWrong })
  }
}
