// The whole pipeline on a real kernel: what ss-lb makes of a cluster.pb carries traffic by DSR, NAT and tunnel, TCP and
// UDP, in both families, seen in packets at the backend; and a failed backend costs clients nothing once it is noticed.

import Glibc
import Support
import Testing

@Suite(.needsIPVS, .needsNamespaces, .serialized) struct ServeTests {
  private struct Way {
    var name: String
    var last: Int
    var mode: String
  }

  private static let ways = [
    Way(name: "dsr", last: 100, mode: "DSR"), Way(name: "nat", last: 101, mode: "NAT"),
    Way(name: "tun", last: 102, mode: "TUN"),
  ]

  @Test func `DSR, NAT and tunnel carry TCP and UDP in both families, as packets at the backend show`() throws {
    Kernel.load("ip_vs_rr")
    let lab = try Topology()
    let balancer = try LoadBalancer(
      lab, vservers: Self.ways.map { LoadBalancer.vserver($0.name, last: $0.last, mode: $0.mode) })
    try balancer.start()
    #expect(try balancer.serves(36))
    for way in Self.ways {
      let client = way.mode == "NAT" ? lab.farClient : lab.client
      for (network, isSix) in [("10.0.0.", false), ("fd00::", true)] {
        let vip = network + String(way.last)
        #expect(try waited { try balancer.holds(vip) } != nil, "\(vip)")
        for transport in ["--tcp", "--udp"] {
          let capture = try Capture(lab.backends[0])
          #expect(try answers(from: vip, to: client, transport) == ["r1", "r2", "r3"], "\(vip) \(transport)")
          let sender = way.mode == "NAT" ? (isSix ? "fd00:1::1" : "10.1.0.1") : network + "1"
          #expect(
            try capture.has { Self.isAsWay($0, way.mode, network: network, vip: vip, client: sender) },
            "\(vip) \(transport)")
        }
      }
    }
    balancer.end()
  }

  /// Whether a line of tcpdump is a request that came that way to the first backend.
  private static func isAsWay(_ line: String, _ mode: String, network: String, vip: String, client: String) -> Bool {
    switch mode {
    case "DSR": line.contains(" \(client).") && line.contains("> \(vip).80:") && !line.contains("> \(network)4:")
    case "NAT": line.contains(" \(client).") && line.contains("> \(network)4.80:")
    default:
      line.contains(" \(network)2 > \(network)4:") && line.contains(" \(client).") && line.contains("> \(vip).80:")
    }
  }

  private func answers(from vip: String, to client: Namespace, _ option: String) throws -> [String] {
    try client.run(
      Places.script("lab-client"), [option, "--count", "3", "--interval-ms", "20", "--timeout-ms", "5000", vip, "80"]
    ).lines.compactMap { $0.split(separator: " ").last.map(String.init) }.sorted()
  }

  @Test func `once a silent backend is noticed no request fails, and it comes back by itself`() throws {
    Kernel.load("ip_vs_rr")
    let lab = try Topology()
    let balancer = try LoadBalancer(lab, vservers: [LoadBalancer.vserver("dsr", last: 100, mode: "DSR")])
    try balancer.start()
    #expect(try balancer.serves(12))
    try lab.lab("cut", "r2")
    // Interval and timeout are 1 s each: 2 s, and ten times that on a slow machine.
    #expect(try balancer.serves(8, within: .seconds(20)))
    let after = try lab.client.run(
      Places.script("lab-client"), ["--count", "60", "--interval-ms", "20", "--timeout-ms", "5000", "10.0.0.100", "80"])
    #expect(Set(after.lines.compactMap { $0.split(separator: " ").last }) == ["r1", "r3"])
    try lab.lab("mend", "r2")
    #expect(try balancer.serves(12, within: .seconds(30)))
    balancer.end()
  }
}

/// tcpdump in a namespace, running until its owner lets go.
final class Capture {
  private let child: Child

  init(_ namespace: Namespace) throws {
    child = try namespace.start(
      "tcpdump", ["-n", "--immediate-mode", "-l", "-i", "eth0", "port 80 or proto 4 or proto 41"], input: .null)
    // "listening on eth0 ...", on standard error.
    while let line = child.line(ofErrors: true, within: .seconds(30)), !line.contains("listening on") {}
  }

  /// Whether one of the packets so far, or of the next seconds, satisfies `condition`.
  func has(_ condition: (String) -> Bool) throws -> Bool {
    while let line = child.line(within: .seconds(10)) { if condition(line) { return true } }
    return false
  }

  deinit { child.signal(SIGKILL) }
}
