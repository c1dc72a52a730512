# Imported from keepalived's configuration. To be read together with a file that has seesaw_vip and node.

# keepalived.conf:1:1: virtual_server 192.0.2.16 53
vserver: <
  name: "udp:192.0.2.16:53"
  entry_address: <
    fqdn: "udp:192.0.2.16:53"
    ipv4: "192.0.2.16/32"
  >
  rp: "imported"
  vip_external: true
  vserver_entry: <
    protocol: UDP
    port: 53
    scheduler_name: "rr"
    mode: DSR
    quorum: 1
    stays_down: true
  >
  backend: <
    host: <
      fqdn: "198.51.100.1:53"
      ipv4: "198.51.100.1/32"
    >
    port: 53
    healthcheck: <
      type: UDP
      interval: 10
      timeout: 4
      port: 53
      send: "\253\022\017\003E\006"
      receive: "abc"
      rise: 1
      fall: 2
    >
  >
  backend: <
    host: <
      fqdn: "198.51.100.2:53"
      ipv4: "198.51.100.2/32"
    >
    port: 53
    healthcheck: <
      type: UDP
      interval: 10
      timeout: 5
      port: 53
      send: "\000"
      rise: 1
      fall: 2
    >
  >
>
