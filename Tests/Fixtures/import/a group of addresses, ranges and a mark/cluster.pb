# Imported from keepalived's configuration. To be read together with a file that has seesaw_vip and node.

# keepalived.conf:1:1: virtual_server_group web:80
address_group: <
  name: "web:80"
  address: "192.0.2.20/32"
  address: "192.0.2.30-35/26"
  address: "192.0.2.250-192.0.3.4/23"
  address: "192.0.2.40-43/30"
>

# keepalived.conf:1:1: virtual_server_group web:443
address_group: <
  name: "web:443"
  address: "192.0.2.20/32"
>

# keepalived.conf:18:1: virtual_server_group six
address_group: <
  name: "six"
  address: "2001:db8::10-1f/124"
>

# keepalived.conf:9:1: virtual_server group web
vserver: <
  name: "tcp:web:80"
  entry_address: <
    fqdn: "tcp:web:80"
  >
  rp: "imported"
  address_group: "web:80"
  vip_external: true
  vserver_entry: <
    protocol: TCP
    port: 80
    scheduler_name: "rr"
    mode: NAT
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
      type: TCP
      interval: 60
      timeout: 5
      port: 80
      rise: 1
      fall: 2
    >
  >
>

# keepalived.conf:9:1: virtual_server group web
vserver: <
  name: "tcp:web:443"
  entry_address: <
    fqdn: "tcp:web:443"
  >
  rp: "imported"
  address_group: "web:443"
  vip_external: true
  vserver_entry: <
    protocol: TCP
    port: 443
    scheduler_name: "rr"
    mode: NAT
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
      type: TCP
      interval: 60
      timeout: 5
      port: 80
      rise: 1
      fall: 2
    >
  >
>

# keepalived.conf:9:1: virtual_server group web
vserver: <
  name: "fwmark:7:inet"
  entry_address: <
    fqdn: "fwmark:7:inet"
  >
  rp: "imported"
  use_fwm: true
  fwmark: 7
  fwmark_family: INET
  vip_external: true
  vserver_entry: <
    protocol: TCP
    port: 0
    scheduler_name: "rr"
    mode: NAT
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
      type: TCP
      interval: 60
      timeout: 5
      port: 80
      rise: 1
      fall: 2
    >
  >
>

# keepalived.conf:21:1: virtual_server group six
vserver: <
  name: "udp:six:53"
  entry_address: <
    fqdn: "udp:six:53"
  >
  rp: "imported"
  address_group: "six"
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
      fqdn: "[2001:db8:1::1]:53"
      ipv6: "2001:db8:1::1/128"
    >
    port: 53
  >
>
