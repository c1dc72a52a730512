// What an import of keepalived.conf tells: what is left out, and where keepalived itself would correct what is written.

import Import
import Testing

@Suite struct KeepalivedProblemTests {
  // MARK: Left out

  @Test(arguments: [
    "vrrp_instance VI_1", "vrrp_sync_group G", "vrrp_script chk", "static_routes", "track_file f", "garp_group",
  ])
  func `a block of the VRRP half is one error`(title: String) {
    let imported = keepalived("\(title) {\n state MASTER\n virtual_ipaddress {\n 192.0.2.1\n }\n}\n" + service(""))
    #expect(imported.told == ["1:1: error: \(title) is left out: it belongs to keepalived's VRRP half"])
    #expect(imported.values(of: "name") == [#""tcp:192.0.2.1:80""#])
  }

  @Test func `of the global definitions only those that concern services are errors`() {
    let imported = keepalived("global_defs {\n router_id a\n lvs_timeouts tcp 7200\n}\n" + service(""))
    #expect(
      imported.told == [
        "2:2: warning: router_id of global_defs is left out: it changes nothing that is imported",
        "3:2: error: lvs_timeouts tcp 7200 is left out: it cannot be said",
      ])
  }

  @Test(arguments: ["SSL_GET", "SMTP_CHECK", "DNS_CHECK", "MISC_CHECK", "PING_CHECK", "FILE_CHECK", "BFD_CHECK"])
  func `a checker that there is not is left out, and the others stay`(checker: String) {
    let real = "real_server 198.51.100.1 80 {\n\(checker) {\nname x\n}\nTCP_CHECK { }\n}"
    let imported = keepalived(service("", real: real))
    #expect(
      imported.told == [
        "6:1: error: \(checker) of real server 198.51.100.1:80 is left out: there is no such check here"
      ])
    #expect(imported.values(of: "type") == ["TCP"])
  }

  @Test(arguments: [
    "ha_suspend", "omega", "quorum_up \"/bin/true a\"", "quorum_down /bin/true", "smtp_alert", "snmp_name x",
  ])
  func `what cannot be said of a service is left out`(statement: String) {
    let shown = statement.filter { $0 != "\"" }
    #expect(keepalived(service(statement)).told == ["6:1: error: \(shown) is left out: it cannot be said"])
  }

  @Test(arguments: [
    ("colour red", "6:1: error: colour red is left out: keepalived has no such word here"),
    ("delay_loop 0", "6:12: error: delay_loop 0 is left out: \"0\" is no time in seconds"),
    ("delay_loop", "6:1: error: delay_loop is left out: it has no value"),
    ("delay_loop 1.0005", "6:12: warning: delay_loop 1.0005 is rounded up to 1001 ms"),
    ("lb_algo best", "6:1: error: lb_algo best is left out: there is no such scheduler"),
    ("lvs_method FAR", "6:1: error: lvs_method FAR is left out: it is none of NAT, DR and TUN"),
    ("lvs_method TUN type gue", "6:1: error: lvs_method TUN type gue is left out: gue needs a port"),
    ("persistence_timeout 0", "6:21: error: persistence_timeout 0 is left out: \"0\" is no number from 1 to 2678400"),
    ("quorum 0", "6:8: error: quorum 0 is left out: \"0\" is no number from 1 to 4294967295"),
    ("inhibit_on_failure maybe", "6:1: error: inhibit_on_failure maybe is left out: \"maybe\" is neither on nor off"),
    ("quorum 1 2", "6:10: warning: \"2\" has no effect after quorum"),
    ("warmup 0", "6:1: warning: warmup 0 is left out: the first probes are spread without it"),
    ("sorry_server www 80", "6:1: error: sorry_server www 80 is left out: it has no address"),
  ])
  func `a statement that is wrong is left out, and the service stays`(statement: String, sentence: String) {
    let imported = keepalived(service(statement))
    #expect(imported.told == [sentence])
    #expect(imported.values(of: "name") == [#""tcp:192.0.2.1:80""#])
  }

  @Test(arguments: [
    ("virtual_server www 80 { }", "1:1: error: virtual_server www 80 is left out: \"www\" is no address"),
    ("virtual_server 192.0.2.1 http { }", "1:26: error: \"http\" is no port; what it belongs to is left out"),
    (
      "virtual_server fwmark 0 { }",
      "1:1: error: virtual_server fwmark 0 is left out: a mark is a number from 1 to 4294967295"
    ),
    (
      "virtual_server group g { }",
      "1:1: error: virtual_server group g is left out: there is no such virtual_server_group"
    ),
    ("virtual_server 192.0.2.1 80 { }", "1:1: error: virtual_server 192.0.2.1 80 is left out: it has no real servers"),
    ("colour red { x { } }", "1:1: error: colour red is left out: keepalived has no such word here"),
  ])
  func `a block that is wrong is left out, and its neighbours stay`(block: String, sentence: String) {
    let imported = keepalived(block + "\n" + service(""))
    #expect(imported.told == [sentence])
    #expect(imported.values(of: "name") == [#""tcp:192.0.2.1:80""#])
  }

  @Test(arguments: [
    ("weight 65536", "5:38: error: weight 65536 is left out: \"65536\" is no number from 0 to 65535"),
    ("weight -1", "5:38: error: weight -1 is left out: \"-1\" is no number from 0 to 65535"),
  ])
  func `a weight that the kernel does not take leaves out its server`(weight: String, sentence: String) {
    let real = "real_server 198.51.100.1 80 { \(weight) }\nreal_server 198.51.100.2 80 { weight 2 }"
    let imported = keepalived(service("", real: real))
    let server = "5:1: error: real_server 198.51.100.1 80 is left out: its weight is wrong"
    #expect(imported.told.sorted() == [server, sentence].sorted())
    #expect(imported.values(of: "weight") == ["2"])
  }

  @Test func `a server that is given twice is kept once`() {
    let real = "real_server 198.51.100.1 80 { weight 1 }\nreal_server 198.51.100.1 80 { weight 5 }"
    let imported = keepalived(service("", real: real))
    #expect(
      imported.told == [
        "6:1: error: real server 198.51.100.1:80 of virtual_server 192.0.2.1 80 is given twice; the first is kept "
          + "(see k.conf:5:1)"
      ])
    #expect(imported.values(of: "weight") == ["1"])
    let services = keepalived(service("") + service(""))
    #expect(
      services.told == ["8:1: error: virtual_server 192.0.2.1 80 is given twice; the first is kept (see k.conf:1:1)"])
  }

  @Test(arguments: [
    (
      "TCP_CHECK { connect_ip 198.51.100.7 }",
      "5:31: error: TCP_CHECK of real server 198.51.100.1:80 is left out: connect_ip 198.51.100.7 is not the "
        + "server's address"
    ),
    (
      "TCP_CHECK { bindto 198.51.100.7 }",
      "5:43: error: bindto 198.51.100.7 is left out: the address and mark of a probe cannot be said"
    ),
    ("HTTP_GET { }", "5:31: error: HTTP_GET of real server 198.51.100.1:80 is left out: it has no url"),
    ("HTTP_GET { url { digest abc } }", "5:48: error: digest abc is left out: the status is checked, and not the body"),
    (
      "HTTP_GET { url { status_code 20 } }",
      "5:60: error: status_code 20 is left out: it is no status of HTTP and no range of them"
    ),
    (
      "UDP_CHECK { payload 00 }",
      "5:31: error: UDP_CHECK of real server 198.51.100.1:80 is left out: a probe that succeeds without a "
        + "reply cannot be said"
    ),
    (
      "UDP_CHECK { require_reply 0x }",
      "5:31: error: UDP_CHECK of real server 198.51.100.1:80 is left out: not every digit of its require_reply is one"
    ),
    (
      "TCP_CHECK { delay_before_retry 1 }",
      "5:43: error: delay_before_retry is left out: after a failure the next probe comes when it is due, as any other"
    ),
    ("FOO_CHECK { x { } }", "5:31: error: FOO_CHECK is left out: keepalived has no such word here"),
    ("notify_up /bin/true", "5:31: error: notify_up /bin/true is left out: it cannot be said"),
  ])
  func `a checker that cannot be carried over is told`(checker: String, sentence: String) {
    #expect(keepalived(service("", real: "real_server 198.51.100.1 80 { \(checker) }")).told == [sentence])
  }

  // MARK: What keepalived corrects

  @Test func `a service without scheduler, method and protocol is what keepalived makes of it`() {
    let imported = keepalived("virtual_server 192.0.2.1 80 { real_server 198.51.100.1 80 { } }")
    #expect(
      imported.told == [
        "1:1: warning: virtual_server 192.0.2.1 80 has no scheduler; wlc is set, as by keepalived",
        "1:1: warning: virtual_server 192.0.2.1 80 has no forwarding method; NAT is set, as by keepalived",
        "1:1: warning: virtual_server 192.0.2.1 80 has no protocol; UDP is set, as by keepalived",
      ])
    #expect(imported.values(of: "protocol") == ["UDP"])
    #expect(imported.values(of: "mode") == ["NAT"])
  }

  @Test func `a quorum that can never be met is lowered, and hysteresis below it`() {
    let imported = keepalived(service("quorum 9\nhysteresis 2"))
    #expect(
      imported.told == [
        "6:1: warning: quorum 9 of virtual_server 192.0.2.1 80 is more than all weights, which are 1; 1 is set, "
          + "as by keepalived",
        "7:1: warning: hysteresis 2 of virtual_server 192.0.2.1 80 is not below quorum 1; 0 is set, as by keepalived",
      ])
    #expect(imported.values(of: "quorum") + imported.values(of: "hysteresis") == ["1", "0"])
  }

  @Test func `a port that only NAT could change is the service's`() {
    let imported = keepalived(service("lvs_method DR", real: "real_server 198.51.100.1 8080 { }"))
    #expect(
      imported.told == [
        "5:1: warning: port 8080 of real server 198.51.100.1 is not that of virtual_server 192.0.2.1 80; 80 is set, "
          + "as by keepalived"
      ])
    #expect(imported.values(of: "fqdn") == [#""tcp:192.0.2.1:80""#, #""198.51.100.1""#])
  }

  @Test func `flags of another scheduler and ops without UDP have no effect`() {
    let imported = keepalived(service("sh-port\nflag-1\nops"))
    #expect(
      imported.told == [
        "6:1: warning: sh-port has no effect: the scheduler is rr",
        "8:1: warning: ops has no effect: virtual_server 192.0.2.1 80 is not UDP",
      ])
    #expect(imported.values(of: "scheduler_flag") == [#""flag-1""#])
  }

  @Test func `a service of all ports is persistent`() {
    let text = "virtual_server 192.0.2.1 {\nlvs_sched rr\nlvs_method NAT\nprotocol TCP\nreal_server 198.51.100.1 { }\n}"
    let imported = keepalived(text)
    #expect(
      imported.told == [
        "1:1: warning: virtual_server 192.0.2.1: all ports need persistence; 360 s is set, as by keepalived"
      ])
    #expect(imported.values(of: "persistence") == ["360"])
  }

  @Test func `servers of another family are left out`() {
    let real = "real_server 198.51.100.1 80 { }\nreal_server 2001:db8::1 80 { }"
    #expect(
      keepalived(service("", real: real)).told == [
        "6:1: error: real_server 2001:db8::1 80 is left out: it is not of the family of virtual_server 192.0.2.1 80"
      ])
  }

  @Test func `of a group what is no address and a range without end are left out`() {
    let group = "virtual_server_group g {\n192.0.2.1 80\nwww 80\n10.0.0.0/8 80\n192.0.2.9-1 80\nfwmark x\n}\n"
    let text = service("").split(separator: "\n").dropFirst().joined(separator: "\n")
    let imported = keepalived(group + "virtual_server group g {\n" + text)
    let reason = "it is neither an address, a range nor a mark"
    #expect(
      imported.told == [
        "3:1: error: www 80 is left out of the group: \(reason)",
        "4:1: error: 10.0.0.0/8 80 is left out: a range has at most 4096 addresses here",
        "5:1: error: 192.0.2.9-1 80 is left out of the group: \(reason)",
        "6:1: error: fwmark x is left out: a mark is a number from 1 to 4294967295",
      ])
    #expect(imported.values(of: "address") == [#""192.0.2.1/32""#])
  }
}
