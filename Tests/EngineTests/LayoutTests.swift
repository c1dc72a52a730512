// What hangs on VIPs and nodes by layout: interfaces, tables, rules, filters, announcements, routes; what is bound to a
// role; and what a node that does not serve holds.

import Lines
import Testing
import Values

@Suite struct LayoutTests {
  private static func cluster(_ more: String) -> String {
    #"{"type":"config.cluster","key":"c","node":"n1","node_ipv4":"10.0.0.2","vip_ipv4":"10.0.0.99/24","#
      + #""anycast_ranges":["192.168.255.0/24"],\#(more)}"#
  }
  private static func node(_ serves: Bool = true) -> String {
    #"{"type":"config.node","key":"n1","ipv4":"10.0.0.2/24","status":"\#(serves ? "PRODUCTION" : "STANDBY")","#
      + #""priority":255,"ha_enabled":true,"anycast_enabled":\#(serves),"bgp_enabled":true,"#
      + #""vservers_enabled":\#(serves)}"#
  }
  private static func vserver(
    _ entry: String = #"{"protocol":"tcp","port":80}"#, _ interface: String = "eth1"
  ) -> String {
    #"{"type":"config.vserver","key":"v","enabled":true,"vips":[{"address":"10.0.0.100","kind":"unicast","#
      + #""interface":"\#(interface)","prefix_length":24,"instance":"60/inet"}],"entries":[\#(entry)]}"#
  }

  private func started(_ cluster: String, _ lines: String...) throws -> Harness {
    var engine = try Harness()
    try engine.feed(
      [Say.reset, LayoutTests.cluster(cluster), LayoutTests.node()] + lines + [
        Say.backend("a", ipv4: "10.0.0.5"), Say.sync,
      ])
    return engine
  }

  private let seesaw = #""instance_ipv4":"60/inet","lb_interface":"eth1","vrid":60"#

