# Imported from keepalived's configuration. To be read together with a file that has seesaw_vip and node.

# keepalived.conf:1:1: virtual_server 192.0.2.14 53
vserver: <
  name: "udp:192.0.2.14:53"
  entry_address: <
    fqdn: "udp:192.0.2.14:53"
    ipv4: "192.0.2.14/32"
  >
  rp: "imported"
  vip_external: true
  vserver_entry: <
    protocol: UDP
    port: 53
    scheduler_name: "sh"
    scheduler_flag: "sh-port"
    scheduler_flag: "sh-fallback"
    mode: DSR
    one_packet: true
    quorum: 1
    stays_down: true
  >
  backend: <
    host: <
      fqdn: "198.51.100.1:53"
      ipv4: "198.51.100.1/32"
    >
    port: 53
  >
>

# keepalived.conf:11:1: virtual_server 192.0.2.14 80
vserver: <
  name: "tcp:192.0.2.14:80"
  entry_address: <
    fqdn: "tcp:192.0.2.14:80"
    ipv4: "192.0.2.14/32"
  >
  rp: "imported"
  vip_external: true
  vserver_entry: <
    protocol: TCP
    port: 80
    scheduler_name: "mh"
    scheduler_flag: "mh-port"
    mode: DSR
    quorum: 1
    stays_down: true
  >
  backend: <
    host: <
      fqdn: "198.51.100.1:80"
      ipv4: "198.51.100.1/32"
    >
    port: 80
  >
>

# keepalived.conf:19:1: virtual_server 192.0.2.14 81
vserver: <
  name: "sctp:192.0.2.14:81"
  entry_address: <
    fqdn: "sctp:192.0.2.14:81"
    ipv4: "192.0.2.14/32"
  >
  rp: "imported"
  vip_external: true
  vserver_entry: <
    protocol: SCTP
    port: 81
    scheduler_name: "wrr"
    scheduler_flag: "flag-3"
    mode: DSR
    quorum: 1
    stays_down: true
  >
  backend: <
    host: <
      fqdn: "198.51.100.1:81"
      ipv4: "198.51.100.1/32"
    >
    port: 81
  >
>
