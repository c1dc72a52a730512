// Crash-only: any command of the pipeline may be killed at any time; the others go with it, the kernel stays as it is,
// and the next pipeline changes nothing that need not be changed.

import Glibc
import Support
import Testing

@Suite(.needsIPVS, .needsNamespaces, .serialized) struct RestartTests {
  static let commands = ["ss-config", "ss-check", "ss-engine", "ss-ipvs", "ss-link"]

  private func running(_ vserver: String = LoadBalancer.vserver("dsr", last: 100, mode: "DSR")) throws -> LoadBalancer {
    Kernel.load("ip_vs_rr")
    let balancer = try LoadBalancer(try Topology(), vservers: [vserver])
    try balancer.start()
    try #require(try balancer.serves(12))
    try #require(
      try waited(within: .seconds(20)) { try balancer.holds("10.0.0.100") && balancer.holds("fd00::100") } != nil)
    return balancer
  }

  @Test func `a killed command ends all others and leaves the kernel as it is, and the next pipeline changes nothing`()
    throws
  {
    let balancer = try running()
    let before = try balancer.table()
    for command in Self.commands {
      let pids = try balancer.commands()
      #expect(pids.keys.sorted() == Self.commands.sorted())
      kill(try #require(pids[command]), SIGKILL)
      // 100 ms, and ten times that on a slow machine.
      let left = { pids.values.contains { Places.exists("/proc/\($0)") } }
      #expect(waited(within: .seconds(1)) { !left() } != nil, "\(command)")
      #expect(try balancer.table() == before, "\(command)")
      #expect(try balancer.holds("10.0.0.100"))
      balancer.end()
      let watcher = try Watcher(balancer.director)
      if command == "ss-engine" { balancer.forget() }
      try balancer.start()
      #expect(try waited(within: .seconds(30)) { try balancer.commands().count == 5 } != nil)
      // Past the time to settle, in which a prune would come.
      #expect(try watcher.staysQuiet(balancer, before, for: .seconds(command == "ss-engine" ? 14 : 4)), "\(command)")
    }
    balancer.end()
  }

  @Test func `first verdicts that take 5 s change nothing either, with no state file`() throws {
    let slow = "type: HTTP interval: 30 timeout: 9 port: 8080 code: 200"
    let balancer = try LoadBalancer(
      try Topology(), vservers: [LoadBalancer.vserver("dsr", last: 100, mode: "DSR", check: slow)])
    Kernel.load("ip_vs_rr")
    var servers: [Child] = []
    for backend in balancer.lab.backends { servers.append(try backend.start("perl", ["-e", Self.slowServer, "5"])) }
    for server in servers { #expect(server.line(within: .seconds(30)) == "ready") }
    try balancer.start()
    #expect(try balancer.serves(12))
    let before = try balancer.table()
    balancer.end()
    try #require(try waited(within: .seconds(10)) { try balancer.commands().isEmpty } != nil)
    balancer.forget()
    let watcher = try Watcher(balancer.director)
    try balancer.start()
    #expect(try watcher.staysQuiet(balancer, before, for: .seconds(14)))
    balancer.end()
  }

  /// Answers every request on port 8080 after the given seconds, in both families.
  private static let slowServer = #"""
    use strict; use warnings; use IO::Socket::IP; use IO::Select;
    my $l = IO::Socket::IP->new(LocalHost => "::", LocalPort => 8080, Listen => 100,
      V6Only => 0, ReuseAddr => 1) or die;
    $| = 1; print "ready\n"; my $s = IO::Select->new($l); my @q;
    while (1) {
      for my $h ($s->can_read(0.1)) {
        if ($h == $l) { my $c = $l->accept; push @q, [time + $ARGV[0], $c] if $c; }
      }
      while (@q && $q[0][0] <= time) {
        my $c = (shift @q)->[1]; print $c "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"; close $c;
      }
    }
    """#

  @Test func `an address is not up before its service, however slow ss-ipvs is`() throws {
    Kernel.load("ip_vs_rr")
    let director = try Namespace("d")
    try director.ip("link add eth0 type dummy")
    try director.ip("link set eth0 up")
    let folder = try TemporaryFolder()
    let script = """
      export SEESAW_RUN=\(folder.path) PATH=\(Places.built):$PATH
      { cat \(folder.path)/lines; sleep 60; } | ss-ipvs | ss-link >/dev/null
      """
    write(Self.lines(scheduler: "rr"), to: folder.path + "/lines")
    // Stopped before it has read anything: the whole set waits in its pipe.
    let pipe = try director.start("sh", ["-c", script], input: .null, output: .null)
    let pid = try #require(try eventually(within: .seconds(20)) { try Self.pid(of: "ss-ipvs", in: director) })
    kill(pid, SIGSTOP)
    let isHeld = { try director.run("ip", ["-oneline", "address", "show"]).text.contains(" 192.0.2.1/") }
    let isServed = { try director.run("ipvsadm", ["--save", "--numeric"]).text.contains("192.0.2.1:80") }
    if try !isServed() {
      pause(.seconds(2))
      #expect(try !isHeld())
    }
    kill(pid, SIGCONT)
    #expect(try waited(within: .seconds(20), until: isHeld) != nil)
    #expect(try isServed())
    pipe.signal(SIGTERM)
  }

  @Test func `the address of a service that failed is not brought up, and its neighbour's is`() throws {
    let director = try Namespace("d")
    try director.ip("link add eth0 type dummy")
    try director.ip("link set eth0 up")
    let folder = try TemporaryFolder()
    let script = """
      export SEESAW_RUN=\(folder.path) PATH=\(Places.built):$PATH
      { cat; sleep 60; } | ss-ipvs | ss-link
      """
    let pipe = try director.start("sh", ["-c", script])
    pipe.send(Self.lines(scheduler: "no-such"))
    pipe.closeInput()
    #expect(pipe.line(within: .seconds(20)) { $0.contains(#""type":"ipvs.failed","key":"tcp/192.0.2.1:80""#) } != nil)
    #expect(pipe.line(within: .seconds(20)) { $0.contains(#""type":"link.applied""#) && $0.contains("e.3") } != nil)
    let addresses = try director.run("ip", ["-oneline", "address", "show"]).text
    #expect(!addresses.contains(" 192.0.2.1/"))
    #expect(addresses.contains(" 192.0.2.2/"))
    pipe.signal(SIGTERM)
  }

  private static func pid(of command: String, in namespace: Namespace) throws -> Int32? {
    try must("ip", ["netns", "pids", namespace.name]).split(separator: "\n").compactMap { Int32($0) }
      .first { text(of: "/proc/\($0)/comm") == command + "\n" }
  }

  /// Two VIPs with a service each, as the engine says them: services, then addresses.
  private static func lines(scheduler: String) -> String {
    let service = { (vip: String, scheduler: String) in
      #"{"type":"ipvs.service","key":"tcp/\#(vip):80","vip":"\#(vip)","family":"inet","protocol":"tcp","#
        + #""address":"\#(vip)","port":80,"scheduler":"\#(scheduler)"}"# + "\n"
    }
    let address = { (vip: String) in
      #"{"type":"link.address","key":"eth0/\#(vip)/32","interface":"eth0","address":"\#(vip)/32","vip":"\#(vip)"}"#
        + "\n"
    }
    let sync = { (number: Int) in #"{"type":"sync","from":"ss-engine","n":"e.\#(number)"}"# + "\n" }
    return #"{"type":"reset","from":"ss-engine","lines":1}"# + "\n" + service("192.0.2.1", scheduler)
      + service("192.0.2.2", "rr") + sync(1) + address("192.0.2.1") + address("192.0.2.2") + sync(2) + sync(3)
  }
}

/// Watches the table and the addresses of a namespace for any change.
final class Watcher {
  private let monitor: Child

  init(_ namespace: Namespace) throws {
    monitor = try namespace.start("ip", ["monitor", "address"], input: .null)
  }

  /// Whether for so long the table is as it was and no address comes or goes.
  func staysQuiet(_ balancer: LoadBalancer, _ before: [String], for time: Duration) throws -> Bool {
    let changed = try waited(within: time, every: .milliseconds(100)) { try balancer.table() != before }
    return changed == nil && monitor.line(within: .milliseconds(1)) == nil
  }

  deinit { monitor.signal(SIGKILL) }
}
