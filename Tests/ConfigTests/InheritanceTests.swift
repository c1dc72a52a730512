// What objects inherit from the block `defaults`, and what they do not.

import Config
import Testing

private let start = "seesaw_vip: < fqdn: 'vip.' ipv4: '192.0.2.1/24' status: PRODUCTION >\n"

private func vserver(_ entry: String = "port: 80", _ backend: String = "", more: String = "rp: 'r'") -> String {
  "vserver: < name: 'v' entry_address: < fqdn: 'e.' ipv4: '192.0.2.10/24' > vserver_entry: < protocol: TCP \(entry) > "
    + "backend: < host: < fqdn: 'b.' ipv4: '192.0.2.50/24' > \(backend) > \(more) >\n"
}
private func defaults(_ text: String) -> String { "defaults: < \(text) >\n" }

@Suite struct InheritanceTests {
  @Test func `every object has what it does not say itself`() throws {
    let reading = read(
      start + vserver("port: 80 mode: NAT healthcheck: < type: HTTP >", more: "")
        + defaults(
          """
          vserver: < rp: "everybody" drain_timeout_ms: 5000 >
          vserver_entry: < mode: TUN scheduler: LC quorum: 2 >
          backend: < weight: 7 port: 8080 >
          healthcheck: < type: TCP interval: 2 timeout: 1 retries: 3 >
          """))
    #expect(reading.findings.problems.isEmpty)
    let vserver = try #require(reading.cluster.vservers.first)
    #expect(vserver.responsible == "everybody")
    #expect(vserver.drainTimeout == 5000)
    let entry = try #require(vserver.entries.first)
    #expect(entry.mode == .nat)
    #expect(entry.scheduler == "lc")
    #expect(entry.quorum == 2)
    #expect(vserver.backends.map(\.weight) == [7])
    #expect(vserver.backends.map(\.port) == [8080])
    let check = try #require(entry.checks.first)
    #expect(check.type == .http)
    #expect(check.interval == .seconds(2))
    #expect(check.retries == 3)
  }

  @Test func `a list is inherited whole, and its checks inherit too`() throws {
    let block = defaults("vserver_entry: < healthcheck: < type: TCP > > healthcheck: < interval: 3 timeout: 3 >")
    let inherited = try #require(read(start + block + vserver()).cluster.vservers.first?.entries.first)
    #expect(inherited.checks.map(\.name) == ["TCP/80_0"])
    #expect(inherited.checks.map(\.interval) == [.seconds(3)])
    let own = "port: 80 healthcheck: < type: HTTP >"
    let entry = try #require(read(start + block + vserver(own)).cluster.vservers.first?.entries.first)
    #expect(entry.checks.map(\.name) == ["HTTP/80_0"])
  }

  @Test(arguments: [
    ("vserver_entry: < scheduler_name: 'sed' >", "port: 80 scheduler: RR"),
    ("vserver_entry: < scheduler: MH scheduler_flag: 'mh-port' >", "port: 80 scheduler: RR"),
    ("vserver_entry: < failure_action: KEEP >", "port: 80 quiescent: true"),
    ("vserver_entry: < mode: TUN tunnel_type: GUE tunnel_port: 7 >", "port: 80 tunnel_type: GRE"),
    (
      "healthcheck: < interval_ms: 6000 fall: 2 status: '204' >",
      "port: 80 healthcheck: < type: HTTP interval: 6 retries: 1 code: 200 >"
    ),
  ])
  func `what the object says in another way is not inherited`(block: String, entry: String) {
    let check = entry.contains("healthcheck") ? "" : " healthcheck: < type: TCP >"
    #expect(read(start + defaults(block) + vserver(entry + check)).findings.problems.isEmpty)
  }

  @Test func `what is missing in both is missing`() {
    let reading = read(
      start + defaults("vserver: < role: 'front' > healthcheck: < interval: 9 >")
        + vserver("port: 80 healthcheck: <>", more: ""))
    #expect(
      errors(reading).map(\.text) == ["vserver \"v\": Vserver has no rp", "vserver \"v\": Healthcheck has no type"])
  }

  @Test func `a wrong value is told at its place in the block, of whoever inherits it`() {
    let text = start + defaults("backend: < weight: 70000 >") + vserver("port: 80 healthcheck: < type: TCP >")
    let errors = errors(read(text))
    #expect(errors.map(\.text) == ["backend \"v/b.\": weight 70000 is outside 0 to 65535"])
    #expect(errors.first?.position?.offset == start.utf8.count + "defaults: < backend: < ".utf8.count)
  }

  @Test(arguments: [
    ("vserver: < name: 'x' >", "defaults cannot give name: it is each vserver's own"),
    ("vserver: < entry_address: < fqdn: 'e.' > >", "defaults cannot give entry_address: it is each vserver's own"),
    ("vserver: < fwmark: 300 >", "defaults cannot give fwmark: it is each vserver's own"),
    ("backend: < host: < fqdn: 'e.' > >", "defaults cannot give host: it is each backend's own"),
    ("backend: < wieght: 7 >", "defaults: Backend has no field \"wieght\"; did you mean \"weight\"?"),
    (
      "vserver_entry: < healthcheck: < prot: 7 > >",
      "defaults: Healthcheck has no field \"prot\"; did you mean \"port\"?"
    ),
    ("vserver: < access_grant: < role: OPS type: USER > >", "defaults: AccessGrant has no grantee"),
    ("7", "\"7\" stands where a field's name should be"),
  ])
  func `a fault of the block is everybody's`(text: String, sentence: String) {
    let reading = read(start + defaults(text) + vserver("port: 80 healthcheck: < type: TCP >"))
    #expect(reading.findings.leavesNothing)
    let decisive = reading.findings.problems.filter(\.leavesNothing).map(\.sentence)
    #expect(decisive.first?.hasSuffix(sentence) == true, "\(decisive)")
  }
}
