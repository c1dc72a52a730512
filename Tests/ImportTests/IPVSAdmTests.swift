// ipvsadm's saved table, read and written.

import Import
import Lines
import Testing

let ipvsadmExample = """
  # saved
  -A -t 192.0.2.1:80 -s sh -p 360 -M 255.255.255.0 --pe sip -b sh-port,sh-fallback
  -a -t 192.0.2.1:80 -r 198.51.100.1:80 -g -w 1
  -a -t 192.0.2.1:80 -r 198.51.100.2:80 -i -w 0 --tun-type gue --tun-port 6080 --tun-csum
  ipvsadm -A -u [2001:db8::1]:53 -s rr -o
  ipvsadm --add-server --udp-service=[2001:db8::1]:53 --real-server=[2001:db8:1::1]:53 --masquerading --weight=3
  -A -f 5 -6 -s wlc -p
  -a -f 5 -6 -r [2001:db8:1::1]:0 -m -w 3 -x 10 -y 5

  """

private let ipvsadmImported = """
  # Imported from ipvsadm --save. To be read together with a file that has seesaw_vip and node.

  # t:2:1: service tcp/192.0.2.1:80
  vserver: <
    name: "tcp:192.0.2.1:80"
    entry_address: <
      fqdn: "tcp:192.0.2.1:80"
      ipv4: "192.0.2.1/32"
    >
    rp: "imported"
    vip_external: true
    vserver_entry: <
      protocol: TCP
      port: 80
      scheduler_name: "sh"
      scheduler_flag: "sh-port"
      scheduler_flag: "sh-fallback"
      mode: DSR
      persistence: 360
      persistence_prefix_length: 24
      persistence_engine: "sip"
      stays_down: true
    >
    backend: <
      host: <
        fqdn: "198.51.100.1:80"
        ipv4: "198.51.100.1/32"
      >
      weight: 1
      port: 80
    >
    backend: <
      host: <
        fqdn: "198.51.100.2:80"
        ipv4: "198.51.100.2/32"
      >
      weight: 0
      port: 80
      mode: TUN
      tunnel_type: GUE
      tunnel_port: 6080
      tunnel_flag: "csum"
    >
  >

  # t:5:9: service udp/[2001:db8::1]:53
  vserver: <
    name: "udp:[2001:db8::1]:53"
    entry_address: <
      fqdn: "udp:[2001:db8::1]:53"
      ipv6: "2001:db8::1/128"
    >
    rp: "imported"
    vip_external: true
    vserver_entry: <
      protocol: UDP
      port: 53
      scheduler_name: "rr"
      mode: NAT
      one_packet: true
      stays_down: true
    >
    backend: <
      host: <
        fqdn: "[2001:db8:1::1]:53"
        ipv6: "2001:db8:1::1/128"
      >
      weight: 3
      port: 53
    >
  >

  # t:7:1: service fwmark/5/inet6
  vserver: <
    name: "fwmark:5:inet6"
    entry_address: <
      fqdn: "fwmark:5:inet6"
    >
    rp: "imported"
    use_fwm: true
    fwmark: 5
    fwmark_family: INET6
    vip_external: true
    vserver_entry: <
      protocol: TCP
      port: 0
      scheduler_name: "wlc"
      mode: NAT
      persistence: 300
      stays_down: true
    >
    backend: <
      host: <
        fqdn: "2001:db8:1::1"
        ipv6: "2001:db8:1::1/128"
      >
      weight: 3
      lthreshold: 5
      uthreshold: 10
    >
  >

  """

@Suite struct IPVSAdmTests {
  private func read(_ text: String) -> Imported { IPVSAdm.read(ImportFile(name: "t", bytes: Array(text.utf8))) }

