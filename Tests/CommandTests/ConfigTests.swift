// ss-config as an operator and a pipeline meet it: files in, lines and sentences out, and how it ends.

import Glibc
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
private let settings = "[cluster]\nname = lab\nnode_ipv4 = 192.0.2.2\n[interface]\nlb = eth0\n"
private let wrong = """
  vserver: < name: "wrong" rp: "r" entry_address: < fqdn: "w." ipv4: "192.0.2.300/24" >
    vserver_entry: < protocol: TCP port: 70000 > >

  """

@Suite struct ConfigTests {
  @Test func `a complete set is written and the command stays until its reader has gone`() throws {
    let child = try Child("ss-config", ["--standalone"])
    child.send(cluster)
    child.closeInput()
    #expect(child.line() == #"{"type":"reset","from":"ss-config","lines":1}"#)
    var types: [String] = []
    while let text = child.line(), let line = try? Line(parsing: text) {
      types.append(line.type)
      if line.type == "sync" { break }
    }
    #expect(types == ["config.cluster", "config.node", "config.vserver", "config.backend", "check", "sync"])
    pause(.milliseconds(200))
    #expect(child.ended() == nil)
    child.closeOutput()
    #expect(child.wait(within: .milliseconds(500)) == .exited(0))
  }

  @Test(arguments: [SIGTERM, SIGINT]) func `a signal ends it at once`(signal: Int32) throws {
    let child = try Child("ss-config", ["--standalone"])
    child.send(cluster)
    child.closeInput()
    #expect(child.line { $0.contains(#""type":"sync""#) } != nil)
    child.signal(signal)
    #expect(child.wait(within: .milliseconds(500)) == .exited(0))
  }

  @Test func `a reader that has stopped reading does not keep it from ending`() throws {
    let many = (0..<2000).map { "node: < fqdn: \"m\($0).\" ipv4: \"10.0.\($0 / 250).\($0 % 250 + 1)/16\" >" }
    let child = try Child("ss-config", ["--standalone"])
    child.send(cluster + many.joined(separator: "\n"))
    child.closeInput()
    #expect(child.line() != nil)
    child.signal(SIGTERM)
    #expect(child.wait(within: .milliseconds(500)) == .exited(0))
  }

