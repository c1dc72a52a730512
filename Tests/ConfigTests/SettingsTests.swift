// What seesaw.cfg means, and whether it agrees with cluster.pb.

import Config
import ConfigText
import Lines
import Testing
import Values

private func settings(_ text: String) -> (settings: Settings, findings: Findings) {
  var findings = Findings()
  let reader = SettingsReader(Array(text.utf8), source: 1)
  return (Settings(reader.settings, findings: &findings), findings)
}

private let cluster = """
  seesaw_vip: < fqdn: "vip." ipv4: "192.0.2.1/24" ipv6: "2001:db8::1/64" status: PRODUCTION >
  node: < fqdn: "n1." ipv4: "192.0.2.2/24" ipv6: "2001:db8::2/64" status: PRODUCTION >
  node: < fqdn: "n2." ipv4: "192.0.2.3/24" ipv6: "2001:db8::3/64" status: PRODUCTION >
  """

private func crossChecked(_ rest: String, standalone: Bool = false) -> Reading {
  Reading(
    tree(Array(cluster.utf8)), settings: settings("[cluster]\nname = lab\n" + rest).settings, standalone: standalone)
}

@Suite struct SettingsTests {
  @Test func `unset settings have Seesaw's defaults`() {
    let (settings, findings) = settings("[cluster]\nname = lab")
    #expect(findings.problems.isEmpty)
    #expect(settings.name.value == "lab")
    #expect(settings.anycastEnabled)
    #expect(settings.usesVirtualMAC)
    #expect(settings.garpInterval == 10)
    #expect(settings.virtualRouter == 60)
    #expect(settings.nodeInterface == "eth0")
    #expect(settings.lbInterface == "eth1")
    #expect(settings.anycastRanges.map(\.description) == ["192.168.255.0/24", "2015:cafe:ffff::/64"])
  }

  @Test func `everything that the example of Seesaw sets is read`() {
    let (settings, findings) = settings(
      """
      [cluster]
      anycast_enabled = false
      name = au-syd
      node_ipv4 = 192.168.10.2
      node_ipv6 = 2015:cafe::2
      peer_ipv4 = 192.168.10.3
      vip_ipv6 = 2015:cafe::1
      use_vmac = Off
      vrid = 7
      garp_interval_sec = 3
      [config_server]
      primary = seesaw-config1.example.com
      [interface]
      node = bond0.7
      lb = eth1
      [extra_service_anycast]
      any name = 192.168.255.99
      """)
    #expect(findings.problems.isEmpty)
    #expect(!settings.anycastEnabled)
    #expect(!settings.usesVirtualMAC)
    #expect(settings.node[.inet]?.value.description == "192.168.10.2")
    #expect(settings.vip[.inet6]?.value.description == "2015:cafe::1")
    #expect(settings.virtualRouter == 7)
    #expect(settings.garpInterval == 3)
    #expect(settings.nodeInterface == "bond0.7")
    #expect(settings.configServers == ["seesaw-config1.example.com"])
    #expect(settings.extraAnycast.map(\.value.description) == ["192.168.255.99"])
  }

  @Test(arguments: [
    ("vrid = 0", "[cluster] vrid: \"0\" is no number from 1 to 255"),
    ("garp_interval_sec = 0", "[cluster] garp_interval_sec: \"0\" is no number from 1 to 86400"),
    ("use_vmac = maybe", "[cluster] use_vmac: \"maybe\" is neither true nor false"),
    ("node_ipv4 = 2001:db8::1", "[cluster] node_ipv4: \"2001:db8::1\" is no IPv4 address"),
    ("node_ipv6 = 192.0.2.1", "[cluster] node_ipv6: \"192.0.2.1\" is no IPv6 address"),
    ("vrid = 1\nVRID = 2", "[cluster] vrid is given twice"),
    ("vird = 1", "section [cluster] has no \"vird\""),
    ("[clutser]\nvrid = 1", "there is no section [clutser]"),
    ("[interface]\nlb = sixteen-letters-", "[interface] lb: \"sixteen-letters-\" is no interface's name"),
    ("[extra_service_anycast]\na = 192.0.2", "a: \"192.0.2\" is no address"),
    ("anycast_ranges = 10.0.0.0", "[cluster] anycast_ranges: \"10.0.0.0\" is no list of networks (ADDRESS/LENGTH, …)"),
  ])
  func `a wrong setting is told and the default stays`(text: String, sentence: String) {
    let (settings, findings) = settings("[cluster]\nname = lab\n" + text)
    #expect(findings.problems.map(\.sentence) == [sentence])
    #expect(findings.errors == 1)
    #expect((1...255).contains(settings.virtualRouter))
  }

