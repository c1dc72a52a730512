// The fields of cluster.pb that are ours, of the cluster and of the addresses of vservers: what they mean, what follows
// from them, and what cannot be.

import Config
import ConfigText
import Lines
import Testing
import Values

private let start = """
  seesaw_vip: < fqdn: "vip." ipv4: "192.0.2.1/24" status: PRODUCTION >
  node: < fqdn: "n1." ipv4: "192.0.2.2/24" status: PRODUCTION >
  node: < fqdn: "n2." ipv4: "192.0.2.3/24" status: PRODUCTION >

  """
private let settingsText = "[cluster]\nname = lab\nnode_ipv4 = 192.0.2.3\npeer_ipv4 = 192.0.2.2\n"

private func reading(_ text: String, settings more: String = "", standalone: Bool = false) -> Reading {
  var findings = Findings()
  let settings = Settings(SettingsReader(Array((settingsText + more).utf8), source: 1).settings, findings: &findings)
  #expect(findings.problems.isEmpty)
  return Reading(tree(Array((start + text).utf8)), settings: settings, standalone: standalone)
}

private func clusterLine(_ text: String, settings more: String = "", standalone: Bool = false) throws -> ClusterLine {
  let reading = reading(text, settings: more, standalone: standalone)
  #expect(errors(reading).isEmpty, "\(errors(reading).map(\.text))")
  var findings = Findings()
  return try ClusterLine(Statement(reading.cluster, findings: &findings).lines[0])
}

private func vserver(_ name: String, _ address: String, _ rest: String = "") -> String {
  "vserver: < name: '\(name)' rp: 'r' entry_address: < fqdn: 'e.' \(address) > \(rest)"
    + " vserver_entry: < protocol: TCP port: 80 healthcheck: < type: TCP > >"
    + " backend: < host: < fqdn: 'b.' ipv4: '192.0.2.50/24' ipv6: '2001:db8::50/64' > > >\n"
}

private func vips(_ reading: Reading) -> [String] {
  reading.cluster.vservers.flatMap(\.vips).map {
    "\($0.address)/\($0.prefixLength) \($0.kind) \($0.interface) \($0.instance ?? "-")"
  }
}

@Suite struct ExtendedTests {
  // MARK: The cluster

  @Test func `the line of the cluster says which node this is, and what holds for the election`() throws {
    let line = try clusterLine("")
    #expect(line.node == "n2.")
    #expect(line.layout == .seesaw)
    #expect(line.instance == [.inet: "60/inet"])
    #expect(line.lease == .seconds(10))
    #expect(line.roleTimeout == .seconds(10))
    #expect(line.routeTable == 2)
    #expect(line.anycastOnBackup)
    #expect(line.serviceAnycast.map(\.description) == ["192.168.255.254"])
    #expect(line.stormPercent == 0)
  }

  @Test func `a node that stands alone has no instance and no test address`() throws {
    let line = try clusterLine("", standalone: true)
    #expect(line.instance.isEmpty)
    #expect(line.serviceAnycast.isEmpty)
    #expect(line.node == "n2.")
  }

  @Test func `all that the cluster can say is said`() throws {
    let line = try clusterLine(
      """
      lb_layout: MACVLAN lease: 0 role_timeout_ms: 2500 route_table: 7 anycast_on_backup: false
      anycast_range: "198.51.100.0/24" service_anycast: "198.51.100.7"
      storm_percent: 40 storm_window_ms: 3000 storm_action: HOLD vmac: "00:00:5E:00:01:07"
      """, settings: "vrid = 9\n")
    #expect(line.layout == .macvlan)
    #expect(line.lease == .zero)
    #expect(line.roleTimeout == .milliseconds(2500))
    #expect(line.routeTable == 7)
    #expect(!line.anycastOnBackup)
    #expect(line.anycastRanges.map(\.description) == ["198.51.100.0/24"])
    #expect(line.serviceAnycast.map(\.description) == ["198.51.100.7"])
    #expect(line.stormPercent == 40)
    #expect(line.stormWindow == .seconds(3))
    #expect(line.stormAction == .hold)
    #expect(line.vmac == "00:00:5E:00:01:07")
    #expect(line.instance == [.inet: "9/inet"])
  }

  @Test func `ranges of both files together take the place of Seesaw's`() throws {
    let line = try clusterLine(
      "anycast_range: '198.51.100.9/24'", settings: "anycast_ranges = 203.0.113.0/24\n"
    )
    #expect(line.anycastRanges.map(\.description) == ["203.0.113.0/24", "198.51.100.0/24"])
  }

