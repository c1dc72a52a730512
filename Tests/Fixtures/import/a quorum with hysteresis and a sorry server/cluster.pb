# Imported from keepalived's configuration. To be read together with a file that has seesaw_vip and node.

# keepalived.conf:1:1: virtual_server 192.0.2.12 80
vserver: <
  name: "tcp:192.0.2.12:80"
  entry_address: <
    fqdn: "tcp:192.0.2.12:80"
    ipv4: "192.0.2.12/32"
  >
  rp: "imported"
  vip_external: true
  vserver_entry: <
    protocol: TCP
    port: 80
    scheduler_name: "wrr"
    mode: DSR
    failure_action: ZERO_WEIGHT
    quorum: 3
    hysteresis: 1
    stays_down: true
    sorry_server: <
      ipv4: "198.51.100.9"
      mode: TUN
      when: BELOW_QUORUM
      inhibit: true
    >
  >
  backend: <
    host: <
      fqdn: "198.51.100.1:80"
      ipv4: "198.51.100.1/32"
    >
    weight: 2
    port: 80
    failure_action: REMOVE
    healthcheck: <
      type: TCP
      interval: 60
      timeout: 5
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
    weight: 2
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
