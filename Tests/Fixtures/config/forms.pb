# Every field of cluster.pb, and every form in which a value can be written.
seesaw_vip < fqdn: "seesaw-vip1.example.com." ipv4: "192.0.2.1/24" ipv6: '2001:db8::1/64' status: PRODUCTION >
node: { fqdn: "seesaw1-1." "example.com." ipv4: "192.0.2.2/24", ipv6: "2001:db8::2/64"; status: 1 }
node: [
  < fqdn: "seesaw1-2.example.com." ipv4: "192.0.2.3/24" status: TESTING >,
  { fqdn: 'seesaw1-3.example.com.' status: PROPOSED }
]
vmac: "00:00:5E:00:01:02"; bgp_local_asn: 4294967295, bgp_remote_asn: 0xFC01
bgp_peer < fqdn: "router1.example.com." ipv4: "192.0.2.253/24" >
vserver: <
  name: "caf\303\251.server@lab" rp: "tab\there \"quoted\" \x41\u00e9"
  use_fwm: f
  entry_address: < fqdn: "server.example.com." ipv4: "192.0.2.10/24" status: 0x2 >
  vserver_entry: <
    protocol: TCP port: 0120 scheduler: MH mode: TUN persistence: 0 quiescent: True
    server_low_watermark: .5 server_high_watermark: 75.e-2f lthreshold: 1 uthreshold: 2147483647 one_packet: 1
    healthcheck: <
      type: HTTPS interval: 2 timeout: 1 port: 443 send: '/' receive: 'it''s' code: 204 mode: DSR method: "GET"
      proxy: true tls_verify: false retries: -1
      rise: 2 fall: 3 host: "www.example.com" status: "200-299,304" interval_ms: 1500 timeout_ms: 500
    >
  >
  vserver_entry { protocol: 2 port: 53 server_low_watermark: 1 server_high_watermark: 1F }
  vserver_entry: <
    protocol: SCTP port: 3868 scheduler_name: "sed" scheduler_flag: ["flag-1"] tunnel_type: GUE tunnel_port: 6080
    tunnel_flag: "csum" backend_port: 3869 persistence_prefix_length: 24 persistence_engine: "sip" failure_action: KEEP
    quorum: 3 hysteresis: 1 stays_down: true slow_start_ms: 30000 panic_percent: 40 source_nat: false
    sorry_server: < ipv4: "192.0.2.99" ipv6: "2001:db8::99" port: 8080 mode: NAT when: BELOW_QUORUM inhibit: true >
  >
  healthcheck: < type: RADIUS send: "user:password:secret" > healthcheck < type: 1 >
  access_grant: < grantee: "admins" role: ADMIN type: GROUP > access_grant: < grantee: "someone" role: 2 type: USER >
  warning: ["one", 'two' " and a half"] warning: "three"
  backend: < host: < fqdn: "b1.example.com." ipv4: "198.51.100.1/24" > weight: -0 >
  backend < host < fqdn: "b2.example.com." status: STANDBY > >
  backend: <
    host: < fqdn: "b3.example.com." > port: 8080 mode: NAT tunnel_type: GRE tunnel_port: 1 tunnel_flag: ["csum"]
    failure_action: ZERO_WEIGHT lthreshold: 5 uthreshold: 10 healthcheck: < type: TCP >
  >
  fwmark: 300 fwmark_family: [INET, 2] role: "front" address: ["192.0.2.20-29/24"] address_group: "more"
  outbound: < protocol: TCP remote_port: 25 fwmark: 301 > drain_timeout_ms: 60000 vip_interface: "eth2"
  vip_external: false
>
vlan: < vlan_id: 511 host: < fqdn: "vlan511.example.com." ipv6: "2001:db8:511::1/64" > >
misconfigured_vserver: < name: "bad@lab" error_message: "a\nb\\c\?" >
metadata: < last_updated: 9223372036854775807 attribute: < name: "a" value: "" > attribute <> >
dedicated_vip_subnet: "203.0.113.0/26" dedicated_vip_subnet: ["2001:db8:1::/64"]
lb_layout: MACVLAN lease: 5 role_timeout_ms: 4000 route_table: 7 anycast_on_backup: false
anycast_range: ["198.51.100.0/24"] service_anycast: "198.51.100.7"
storm_percent: 50 storm_window_ms: 3000 storm_action: HOLD
defaults: < vserver: < rp: "everybody" > vserver_entry: < mode: TUN > backend < weight: 2 > healthcheck { retries: 1 } >
address_group: < name: "more" address: "2001:db8::20-2f/64" > include: "more/*.pb"
access_groups: < name: "admins" member: ["a", "b"] > # the end