  @Test func `several files are one configuration`() throws {
    let folder = try TemporaryFolder()
    write(cluster, to: folder.path + "/cluster.pb")
    write(wrong.replacing("300/24", with: "11/24").replacing("70000", with: "443"), to: folder.path + "/more.pb")
    write(settings, to: folder.path + "/seesaw.cfg")
    let outcome = try run("ss-config", ["--once", "seesaw.cfg", "cluster.pb", "more.pb"], folder: folder.path)
    #expect(outcome.status == 0)
    let keys = outcome.lines.compactMap { try? Line(parsing: $0) }.filter { $0.type.hasPrefix("config.") }.map {
      "\($0.type) \($0.key ?? "")"
    }
    #expect(
      keys == [
        "config.cluster lab", "config.node n1.", "config.vserver web", "config.backend web/b.", "config.vserver wrong",
      ])
  }

  @Test func `a wrong vserver is an error line and the others are written`() throws {
    let outcome = try run("ss-config", ["--once", "--standalone"], input: cluster + wrong)
    #expect(outcome.status == 1)
    let errors = outcome.lines.filter { $0.contains(#""type":"error""#) }
    #expect(
      errors == [
        #"{"type":"error","from":"ss-config","reason":"vserver \"wrong\": ipv4: \"192.0.2.300/24\" is no address "#
          + #"with a prefix length","key":"wrong","line":6,"file":"-","column":62}"#,
        #"{"type":"error","from":"ss-config","reason":"vserver \"wrong\": port 70000 is outside 1 to 65535","#
          + #""key":"wrong","line":7,"file":"-","column":34}"#,
      ])
    #expect(outcome.errorText.split(separator: "\n").map { $0.prefix(15) } == ["ss-config: -:6:", "ss-config: -:7:"])
    #expect(!outcome.lines.contains { $0.contains(#""type":"config.vserver","key":"wrong""#) })
    #expect(outcome.lines.contains { $0.contains(#""type":"config.vserver","key":"web""#) })
  }

  @Test func `a warning leaves nothing out and --once ends well`() throws {
    let outcome = try run("ss-config", ["--once", "--standalone"], input: cluster + "vmac: \"00:00:5E:00:01:01\"\n")
    #expect(outcome.status == 0)
    #expect(outcome.lines.contains { $0.contains(#""severity":"warning""#) })
  }

  @Test func `check lists all problems with file, line and column`() throws {
    let folder = try TemporaryFolder()
    write(cluster + wrong, to: folder.path + "/cluster.pb")
    write(settings + "vird = 1\n[cluster]\npeer_ipv4 = 192.0.2.9\n", to: folder.path + "/seesaw.cfg")
    let outcome = try run("ss-config", ["check", "cluster.pb", "seesaw.cfg"], folder: folder.path)
    #expect(outcome.status == 1)
    #expect(
      outcome.lines == [
        #"cluster.pb:6:62: error: vserver "wrong": ipv4: "192.0.2.300/24" is no address with a prefix length"#,
        #"cluster.pb:7:34: error: vserver "wrong": port 70000 is outside 1 to 65535"#,
        #"seesaw.cfg:6:1: error: section [interface] has no "vird""#,
        "seesaw.cfg:8:13: error: peer_ipv4 192.0.2.9 is no node of the cluster (see cluster.pb:2:1)",
      ])
    #expect(outcome.errorText.isEmpty)
  }

  @Test func `check of what is right prints nothing and ends well`() throws {
    let outcome = try run("ss-config", ["check", "-"], input: cluster)
    #expect(outcome.status == 0)
    #expect(outcome.output.isEmpty)
  }

  @Test func `a file that was cut off makes no set`() throws {
    let cut = String(cluster.prefix(cluster.utf8.count - 20))
    let outcome = try run("ss-config", ["--standalone"], input: cut)
    #expect(outcome.status == 1)
    #expect(outcome.lines.allSatisfy { $0.hasPrefix(#"{"type":"error","#) })
    #expect(outcome.lines.contains { $0.contains("is not closed before the end of the file") })
  }

  @Test(arguments: [
    ("dedicated_vip_subnet: '192.0.2.0'", "dedicated_vip_subnet: 192.0.2.0 has no prefix length"),
    ("dedicated_vip_subnet: 7", "dedicated_vip_subnet: 7 is no string"),
    ("vlan: 7", "where vlan should open with < or {"),
    ("[interface]\nlb = more-than-15-bytes", #"[interface] lb: \"more-than-15-bytes\" is no interface's name"#),
    ("[interface]\nlb eth0\nnode = eth0", "neither a section nor a setting (name = value)"),
    ("[interface\nlb = eth0", "a section's name has no closing bracket"),
    ("[interface]\nlp = eth0", #"section [interface] has no \"lp\""#),
    ("anycast_ranges = 10.0.0.0/8, 10.0.0.0/33", "[cluster] anycast_ranges: "),
  ])
  func `without what decides where VIPs are held nothing is written`(text: String, reason: String) throws {
    let folder = try TemporaryFolder()
    let isSetting = text.contains(" = ")
    write(cluster + (isSetting ? "" : text), to: folder.path + "/cluster.pb")
    write("[cluster]\nname = lab\nnode_ipv4 = 192.0.2.2\n" + (isSetting ? text : ""), to: folder.path + "/seesaw.cfg")
    let outcome = try run("ss-config", ["--standalone", "cluster.pb", "seesaw.cfg"], folder: folder.path)
    #expect(outcome.status == 1)
    #expect(outcome.lines.allSatisfy { $0.hasPrefix(#"{"type":"error","#) })
    #expect(outcome.lines.first?.contains(reason) == true)
    #expect(outcome.errorText.contains("\nss-config: nothing is written, because of "))
  }

  @Test func `a file that cannot be read is named`() throws {
    let outcome = try run("ss-config", ["/nowhere/cluster.pb"])
    #expect(outcome.status == 3)
    #expect(outcome.errorText == "ss-config: open /nowhere/cluster.pb: No such file or directory\n")
  }

  @Test func `a wrong option, and settings without a cluster, are a wrong usage`() throws {
    #expect(try run("ss-config", ["--bad"]).status == 2)
    let outcome = try run("ss-config", ["--once"], input: settings)
    #expect(outcome.status == 2)
    #expect(outcome.errorText.hasPrefix("ss-config: no cluster.pb is among the files"))
    #expect(outcome.output.isEmpty)
  }
}
