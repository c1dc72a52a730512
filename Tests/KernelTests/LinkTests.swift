// ss-link on the kernel's interfaces and addresses, looked at by ip; and behind ss-ipvs, as in the pipeline.

import Glibc
import Support
import Testing

@Suite(.needsNamespaces) struct LinkTests {
  private let namespace: Namespace
  private let folder: TemporaryFolder

  init() throws {
    Kernel.load("dummy", "veth")
    namespace = try Namespace()
    folder = try TemporaryFolder()
    try namespace.ip("link add eth0 type veth peer name eth1")
    try namespace.ip("link set eth0 up")
    try namespace.ip("link set eth1 up")
  }

  @discardableResult
  private func link(_ arguments: String..., input: String = "") throws -> Outcome {
    try namespace.run("ss-link", arguments, input: input, environment: ["SEESAW_RUN": folder.path])
  }

  /// `eth0 192.0.2.1/24`, without what the kernel itself puts there.
  private func addresses() throws -> [String] {
    try namespace.ip("-oneline addr show").split(separator: "\n").map { line in
      let words = line.split(separator: " ")
      return "\(words[1]) \(words[3])"
    }.filter { !$0.hasPrefix("lo ") && !$0.contains("fe80::") }.sorted()
  }

  private let wanted = set(
    dummy("dummy7"), address("dummy7", "192.0.2.1/32"), address("eth0", "198.51.100.1/24"),
    address("eth0", "2001:db8::1/64"))

  @Test func `an interface and addresses of both families are made, once`() throws {
    #expect(try link("--own", input: wanted).errorText == "")
    #expect(try addresses() == ["dummy7 192.0.2.1/32", "eth0 198.51.100.1/24", "eth0 2001:db8::1/64"])
    #expect(try namespace.ip("-details link show dummy7").contains("alias seesaw"))
    #expect(try namespace.ip("link show dummy7").contains("UP"))
    // Without duplicate detection it can be used at once.
    #expect(try namespace.ip("-6 addr show dev eth0 to 2001:db8::1").contains("nodad"))
    #expect(try !namespace.ip("-6 addr show dev eth0 to 2001:db8::1").contains("tentative"))
    #expect(try link("plan", "--exit-code", input: wanted).status == 0)
    #expect(
      try link("show").lines.map { $0.prefix { $0 != "," } } == [
        #"{"type":"link.interface""#, #"{"type":"link.address""#, #"{"type":"link.address""#,
        #"{"type":"link.address""#,
      ])
  }

  @Test func `a later run knows what is ours and removes it, and nothing else`() throws {
    try namespace.ip("addr add 198.51.100.7/24 dev eth0")
    try namespace.ip("addr add 198.51.100.1/32 dev eth0 label eth0:op")
    try link("--own", input: wanted)
    try link("--own", input: [reset, sync(1), prune("link", 2)].joined(separator: "\n") + "\n")
    #expect(try addresses() == ["eth0 198.51.100.1/32", "eth0 198.51.100.7/24"])
    #expect(try namespace.run("ip", ["link", "show", "dummy7"]).status != 0)
  }

  @Test func `what falls with our address is put back as it was`() throws {
    try namespace.run("sysctl", ["-qw", "net.ipv4.conf.eth0.promote_secondaries=0"])
    try link("--own", input: set(address("eth0", "198.51.100.1/24")))
    try namespace.ip("addr add 198.51.100.7/24 broadcast 198.51.100.255 dev eth0 label eth0:op")
    let before = try namespace.ip("addr show dev eth0 to 198.51.100.7")
    #expect(before.contains("secondary"))
    try link("--own", input: [reset, sync(1), prune("link", 2)].joined(separator: "\n") + "\n")
    #expect(try addresses() == ["eth0 198.51.100.7/24"])
    #expect(
      try namespace.ip("addr show dev eth0 to 198.51.100.7") == before.replacing(" secondary", with: ""))
  }

  @Test func `an address whose interface is missing is said to have failed`() throws {
    let outcome = try link("--own", input: set(address("eth9", "192.0.2.9/32"), address("eth0", "192.0.2.8/32")))
    #expect(outcome.text.contains(#""reason":"there is no interface eth9""#))
    #expect(try addresses() == ["eth0 192.0.2.8/32"])
  }

  // MARK: Behind ss-ipvs

  @Test(.needsIPVS) func `an address does not come before its service, however slow that is`() throws {
    Kernel.load("ip_vs_rr")
    let run = ["SEESAW_RUN": folder.path]
    let link = try namespace.start("ss-link", environment: run)
    let ipvs = try namespace.start("ss-ipvs", environment: run, output: .descriptor(link.input))
    link.closeInput()
    ipvs.signal(SIGSTOP)
    ipvs.send(
      set(service("tcp", "192.0.2.1", 80), address("eth0", "192.0.2.1/32", vip: "192.0.2.1")))
    pause(.milliseconds(500))
    #expect(try addresses() == [])
    ipvs.signal(SIGCONT)
    #expect(link.line(where: { $0.contains("link.applied") }) != nil)
    #expect(try addresses() == ["eth0 192.0.2.1/32"])
    #expect(try namespace.run("ipvsadm", ["-Sn"]).text == "-A -t 192.0.2.1:80 -s rr\n")
  }

  @Test(.needsIPVS) func `the VIP of a service that fails is not brought up, and is kept if it is held`() throws {
    let run = ["SEESAW_RUN": folder.path]
    let link = try namespace.start("ss-link", environment: run)
    let ipvs = try namespace.start("ss-ipvs", environment: run, output: .descriptor(link.input))
    link.closeInput()
    let good = service("tcp", "192.0.2.2", 80), bad = service("tcp", "192.0.2.2", 80, "mystery")
    let addressLines = [
      address("eth0", "192.0.2.1/32", vip: "192.0.2.1"), address("eth0", "192.0.2.2/32", vip: "192.0.2.2"),
    ]
    ipvs.send(set(service("tcp", "192.0.2.1", 80, "mystery"), good, addressLines[0], addressLines[1]))
    #expect(link.line(where: { $0 == sync(1) }) != nil)
    #expect(try addresses() == ["eth0 192.0.2.2/32"])
    ipvs.send([bad, sync(2)].joined(separator: "\n") + "\n")
    #expect(link.line(where: { $0 == sync(2) }) != nil)
    #expect(try addresses() == ["eth0 192.0.2.2/32"])
    ipvs.send([service("tcp", "192.0.2.1", 80), sync(3)].joined(separator: "\n") + "\n")
    #expect(link.line(where: { $0 == sync(3) }) != nil)
    #expect(try addresses() == ["eth0 192.0.2.1/32", "eth0 192.0.2.2/32"])
  }
}
