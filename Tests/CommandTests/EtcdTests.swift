// etcd as a source, with a real one: what is put reaches the lines, what is gone leaves the last state, and publishing
// never overwrites what somebody else has changed.

import Glibc
import Lines
import Support
import Testing

/// An etcd of the test's own, on loopback ports that are free.
private final class PrivateEtcd {
  let folder: TemporaryFolder
  let port: UInt16
  private let peerPort: UInt16
  private(set) var child: Child

  var url: String { "http://127.0.0.1:\(port)" }

  init() throws {
    folder = try TemporaryFolder()
    // Ports that were free a moment ago.
    let servers = [try Loopback(.tcp), try Loopback(.tcp)]
    (port, peerPort) = (servers[0].port, servers[1].port)
    servers.forEach { $0.stop() }
    child = try Self.start(folder.path, port, peerPort)
    try waitUntilReady()
  }

  private static func start(_ folder: String, _ port: UInt16, _ peerPort: UInt16) throws -> Child {
    let peer = "http://127.0.0.1:\(peerPort)"
    return try Child(
      "etcd",
      [
        "--data-dir", folder + "/data", "--listen-client-urls", "http://127.0.0.1:\(port)",
        "--advertise-client-urls", "http://127.0.0.1:\(port)", "--listen-peer-urls", peer,
        "--initial-advertise-peer-urls", peer, "--initial-cluster", "default=\(peer)", "--log-level", "error",
      ], input: .null, output: .null, errors: .null)
  }

  private func waitUntilReady() throws {
    let isReady = try eventually(within: .seconds(30), every: .milliseconds(100)) {
      try run("etcdctl", ["--endpoints", url, "get", "x"], environment: ["ETCDCTL_API": "3"]).status == 0 ? true : nil
    }
    try #require(isReady == true, "etcd does not start")
  }

  func stop() {
    child.signal(SIGKILL)
    child.wait()
  }

  func restart() throws {
    child = try Self.start(folder.path, port, peerPort)
    try waitUntilReady()
  }

  func put(_ text: String) throws {
    let outcome = try run(
      "etcdctl", ["--endpoints", url, "put", "seesaw/cluster.pb"], input: text, environment: ["ETCDCTL_API": "3"])
    #expect(outcome.status == 0)
  }
}

private func cluster(_ count: Int) -> String {
  "seesaw_vip: < fqdn: \"vip.\" ipv4: \"192.0.2.1/24\" status: PRODUCTION >\n"
    + (0..<count).map { "node: < fqdn: \"n\($0).\" ipv4: \"192.0.2.\($0 + 2)/24\" status: PRODUCTION >\n" }.joined()
}

/// The number of nodes in the next set.
private func nextSet(_ child: Child) -> Int? {
  guard child.line(within: .seconds(20), where: { $0.hasPrefix(#"{"type":"reset""#) }) != nil else { return nil }
  var count = 0
  while let line = child.line() {
    if line.hasPrefix(#"{"type":"config.node""#) { count += 1 }
    if line.hasPrefix(#"{"type":"sync""#) { return count }
  }
  return nil
}

private let hasEtcd = Places.installed("etcd") != nil && Places.installed("etcdctl") != nil

@Suite(.serialized, .enabled(if: hasEtcd, "needs etcd-server and etcd-client: make deps-test"))
struct EtcdTests {
  @Test func `a change that is put comes at once, and what is gone leaves the last state`() throws {
    let etcd = try PrivateEtcd()
    try etcd.put(cluster(1))
    let folder = try TemporaryFolder()
    let arguments = ["--standalone", "--etcd", etcd.url, "--state", "state"]
    var child = try Child("ss-config", arguments, folder: folder.path)
    #expect(nextSet(child) == 1)
    try etcd.put(cluster(2))
    #expect(nextSet(child) == 2)
    try etcd.put(cluster(3))
    #expect(nextSet(child) == 3)
    // What is wrong is told, and changes nothing.
    try etcd.put("seesaw_vip: <")
    #expect(child.line { $0.contains(#""reason":"nothing is written, because of etcd:seesaw/cluster.pb:1:"#) } != nil)
    etcd.stop()
    #expect(child.line { $0.contains(#""type":"error""#) && $0.contains(#""reason":"etcd: "#) } != nil)
    #expect(child.ended() == nil)
    // A restart without it has the last state.
    child.signal(SIGKILL)
    child.wait()
    child = try Child("ss-config", arguments, folder: folder.path)
    #expect(nextSet(child) == 3)
    try etcd.restart()
    try etcd.put(cluster(4))
    #expect(nextSet(child) == 4)
  }

  @Test func `what is published was checked, and nobody's change is lost`() throws {
    let etcd = try PrivateEtcd()
    let folder = try TemporaryFolder()
    folder.file("a.pb", cluster(1))
    folder.file("wrong.pb", cluster(1) + "nonsense: 1\n")
    func publish(_ arguments: String...) throws -> Outcome {
      try run("ss-config", ["publish", "--standalone", "--etcd", etcd.url] + arguments, folder: folder.path)
    }
    #expect(try publish("wrong.pb").status == 1)
    #expect(try publish("missing.pb").status == 3)
    #expect(try publish("--if-revision", "0", "a.pb").status == 0)
    let again = try publish("--if-revision", "0", "a.pb")
    #expect(again.status == 1)
    #expect(again.errorText == "ss-config: seesaw/cluster.pb was changed by somebody else: nothing is published\n")
    #expect(try publish("a.pb").status == 0)
    let child = try Child("ss-config", ["--standalone", "--once", "--etcd", etcd.url])
    #expect(nextSet(child) == 1)
    #expect(child.wait() == .exited(0))
    etcd.stop()
    let gone = try publish("a.pb")
    #expect(gone.status == 3)
    #expect(gone.errorText == "ss-config: etcd: 127.0.0.1:\(etcd.port): connect: Connection refused\n")
  }

  @Test func `who asks once is told that there is nothing`() throws {
    let etcd = try PrivateEtcd()
    let outcome = try run("ss-config", ["--standalone", "--once", "--etcd", etcd.url])
    #expect(outcome.status == 3)
    #expect(outcome.errorText == "ss-config: etcd has no seesaw/cluster.pb\n")
    #expect(try run("ss-config", ["--etcd", "nonsense"]).status == 2)
    #expect(try run("ss-config", ["publish", "x"]).status == 2)
  }
}
