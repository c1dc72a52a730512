// `ss-config serve` and `ss-config --server` as two processes: what is written in a file on one side is said as lines
// on the other, in Seesaw's binary form between them; and what is stale or cannot be had changes nothing.

import Lines
import Support
import Testing

@Suite(.enabled(if: Places.installed("openssl") != nil, "needs openssl: make deps-test")) struct ServeTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let outcome = try run(
      "openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
        "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "server.key", "-out", "server.crt",
      ], folder: folder.path)
    try #require(outcome.status == 0, "\(outcome.errorText)")
    folder.file("seesaw.cfg", "[cluster]\nname = lab\nnode_ipv4 = 192.0.2.2\n[interface]\nlb = eth0\n")
  }

  private func cluster(_ nodes: Int, updated: Int) -> String {
    "seesaw_vip: < fqdn: \"vip.\" ipv4: \"192.0.2.1/24\" status: PRODUCTION >\nmetadata: < last_updated: \(updated) >\n"
      + (0..<nodes).map { "node: < fqdn: \"n\($0).\" ipv4: \"192.0.2.\($0 + 2)/24\" status: PRODUCTION >\n" }.joined()
  }

  /// The server, and its port.
  private func serve() throws -> (Child, String) {
    let child = try Child(
      "ss-config",
      [
        "serve", "--certificate", "server.crt", "--certificate-key", "server.key", "--listen", "127.0.0.1:0",
        "cluster.pb", "seesaw.cfg",
      ], folder: folder.path, input: .null)
    let line = try #require(child.line(), "it does not serve")
    #expect(line.hasPrefix("serving lab on port "))
    return (child, String(line.split(separator: " ").last ?? ""))
  }

  private func nextSet(_ child: Child) -> Int? {
    guard child.line(where: { $0.hasPrefix(#"{"type":"reset""#) }) != nil else { return nil }
    var count = 0
    while let line = child.line() {
      if line.hasPrefix(#"{"type":"config.node""#) { count += 1 }
      if line.hasPrefix(#"{"type":"sync""#) { return count }
    }
    return nil
  }

  @Test func `what one side has in a file the other says as lines`() throws {
    folder.file("cluster.pb", cluster(1, updated: 100))
    let (server, port) = try serve()
    let node = try Child(
      "ss-config",
      [
        "--standalone", "--server", "127.0.0.1:\(port)", "--ca", "server.crt", "--interval-ms", "100", "--state",
        "state", "seesaw.cfg",
      ], folder: folder.path)
    #expect(nextSet(node) == 1)
    folder.file("cluster.pb", cluster(2, updated: 101))
    #expect(nextSet(node) == 2)
    folder.file("cluster.pb", cluster(3, updated: 99))
    let stale = node.line { $0.contains(#""type":"error""#) }
    #expect(stale?.contains("is stale: last_updated is 99, that of the one in use 101") == true)
    folder.file("cluster.pb", "half <")
    folder.file("cluster.pb", cluster(4, updated: 102))
    #expect(nextSet(node) == 4)
    server.signal(15)
    #expect(server.wait() == .exited(0))
    #expect(node.line { $0.contains(#""reason":"server: 127.0.0.1:\#(port): connect: Connection refused""#) } != nil)
    #expect(node.ended() == nil)
  }

  @Test func `a server that cannot be believed is none`() throws {
    folder.file("cluster.pb", cluster(1, updated: 100))
    let (server, port) = try serve()
    let outcome = try run(
      "ss-config", ["--standalone", "--once", "--server", "127.0.0.1:\(port)", "seesaw.cfg"], folder: folder.path)
    #expect(outcome.status == 3)
    #expect(outcome.errorText.hasPrefix("ss-config: server: 127.0.0.1:\(port): certificate: "))
    let other = try run(
      "ss-config",
      ["--standalone", "--once", "--server", "127.0.0.1:\(port)", "--ca", "server.crt", "--cluster", "other"],
      folder: folder.path)
    #expect(other.errorText == "ss-config: server: 127.0.0.1:\(port): status 404 in place of 200\n")
    #expect(server.ended() == nil)
  }

  @Test func `what is not given is asked for`() throws {
    #expect(try run("ss-config", ["serve", "x"]).status == 2)
    #expect(try run("ss-config", ["--server", "a", "--server", "b", "--server", "c", "--server", "d"]).status == 2)
    #expect(try run("ss-config", ["--server", "127.0.0.1"]).errorText.contains("--cluster is missing"))
    #expect(try run("ss-config", ["--certificate", "x"]).status == 2)
    let missing = try run(
      "ss-config", ["--server", "127.0.0.1", "--cluster", "lab", "--ca", "missing"], folder: folder.path)
    #expect(missing.status == 3)
    #expect(missing.errorText.hasPrefix("ss-config: missing: "))
  }
}