  @Test func `one interface for node and LB is a shared one, and its VIPs are held whole`() throws {
    let shared = "[interface]\nnode = eth0\nlb = eth0\n"
    #expect(try clusterLine("", settings: shared).layout == .shared)
    let text = "vlan: < vlan_id: 9 host: < fqdn: 'l.' ipv4: '198.51.100.1/24' > >\n"
    let both = vserver("a", "ipv4: '192.0.2.10/24'") + vserver("b", "ipv4: '198.51.100.10/24'")
    #expect(
      vips(reading(text + both, settings: shared)) == [
        "192.0.2.10/32 unicast eth0 60/inet", "198.51.100.10/24 unicast eth0.9 60/inet",
      ])
    #expect(
      vips(reading(text + both)) == [
        "192.0.2.10/24 unicast eth1 60/inet", "198.51.100.10/24 unicast eth1.9 60/inet",
      ])
  }

  @Test func `each family with something of the master's has an instance of its own`() {
    let text = "node: < fqdn: 'n3.' ipv6: '2001:db8::3/64' >\n" + vserver("a", "ipv6: '2001:db8::10/64'")
    let read = reading(text)
    #expect(read.cluster.instances == [.inet: "60/inet", .inet6: "60/inet6"])
    #expect(vips(read) == ["2001:db8::10/64 unicast eth1 60/inet6"])
    #expect(vips(reading(text, standalone: true)) == ["2001:db8::10/64 unicast eth1 -"])
  }

  @Test(arguments: [("", "-"), ("anycast_on_backup: false\n", "60/inet")])
  func `an anycast VIP is bound to the role if the backup must not announce it`(text: String, instance: String) {
    let read = reading(text + vserver("a", "ipv4: '192.168.255.9/24'"))
    #expect(vips(read) == ["192.168.255.9/32 anycast dummy0 \(instance)"])
  }

  @Test func `an anycast address that a vserver serves is the vserver's`() {
    let read = reading(
      "service_anycast: ['192.168.255.9', '192.168.255.8']\n" + vserver("a", "ipv4: '192.168.255.9/24'")
        + vserver("b", "ipv4: '192.168.255.254/24'"))
    #expect(read.cluster.serviceAnycast.map(\.description) == ["192.168.255.8"])
    #expect(
      warnings(read).map(\.text) == ["service anycast address 192.168.255.9 is the VIP of vserver \"a\""])
  }

  @Test(
    arguments: [
      ("lease: -1", "lease -1 is outside 0 to 86400"),
      ("lease: 86401", "lease 86401 is outside 0 to 86400"),
      ("role_timeout_ms: 0", "role_timeout_ms 0 is outside 1 to 86400000"),
      ("route_table: 0", "route_table 0 is outside 1 to 4294967295"),
      ("route_table: 254", "route_table 254 is one of the kernel's own, 252 to 255"),
      ("storm_percent: 101", "storm_percent 101 is outside 0 to 100"),
      ("service_anycast: '192.0.2.300'", "service_anycast: \"192.0.2.300\" is no address"),
      ("service_anycast: '192.0.2.9'", "service anycast address 192.0.2.9 lies in none of the anycast ranges"),
      (
        "address_group: < name: 'g' address: '192.0.2.9' >",
        "address: 192.0.2.9 has no prefix length (such as 192.0.2.9/24)"
      ),
      ("address_group: < address: '192.0.2.9/24' >", "AddressGroup has no name"),
      ("address_group: < name: 'g' > address_group: < name: 'g' >", "the address group is given twice"),
    ] as [(String, String)])
  func `a fault of the cluster is told and its default stays`(text: String, sentence: String) {
    let read = reading(text + "\n" + vserver("a", "ipv4: '192.0.2.10/24'"))
    #expect(errors(read).map(\.sentence) == [sentence])
    #expect(!read.findings.leavesNothing)
    #expect(read.cluster.lease == 10)
    #expect(read.cluster.roleTimeout == 10_000)
    #expect(read.cluster.routeTable == 2)
    #expect(read.cluster.vservers.map(\.isWrong) == [false])
  }

  @Test(arguments: [
    ("anycast_range: '198.51.100.0'", "anycast_range: 198.51.100.0 has no prefix length (such as 198.51.100.0/24)"),
    ("lb_layout: BOTH", "a lb_layout cannot be read: where VIPs are held is not certain"),
  ])
  func `what decides where VIPs are held stops all`(text: String, sentence: String) {
    let read = reading(text)
    #expect(read.findings.leavesNothing)
    #expect(read.findings.problems.filter(\.leavesNothing).map(\.sentence) == [sentence])
  }

  @Test func `Seesaw's layout on the node's own interface stops all`() {
    let read = reading("lb_layout: SEESAW", settings: "[interface]\nnode = eth0\nlb = eth0\n")
    #expect(read.findings.leavesNothing)
    #expect(
      errors(read).map(\.sentence) == [
        "lb_layout SEESAW takes the LB interface down on the backup, but eth0 is the node's own too"
      ])
  }

  // MARK: Addresses

  @Test func `ranges and groups are VIPs in the order of their addresses, after the vserver's own`() {
    let read = reading(
      """
      address_group: < name: "six" address: "2001:db8::e-10/64" >
      node: < fqdn: 'n3.' ipv6: '2001:db8::3/64' >

      """
        + vserver(
          "a", "ipv4: '192.0.2.99/24'",
          "address: ['192.0.2.20-22/24', '192.0.2.10/24', '192.0.2.30-192.0.2.31/24'] address_group: 'six'"),
      standalone: true)
    #expect(errors(read).isEmpty)
    #expect(
      read.cluster.vservers.flatMap(\.vips).map(\.address.description) == [
        "192.0.2.99", "192.0.2.10", "192.0.2.20", "192.0.2.21", "192.0.2.22", "192.0.2.30", "192.0.2.31",
        "2001:db8::e", "2001:db8::f", "2001:db8::10",
      ])
  }

  @Test func `a vserver can have all its addresses beside its host`() {
    let read = reading(vserver("a", "", "address: '192.0.2.10/24'"))
    #expect(errors(read).isEmpty)
    #expect(vips(read) == ["192.0.2.10/24 unicast eth1 60/inet"])
  }

  @Test(
    arguments: [
      ("address: '192.0.2.20-10/24'", "address: the range 192.0.2.20-10/24 ends before it begins"),
      ("address: '192.0.2.20-256/24'", "address: \"192.0.2.20-256/24\" is no range"),
      ("address: '192.0.2.20-30'", "address: \"192.0.2.20-30\" is no range"),
      ("address: '192.0.2.20-2001:db8::1/24'", "address: \"192.0.2.20-2001:db8::1/24\" is no range"),
      ("address: '192.0.2.20-192.0.3.1/24'", "address: the range 192.0.2.20-192.0.3.1/24 leaves its network"),
      ("address: '10.0.0.1-10.0.16.1/8'", "address: the range 10.0.0.1-10.0.16.1/8 has 4097 addresses, more than 4096"),
      ("address: '192.0.2.20'", "address: 192.0.2.20 has no prefix length (such as 192.0.2.20/24)"),
      ("address: '192.0.2.10/24'", "192.0.2.10 is already the VIP of vserver \"a\""),
      ("address_group: 'none'", "there is no address_group \"none\""),
      ("vip_interface: 'sixteen-letters-'", "vip_interface: \"sixteen-letters-\" is no interface's name"),
    ] as [(String, String)])
  func `a wrong address leaves out the vserver`(text: String, sentence: String) {
    let read = reading(vserver("a", "ipv4: '192.0.2.10/24'", text) + vserver("good", "ipv4: '192.0.2.9/24'"))
    #expect(errors(read).map(\.sentence) == [sentence])
    #expect(read.cluster.vservers.map(\.isWrong) == [true, false])
  }

  @Test func `a group that is wrong is told where it is, and leaves out who names it`() {
    let read = reading(
      "address_group: < name: 'g' address: 'x' >\n"
        + vserver("a", "ipv4: '192.0.2.10/24'", "address_group: 'g'"))
    #expect(
      errors(read).map(\.text) == [
        "address group \"g\": address: \"x\" is no address with a prefix length",
        "vserver \"a\": the address_group \"g\" is wrong",
      ])
  }

  @Test func `an interface of its own holds unicast VIPs of any network`() {
    let read = reading(vserver("a", "ipv4: '203.0.113.9/28'", "vip_interface: 'eth2' address: '192.168.255.1/24'"))
    #expect(errors(read).isEmpty)
    #expect(vips(read) == ["203.0.113.9/28 unicast eth2 60/inet", "192.168.255.1/32 anycast dummy0 -"])
  }

  // MARK: VIPs that somebody else holds

  @Test func `an external VIP lies in any network and may be several vservers' with different ports`() {
    let more = vserver("b", "ipv4: '203.0.113.9/32'", "vip_external: true").replacing("port: 80", with: "port: 81")
    let read = reading(vserver("a", "ipv4: '203.0.113.9/32'", "vip_external: true") + more)
    #expect(read.findings.problems.isEmpty)
    #expect(vips(read) == ["203.0.113.9/32 external eth1 -", "203.0.113.9/32 external eth1 -"])
    let again = reading(
      vserver("a", "ipv4: '203.0.113.9/32'", "vip_external: true")
        + vserver("b", "ipv4: '203.0.113.9/32'", "vip_external: true"))
    #expect(errors(again).map(\.text) == ["vserver \"b\": 80/TCP of 203.0.113.9 is already vserver \"a\"'s"])
  }

  @Test func `a VIP is either held here or external`() {
    let read = reading(
      vserver("a", "ipv4: '192.0.2.10/24'") + vserver("b", "ipv4: '192.0.2.10/24'", "vip_external: true"))
    #expect(errors(read).map(\.text) == ["vserver \"b\": 192.0.2.10 is already the VIP of vserver \"a\""])
  }
}
