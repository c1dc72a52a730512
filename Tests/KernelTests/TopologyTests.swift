// The lab's topology carries what IPVS is asked to do: direct, tunnelled and translated, both families, TCP and UDP.
// The services are ipvsadm's, so that a fault here is the lab's and not ours.

import Support
import Testing

@Suite(.needsIPVS, .needsNamespaces, .serialized) struct TopologyTests {
  static let modes = [("100", "--gatewaying"), ("101", "--masquerading"), ("102", "--ipip")]

  @Test func `all ways of forwarding reach all backends, in both families`() throws {
    Kernel.load("ip_vs_rr")
    let lab = try Topology()
    for (last, forwarding) in Self.modes {
      for network in ["10.0.0.", "fd00::"] {
        let vip = network + last
        try serve(vip, forwarding, on: lab)
        let client = last == "101" ? lab.farClient : lab.client
        for protocolOption in ["--tcp", "--udp"] {
          #expect(try answers(from: vip, to: client, protocolOption) == ["r1", "r2", "r3"], "\(vip) \(protocolOption)")
        }
      }
    }
  }

  @Test func `a stopped backend refuses, a cut one is silent, and both come back`() throws {
    let lab = try Topology()
    let ask = { try lab.client.run("curl", ["--silent", "--max-time", "1", "http://10.0.0.5/"]) }
    #expect(try ask().text == "r2\n")
    try lab.lab("stop-backend", "r2")
    #expect(try ask().status == 7)  // curl: could not connect
    try lab.lab("start-backend", "r2")
    #expect(try ask().text == "r2\n")
    try lab.lab("cut", "r2")
    #expect(try ask().status == 28)  // curl: timed out
    try lab.lab("mend", "r2")
    #expect(try ask().text == "r2\n")
  }

  private func serve(_ vip: String, _ forwarding: String, on lab: Topology) throws {
    let six = vip.contains(":")
    let address = six ? "[\(vip)]:80" : "\(vip):80"
    // Deprecated: else the director names it as a tunnel's own end, and the backends, which hold it too, drop that.
    try lab.directors[0].ip("address add \(vip)/\(six ? "128 nodad preferred_lft 0" : "32") dev eth0")
    var rules = ""
    for option in ["-t", "-u"] {
      rules += "-A \(option) \(address) -s rr\n"
      for number in 4...6 {
        let backend = six ? "[fd00::\(number)]:80" : "10.0.0.\(number):80"
        rules += "-a \(option) \(address) -r \(backend) \(forwarding)\n"
      }
    }
    let restored = try lab.directors[0].run("ipvsadm", ["--restore"], input: rules)
    #expect(restored.ending == .exited(0), "\(restored.errorText)")
  }

  /// Who answered three requests, sorted.
  private func answers(from vip: String, to client: Namespace, _ option: String) throws -> [String] {
    let got = try client.run(
      Places.script("lab-client"), [option, "--count", "3", "--interval-ms", "20", "--timeout-ms", "5000", vip, "80"])
    return got.lines.compactMap { $0.split(separator: " ").last.map(String.init) }.sorted()
  }
}
