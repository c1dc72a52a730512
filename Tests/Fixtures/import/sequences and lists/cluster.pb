# Imported from keepalived's configuration. To be read together with a file that has seesaw_vip and node.

# keepalived.conf:2:1: virtual_server 192.0.2.1 80
vserver: <
  name: "tcp:192.0.2.1:80"
  entry_address: <
    fqdn: "tcp:192.0.2.1:80"
    ipv4: "192.0.2.1/32"
  >
  rp: "imported"
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
    weight: 1
    port: 80
  >
  backend: <
    host: <
      fqdn: "198.51.100.2:80"
      ipv4: "198.51.100.2/32"
    >
    weight: 2
    port: 80
  >
>

# keepalived.conf:2:1: virtual_server 192.0.3.1 443
vserver: <
  name: "tcp:192.0.3.1:443"
  entry_address: <
    fqdn: "tcp:192.0.3.1:443"
    ipv4: "192.0.3.1/32"
  >
  rp: "imported"
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
    weight: 1
    port: 80
  >
  backend: <
    host: <
      fqdn: "198.51.100.2:80"
      ipv4: "198.51.100.2/32"
    >
    weight: 2
    port: 80
  >
>

# keepalived.conf:2:1: virtual_server 192.0.2.2 80
vserver: <
  name: "tcp:192.0.2.2:80"
  entry_address: <
    fqdn: "tcp:192.0.2.2:80"
    ipv4: "192.0.2.2/32"
  >
  rp: "imported"
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
    weight: 1
    port: 80
  >
  backend: <
    host: <
      fqdn: "198.51.100.2:80"
      ipv4: "198.51.100.2/32"
    >
    weight: 2
    port: 80
  >
>

# keepalived.conf:2:1: virtual_server 192.0.3.2 443
vserver: <
  name: "tcp:192.0.3.2:443"
  entry_address: <
    fqdn: "tcp:192.0.3.2:443"
    ipv4: "192.0.3.2/32"
  >
  rp: "imported"
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
    weight: 1
    port: 80
  >
  backend: <
    host: <
      fqdn: "198.51.100.2:80"
      ipv4: "198.51.100.2/32"
    >
    weight: 2
    port: 80
  >
>

# keepalived.conf:9:1: virtual_server 2001:db8::f 80
vserver: <
  name: "tcp:[2001:db8::f]:80"
  entry_address: <
    fqdn: "tcp:[2001:db8::f]:80"
    ipv6: "2001:db8::f/128"
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
      fqdn: "[2001:db8:1::e]:80"
      ipv6: "2001:db8:1::e/128"
    >
    port: 80
  >
  backend: <
    host: <
      fqdn: "[2001:db8:1::f]:80"
      ipv6: "2001:db8:1::f/128"
    >
    port: 80
  >
  backend: <
    host: <
      fqdn: "[2001:db8:1::10]:80"
      ipv6: "2001:db8:1::10/128"
    >
    port: 80
  >
  backend: <
    host: <
      fqdn: "[2001:db8:1::9]:80"
      ipv6: "2001:db8:1::9/128"
    >
    port: 80
  >
>
