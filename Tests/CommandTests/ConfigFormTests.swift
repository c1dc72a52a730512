// ss-config with the other form of a cluster.pb, and with two of them.

import Lines
import Support
import Testing

private let cluster = """
  seesaw_vip: < fqdn: "vip." ipv4: "192.0.2.1/24" status: PRODUCTION >
  node: < fqdn: "n1." ipv4: "192.0.2.2/24" status: PRODUCTION >
  vserver: < name: "web" rp: "r" entry_address: < fqdn: "web." ipv4: "192.0.2.10/24" >
    vserver_entry: < protocol: TCP port: 80 healthcheck: < type: TCP > >
    backend: < host: < fqdn: "b." ipv4: "192.0.2.50/24" > > >

  """
private let changed = cluster.replacing("rp: \"r\"", with: "rp: \"s\"").replacing(
  "type: TCP >", with: "type: TCP > mode: NAT")

@Suite struct ConfigFormTests {
  @Test func `a file in binary form says the same lines`() throws {
    let folder = try TemporaryFolder()
    write(cluster, to: folder.path + "/cluster.pb")
    let binary = try run("ss-config", ["convert", "--to", "binary", "cluster.pb"], folder: folder.path)
    #expect(binary.status == 0)
    #expect(binary.output.first == 0x0a)
    #expect(binary.output.count < 150)
    write(binary.output, to: folder.path + "/binary.pb")
    let lines = { (text: Outcome) in text.lines.filter { !$0.contains(#""type":"sync""#) } }
    let text = try run("ss-config", ["--once", "--standalone", "cluster.pb"], folder: folder.path)
    let told = try run("ss-config", ["--once", "--standalone", "binary.pb"], folder: folder.path)
    let asked = try run("ss-config", ["--once", "--standalone", "--binary", "binary.pb"], folder: folder.path)
    #expect(text.lines.count == 7)
    #expect(lines(told) == lines(text))
    #expect(lines(asked) == lines(text))
    #expect(try run("ss-config", ["check", "binary.pb"], folder: folder.path).output.isEmpty)
    let back = try run("ss-config", ["convert", "--to", "text", "binary.pb"], folder: folder.path)
    #expect(back.text == (try run("ss-config", ["convert", "--to", "text", "cluster.pb"], folder: folder.path)).text)
  }

  @Test func `a file that was cut off makes no set in either form`() throws {
    let folder = try TemporaryFolder()
    write(cluster, to: folder.path + "/cluster.pb")
    let binary = try run("ss-config", ["convert", "--to", "binary", "cluster.pb"], folder: folder.path).output
    write(Array(binary.dropLast(3)), to: folder.path + "/cut.pb")
    let outcome = try run("ss-config", ["--standalone", "cut.pb"], folder: folder.path)
    #expect(outcome.status == 1)
    #expect(
      outcome.lines.first
        == #"{"type":"error","from":"ss-config","reason":"it is cut off or damaged, or no cluster in binary form","#
        + #""line":1,"file":"cut.pb","column":1}"#)
  }

  @Test func `what cannot be read is not converted`() throws {
    let outcome = try run("ss-config", ["convert", "--to", "binary"], input: cluster + "unknown: 1\n")
    #expect(outcome.status == 1)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errorText == "ss-config: -:6:1: Cluster has no field \"unknown\"\n")
    #expect(try run("ss-config", ["convert", "-"], input: cluster).status == 2)
  }

  @Test func `what differs is told by object and field, for people and as lines`() throws {
    let folder = try TemporaryFolder()
    write(cluster, to: folder.path + "/a.pb")
    write(changed + "lease: 5\n", to: folder.path + "/b.pb")
    let outcome = try run("ss-config", ["diff", "a.pb", "b.pb"], folder: folder.path)
    #expect(outcome.status == 4)
    #expect(
      outcome.lines == [
        #"~ vserver "web" rp: "r" -> "s""#, #"~ vserver "web" vserver_entry "80/TCP" mode: unset -> NAT"#,
        "~ lease: unset -> 5",
      ])
    let lines = try run("ss-config", ["diff", "--json", "a.pb", "b.pb"], folder: folder.path)
    #expect(lines.status == 4)
    #expect(
      lines.lines == [
        #"{"type":"config.difference","object":["vserver","web"],"change":"changed","#
          + #""field":"rp","before":"r","after":"s"}"#,
        #"{"type":"config.difference","object":["vserver","web","vserver_entry","80/TCP"],"change":"added","#
          + #""field":"mode","after":"NAT"}"#,
        #"{"type":"config.difference","object":[],"change":"added","field":"lease","after":"5"}"#,
      ])
    for line in lines.lines { #expect(Schema.fault(in: try Line(parsing: line)) == nil) }
    let same = try run("ss-config", ["diff", "a.pb", "a.pb"], folder: folder.path)
    #expect(same.status == 0)
    #expect(same.output.isEmpty)
  }

  @Test func `objects that are in one file only, and secrets, are told without what is in them`() throws {
    let folder = try TemporaryFolder()
    let check = { (word: String) in "name: \"web\" healthcheck: < type: RADIUS port: 1 send: 'u:\(word):s' >" }
    let grant = " access_grant: < grantee: 'u' role: OPS type: USER >"
    let name = "name: \"web\""
    write(cluster.replacing(name, with: check("swordfish")), to: folder.path + "/a.pb")
    write(
      cluster.replacing(name, with: check("password") + grant) + "bgp_peer: < fqdn: 'new' >\n",
      to: folder.path + "/b.pb")
    let outcome = try run("ss-config", ["diff", "a.pb", "b.pb"], folder: folder.path)
    #expect(
      outcome.lines == [
        #"+ bgp_peer "new""#, #"~ vserver "web" healthcheck "RADIUS/1" send: (secret) -> (secret)"#,
        #"+ vserver "web" access_grant "user:u""#,
      ])
  }

  @Test func `a file that cannot be read is not compared`() throws {
    let folder = try TemporaryFolder()
    write(cluster, to: folder.path + "/a.pb")
    write(cluster + "vserver: <", to: folder.path + "/b.pb")
    let outcome = try run("ss-config", ["diff", "a.pb", "b.pb"], folder: folder.path)
    #expect(outcome.status == 1)
    #expect(outcome.output.isEmpty)
  }
}

@Suite struct PairTests {
  private static let settings = "[cluster]\nname = lab\nnode_ipv4 = 192.0.2.2\npeer_ipv4 = 192.0.2.3\n"
  private static let others = "[cluster]\nname = lab\nvrid = 7\nnode_ipv4 = 192.0.2.3\npeer_ipv4 = 192.0.2.2\n"

  @Test func `two nodes are checked against each other, each with the cluster`() throws {
    let folder = try TemporaryFolder()
    write(Self.settings, to: folder.path + "/a.cfg")
    write(Self.others, to: folder.path + "/b.cfg")
    let two = cluster + "node: < fqdn: \"n2.\" ipv4: \"192.0.2.3/24\" status: TESTING >\n"
    write(two, to: folder.path + "/cluster.pb")
    let outcome = try run("ss-config", ["check", "--pair", "a.cfg", "b.cfg", "cluster.pb"], folder: folder.path)
    #expect(outcome.status == 1)
    #expect(
      outcome.lines == [
        "a.cfg:2:8: error: vrid is 60 here and 7 there: each node would be master (see b.cfg:2:8)",
        "b.cfg:2:8: warning: node \"n2.\" takes no part in the election: its status is TESTING, "
          + "the cluster's PRODUCTION",
      ])
    #expect(try run("ss-config", ["check", "--pair", "a.cfg", "cluster.pb"], folder: folder.path).status == 2)
  }
}
