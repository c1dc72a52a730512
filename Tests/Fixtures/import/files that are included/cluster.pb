# Imported from keepalived's configuration. To be read together with a file that has seesaw_vip and node.

# services.d/one.conf:1:1: virtual_server 192.0.2.19 443
vserver: <
  name: "tcp:192.0.2.19:443"
  entry_address: <
    fqdn: "tcp:192.0.2.19:443"
    ipv4: "192.0.2.19/32"
  >
  rp: "imported"
  vip_external: true
  vserver_entry: <
    protocol: TCP
    port: 443
    scheduler_name: "rr"
    mode: DSR
    quorum: 1
    stays_down: true
  >
  backend: <
    host: <
      fqdn: "198.51.100.1"
      ipv4: "198.51.100.1/32"
    >
    healthcheck: <
      type: TCP
      interval: 60
      timeout: 5
      port: 443
      rise: 1
      fall: 2
    >
  >
>

# keepalived.conf:2:1: virtual_server 192.0.2.19 80
vserver: <
  name: "tcp:192.0.2.19:80"
  entry_address: <
    fqdn: "tcp:192.0.2.19:80"
    ipv4: "192.0.2.19/32"
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
      fqdn: "198.51.100.1"
      ipv4: "198.51.100.1/32"
    >
    healthcheck: <
      type: TCP
      interval: 60
      timeout: 5
      port: 80
      rise: 1
      fall: 2
    >
  >
>