  @Test func `the LB interface bears the virtual MAC, and addresses, rules and routes are the master's`() throws {
    let engine = try started(seesaw, LayoutTests.vserver())
    let link = engine["link.interface", "eth1"]
    #expect(link?["mac"] == "00:00:5e:00:01:3c")
    #expect(link?["instance"] == "60/inet")
    #expect(
      engine.keys("link.address") == ["eth1/10.0.0.100/24", "eth1/10.0.0.99/24"])
    #expect(engine["link.address", "eth1/10.0.0.100/24"]?["lease_s"] == 10)
    #expect(engine["link.address", "eth1/10.0.0.100/24"]?["instance"] == "60/inet")
    #expect(engine.keys("link.rule") == ["from/10.0.0.100", "from/10.0.0.99", "to/10.0.0.99"])
    #expect(engine.keys("link.route") == ["2/10.0.0.0/24", "2/inet/default", "255/10.0.0.100/32"])
    #expect(engine["link.route", "2/inet/default"]?["via"] == "default of main")
    #expect(engine["link.route", "255/10.0.0.100/32"]?["source"] == "10.0.0.2")
    // The neighbours know the virtual MAC from the cluster's VIP.
    #expect(engine.keys("arp.announce") == ["eth1/10.0.0.99"])
    try engine.confirm()
  }

  @Test func `on one shared interface there is no virtual MAC, no rule and no table, and each VIP is announced`()
    throws
  {
    let engine = try started(
      #""instance_ipv4":"60/inet","lb_interface":"eth0""#,
      LayoutTests.vserver(#"{"protocol":"tcp","port":80}"#, "eth0"))
    #expect(engine.keys("link.interface") == [])
    #expect(engine.keys("link.rule") == [])
    #expect(engine.keys("link.route") == ["255/10.0.0.100/32"])
    #expect(engine.keys("link.address") == ["eth0/10.0.0.100/24", "eth0/10.0.0.99/32"])
    #expect(engine.keys("arp.announce") == ["eth0/10.0.0.100", "eth0/10.0.0.99"])
  }

  @Test func `a macvlan bears the virtual MAC of its family`() throws {
    let engine = try started(seesaw + #","lb_layout":"macvlan""#, LayoutTests.vserver())
    let link = engine["link.interface", "vrrp4.60"]
    #expect(link?["parent"] == "eth1")
    #expect(link?["mac"] == "00:00:5e:00:01:3c")
    #expect(engine.keys("link.address") == ["vrrp4.60/10.0.0.100/24", "vrrp4.60/10.0.0.99/24"])
  }

  @Test func `without a peer nothing is bound to a role`() throws {
    var engine = try Harness()
    try engine.feed(
      Say.reset, LayoutTests.cluster(#""standalone":true,"lb_interface":"eth0""#), LayoutTests.node(), Say.vserver(),
      Say.backend("a", ipv4: "10.0.0.5"), Say.sync)
    #expect(engine.desired.values.allSatisfy { $0["instance"] == nil && $0["lease_s"] == nil })
  }

  @Test func `VLANs are interfaces on the LB interface with addresses of their own`() throws {
    let engine = try started(
      seesaw, #"{"type":"config.vlan","key":"9","vlan_id":9,"ipv4":"10.9.0.2/24"}"#, LayoutTests.vserver())
    let link = engine["link.interface", "eth1.9"]
    #expect(link?["kind"] == "vlan")
    #expect(link?["vlan_id"] == 9)
    #expect(engine["link.address", "eth1.9/10.9.0.2/24"]?["instance"] == "60/inet")
  }

  // MARK: Filters

  @Test func `source NAT is to the cluster's VIP and the master's; what may reach a VIP is said`() throws {
    let engine = try started(
      seesaw, LayoutTests.vserver(#"{"protocol":"tcp","port":80,"mode":"nat","source_nat":true}"#))
    #expect(engine["filter.snat", "tcp/10.0.0.100:80"]?["source"] == "10.0.0.99")
    #expect(engine["filter.snat", "tcp/10.0.0.100:80"]?["instance"] == "60/inet")
    #expect(engine["filter.vip", "10.0.0.100"]?["services"]?.array?.count == 1)
  }

  @Test func `a vserver by mark is one service a family, and its packets are marked`() throws {
    let vserver = LayoutTests.vserver(#"{"protocol":"tcp","port":80},{"protocol":"tcp","port":443}"#)
      .replacing(#""enabled":true"#, with: #""enabled":true,"use_fwm":true,"fwmark":300"#)
    let engine = try started(seesaw, vserver)
    #expect(engine.keys("ipvs.service") == ["fwmark/300/inet"])
    #expect(engine.keys("ipvs.destination") == ["fwmark/300/inet/10.0.0.5:0"])
    #expect(engine.keys("filter.mark") == ["tcp/10.0.0.100:443", "tcp/10.0.0.100:80"])
    #expect(engine["filter.mark", "tcp/10.0.0.100:80"]?["mark"] == 300)
    try engine.confirm()
  }

  @Test func `answers to what backends start from the VIP are marked and steered to them`() throws {
    let vserver = LayoutTests.vserver().replacing(
      #""enabled":true"#, with: #""enabled":true,"outbound":[{"protocol":"tcp","remote_port":25,"fwmark":301}]"#)
    let engine = try started(seesaw, vserver)
    #expect(engine["filter.mark", "tcp/10.0.0.100:25/reply"]?["mark"] == 301)
    #expect(engine.keys("ipvs.destination").contains("fwmark/301/inet/10.0.0.5:0"))
    #expect(engine["filter.vip", "10.0.0.100"]?["replies"]?.array?.count == 1)
  }

  @Test func `two vservers on one VIP add up what may reach it, and the VIP goes with the last`() throws {
    let other = LayoutTests.vserver(#"{"protocol":"udp","port":53}"#).replacing(#""key":"v""#, with: #""key":"w""#)
    var engine = try started(seesaw, LayoutTests.vserver(), other, Say.backend("a", vserver: "w", ipv4: "10.0.0.5"))
    #expect(engine["filter.vip", "10.0.0.100"]?["services"]?.array?.count == 2)
    try engine.feed(#"{"type":"config.vserver","key":"w","deleted":true}"#, Say.sync)
    try engine.wait(.seconds(2))
    #expect(engine["filter.vip", "10.0.0.100"]?["services"]?.array?.count == 1)
    #expect(engine.keys("link.address").contains("eth1/10.0.0.100/24"))
    try engine.feed(#"{"type":"config.vserver","key":"v","deleted":true}"#, Say.sync)
    try engine.wait(.seconds(2))
    #expect(engine.keys("link.address") == ["eth1/10.0.0.99/24"])
    #expect(engine.keys("filter.vip") == [])
  }

  @Test func `a VIP that somebody else holds is served, and nothing else is done for it`() throws {
    let engine = try started(
      seesaw, LayoutTests.vserver().replacing(#""kind":"unicast""#, with: #""kind":"external""#))
    #expect(engine.keys("ipvs.service") == ["tcp/10.0.0.100:80"])
    #expect(engine.keys("link.address") == ["eth1/10.0.0.99/24"])
    #expect(engine.keys("filter.vip") == [])
  }

  // MARK: Anycast

  private func anycast(_ cluster: String) throws -> Harness {
    try started(
      cluster,
      #"{"type":"config.vserver","key":"v","enabled":true,"vips":[{"address":"192.168.255.1","kind":"anycast","#
        + #""interface":"dummy0","prefix_length":32}],"entries":[{"protocol":"udp","port":53}]}"#)
  }

  @Test func `an anycast VIP is routed while its services are up, whatever the role`() throws {
    var engine = try anycast(seesaw)
    #expect(engine.keys("bgp.route") == ["192.168.255.1/32"])
    #expect(engine["bgp.route", "192.168.255.1/32"]?["instance"] == nil)
    try engine.feed(#"{"type":"vrrp.state","key":"60/inet","state":"master"}"#)
    #expect(engine.commits == [])
  }

  @Test func `without anycast the VIP is held and no route is said`() throws {
    let engine = try anycast(seesaw + #","anycast_enabled":false"#)
    #expect(engine.keys("bgp.route") == [])
    #expect(engine.keys("link.address").contains("dummy0/192.168.255.1/32"))
  }

  @Test func `service anycast addresses are held and routed without a vserver`() throws {
    let engine = try started(seesaw + #","service_anycast":["192.168.255.254"]"#)
    #expect(engine.keys("bgp.route") == ["192.168.255.254/32"])
    #expect(engine.keys("link.address").contains("dummy0/192.168.255.254/32"))
  }

  @Test func `two vservers on one anycast VIP are routed only while both are up`() throws {
    let vserver = { (name: String, port: Int) in
      #"{"type":"config.vserver","key":"\#(name)","enabled":true,"vips":[{"address":"192.168.255.1","kind":"anycast","#
        + #""interface":"dummy0","prefix_length":32}],"entries":[{"protocol":"udp","port":\#(port)}]}"#
    }
    var engine = try started(
      seesaw, vserver("v", 53), vserver("w", 54),
      Say.backend("a", vserver: "w", ipv4: "10.0.0.5", checks: [Say.check("cw")]))
    #expect(engine.keys("bgp.route") == [])
    try engine.feed(Say.verdict("cw", true))
    #expect(engine.keys("bgp.route") == ["192.168.255.1/32"])
    try engine.feed(Say.verdict("cw", false))
    #expect(engine.keys("bgp.route") == [])
  }

  // MARK: The node

  @Test func `a node that does not serve gives everything up and says why`() throws {
    var engine = try started(seesaw, LayoutTests.vserver())
    try engine.feed(LayoutTests.node(false), Say.sync)
    try engine.wait(.seconds(3))
    #expect(engine.desired.keys.allSatisfy { $0.type.hasSuffix(".state") })
    #expect(engine["vserver.state", "v"]?["reason"] == "node n1 has status STANDBY")
  }

  @Test func `a node that the cluster does not know serves nothing`() throws {
    var engine = try Harness()
    try engine.feed(
      Say.reset, #"{"type":"config.cluster","key":"c","node_ipv4":"10.0.0.7"}"#, Say.vserver(),
      Say.backend("a", ipv4: "10.0.0.5"), Say.sync)
    #expect(engine.keys("ipvs.service") == [])
    #expect(engine["vserver.state", "v"]?["reason"] == "this node is not one of the cluster's")
  }

  // MARK: Failures

  @Test func `a VIP of which something failed is not taken up, nor routed, and is when it fails no more`() throws {
    var engine = try Harness()
    try engine.feed(
      #"{"type":"ipvs.failed","key":"udp/192.168.255.1:53","vip":"192.168.255.1","reason":"no"}"#,
      Say.reset,
      Say.vserver(vips: [("192.168.255.1", "anycast")], entries: [#"{"protocol":"udp","port":53}"#]),
      Say.backend("a", ipv4: "10.0.0.5"), Say.sync)
    #expect(engine.keys("ipvs.service").count == 1)
    #expect(engine.keys("link.address") == [])
    try engine.feed(#"{"type":"ipvs.failed","key":"udp/192.168.255.1:53","deleted":true}"#)
    #expect(engine.keys("bgp.route") == ["192.168.255.1/32"])
  }

  @Test func `a held VIP stays when something of it fails, but its route goes`() throws {
    var engine = try anycast(seesaw)
    try engine.feed(#"{"type":"ipvs.failed","key":"udp/192.168.255.1:53","vip":"192.168.255.1","reason":"no"}"#)
    #expect(engine.keys("bgp.route") == [])
    #expect(engine.keys("link.address").contains("dummy0/192.168.255.1/32"))
    #expect(engine["vserver.state", "v"]?.text.contains(#""fact":"apply""#) == true)
  }
}
