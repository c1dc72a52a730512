// ldirectord.cf read.

import Import
import Testing

let ldirectordExample = """
  # Global
  checktimeout=3
  negotiatetimeout=4
  checkinterval=1
  failurecount=2
  fallback=127.0.0.1:80 gate

  virtual=192.0.2.1:80
  \treal=198.51.100.1->198.51.100.2:80 gate 5
  \treal=198.51.100.4:80 masq 1 "other.html", "" l:3 u:9
  \tservice=http
  \tscheduler=wlc
  \tpersistent=600
  \tnetmask=255.255.255.0
  \tprotocol=tcp
  \tchecktype=negotiate
  \trequest="index.html"
  \tvirtualhost=www.example.com # said to all
  virtual6=[2001:db8::1]:25
      real6=[2001:db8:1::1]:25 gate
      quiescent=no
      checktype=connect
      checkport=2525
  virtual=7
      real=198.51.100.1 ipip
      checktype=on

  """

@Suite struct LdirectordTests {
  private func read(_ text: String) -> Imported { Ldirectord.read(ImportFile(name: "l", bytes: Array(text.utf8))) }

  @Test func `a configuration is imported whole`() {
    let imported = read(ldirectordExample)
    #expect(imported.told == [])
    #expect(imported.values(of: "name") == [#""tcp:192.0.2.1:80""#, #""tcp:[2001:db8::1]:25""#, #""fwmark:7:inet""#])
    #expect(imported.values(of: "scheduler_name") == [#""wlc""#, #""wrr""#, #""wrr""#])
    #expect(imported.values(of: "persistence") == ["600"])
    #expect(imported.values(of: "persistence_prefix_length") == ["24"])
    #expect(imported.values(of: "failure_action") == ["ZERO_WEIGHT", "ZERO_WEIGHT"])
    #expect(imported.values(of: "when") == ["NONE_LEFT", "NONE_LEFT"])
    #expect(imported.values(of: "inhibit") == ["true", "true"])
    #expect(imported.values(of: "weight") == ["5", "5", "1"])
    #expect(imported.values(of: "mode") == ["DSR", "NAT", "DSR", "TUN", "DSR"])
    #expect(imported.values(of: "lthreshold") + imported.values(of: "uthreshold") == ["3", "9"])
    #expect(imported.values(of: "type") == ["HTTP", "HTTP", "HTTP", "TCP"])
    #expect(imported.values(of: "send") == [#""/index.html""#, #""/index.html""#, #""/other.html""#])
    #expect(imported.values(of: "host") == Array(repeating: #""www.example.com""#, count: 3))
    #expect(imported.values(of: "status") == Array(repeating: #""200-299""#, count: 3))
    #expect(imported.values(of: "timeout") == ["4", "4", "4", "3"])
    #expect(imported.values(of: "interval") == ["1", "1", "1", "1"])
    #expect(imported.values(of: "fall") == ["2", "2", "2", "2"])
  }

  private static func section(_ inner: String) -> String { "virtual=192.0.2.1:80\n\t\(inner)\n" }

  @Test(arguments: [
    ("nothing", "1:1: error: nothing is left out: it sets nothing"),
    ("colour=red", "1:1: error: colour = red is left out: ldirectord has no such setting"),
    ("    real=1", "1:5: error: real = 1 is left out: it is indented and below no virtual"),
    ("checkinterval=0", "1:15: error: checkinterval = 0 is left out: it is no number from 1 to 4294967"),
    ("emailalert=\"a@b.c\"", "1:1: error: emailalert = \"a@b.c\" is left out: it cannot be said"),
    ("autoreload=yes", "1:1: warning: autoreload = yes is left out: it is about ldirectord itself"),
    ("virtual=www:80", "1:1: error: virtual = www:80 is left out: it is no ADDRESS:PORT in numbers and no mark"),
    (
      "virtual=[2001:db8::1]:80",
      "1:1: error: virtual = [2001:db8::1]:80 is left out: an IPv6 address belongs to virtual6"
    ),
    (section("real=www:80 gate"), "2:2: error: real = www:80 gate is left out: it is no address in numbers"),
    (
      section("real=198.51.100.1 far"),
      "2:2: error: real = 198.51.100.1 far is left out: the forwarding is none of gate, masq and ipip"
    ),
    (
      section("real=198.51.100.1 gate 70000"),
      "2:2: error: real = 198.51.100.1 gate 70000 is left out: \"70000\" is neither a weight nor a threshold"
    ),
    (
      section("real=198.51.100.1 gate \"x"),
      "2:2: error: real = 198.51.100.1 gate \"x is left out: its strings are not closed"
    ),
    (
      section("real=198.51.100.1:81 gate"),
      "2:7: warning: real = 198.51.100.1:81 gate: only masq can change a port; 80 is set"
    ),
    (
      section("receive=\"Test Page\"\n\treal=198.51.100.1 gate"),
      "2:2: error: receive \"Test Page\" is left out: the status is checked, and not the body"
    ),
    (
      section("service=mysql\n\treal=198.51.100.1 gate"),
      "3:2: error: the check of real = 198.51.100.1 gate is left out: service = mysql cannot be said"
    ),
    (
      section("checktype=external\n\treal=198.51.100.1 gate"),
      "3:2: error: the check of real = 198.51.100.1 gate is left out: checktype = external cannot be said"
    ),
    (
      section("checktype=off"),
      "1:1: error: virtual = 192.0.2.1:80 is left out: with checktype = off it serves nothing"
    ),
    (
      section("checkinterval=3"),
      "1:1: warning: checkinterval of virtual = 192.0.2.1:80 has no effect without fork=yes, as in ldirectord"
    ),
    (section("checktype=3"), "2:2: warning: checktype = 3: every probe negotiates, in place of one in several"),
    (
      section("fallback=localhost"),
      "2:2: error: fallback = localhost is left out: it is no address in numbers of the family of virtual "
        + "= 192.0.2.1:80"
    ),
    (
      section("real=198.51.100.1 gate\n\treal=198.51.100.1 gate"),
      "3:2: error: real server 198.51.100.1 of virtual = 192.0.2.1:80 is given twice; the first is kept (see l:2:2)"
    ),
  ])
  func `what cannot be carried over is told`(text: String, sentence: String) { #expect(read(text).told == [sentence]) }
}
