// ss-ipvs on the kernel's IPVS, looked at by ipvsadm.

import Glibc
import Support
import Testing

@Suite(.needsIPVS, .needsNamespaces) struct IPVSTests {
  private let namespace: Namespace
  private let folder: TemporaryFolder

  init() throws {
    Kernel.load("ip_vs_rr", "ip_vs_wrr", "ip_vs_wlc", "ip_vs_sh", "ip_vs_mh", "ip_vs_pe_sip")
    namespace = try Namespace()
    folder = try TemporaryFolder()
  }

  @discardableResult
  private func ipvs(_ arguments: String..., input: String = "") throws -> Outcome {
    try namespace.run("ss-ipvs", arguments, input: input, environment: ["SEESAW_RUN": folder.path])
  }

  private func table() throws -> [String] {
    try namespace.run("ipvsadm", ["--save", "--numeric"]).lines.sorted()
  }

  private func make(_ rules: String) throws {
    #expect(try namespace.run("ipvsadm", ["--restore"], input: rules).status == 0)
  }

  /// The operations that the input would cause, in words.
  private func plan(_ input: String) throws -> [String] {
    try ipvs("plan", input: input).lines.map { line in
      ["operation", "key"].map { name in
        line.firstRange(of: "\"\(name)\":\"").map { String(line[$0.upperBound...].prefix { $0 != "\"" }) } ?? ""
      }.joined(separator: " ")
    }
  }

