# Imported from keepalived's configuration. To be read together with a file that has seesaw_vip and node.

# keepalived.conf:1:1: virtual_server 192.0.2.15 80
vserver: <
  name: "tcp:192.0.2.15:80"
  entry_address: <
    fqdn: "tcp:192.0.2.15:80"
    ipv4: "192.0.2.15/32"
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
      fqdn: "198.51.100.1:8080"
      ipv4: "198.51.100.1/32"
    >
    port: 8080
    healthcheck: <
      type: HTTP
      interval_ms: 2500
      timeout_ms: 1500
      port: 8080
      send: "/health?full=1"
      host: "www.example.com"
      status: "200-299"
      rise: 1
      fall: 1
    >
    healthcheck: <
      type: HTTP
      interval_ms: 2500
      timeout_ms: 1500
      port: 8080
      send: "/login"
      host: "login.example.com"
      status: "200,301-302,401"
      rise: 1
      fall: 1
    >
  >
  backend: <
    host: <
      fqdn: "198.51.100.2:8080"
      ipv4: "198.51.100.2/32"
    >
    port: 8080
    healthcheck: <
      type: HTTP
      interval_ms: 2500
      timeout: 5
      port: 9090
      send: "/"
      host: "two.example.com"
      status: "204"
      rise: 1
      fall: 2
    >
    healthcheck: <
      type: TCP
      interval_ms: 2500
      timeout: 2
      port: 8080
      rise: 1
      fall: 2
    >
  >
>
