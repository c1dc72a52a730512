// The fields of cluster.pb that are ours, of entries, backends and healthchecks, and what is inherited.

import Config
import Lines
import Testing
import Values

private let start = "seesaw_vip: < fqdn: 'vip.' ipv4: '192.0.2.1/24' ipv6: '2001:db8::1/64' status: PRODUCTION >\n"
private let check = "healthcheck: < type: TCP >"

private func vserver(_ entry: String, _ backend: String = "", more: String = "") -> String {
  "vserver: < name: 'v' rp: 'r' entry_address: < fqdn: 'e.' ipv4: '192.0.2.10/24' > "
    + "vserver_entry: < protocol: TCP port: 80 \(entry) > "
    + "backend: < host: < fqdn: 'b.' ipv4: '192.0.2.50/24' > \(backend) > \(more) >\n"
}

private func lines(_ text: String, standalone: Bool = true) -> [Line] {
  let reading = Reading(tree(Array((start + text).utf8)), settings: Settings(), standalone: standalone)
  #expect(errors(reading).isEmpty, "\(errors(reading).map(\.text))")
  var findings = Findings()
  return Statement(reading.cluster, findings: &findings).lines
}

private func entry(_ text: String, standalone: Bool = true) throws -> EntryLine {
  let line = try #require(lines(text, standalone: standalone).first { $0.type == "config.vserver" })
  return try #require(try VserverLine(line).entries.first)
}