  @Test func `a table is imported whole`() {
    let imported = read(ipvsadmExample)
    #expect(imported.told == [])
    #expect(
      imported.string == ipvsadmImported)
  }

  @Test(arguments: [
    (
      "-A -t www:80",
      "1:7: error: -A -t www:80 is left out: \"www:80\" is no address; names are not looked up: save with -n"
    ),
    ("-A -t 192.0.2.1:80 -q", "1:20: error: -A -t 192.0.2.1:80 -q is left out: ipvsadm has no option -q here"),
    ("-A -s rr", "1:1: error: -A -s rr is left out: it names no service"),
    ("-A -f 0", "1:7: error: -A -f 0 is left out: \"0\" is no firewall mark"),
    ("-a -f 7 -r 192.0.2.1:1", "1:1: error: -a -f 7 -r 192.0.2.1:1 is left out: service fwmark/7/inet is not there"),
    (
      "-A -f 7 -M 255.0.255.0",
      "1:12: error: -M 255.0.255.0 of service fwmark/7/inet is left out: it is no mask without gaps"
    ),
    ("--set 1 2 3", "1:1: error: --set 1 2 3 is left out: ipvsadm has no option --set here"),
    ("-A -f 7\n-A -f 7", "2:1: error: service fwmark/7/inet is given twice; the first is kept (see t:1:1)"),
    ("-A -f 7 -p x", "1:12: error: -A -f 7 -p x is left out: -p x is no number from 1 to 2678400"),
    ("-A -f", "1:4: error: -A -f is left out: -f has no value"),
  ])
  func `what cannot be read is told, and its neighbours go on`(line: String, sentence: String) {
    let imported = read(line + "\n-A -t 192.0.2.9:80\n")
    #expect(imported.told == [sentence])
    #expect(!imported.isComplete)
    #expect(imported.values(of: "name").last == "\"tcp:192.0.2.9:80\"")
  }

  @Test func `lines of an engine become what ipvsadm restores`() throws {
    let lines = try [
      #""ipvs.destination","key":"tcp/192.0.2.1:80/198.51.100.2:80","service":"tcp/192.0.2.1:80","#
        + #""address":"198.51.100.2","port":80,"forwarding":"tunnel","weight":0,"tunnel_type":"gue","#
        + #""tunnel_port":6080,"tunnel_flags":["csum"]"#,
      #""ipvs.destination","key":"tcp/192.0.2.1:80/198.51.100.1:80","service":"tcp/192.0.2.1:80","#
        + #""address":"198.51.100.1","port":80,"forwarding":"route","upper_threshold":9,"lower_threshold":3"#,
      #""ipvs.service","key":"fwmark/5/inet6","family":"inet6","fwmark":5,"scheduler":"wlc","persistence_s":300,"#
        + #""persistence_prefix_length":64"#,
      #""ipvs.service","key":"tcp/192.0.2.1:80","family":"inet","protocol":"tcp","address":"192.0.2.1","port":80,"#
        + #""scheduler":"sh","scheduler_flags":["sh-port"],"persistence_s":360,"persistence_prefix_length":24,"#
        + #""persistence_engine":"sip""#,
      #""ipvs.service","key":"udp/[2001:db8::1]:53","family":"inet6","protocol":"udp","address":"2001:db8::1","#
        + #""port":53,"scheduler":"rr","one_packet":true"#,
    ].map { try Line(parsing: "{\"type\":\($0)}") }
    #expect(
      String(decoding: try IPVSAdm.text(of: lines), as: UTF8.self) == """
        -A -t 192.0.2.1:80 -s sh -p 360 -M 255.255.255.0 --pe sip -b sh-port
        -a -t 192.0.2.1:80 -r 198.51.100.1:80 -g -w 1 -x 9 -y 3
        -a -t 192.0.2.1:80 -r 198.51.100.2:80 -i -w 0 --tun-type gue --tun-port 6080 --tun-csum
        -A -u [2001:db8::1]:53 -s rr -o
        -A -f 5 -6 -s wlc -p 300 -M 64

        """)
  }
}
