# Imported from keepalived's configuration. To be read together with a file that has seesaw_vip and node.

# keepalived.conf:4:1: virtual_server 192.0.2.17 80
vserver: <
  name: "tcp:192.0.2.17:80"
  entry_address: <
    fqdn: "tcp:192.0.2.17:80"
    ipv4: "192.0.2.17/32"
  >
  rp: "imported"
  vip_external: true
  vserver_entry: <
    protocol: TCP
    port: 80
    scheduler_name: "rr"
    mode: DSR
    quorum: 1
    stays_down: true
  >
  backend: <
    host: <
      fqdn: "198.51.100.1:80"
      ipv4: "198.51.100.1/32"
    >
    weight: 240
    port: 80
    uthreshold: 5
  >
  backend: <
    host: <
      fqdn: "198.51.100.3:80"
      ipv4: "198.51.100.3/32"
    >
    port: 80
  >
>
