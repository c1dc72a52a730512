// What the other tests of the real kernel stand on: IPVS is there, and belongs to a network namespace.

import Support
import Testing

@Suite(.needsIPVS, .needsNamespaces) struct KernelFactsTests {
  @Test func `IPVS is a generic netlink family of this kernel`() throws {
    #expect(try must("genl", ["ctrl", "list"]).contains("Name: IPVS\n"))
  }

  @Test func `each namespace has services of its own`() throws {
    Kernel.load("ip_vs_rr")
    let one = try Namespace()
    let other = try Namespace()
    try one.run("ipvsadm", ["--add-service", "--tcp-service", "10.0.0.100:80", "--scheduler", "rr"])
    #expect(try one.run("ipvsadm", ["--save", "--numeric"]).text == "-A -t 10.0.0.100:80 -s rr\n")
    #expect(try other.run("ipvsadm", ["--save", "--numeric"]).text == "")
  }
}

@Suite struct NftablesTests {
  @Test(.needsIPVS, .needsNftables) func `nftables holds inet tables beside IPVS`() throws {
    let namespace = try Namespace()
    try namespace.run("nft", ["add", "table", "inet", "seesaw"])
    #expect(try namespace.run("nft", ["list", "tables"]).text == "table inet seesaw\n")
  }
}
