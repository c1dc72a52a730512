// Which probes follow from the healthchecks, under which keys and marks.

import Lines
import Testing
import Values

@testable import Config

private func cluster(_ vservers: String) -> Cluster {
  read(
    """
    seesaw_vip: < fqdn: "vip." ipv4: "192.0.2.1/24" ipv6: "2001:db8::1/64" status: PRODUCTION >
    \(vservers)
    """
  ).cluster
}

private func vserver(_ name: String, _ number: Int, _ rest: String, backends: [String] = ["b"]) -> String {
  """
  vserver: < name: "\(name)" rp: "r"
    entry_address: < fqdn: "v." ipv4: "192.0.2.\(number)/24" ipv6: "2001:db8::\(number)/64" >
    \(backends.map { "backend: < host: < fqdn: '\($0).' ipv4: '192.0.2.50/24' ipv6: '2001:db8::50/64' > >" }.joined())
    \(rest)
  >
  """
}

private func derive(_ cluster: Cluster) -> Checks {
  var findings = Findings()
  return Checks(cluster, findings: &findings)
}

@Suite struct CheckTests {
  @Test func `a vserver's check and an entry's are probed on every family of its VIPs`() {
    let checks = derive(
      cluster(
        vserver(
          "v", 10,
          """
          vserver_entry: < protocol: TCP port: 80 healthcheck: < type: TCP port: 81 > >
          healthcheck: < type: HTTP port: 3901 >
          """)))
    #expect(
      checks.definitions.map { "\($0.kind) \($0.address) \($0.port)" } == [
        "http 192.0.2.50 3901", "http 2001:db8::50 3901", "tcp 192.0.2.50 81", "tcp 2001:db8::50 81",
      ])
    let references = (checks.references[0][0] ?? []).map { "\($0.name ?? "") \($0.family) \($0.entry ?? "-")" }
    #expect(
      references == ["HTTP/3901_0 inet -", "TCP/81_0 inet 80/TCP", "HTTP/3901_0 inet6 -", "TCP/81_0 inet6 80/TCP"])
  }

  @Test func `equal probes of one backend are one, whatever they are for`() {
    let entry = "vserver_entry: < protocol: TCP port: 80 healthcheck: < type: HTTP send: '/' > >"
    let udp = "vserver_entry: < protocol: UDP port: 80 healthcheck: < type: HTTP port: 80 > >"
    let checks = derive(cluster(vserver("a", 10, entry) + vserver("b", 11, entry + udp)))
    #expect(checks.definitions.count == 2)
    let keys = Set(checks.references.joined().flatMap { $0 ?? [] }.map(\.check))
    #expect(keys == Set(checks.definitions.map(\.key)))
    #expect(checks.references.map { $0[0]?.count } == [2, 4])
  }

  @Test func `a key is made from the definition and never changes`() {
    let checks = derive(
      cluster(
        vserver(
          "v", 10,
          """
          vserver_entry: < protocol: TCP port: 80
            healthcheck: < type: HTTP send: "/healthz" receive: "ok" retries: 2 >
            healthcheck: < type: TCP port: 8080 mode: DSR > >
          healthcheck: < type: ICMP_PING >
          """)))
    // FNV-1a of the lines without key, mark and secrets, computed by another implementation.
    #expect(
      checks.definitions.map(\.key) == [
        "http/80 192.0.2.50 086aafd3", "http/80 2001:db8::50 f8cc51c1", "icmp 192.0.2.50 8beda6cf",
        "icmp 2001:db8::50 9c6014eb", "tcp/8080 192.0.2.50 bc219650", "tcp/8080 2001:db8::50 ef539694",
      ])
  }

  @Test func `probes that differ in secrets only have different keys without the secrets in them`() {
    let radius = { (password: String) in
      "healthcheck: < type: RADIUS port: 1812 send: 'u:\(password):s' >"
    }
    let one = derive(cluster(vserver("v", 10, radius("p"))))
    let other = derive(cluster(vserver("v", 10, radius("q"))))
    let both = derive(cluster(vserver("v", 10, radius("p") + radius("q"))))
    #expect(one.definitions.map(\.key) == other.definitions.map(\.key))
    #expect(both.definitions.count == 4)
    #expect(Set(both.definitions.map(\.key)).count == 4)
  }

  @Test func `disabled backends and wrong vservers are not probed`() {
    let disabled = vserver("v", 10, "healthcheck: < type: ICMP_PING >").replacing(
      "50/24'", with: "50/24' status: DISABLED")
    let wrong = vserver("w", 11, "healthcheck: < type: ICMP_PING > vserver_entry: < protocol: TCP port: 70000 >")
    let checks = derive(cluster(disabled + wrong))
    #expect(checks.definitions.isEmpty)
    #expect(checks.references.map { $0.map { $0?.count } } == [[0], [0]])
  }

  // MARK: What each type asks

  private func definition(_ text: String) -> CheckDefinition? {
    derive(
      cluster(
        vserver("v", 10, "vserver_entry: < protocol: TCP port: 80 healthcheck: < \(text) > >"))
    ).definitions.first
  }

  @Test(arguments: [
    ("type: HTTP", "GET / - 200"), ("type: HTTP send: '/a?b#c' code: 302 method: 'HEAD'", "HEAD /a?b - 302"),
    ("type: HTTP send: 'foo bar'", "GET /foo%20bar - 200"),
    ("type: HTTP send: 'http://www.example.com:8080/x'", "GET /x www.example.com:8080 200"),
    ("type: HTTPS send: 'https://www.example.com'", "GET / www.example.com 200"),
    ("type: HTTP send: 'http://localhost/status' proxy: true", "GET http://localhost/status localhost 200"),
    ("type: HTTP send: '/s' proxy: true", "GET http://192.0.2.50:80/s 192.0.2.50:80 200"),
  ])
  func `an HTTP check asks as Seesaw does, but always the backend`(text: String, request: String) {
    let http = definition(text)?.http
    #expect(http.map { "\($0.method) \($0.path) \($0.host ?? "-") \($0.status)" } == request)
    #expect(definition(text)?.address.description == "192.0.2.50")
  }

  @Test func `TLS is verified against the name of the URL`() {
    #expect(definition("type: HTTPS send: 'https://www.example.com:8443/x'")?.serverName == "www.example.com")
    #expect(definition("type: HTTPS send: 'https://192.0.2.9/x'")?.serverName == nil)
    #expect(definition("type: HTTPS tls_verify: false")?.verifiesTLS == false)
    #expect(definition("type: TCP_TLS")?.kind == .tls)
  }

  @Test func `retries are failures beyond the first`() {
    #expect(definition("type: TCP")?.fall == 1)
    #expect(definition("type: TCP retries: 3")?.fall == 4)
    #expect(definition("type: TCP retries: 3")?.rise == 1)
  }

  @Test func `DNS and RADIUS have their parameters taken apart`() {
    let dns = definition("type: DNS method: 'a' send: 'x.example' receive: '192.0.2.9'")?.dns
    #expect(dns == DNSCheck(name: "x.example", queryType: "A", expect: "192.0.2.9"))
    let radius = definition("type: RADIUS send: 'u:p:s'")?.radius
    #expect(radius == RADIUSCheck(user: "u", password: "p", secret: "s", expect: "accept"))
  }

  // MARK: Marks

  @Test func `probes by DSR and TUN go to the VIP with a mark of backend, mode and family`() {
    let text = vserver(
      "v", 10,
      """
      vserver_entry: < protocol: TCP port: 80
        healthcheck: < type: TCP mode: DSR > healthcheck: < type: HTTP mode: DSR > healthcheck: < type: TCP mode: TUN >
        healthcheck: < type: TCP > >
      """)
    let checks = derive(cluster(text)).definitions
    #expect(checks.filter { $0.mode == .plain }.allSatisfy { $0.vip == nil && $0.mark == nil })
    let steered = checks.filter { $0.mode != .plain }
    #expect(Set(steered.compactMap(\.vip?.description)) == ["192.0.2.10", "2001:db8::10"])
    #expect(steered.allSatisfy { $0.mark.map(Marks.probes.contains) == true })
    // Two modes and two families of one backend: 65536 and FNV-1a of "dsr 192.0.2.50" … modulo 16000.
    #expect(Set(steered.map(\.mark)) == [68369, 71222, 66762, 76675])
  }

  @Test func `a mark that is taken gives way to the next free one and moves no other`() throws {
    let paths = (0..<4000).map { "dsr 10.0.\($0 / 250).\($0 % 250)" }.sorted()
    let marks = Marks(paths, in: Marks.probes)
    let given = paths.compactMap { marks[$0] }
    #expect(given.count == 4000)
    #expect(Set(given).count == 4000)
    #expect(given.allSatisfy(Marks.probes.contains))
    // Without the last address at most those move that had given way.
    let fewer = Marks(paths.dropLast(), in: Marks.probes)
    let moved = paths.dropLast().filter { fewer[$0] != marks[$0] }
    #expect(moved.count <= 1)
  }

  @Test func `beyond the last mark a backend is told of and left out`() {
    let count = Marks.probes.count + 1
    let paths = (0..<count).map { "tun \($0)" }
    let marks = Marks(paths, in: Marks.probes)
    #expect(paths.count { marks[$0] != nil } == 16000)
    let backends = (0..<count).map {
      "backend: < host: < fqdn: 'b\($0).' ipv4: '10.\($0 >> 16).\($0 >> 8 & 255).\($0 & 255)/8' > >"
    }
    let checks = "healthcheck: < type: TCP port: 1 mode: TUN > healthcheck: < type: ICMP_PING >"
    let text = vserver("v", 10, backends.joined(separator: "\n") + checks, backends: [])
    var findings = Findings()
    let derived = Checks(cluster(text.replacing("10.0.0.0/8", with: "10.255.0.0/8")), findings: &findings)
    #expect(findings.problems.map(\.kind) == [.exhausted])
    #expect(derived.definitions.count == 16000 * 2)
    #expect(derived.references[0].count { $0 == nil } == 1)
  }
}