  @Test func `a cluster without a name is an error`() {
    #expect(settings("[cluster]\nvrid = 1").findings.problems.map(\.sentence) == ["[cluster] name is missing"])
  }

  @Test func `the anycast ranges decide what is anycast`() {
    var own = Settings()
    own.anycastRanges = [Prefix("203.0.113.0/24")].compactMap(\.self)
    let text = cluster + "vserver: < name: 'v' rp: 'r' entry_address: < fqdn: 'v.' ipv4: '203.0.113.9/24' > >"
    let vip = read(text, settings: own).cluster.vservers.first?.vips.first
    #expect(vip?.kind == .anycast)
    #expect(vip?.interface == "dummy0")
    #expect(vip?.prefixLength == 32)
    #expect(errors(read(text)).map(\.kind) == [.noNetwork])
  }

  @Test func `a unicast VIP is held by the first VLAN whose network contains it, else by the LB interface`() {
    let text =
      cluster
        + """
        vlan: < vlan_id: 9 host: < fqdn: 'l.' ipv4: '192.0.2.129/25' > >
        dedicated_vip_subnet: "192.0.2.64/26"
        vserver: < name: 'a' rp: 'r' entry_address: < fqdn: 'v.' ipv4: '192.0.2.9/24' ipv6: '2001:db8::9/64' > >
        vserver: < name: 'b' rp: 'r' entry_address: < fqdn: 'v.' ipv4: '192.0.2.200/24' > >
        vserver: < name: 'c' rp: 'r' entry_address: < fqdn: 'v.' ipv4: '192.0.2.70/24' > >
        """
    let vips = read(text).cluster.vservers.flatMap(\.vips).map {
      "\($0.address) \($0.kind) \($0.interface)/\($0.prefixLength)"
    }
    #expect(
      vips == [
        "192.0.2.9 unicast eth1/24", "2001:db8::9 unicast eth1/64", "192.0.2.200 unicast eth1.9/25",
        "192.0.2.70 dedicated dummy0/32",
      ])
  }

  // MARK: Against cluster.pb

  @Test func `files that agree have no problem`() {
    let reading = crossChecked(
      """
      vip_ipv4 = 192.0.2.1
      node_ipv4 = 192.0.2.2
      node_ipv6 = 2001:db8::2
      peer_ipv4 = 192.0.2.3
      """)
    #expect(reading.findings.problems.isEmpty)
    #expect(reading.cluster.vip.ipv4?.description == "192.0.2.1/24")
  }

  @Test(arguments: [
    ("node_ipv4 = 192.0.2.9\npeer_ipv4 = 192.0.2.3", "node_ipv4 192.0.2.9 is no node of the cluster"),
    ("node_ipv4 = 192.0.2.2\npeer_ipv4 = 192.0.2.9", "peer_ipv4 192.0.2.9 is no node of the cluster"),
    ("node_ipv4 = 192.0.2.2\npeer_ipv4 = 192.0.2.2", "node and peer have the same address 192.0.2.2"),
    (
      "node_ipv4 = 192.0.2.2\npeer_ipv4 = 192.0.2.3\nnode_ipv6 = 2001:db8::3",
      "node_ipv4 is n1.'s address and node_ipv6 n2.'s"
    ),
    (
      "node_ipv4 = 192.0.2.2\npeer_ipv4 = 192.0.2.3\nvip_ipv4 = 192.0.2.7",
      "vip_ipv4 192.0.2.7 is not seesaw_vip's 192.0.2.1"
    ),
  ])
  func `a contradiction of the two files is an error`(rest: String, sentence: String) {
    #expect(errors(crossChecked(rest)).map(\.sentence) == [sentence])
  }

  @Test func `the VIP of seesaw cfg is the real one, with the length of its network`() {
    let reading = crossChecked("node_ipv4 = 192.0.2.2\npeer_ipv4 = 192.0.2.3\nvip_ipv4 = 192.0.2.7")
    #expect(reading.cluster.vip.ipv4?.description == "192.0.2.7/24")
  }

  @Test func `two nodes without a peer are warned of, unless the node stands alone`() {
    #expect(
      warnings(crossChecked("node_ipv4 = 192.0.2.2")).map(\.sentence) == ["the cluster has 2 nodes, but no peer is set"]
    )
    #expect(crossChecked("node_ipv4 = 192.0.2.2", standalone: true).findings.problems.isEmpty)
  }
}
