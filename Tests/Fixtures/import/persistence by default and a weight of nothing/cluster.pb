# Imported from keepalived's configuration. To be read together with a file that has seesaw_vip and node.

# keepalived.conf:1:1: virtual_server 192.0.2.11 443
vserver: <
  name: "tcp:192.0.2.11:443"
  entry_address: <
    fqdn: "tcp:192.0.2.11:443"
    ipv4: "192.0.2.11/32"
  >
  rp: "imported"
  vip_external: true
  vserver_entry: <
    protocol: TCP
    port: 443
    scheduler_name: "wlc"
    mode: NAT
    persistence: 360
    persistence_prefix_length: 24
    quorum: 1
    stays_down: true
  >
  backend: <
    host: <
      fqdn: "198.51.100.1:8443"
      ipv4: "198.51.100.1/32"
    >
    weight: 0
    port: 8443
  >
  backend: <
    host: <
      fqdn: "198.51.100.2:8443"
      ipv4: "198.51.100.2/32"
    >
    port: 8443
  >
>

# keepalived.conf:13:1: virtual_server 2001:db8::11 443
vserver: <
  name: "tcp:[2001:db8::11]:443"
  entry_address: <
    fqdn: "tcp:[2001:db8::11]:443"
    ipv6: "2001:db8::11/128"
  >
  rp: "imported"
  vip_external: true
  vserver_entry: <
    protocol: TCP
    port: 443
    scheduler_name: "wlc"
    mode: DSR
    persistence: 50
    persistence_prefix_length: 64
    persistence_engine: "sip"
    quorum: 1
    stays_down: true
  >
  backend: <
    host: <
      fqdn: "[2001:db8:1::1]:443"
      ipv6: "2001:db8:1::1/128"
    >
    port: 443
  >
>
