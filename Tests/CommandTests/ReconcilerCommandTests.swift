// ss-ipvs and ss-link where they cannot work, and what they say then.

import Support
import Testing

@Suite struct ReconcilerCommandTests {
  @Test(.enabled(if: !Kernel.hasIPVS, "this kernel has IPVS"), arguments: [[], ["show"], ["plan"], ["stats"]])
  func `without IPVS in the kernel the sentence names the module`(arguments: [String]) throws {
    let outcome = try run("ss-ipvs", arguments)
    #expect(outcome.status == 3)
    #expect(outcome.errorText == "ss-ipvs: this kernel has no IPVS: load its module first (modprobe ip_vs)\n")
    #expect(outcome.text == "")
  }

  @Test(arguments: [
    ("ss-ipvs", ["--max-prune", "101"]), ("ss-ipvs", ["stats", "--interval", "0"]), ("ss-ipvs", ["fly"]),
    ("ss-link", ["--max-prune", "x"]), ("ss-link", ["show", "--none"]),
  ])
  func `a wrong command line ends with 2`(command: String, arguments: [String]) throws {
    #expect(try run(command, arguments).status == 2)
  }

  @Test(arguments: [("ss-ipvs", "ipvs.destination"), ("ss-link", "link.address")])
  func `the schema names what is read and written`(command: String, type: String) throws {
    let lines = try run(command, ["--schema"]).lines
    #expect(lines.contains { $0.contains("\"of\":\"\(type)\",\"use\":\"reads\"") })
    #expect(lines.contains { $0.contains(".failed\",\"use\":\"writes\"") })
  }
}
