# An example cluster: the one that `make demo` runs, on the network that bin-scripts/lab-netns draws. Copy it, put in
# your own addresses, and ask `ss-config check` what is wrong with it. cluster.pb(5) explains every field.

# The address of the pair itself. On a single node (ss-lb) nobody holds it.
seesaw_vip: <
  fqdn: "vip.lab.example."
  ipv4: "10.0.0.99/24"
  ipv6: "fd00::99/64"
  status: PRODUCTION
>
# The load balancers, each with the prefix length of its network. seesaw.cfg says which of them a machine is.
node: <
  fqdn: "d1.lab.example."
  ipv4: "10.0.0.2/24"
  ipv6: "fd00::2/64"
  status: PRODUCTION
>
node: <
  fqdn: "d2.lab.example."
  ipv4: "10.0.0.3/24"
  ipv6: "fd00::3/64"
  status: PRODUCTION
>

# Direct return, the default: packets reach the backend as they came, and it answers the client itself. The backends
# hold the address too, on an interface that answers no ARP. Every entry is served in both families.
vserver: <
  name: "web@lab"
  entry_address: <
    fqdn: "web.lab.example."
    ipv4: "10.0.0.100/24"
    ipv6: "fd00::100/64"
    status: PRODUCTION
  >
  rp: "web-team@lab.example"
  vserver_entry: <
    protocol: TCP
    port: 80
    scheduler: RR
    mode: DSR
    # Asked of each backend every second. A backend that fails once is out; with retries: 2 it would be the third time.
    healthcheck: <
      type: HTTP
      interval: 1
      timeout: 1
      port: 80
      send: "/"
      code: 200
    >
  >
  vserver_entry: <
    protocol: UDP
    port: 80
    scheduler: RR
    mode: DSR
    # Each datagram is scheduled for itself, also those from one port of a client.
    one_packet: true
    # A backend is alive if it answers this datagram, and if its answer starts so.
    healthcheck: <
      type: UDP
      interval: 1
      timeout: 1
      port: 80
      send: "ping"
      receive: "r"
    >
  >
  backend: <
    host: < fqdn: "r1.lab.example." ipv4: "10.0.0.4/24" ipv6: "fd00::4/64" status: PRODUCTION >
    weight: 1
  >
  backend: <
    host: < fqdn: "r2.lab.example." ipv4: "10.0.0.5/24" ipv6: "fd00::5/64" status: PRODUCTION >
    weight: 1
  >
  backend: <
    host: < fqdn: "r3.lab.example." ipv4: "10.0.0.6/24" ipv6: "fd00::6/64" status: PRODUCTION >
    weight: 1
  >
>

# Address translation: the backends need nothing but a route back to the clients through the load balancer. Weights
# share the work: of four connections r1 gets two.
vserver: <
  name: "app@lab"
  entry_address: <
    fqdn: "app.lab.example."
    ipv4: "10.0.0.101/24"
    ipv6: "fd00::101/64"
    status: PRODUCTION
  >
  rp: "app-team@lab.example"
  vserver_entry: <
    protocol: TCP
    port: 80
    scheduler: WRR
    mode: NAT
  >
  vserver_entry: <
    protocol: UDP
    port: 80
    # NAT has to keep the flows of clients, so whoever has the fewest for its weight gets the next.
    scheduler: WLC
    mode: NAT
  >
  backend: <
    host: < fqdn: "r1.lab.example." ipv4: "10.0.0.4/24" ipv6: "fd00::4/64" status: PRODUCTION >
    weight: 2
  >
  backend: <
    host: < fqdn: "r2.lab.example." ipv4: "10.0.0.5/24" ipv6: "fd00::5/64" status: PRODUCTION >
    weight: 1
  >
  backend: <
    host: < fqdn: "r3.lab.example." ipv4: "10.0.0.6/24" ipv6: "fd00::6/64" status: PRODUCTION >
    weight: 1
  >
  # A check of the vserver stands for all of its entries.
  healthcheck: <
    type: TCP
    interval: 1
    timeout: 1
    port: 80
  >
>

# A tunnel: packets travel to the backend inside others, so it may be in another network; it answers directly. It needs
# tunl0 (IPv6: ip6tnl0) up, with the address.
vserver: <
  name: "far@lab"
  entry_address: <
    fqdn: "far.lab.example."
    ipv4: "10.0.0.102/24"
    ipv6: "fd00::102/64"
    status: PRODUCTION
  >
  rp: "web-team@lab.example"
  vserver_entry: <
    protocol: TCP
    port: 80
    scheduler: RR
    mode: TUN
    # Below a quarter of healthy backends the whole address is withdrawn; it returns at a half.
    server_low_watermark: 0.25
    server_high_watermark: 0.5
  >
  vserver_entry: <
    protocol: UDP
    port: 80
    scheduler: RR
    mode: TUN
    one_packet: true
  >
  backend: <
    host: < fqdn: "r1.lab.example." ipv4: "10.0.0.4/24" ipv6: "fd00::4/64" status: PRODUCTION >
    weight: 1
  >
  backend: <
    host: < fqdn: "r2.lab.example." ipv4: "10.0.0.5/24" ipv6: "fd00::5/64" status: PRODUCTION >
    weight: 1
  >
  backend: <
    host: < fqdn: "r3.lab.example." ipv4: "10.0.0.6/24" ipv6: "fd00::6/64" status: PRODUCTION >
    weight: 1
  >
  healthcheck: <
    type: HTTP
    interval: 1
    timeout: 1
    port: 80
    send: "/"
    code: 200
  >
>