  private let everything = set(
    service("tcp", "192.0.2.1", 80, "wlc"),
    destination("tcp/192.0.2.1:80", "198.51.100.1", 80, weight: 0, "masq"),
    destination(
      "tcp/192.0.2.1:80", "198.51.100.2", 8080, weight: 65535, "route", #","upper_threshold":9,"lower_threshold":3"#),
    destination(
      "tcp/192.0.2.1:80", "198.51.100.3", 80, "tunnel",
      #","tunnel_type":"gue","tunnel_port":6080,"tunnel_flags":["csum"]"#),
    destination("tcp/192.0.2.1:80", "198.51.100.4", 80, "tunnel", #","tunnel_type":"gre""#),
    service(
      "udp", "2001:db8::1", 53, "sh",
      #","scheduler_flags":["sh-port"],"one_packet":true,"persistence_s":120,"persistence_prefix_length":64"#),
    destination("udp/[2001:db8::1]:53", "2001:db8::", 53),
    destination("udp/[2001:db8::1]:53", "198.51.100.1", 53, "tunnel"),
    service(
      "udp", "192.0.2.1", 5060, "rr", #","persistence_s":60,"persistence_engine":"sip","persistence_prefix_length":0"#),
    marked(256, "inet", "mh"), marked(256, "inet6", "wrr"))

  @Test func `every attribute comes out as ipvsadm shows it, and a second time changes nothing`() throws {
    let outcome = try ipvs("--own", input: everything)
    #expect(outcome.errorText == "")
    let held = try table()
    #expect(
      held == [
        "-A -f 256 -6 -s wrr",
        "-A -f 256 -s mh",
        "-A -t 192.0.2.1:80 -s wlc",
        "-A -u 192.0.2.1:5060 -s rr -p 60 -M 0.0.0.0 --pe sip",
        "-A -u [2001:db8::1]:53 -s sh -p 120 -M 64 -o -b sh-port",
        "-a -t 192.0.2.1:80 -r 198.51.100.1:80 -m -w 0",
        "-a -t 192.0.2.1:80 -r 198.51.100.2:8080 -g -w 65535",
        "-a -t 192.0.2.1:80 -r 198.51.100.3:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-csum",
        "-a -t 192.0.2.1:80 -r 198.51.100.4:80 -i -w 1 --tun-type gre --tun-nocsum",
        "-a -u [2001:db8::1]:53 -r 198.51.100.1:53 -i -w 1 --tun-type ipip",
        "-a -u [2001:db8::1]:53 -r [2001:db8::]:53 -g -w 1",
      ])
    #expect(try namespace.run("ipvsadm", ["-Ln", "--thresholds"]).text.contains("9          3"))
    #expect(try ipvs("plan", "--exit-code", input: everything).status == 0)
    // What show prints asks for exactly what is there.
    #expect(try ipvs("plan", "--exit-code", input: try ipvs("show").text).status == 0)
  }

  @Test func `what an earlier run left is adopted, and one wrong weight is one operation`() throws {
    try make(
      """
      -A -t 192.0.2.1:443 -s rr
      -a -t 192.0.2.1:443 -r 198.51.100.1:443 -g -w 0
      -a -t 192.0.2.1:443 -r 198.51.100.2:443 -g -w 1

      """)
    let wanted = set(
      service("tcp", "192.0.2.1", 443), destination("tcp/192.0.2.1:443", "198.51.100.1", 443),
      destination("tcp/192.0.2.1:443", "198.51.100.2", 443))
    #expect(try plan(wanted) == ["change tcp/192.0.2.1:443/198.51.100.1:443"])
    try ipvs("--own", input: wanted)
    #expect(try plan(wanted) == [])
  }

  @Test func `a service is changed in place and keeps its counters and destinations`() throws {
    try make("-A -t 192.0.2.1:80 -s rr -p 300 -M 255.255.255.0\n-a -t 192.0.2.1:80 -r 198.51.100.1:80 -m -w 5\n")
    let wanted = set(
      service("tcp", "192.0.2.1", 80, "mh", #","scheduler_flags":["mh-fallback","mh-port"]"#),
      destination("tcp/192.0.2.1:80", "198.51.100.1", 80, weight: 5))
    #expect(
      try plan(wanted) == ["change tcp/192.0.2.1:80", "change tcp/192.0.2.1:80/198.51.100.1:80"])
    try ipvs("--own", input: wanted)
    let held = try table()
    #expect(
      held == [
        "-A -t 192.0.2.1:80 -s mh -b mh-fallback,mh-port", "-a -t 192.0.2.1:80 -r 198.51.100.1:80 -g -w 5",
      ])
  }

  @Test func `mixed families without a tunnel are refused before anything is sent`() throws {
    let outcome = try ipvs(
      "--own",
      input: set(
        service("tcp", "2001:db8::1", 80), destination("tcp/[2001:db8::1]:80", "198.51.100.1", 80, "masq"),
        destination("tcp/[2001:db8::1]:80", "198.51.100.2", 80, "tunnel")))
    #expect(outcome.errorText.contains("can only be reached by a tunnel"))
    let held = try table()
    #expect(
      held == ["-A -t [2001:db8::1]:80 -s rr", "-a -t [2001:db8::1]:80 -r 198.51.100.2:80 -i -w 1 --tun-type ipip"])
  }

  @Test func `any port needs persistence and stands beside an explicit port`() throws {
    let outcome = try ipvs(
      "--own",
      input: set(
        service("tcp", "192.0.2.1", 0), service("tcp", "192.0.2.2", 0, "rr", #","persistence_s":60"#),
        service("tcp", "192.0.2.2", 80)))
    #expect(outcome.errorText == "ss-ipvs: tcp/192.0.2.1:0: a service for any port (port 0) needs persistence\n")
    #expect(try table() == ["-A -t 192.0.2.2:0 -s rr -p 60", "-A -t 192.0.2.2:80 -s rr"])
  }

  @Test func `a scheduler that the kernel lacks fails its service and no other`() throws {
    let outcome = try ipvs(
      "--own", input: set(service("tcp", "192.0.2.1", 80, "mystery"), service("tcp", "192.0.2.2", 80)))
    #expect(
      outcome.lines.contains(
        #"{"type":"ipvs.failed","key":"tcp/192.0.2.1:80","vip":"192.0.2.1","reason":"#
          + #""the kernel has no scheduler \"mystery\" (module ip_vs_mystery)","errno":"ENOENT"}"#))
    #expect(try table() == ["-A -t 192.0.2.2:80 -s rr"])
  }

  @Test func `a hundred services that fail at once are all told, and the commit ends`() throws {
    let lines = (1...100).map { service("tcp", "192.0.2.\($0)", 80, "nosuch") }
    let input = ([reset] + lines + [service("tcp", "198.51.100.1", 80), sync(1)]).joined(separator: "\n") + "\n"
    let outcome = try ipvs("--own", input: input)
    #expect(outcome.status == 0)
    #expect(outcome.lines.count { $0.contains(#""type":"ipvs.failed""#) && $0.contains("ENOENT") } == 100)
    #expect(outcome.lines.contains { $0.contains(#""type":"ipvs.applied""#) })
    #expect(try table() == ["-A -t 198.51.100.1:80 -s rr"])
  }

  @Test func `a set that is cut off, an empty set and a large prune remove nothing`() throws {
    var lines = [service("tcp", "192.0.2.1", 80)]
    for host in 1...12 { lines.append(destination("tcp/192.0.2.1:80", "198.51.100.\(host)", 80)) }
    try make("-A -t 192.0.2.200:80 -s wlc\n-a -t 192.0.2.200:80 -r 198.51.100.9:80 -g -w 7\n")
    let whole = ([reset] + lines + [sync(1)]).joined(separator: "\n") + "\n"
    try ipvs("--own", input: ([reset] + lines).joined(separator: "\n") + "\n")
    #expect(try table().count == 2)
    try ipvs("--own", input: whole)
    let before = try table()
    #expect(before.count == 15)
    try ipvs("--own", input: [reset, sync(1), prune("ipvs", 2)].joined(separator: "\n") + "\n")
    #expect(try table() == before)
    let refused = try ipvs("--own", input: whole + [reset, sync(2), prune("ipvs", 3)].joined(separator: "\n") + "\n")
    #expect(refused.errorText.contains("prune t.3 refused, nothing removed: it would remove 13 of 13 objects"))
    #expect(try table() == before)
    try ipvs(
      "--own", input: whole + [reset, sync(2), prune("ipvs", 3, confirmed: true)].joined(separator: "\n") + "\n")
    #expect(try table() == ["-A -t 192.0.2.200:80 -s wlc", "-a -t 192.0.2.200:80 -r 198.51.100.9:80 -g -w 7"])
  }

  @Test func `killed, it leaves the kernel as it is, and the next one takes over without an operation`() throws {
    let first = try namespace.start("ss-ipvs", ["--own"], environment: ["SEESAW_RUN": folder.path])
    first.send(everything)
    #expect(first.line(where: { $0.contains("ipvs.applied") }) != nil)
    let before = try table()
    first.signal(SIGKILL)
    #expect(first.wait() == .killed(signal: SIGKILL))
    #expect(try table() == before)
    #expect(try plan(everything) == [])
  }

  @Test func `one process at a time has the table of a namespace`() throws {
    let first = try namespace.start("ss-ipvs", ["--own"], environment: ["SEESAW_RUN": folder.path])
    #expect(first.line(where: { $0.contains("reset") }) != nil)
    let second = try ipvs("--own")
    #expect(second.status == 3)
    #expect(second.errorText == "ss-ipvs: another ss-ipvs holds the lock of this network namespace\n")
    first.closeInput()
    #expect(first.wait() == .exited(0))
    #expect(try ipvs("--own").status == 0)
  }

  @Test func `a recording is replayed to the same lines`() throws {
    let file = folder.path + "/recording.jsonl"
    let live = try ipvs("--record", file, input: everything)
    let replayed = try ipvs("replay", file)
    #expect(replayed.output == live.output)
    #expect(live.lines.count > 10)
  }

  @Test func `counters count, of the service and of its destination`() throws {
    try namespace.ip("addr add 192.0.2.1/32 dev lo")
    try namespace.ip("addr add 198.51.100.1/32 dev lo")
    try ipvs(
      "--own",
      input: set(
        service("udp", "192.0.2.1", 9), destination("udp/192.0.2.1:9", "198.51.100.1", 9, "masq")))
    try namespace.run("bash", ["-c", "for n in 1 2 3; do echo x >/dev/udp/192.0.2.1/9; done"])
    // The kernel adds up every two seconds.
    let lines = try eventually(within: .seconds(6), every: .milliseconds(200)) {
      let lines = try ipvs("stats").lines
      return lines.allSatisfy { $0.contains(#""connections":3,"packets_in":3,"#) } ? lines : nil
    }
    #expect(lines?.count == 2)
    #expect(lines?.last?.contains(#""bytes_in":90,"#) == true)
  }

  @Test func `rates are counted between two readings`() throws {
    try ipvs("--own", input: set(service("udp", "192.0.2.1", 9)))
    let stats = try namespace.start("ss-ipvs", ["stats", "--interval", "0.2"])
    for _ in 1...3 { #expect(stats.line()?.contains(#""packets_in_per_s":0,"#) == true) }
    stats.closeOutput()
    #expect(stats.wait(within: .seconds(2)) == .exited(0))
  }
}
