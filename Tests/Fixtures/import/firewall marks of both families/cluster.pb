# Imported from keepalived's configuration. To be read together with a file that has seesaw_vip and node.

# keepalived.conf:1:1: virtual_server fwmark 5
vserver: <
  name: "fwmark:5:inet"
  entry_address: <
    fqdn: "fwmark:5:inet"
  >
  rp: "imported"
  use_fwm: true
  fwmark: 5
  fwmark_family: INET
  vip_external: true
  vserver_entry: <
    protocol: TCP
    port: 0
    scheduler_name: "lc"
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

# keepalived.conf:10:1: virtual_server fwmark 5
vserver: <
  name: "fwmark:5:inet6"
  entry_address: <
    fqdn: "fwmark:5:inet6"
  >
  rp: "imported"
  use_fwm: true
  fwmark: 5
  fwmark_family: INET6
  vip_external: true
  vserver_entry: <
    protocol: TCP
    port: 0
    scheduler_name: "lc"
    mode: NAT
    quorum: 1
    stays_down: true
  >
  backend: <
    host: <
      fqdn: "[2001:db8:1::1]:8080"
      ipv6: "2001:db8:1::1/128"
    >
    port: 8080
    healthcheck: <
      type: TCP
      interval: 60
      timeout: 5
      port: 8080
      rise: 1
      fall: 2
    >
  >
>