private func probe(_ text: String) throws -> CheckDefinition {
  try CheckDefinition(try #require(lines(text).first { $0.type == "check" }))
}

@Suite struct OptionTests {
  // MARK: Entries

  @Test func `all that an entry can say is said`() throws {
    let entry = try entry(
      vserver(
        """
        \(check) mode: TUN scheduler_name: "sed" scheduler_flag: "flag-3" tunnel_type: GUE tunnel_port: 6080
        tunnel_flag: ["csum", "remcsum"] backend_port: 8080 persistence: 60 persistence_prefix_length: 24
        failure_action: KEEP quorum: 3 hysteresis: 1 stays_down: true slow_start_ms: 30000 panic_percent: 40
        sorry_server: < ipv4: "192.0.2.99" port: 81 mode: NAT when: BELOW_QUORUM inhibit: true >
        """
      ).replacing("protocol: TCP port: 80", with: "protocol: SCTP port: 3868"))
    #expect(entry.transport == .sctp)
    #expect(entry.port == 3868)
    #expect(entry.scheduler == "sed")
    #expect(entry.schedulerFlags == .scheduler3)
    #expect(entry.tunnel == .gue(port: 6080, [.csum, .remcsum]))
    #expect(entry.backendPort == 8080)
    #expect(entry.persistenceGranularity == 24)
    #expect(entry.failureAction == .keep)
    #expect(entry.quorum == 3)
    #expect(entry.hysteresis == 1)
    #expect(entry.staysDown)
    #expect(entry.slowStart == .seconds(30))
    #expect(entry.panicPercent == 40)
    #expect(entry.sorryServer?.ipv4?.description == "192.0.2.99")
    #expect(entry.sorryServer?.port == 81)
    #expect(entry.sorryServer?.mode == .nat)
    #expect(entry.sorryServer?.when == .belowQuorum)
    #expect(entry.sorryServer?.isInhibited == true)
    #expect(!entry.sourceNAT)
  }

  @Test(
    arguments: [
      ("scheduler: MH", "mh", [.scheduler1, .scheduler2]),
      ("scheduler: SH scheduler_flag: 'sh-port'", "sh", [.scheduler2]),
      ("scheduler_name: 'mh'", "mh", []), ("scheduler_name: 'mh' scheduler_flag: 'mh-port'", "mh", [.scheduler2]),
      ("", "wlc", []),
    ] as [(String, String, IPVSService.Flags)])
  func `Seesaw's schedulers have Seesaw's flags, the kernel's those that are given`(
    text: String, name: String, flags: IPVSService.Flags
  ) throws {
    let entry = try entry(vserver("\(check) \(text)"))
    #expect(entry.scheduler == name)
    #expect(entry.schedulerFlags == flags)
  }

  @Test(arguments: [
    ("quiescent: true", FailureAction.zeroWeight), ("failure_action: ZERO_WEIGHT", .zeroWeight), ("", .remove),
  ])
  func `a failed backend is treated as quiescent or failure_action says`(text: String, action: FailureAction) throws {
    #expect(try entry(vserver("\(check) \(text)")).failureAction == action)
  }

  @Test(arguments: [
    ("mode: NAT", false, true), ("mode: NAT", true, false), ("mode: NAT source_nat: false", false, false),
    ("mode: NAT source_nat: true", true, true), ("mode: DSR", false, false),
    ("mode: TUN source_nat: true", false, false),
  ])
  func `NAT has source NAT as in Seesaw unless it is said otherwise or the node stands alone`(
    text: String, standalone: Bool, isOn: Bool
  ) throws {
    #expect(try entry(vserver("\(check) \(text)"), standalone: standalone).sourceNAT == isOn)
  }

  @Test(
    arguments: [
      ("scheduler: RR scheduler_name: 'rr'", "scheduler and scheduler_name are both given"),
      ("scheduler_name: 'RR'", "scheduler_name \"RR\" is no name of a scheduler"),
      ("scheduler_flag: 'mh-port'", "scheduler wlc has no flag mh-port"),
      ("tunnel_type: GUE", "a tunnel of GUE needs tunnel_port"),
      ("mode: TUN tunnel_port: 7", "tunnel_port is for GUE only"),
      ("mode: TUN tunnel_flag: 'csum'", "tunnel_flag is for GUE and GRE only"),
      ("mode: TUN tunnel_type: GRE tunnel_flag: 'sum'", "tunnel_flag \"sum\" is none of csum, remcsum"),
      ("backend_port: 0", "backend_port 0 is outside 1 to 65535"),
      ("persistence: 9 persistence_prefix_length: 33", "persistence_prefix_length 33 is outside 0 to 32 for IPv4"),
      ("persistence: 9 persistence_prefix_length: 129", "persistence_prefix_length 129 is outside 0 to 128"),
      ("persistence: 9 persistence_engine: 'S P'", "persistence_engine \"S P\" is no name of a persistence engine"),
      ("quiescent: true failure_action: KEEP", "quiescent is true, and failure_action KEEP"),
      ("panic_percent: 101", "panic_percent 101 is outside 0 to 100"),
      ("sorry_server: < port: 8 >", "sorry_server has neither ipv4 nor ipv6"),
      (
        "sorry_server: < ipv4: '192.0.2.99/24' >",
        "sorry_server: \"192.0.2.99/24\" is no IPv4 address that a host can have"
      ),
      ("sorry_server: < ipv6: '2001:db8::9' port: 0 >", "port 0 is outside 1 to 65535"),
    ] as [(String, String)])
  func `a wrong entry leaves out the vserver`(text: String, sentence: String) {
    let reading = read(start + vserver("\(check) \(text)"))
    #expect(errors(reading).map(\.text) == ["vserver \"v\": \(sentence)"])
    #expect(reading.cluster.vservers.map(\.isWrong) == [true])
  }

  @Test(
    arguments: [
      ("scheduler_name: 'mine'", "scheduler_name \"mine\" is none of Linux's own"),
      ("hysteresis: 2", "hysteresis has an effect with quorum only"),
      ("tunnel_type: GRE", "tunnel_type has an effect on mode TUN only"),
      ("persistence_prefix_length: 24", "persistence_prefix_length has an effect with persistence only"),
      ("persistence: 9 persistence_engine: 'sip'", "persistence_engine sip has an effect on UDP only"),
      ("source_nat: true", "source_nat has an effect on mode NAT only"),
    ])
  func `what does nothing is warned of`(text: String, sentence: String) {
    let reading = read(start + vserver("\(check) \(text)"))
    #expect(errors(reading).isEmpty)
    #expect(warnings(reading).map(\.sentence) == [sentence])
  }

  // MARK: Backends

  @Test func `all that a backend can say is said`() throws {
    let text = vserver(
      "\(check) mode: NAT",
      "port: 8080 mode: TUN tunnel_type: GRE failure_action: KEEP lthreshold: 5 uthreshold: 10 "
        + "healthcheck: < type: HTTP >"
    )
    let all = lines(text)
    let backend = try BackendLine(try #require(all.first { $0.type == "config.backend" }))
    #expect(backend.port == 8080)
    #expect(backend.mode == .tun)
    #expect(backend.tunnel == .gre([]))
    #expect(backend.failureAction == .keep)
    #expect(backend.lowerThreshold == 5)
    #expect(backend.upperThreshold == 10)
    #expect(backend.checks.map { "\($0.name ?? "") \($0.entry ?? "-")" } == ["TCP/80_0 80/TCP", "HTTP/8080_0 -"])
    let probes = try all.filter { $0.type == "check" }.map { try CheckDefinition($0) }
    #expect(probes.map { "\($0.kind) \($0.port)" } == ["http 8080", "tcp 8080"])
  }

  @Test func `two backends may have one address and different ports`() {
    let second = "backend: < host: < fqdn: 'c.' ipv4: '192.0.2.50/24' > port: 81 >"
    let reading = read(start + vserver("\(check) mode: NAT", "port: 82", more: second))
    #expect(errors(reading).isEmpty)
    #expect(reading.cluster.vservers[0].backends.map(\.port) == [82, 81])
    #expect(
      errors(read(start + vserver("\(check) mode: NAT", "port: 81", more: second))).map(\.text) == [
        "backend \"v/c.\": another backend has the address 192.0.2.50 and port 81"
      ])
  }

  @Test(
    arguments: [
      ("port: 0", "port 0 is outside 1 to 65535"), ("mode: TUN tunnel_type: GUE", "a tunnel of GUE needs tunnel_port"),
      ("lthreshold: 5", "lthreshold 5 is above uthreshold 0 for 80/TCP"),
      ("uthreshold: -1", "uthreshold -1 is outside 0 to 2147483647"),
      ("healthcheck: < type: DNS send: 'x' method: 'TXT' mode: PLAN >", "mode: \"PLAN\" is none of PLAIN, DSR, TUN"),
      ("healthcheck: < port: 7 >", "Healthcheck has no type"),
    ])
  func `a wrong backend is left out alone`(text: String, sentence: String) {
    let reading = read(start + vserver(check, text))
    #expect(errors(reading).map(\.text) == ["backend \"v/b.\": \(sentence)"])
    #expect(reading.cluster.vservers.map(\.isWrong) == [false])
    #expect(reading.cluster.vservers[0].backends.isEmpty)
  }

  @Test func `a backend's own check needs a port where entries leave it open`() {
    let two = "vserver_entry: < protocol: TCP port: 81 \(check) >"
    let reading = read(start + vserver(check, "healthcheck: < type: TCP >", more: two))
    #expect(errors(reading).map(\.text) == ["backend \"v/b.\": a TCP healthcheck of a backend needs a port"])
  }

  @Test func `a backend with a check of its own is checked, the others are told`() {
    let second = "backend: < host: < fqdn: 'c.' ipv4: '192.0.2.51/24' > >"
    #expect(read(start + vserver("", check)).findings.problems.isEmpty)
    #expect(
      read(start + vserver("", check, more: second)).findings.problems.map(\.sentence) == [
        "80/TCP has no healthcheck: 1 of its backends count as healthy"
      ])
  }

  // MARK: Healthchecks

  @Test func `rise, fall and milliseconds are those of the probe`() throws {
    let probe = try probe(
      vserver("healthcheck: < type: TCP rise: 2 fall: 5 interval_ms: 1500 timeout_ms: 250 >"))
    #expect(probe.rise == 2)
    #expect(probe.fall == 5)
    #expect(probe.interval == .milliseconds(1500))
    #expect(probe.timeout == .milliseconds(250))
  }

  @Test(arguments: [
    ("type: HTTP host: 'a.example' send: 'http://b.example/x'", "/x", "a.example", "-"),
    ("type: HTTPS host: 'a.example:8443'", "/", "a.example:8443", "a.example"),
    ("type: HTTPS host: 'a.example'", "/", "a.example", "-"),
    ("type: HTTP host: 'a.example' proxy: true", "http://a.example/", "a.example", "-"),
  ])
  func `host is whom HTTP and TLS ask for`(text: String, path: String, host: String, server: String) throws {
    let probe = try probe(vserver("healthcheck: < \(text) >"))
    #expect(probe.http?.path == path)
    #expect(probe.http?.host == host)
    #expect(probe.serverName ?? "-" == server)
  }

  @Test func `TLS alone has its name from host, and HTTP its statuses from status`() throws {
    #expect(try probe(vserver("healthcheck: < type: TCP_TLS host: 'a.example' >")).serverName == "a.example")
    #expect(try probe(vserver("healthcheck: < type: TCP_TLS >")).serverName == nil)
    let probe = try probe(vserver("healthcheck: < type: HTTP status: '200,204,300-399' >"))
    #expect(probe.http?.status == "200,204,300-399")
  }

  @Test func `an entry's check goes to the port of the backends`() throws {
    #expect(try probe(vserver("\(check) mode: NAT backend_port: 8080")).port == 8080)
    #expect(try probe(vserver("\(check) mode: NAT backend_port: 8080", "port: 8081")).port == 8081)
    #expect(try probe(vserver("healthcheck: < type: TCP port: 79 > mode: NAT", "port: 8081")).port == 79)
    #expect(try probe(vserver("healthcheck: < type: TCP mode: DSR > backend_port: 8080", "port: 8081")).port == 80)
  }

  @Test(
    arguments: [
      ("rise: 0", "rise 0 is outside 1 to 1000000"), ("fall: 0", "fall 0 is outside 1 to 1000000"),
      ("fall: 2 retries: 1", "retries and fall are both given"),
      ("interval: 1 interval_ms: 1000", "interval and interval_ms are both given"),
      ("timeout_ms: 0", "timeout_ms 0 is outside 1 to 4294967295"),
      ("status: '200' code: 200", "code and status are both given"),
      ("status: '200,'", "status \"200,\" is no set of HTTP statuses such as \"200,204,300-399\""),
      ("status: '399-300'", "status \"399-300\" is no set of HTTP statuses such as \"200,204,300-399\""),
      ("status: '600'", "status \"600\" is no set of HTTP statuses such as \"200,204,300-399\""),
      ("host: 'a b'", "host holds a space, or is longer than 8192 bytes"),
    ] as [(String, String)])
  func `a wrong check leaves out the vserver`(text: String, sentence: String) {
    let reading = read(start + vserver("healthcheck: < type: HTTP \(text) >"))
    #expect(errors(reading).map(\.sentence) == [sentence])
  }

  @Test(arguments: [
    ("timeout_ms: 10500", "timeout 10500 ms is longer than interval 10 s"),
    ("status: '200'", "status has an effect on HTTP and HTTPS only"),
    ("host: 'a'", "host has an effect on HTTP, HTTPS and TCP_TLS only"),
  ])
  func `a doubtful check is warned of`(text: String, sentence: String) {
    #expect(
      read(start + vserver("healthcheck: < type: TCP \(text) >")).findings.problems.map(\.sentence) == [sentence])
  }
}
