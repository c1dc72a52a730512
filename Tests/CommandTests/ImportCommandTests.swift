// `ss-config import` and `ss-config export` as they are run: streams, exit status, includes from disk.

import Lines
import Support
import Testing

@Suite struct ImportCommandTests {
  private static let service = """
    virtual_server 192.0.2.1 80 {
      lvs_sched rr
      lvs_method DR
      protocol TCP
      real_server 198.51.100.1 80 { }
    }

    """

  @Test func `what is imported is on standard output, and the status says whether all is there`() throws {
    let whole = try run("ss-config", ["import", "keepalived", "-"], input: Self.service)
    #expect(whole.status == 0)
    #expect(whole.errorText == "")
    #expect(
      whole.lines.prefix(4) == [
        "# Imported from keepalived's configuration. To be read together with a file that has seesaw_vip and node.", "",
        "# -:1:1: virtual_server 192.0.2.1 80", "vserver: <",
      ])
    let part = try run("ss-config", ["import", "keepalived", "-"], input: "vrrp_instance V {\n}\n" + Self.service)
    #expect(part.status == 1)
    #expect(
      part.errorText
        == "ss-config: -:1:1: error: vrrp_instance V is left out: it belongs to keepalived's VRRP half\n")
    #expect(part.lines.contains("vserver: <"))
  }

  @Test func `problems can be lines`() throws {
    let outcome = try run(
      "ss-config", ["import", "keepalived", "--lines", "-"], input: "vrrp_instance V {\n}\nglobal_defs {\n a\n}\n")
    #expect(
      outcome.errorText == """
        {"type":"error","from":"ss-config",\
        "reason":"vrrp_instance V is left out: it belongs to keepalived's VRRP half","line":1,"file":"-","column":1}
        {"type":"error","from":"ss-config",\
        "reason":"a of global_defs is left out: it changes nothing that is imported","line":4,\
        "file":"-","column":2,"severity":"warning"}

        """)
    for line in outcome.errorText.split(separator: "\n") { _ = try Line(parsing: String(line)) }
  }

  @Test func `includes are found from the file that asks, and one that matches nothing gives nothing`() throws {
    let folder = try TemporaryFolder()
    try must("mkdir", [folder.path + "/services.d"])
    folder.file("services.d/one.conf", Self.service)
    folder.file("services.d/two.conf", "include ../three.conf\n")
    folder.file("three.conf", "@web $X=1\n@^web include none.conf\nvirtual_server 192.0.2.$X 80 { }\n")
    let main = folder.file("keepalived.conf", "include services.d/{one,two}.conf\n")
    let outcome = try run("ss-config", ["import", "keepalived", "--config-id", "web", main])
    #expect(outcome.lines.contains("# \(folder.path)/services.d/one.conf:1:1: virtual_server 192.0.2.1 80"))
    #expect(
      outcome.errorText
        == "ss-config: \(folder.path)/services.d/../three.conf:3:1: error: virtual_server 192.0.2.1 80 is left out: "
        + "it has no real servers\n")
    let other = try run("ss-config", ["import", "keepalived", "--config-id", "mail", main])
    #expect(other.status == 1)
    #expect(other.text == "")
    let above = folder.path + "/services.d/.."
    #expect(
      other.errorText
        == "ss-config: \(above)/three.conf:2:7: error: include none.conf: no file matches \(above)/none.conf; "
        + "nothing is imported\n")
  }

  @Test func `a file that is not there is a fault of the environment`() throws {
    for program in ["keepalived", "ipvsadm", "ldirectord"] {
      let outcome = try run("ss-config", ["import", program, "/nonexistent"])
      #expect(outcome.status == 3)
      #expect(outcome.errorText.contains("/nonexistent"))
    }
  }

  @Test func `the table of a configuration has every backend, and only what is to be served`() throws {
    let cluster = """
      seesaw_vip: < fqdn: "vip." ipv4: "192.0.2.99/24" status: PRODUCTION >
      node: < fqdn: "a." ipv4: "192.0.2.98/24" status: PRODUCTION >
      vserver: <
        name: "web" rp: "r" entry_address: < fqdn: "web." ipv4: "192.0.2.1/24" status: PRODUCTION >
        vserver_entry: <
          protocol: TCP port: 80 scheduler: SH persistence: 60
          healthcheck: < type: TCP port: 80 interval: 1 timeout: 1 retries: 3 >
        >
        backend: < host: < fqdn: "b1." ipv4: "198.51.100.1/24" status: PRODUCTION > weight: 0 >
        backend: < host: < fqdn: "b2." ipv4: "198.51.100.2/24" status: PRODUCTION > weight: 5 >
        backend: < host: < fqdn: "b3." ipv4: "198.51.100.3/24" status: DISABLED > >
      >
      vserver: <
        name: "off" rp: "r" entry_address: < fqdn: "off." ipv4: "192.0.2.2/24" status: DISABLED >
        vserver_entry: < protocol: UDP port: 53 >
        backend: < host: < fqdn: "b1." ipv4: "198.51.100.1/24" status: PRODUCTION > >
      >
      """
    let outcome = try run("ss-config", ["export", "ipvsadm", "--standalone"], input: cluster)
    #expect(
      outcome.text == """
        -A -t 192.0.2.1:80 -s sh -p 60 -b sh-fallback,sh-port
        -a -t 192.0.2.1:80 -r 198.51.100.1:80 -g -w 0
        -a -t 192.0.2.1:80 -r 198.51.100.2:80 -g -w 5

        """)
    let again = try run("ss-config", ["import", "ipvsadm"], input: outcome.text)
    #expect(again.status == 0)
    #expect(again.lines.filter { $0.hasPrefix("vserver") }.count == 1)
  }

  @Test func `what is imported is a configuration without a fault`() throws {
    let folder = try TemporaryFolder()
    let base = folder.file(
      "base.pb",
      """
      seesaw_vip: < fqdn: "vip." ipv4: "203.0.113.99/24" status: PRODUCTION >
      node: < fqdn: "a." ipv4: "203.0.113.98/24" status: PRODUCTION >
      """)
    let shapes = Places.package + "/Tests/Fixtures/import"
    for name in names(in: shapes) {
      let check = try run("ss-config", ["check", "--standalone", base, "\(shapes)/\(name)/cluster.pb"])
      #expect(check.status == 0, "\(check.text)")
    }
  }
}
