# Imported from keepalived's configuration. To be read together with a file that has seesaw_vip and node.

# keepalived.conf:1:1: virtual_server 192.0.2.13 80
vserver: <
  name: "tcp:192.0.2.13:80"
  entry_address: <
    fqdn: "tcp:192.0.2.13:80"
    ipv4: "192.0.2.13/32"
  >
  rp: "imported"
  vip_external: true
  vserver_entry: <
    protocol: TCP
    port: 80
    scheduler_name: "rr"
    mode: TUN
    tunnel_type: GUE
    tunnel_port: 6080
    tunnel_flag: "csum"
    quorum: 1
    stays_down: true
  >
  backend: <
    host: <
      fqdn: "198.51.100.1:80"
      ipv4: "198.51.100.1/32"
    >
    port: 80
    lthreshold: 800
    uthreshold: 1000
  >
  backend: <
    host: <
      fqdn: "198.51.100.2:80"
      ipv4: "198.51.100.2/32"
    >
    port: 80
    mode: TUN
    tunnel_type: GRE
  >
  backend: <
    host: <
      fqdn: "198.51.100.3:80"
      ipv4: "198.51.100.3/32"
    >
    port: 80
    mode: TUN
    tunnel_type: IPIP
  >
  backend: <
    host: <
      fqdn: "198.51.100.4:80"
      ipv4: "198.51.100.4/32"
    >
    port: 80
    mode: DSR
  >
>
