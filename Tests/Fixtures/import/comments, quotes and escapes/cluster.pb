# Imported from keepalived's configuration. To be read together with a file that has seesaw_vip and node.

# keepalived.conf:2:1: virtual_server 192.0.2.18 80
vserver: <
  name: "tcp:192.0.2.18:80"
  entry_address: <
    fqdn: "tcp:192.0.2.18:80"
    ipv4: "192.0.2.18/32"
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
    port: 80
    healthcheck: <
      type: HTTP
      interval: 60
      timeout: 5
      port: 80
      send: "/a!c {d}"
      host: "www.example.com"
      status: "200-299"
      rise: 1
      fall: 2
    >
    healthcheck: <
      type: HTTP
      interval: 60
      timeout: 5
      port: 80
      send: "/e"
      host: "www.example.com"
      status: "200-299"
      rise: 1
      fall: 2
    >
  >
>
