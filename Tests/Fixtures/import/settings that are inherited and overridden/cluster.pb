# Imported from keepalived's configuration. To be read together with a file that has seesaw_vip and node.

# keepalived.conf:1:1: virtual_server 192.0.2.23 80
vserver: <
  name: "tcp:192.0.2.23:80"
  entry_address: <
    fqdn: "tcp:192.0.2.23:80"
    ipv4: "192.0.2.23/32"
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
    weight: 4
    port: 80
    healthcheck: <
      type: HTTP
      interval: 2
      timeout: 4
      port: 80
      send: "/"
      status: "200-299"
      rise: 1
      fall: 4
    >
    healthcheck: <
      type: TCP
      interval: 1
      timeout: 7
      port: 80
      rise: 1
      fall: 3
    >
  >
  backend: <
    host: <
      fqdn: "198.51.100.2:80"
      ipv4: "198.51.100.2/32"
    >
    weight: 9
    port: 80
    healthcheck: <
      type: TCP
      interval: 5
      timeout: 4
      port: 80
      rise: 1
      fall: 1
    >
  >
>
