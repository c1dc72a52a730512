// The lines that a configuration makes: valid by the schema, in an order that depends on the configuration alone,
// without what is wrong.

import Config
import Lines
import Testing
import Values

private let pieces = [
  #"seesaw_vip: < fqdn: "vip." ipv4: "192.0.2.1/24" status: PRODUCTION >"#,
  #"node: < fqdn: "n2." ipv4: "192.0.2.3/24" status: TESTING >"#,
  #"node: < fqdn: "n1." ipv4: "192.0.2.2/24" status: PRODUCTION >"#,
  #"vlan: < vlan_id: 9 host: < fqdn: "l9." ipv4: "198.51.100.1/24" > >"#,
  #"access_groups: < name: "g" member: "u2" member: "u1" >"#,
  #"""
  vserver: < name: "z" rp: "r" entry_address: < fqdn: "z." ipv4: "192.0.2.11/24" status: DISABLED >
    vserver_entry: < protocol: UDP port: 53 server_high_watermark: 0.3 healthcheck: < type: ICMP_PING > > >
  """#,
  #"""
  vserver: < name: "a" rp: "r" entry_address: < fqdn: "a." ipv4: "192.0.2.10/24" >
    vserver_entry: < protocol: TCP port: 80 scheduler: MH mode: TUN
      healthcheck: < type: UDP send: "\xff" receive: "\xfe" mode: TUN > >
    access_grant: < grantee: "g" role: OPS type: GROUP >
    backend: < host: < fqdn: "b2." ipv4: "198.51.100.3/24" status: DISABLED > weight: 0 >
    backend: < host: < fqdn: "b1." ipv4: "198.51.100.2/24" > > >
  """#,
  #"vserver: < name: "wrong" rp: "r" entry_address: < fqdn: "w." ipv4: "192.0.2.12" > >"#,
  "metadata: < last_updated: 1447906527 >",
]
private let text = pieces.joined(separator: "\n")

private func lines(_ text: String) -> [String] {
  var findings = Findings()
  return Statement(read(text).cluster, findings: &findings).lines.map(\.text)
}

@Suite struct StatementTests {
  @Test func `a configuration is said in full`() {
    #expect(
      lines(text) == [
        #"{"type":"config.cluster","key":"cluster","fqdn":"vip.","status":"PRODUCTION","vip_ipv4":"192.0.2.1/24","#
          + #""node_interface":"eth0","lb_interface":"eth1","lb_layout":"seesaw","anycast_enabled":true,"#
          + #""anycast_on_backup":true,"use_vmac":true,"vrid":60,"garp_interval_s":10,"lease_s":10,"#
          + #""role_timeout_ms":10000,"route_table":2,"standalone":true,"bgp_local_asn":64512,"bgp_remote_asn":0,"#
          + #""dedicated_vip_subnets":[],"anycast_ranges":["192.168.255.0/24","2015:cafe:ffff::/64"],"#
          + #""service_anycast":[],"last_updated":"2015-11-19T04:15:27.000Z","warnings":[]}"#,
        #"{"type":"config.node","key":"n1.","ipv4":"192.0.2.2/24","status":"PRODUCTION","priority":255,"#
          + #""ha_enabled":true,"anycast_enabled":true,"bgp_enabled":true,"vservers_enabled":true}"#,
        #"{"type":"config.node","key":"n2.","ipv4":"192.0.2.3/24","status":"TESTING","priority":1,"#
          + #""ha_enabled":false,"anycast_enabled":true,"bgp_enabled":true,"vservers_enabled":true}"#,
        #"{"type":"config.vlan","key":"9","vlan_id":9,"fqdn":"l9.","ipv4":"198.51.100.1/24","ipv4_backends":2,"#
          + #""ipv6_backends":0,"ipv4_vips":0,"ipv6_vips":0}"#,
        #"{"type":"config.access_group","key":"g","members":["u1","u2"]}"#,
        #"{"type":"config.vserver","key":"a","fqdn":"a.","ipv4":"192.0.2.10/24","status":"PRODUCTION","enabled":true,"#
          + #""use_fwm":false,"rp":"r","vips":[{"address":"192.0.2.10","kind":"unicast","interface":"eth1","#
          + #""prefix_length":24}],"entries":[{"protocol":"tcp","port":80,"scheduler":"mh","#
          + #""scheduler_flags":["mh-fallback","mh-port"],"mode":"tun","persistence_s":0,"one_packet":false,"#
          + #""failure_action":"remove","low_watermark":0.0,"high_watermark":0.0,"#
          + #""lower_threshold":0,"upper_threshold":0}],"access_grants":[{"grantee":"g","role":"OPS","type":"GROUP"}],"#
          + #""warnings":[]}"#,
        #"{"type":"config.backend","key":"a/b1.","vserver":"a","fqdn":"b1.","ipv4":"198.51.100.2/24","weight":1,"#
          + #""status":"PRODUCTION","enabled":true,"in_service":true,"#
          + #""checks":[{"check":"udp/80 198.51.100.2 fc2e8bae","family":"inet","entry":"80/TCP","name":"UDP/80_0"}]}"#,
        #"{"type":"config.backend","key":"a/b2.","vserver":"a","fqdn":"b2.","ipv4":"198.51.100.3/24","weight":0,"#
          + #""status":"DISABLED","enabled":false,"in_service":true,"checks":[]}"#,
        #"{"type":"config.vserver","key":"z","fqdn":"z.","ipv4":"192.0.2.11/24","status":"DISABLED","enabled":false,"#
          + #""use_fwm":false,"rp":"r","vips":[{"address":"192.0.2.11","kind":"unicast","interface":"eth1","#
          + #""prefix_length":24}],"entries":[{"protocol":"udp","port":53,"scheduler":"wlc","mode":"dsr","#
          + #""persistence_s":0,"one_packet":false,"failure_action":"remove","low_watermark":0.3,"high_watermark":0.3,"#
          + #""lower_threshold":0,"upper_threshold":0}],"access_grants":[],"warnings":[]}"#,
        #"{"type":"check","key":"udp/80 198.51.100.2 fc2e8bae","kind":"udp","address":"198.51.100.2","port":80,"#
          + #""mode":"tun","vip":"192.0.2.10","mark":69934,"interval_ms":10000,"timeout_ms":5000,"rise":1,"fall":1,"#
          + #""send_hex":"ff","receive_hex":"fe"}"#,
      ])
  }

  @Test func `every line is valid by the schema and reads back as itself`() throws {
    for text in lines(text) {
      let line = try Line(parsing: text)
      #expect(Schema.fault(in: line) == nil)
      switch line.type {
      case "config.vserver": #expect(try VserverLine(line).line.text == text)
      case "config.backend": #expect(try BackendLine(line).line.text == text)
      case "check": #expect(try CheckDefinition(line).line.text == text)
      default: break
      }
    }
  }

  @Test func `the order of the text does not matter`() {
    #expect(lines(pieces.reversed().joined(separator: "\n")) == lines(text))
  }
}
