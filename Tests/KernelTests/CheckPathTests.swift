// What stands between ss-check and a backend: routes, neighbours, routers and ports of a real kernel, in namespaces.
// The cases are those that took backends down, or kept dead ones up, elsewhere.

import Support
import Testing

/// ss-check in a namespace, with lines typed by hand: `key class reason`, sorted.
private func verdicts(in namespace: Namespace, _ checks: [(key: String, kind: String, address: String, more: String)])
  throws -> [String]
{
  let lines = checks.map {
    #"{"type":"check","key":"\#($0.key)","kind":"\#($0.kind)","address":"\#($0.address)","port":80,"#
      + #""interval_ms":100,"timeout_ms":3000\#($0.more)}"# + "\n"
  }
  let outcome = try namespace.run("ss-check", ["--own"], input: lines.joined())
  #expect(outcome.status == 0)
  return outcome.lines.filter { $0.hasPrefix(#"{"type":"check.state""#) }.map { line in
    ["key", "class", "reason"].map { name in
      line.split(separator: "\"\(name)\":\"", maxSplits: 1).last.map { String($0.prefix { $0 != "\"" }) } ?? ""
    }.joined(separator: " ")
  }.sorted()
}

/// A namespace with 198.51.100.1 in a network where nobody else is.
private func lonelyHost() throws -> Namespace {
  let host = try Namespace("check")
  try host.ip("link add v0 type veth peer name v1")
  try host.ip("link set v0 up")
  try host.ip("link set v1 up")
  try host.ip("address add 198.51.100.1/24 dev v0")
  return host
}

/// Two namespaces joined by v0 of each, without addresses.
private func hostBehindRouter() throws -> (host: Namespace, router: Namespace) {
  let (host, router) = (try Namespace("check"), try Namespace("router"))
  try host.ip("link add v0 type veth peer name v0 netns \(router.name)")
  try host.ip("link set v0 up")
  try router.ip("link set v0 up")
  return (host, router)
}

private let hasIPv6: Bool = {
  Kernel.load("ipv6")
  return Places.exists("/proc/net/if_inet6")
}()

@Suite struct CheckPathTests {
  @Test(.needsNamespaces) func `a route that is missing or forbids is a failure of its own class`() throws {
    let host = try lonelyHost()
    for (kind, address) in [("unreachable", "203.0.113.1"), ("prohibit", "203.0.113.2"), ("blackhole", "203.0.113.3")] {
      try host.ip("route add \(kind) \(address)")
    }
    #expect(
      try verdicts(
        in: host,
        [
          ("a", "tcp", "203.0.113.1", ""), ("b", "udp", "203.0.113.2", ""), ("c", "tcp", "203.0.113.3", ""),
          ("d", "tcp", "192.0.2.1", ""), ("e", "http", "2001:db8::1", ""),
        ]) == [
          "a local.route connect: No route to host", "b local.route connect: Permission denied",
          "c local.route connect: Invalid argument", "d local.route connect: Network is unreachable",
          "e local.route connect: Network is unreachable",
        ])
  }

  @Test(.needsNamespaces) func `without a free port nothing is known and an error line says why`() throws {
    let host = try lonelyHost()
    try host.run("sysctl", ["-qw", "net.ipv4.ip_local_port_range=40000 40001"])
    // What is sent to this neighbour is swallowed: two probes hold the two ports, and the third has none.
    try host.ip("neighbour add 198.51.100.9 lladdr 02:00:00:00:00:09 dev v0")
    let child = try host.start("ss-check", ["--own"])
    for key in ["a", "b", "c"] {
      child.send(
        #"{"type":"check","key":"\#(key)","kind":"tcp","address":"198.51.100.9","port":80,"#
          + #""interval_ms":50,"timeout_ms":60000}"# + "\n")
    }
    let line = child.line { $0.hasPrefix(#"{"type":"error""#) || $0.hasPrefix(#"{"type":"check.state""#) }
    let reason = "local.port: no probe could be made 3 times in a row: connect: Cannot assign requested address"
    #expect(line == #"{"type":"error","from":"ss-check","reason":"\#(reason)","key":"c"}"#)
  }

  @Test(.needsNamespaces) func `a host that is off is unreachable, for UDP as for TCP, and this node says so`() throws {
    let host = try lonelyHost()
    try host.run("sysctl", ["-qw", "net.ipv4.neigh.v0.retrans_time_ms=50", "net.ipv4.neigh.v0.mcast_solicit=2"])
    #expect(
      try verdicts(in: host, [("t", "tcp", "198.51.100.9", ""), ("u", "udp", "198.51.100.9", "")]) == [
        "t connect.unreachable No route to host", "u connect.unreachable No route to host, says 198.51.100.1",
      ])
  }

  @Test(.needsNamespaces) func `an error from a router is told apart from one of the backend`() throws {
    let (host, router) = try hostBehindRouter()
    for (namespace, number) in [(host, 1), (router, 2)] {
      try namespace.ip("address add 198.51.100.\(number)/24 dev v0")
    }
    try router.run("sysctl", ["-qw", "net.ipv4.ip_forward=1"])
    try router.ip("route add unreachable 203.0.113.0/24")
    try host.ip("route add default via 198.51.100.2")
    #expect(
      try verdicts(
        in: host,
        [
          ("near", "udp", "198.51.100.2", ""), ("far", "udp", "203.0.113.1", ""), ("stream", "tcp", "203.0.113.1", ""),
        ]) == [
          "far connect.unreachable No route to host, says 198.51.100.2", "near connect.refused Connection refused",
          "stream connect.unreachable No route to host",
        ])
  }

  @Test(.needsNamespaces, .enabled(if: hasIPv6, "needs IPv6 in the kernel"))
  func `an error from an IPv6 router is told apart as well`() throws {
    let (host, router) = try hostBehindRouter()
    for (namespace, number) in [(host, 1), (router, 2)] {
      try namespace.ip("address add 2001:db8::\(number)/64 dev v0 nodad")
    }
    try router.run("sysctl", ["-qw", "net.ipv6.conf.all.forwarding=1"])
    try router.ip("route add unreachable 2001:db8:1::/64")
    try host.ip("route add default via 2001:db8::2")
    #expect(
      try verdicts(in: host, [("far", "udp", "2001:db8:1::1", ""), ("near", "udp", "2001:db8::2", "")]) == [
        "far connect.unreachable Network is unreachable, says 2001:db8::2", "near connect.refused Connection refused",
      ])
  }
}
