# Imported from keepalived's configuration. To be read together with a file that has seesaw_vip and node.

# keepalived.conf:2:1: virtual_server 192.0.2.10 80
vserver: <
  name: "tcp:192.0.2.10:80"
  entry_address: <
    fqdn: "tcp:192.0.2.10:80"
    ipv4: "192.0.2.10/32"
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
    weight: 1
    port: 80
    healthcheck: <
      type: TCP
      interval: 6
      timeout: 3
      port: 80
      rise: 1
      fall: 2
    >
  >
  backend: <
    host: <
      fqdn: "198.51.100.2:80"
      ipv4: "198.51.100.2/32"
    >
    weight: 3
    port: 80
    healthcheck: <
      type: TCP
      interval: 6
      timeout: 3
      port: 80
      rise: 1
      fall: 3
    >
  >
>
