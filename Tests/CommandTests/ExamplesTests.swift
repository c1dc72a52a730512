// The files of etc/ are what an operator begins with: each is read without a fault.

import Support
import Testing

@Suite struct ExamplesTests {
  @Test func `the example configuration has no fault and serves every way of forwarding`() throws {
    let files = ["etc/cluster.pb", "etc/seesaw.cfg"].map { Places.package + "/" + $0 }
    let check = try run("ss-config", ["check"] + files)
    #expect(check.status == 0)
    #expect(check.text == "" && check.errorText == "")
    let lines = try run("ss-config", ["--standalone", "--once"] + files).lines
    for mode in ["dsr", "nat", "tun"] {
      let vserver = lines.first { $0.contains(#""config.vserver""#) && $0.contains(#""mode":"\#(mode)""#) }
      #expect(vserver != nil, "\(mode)")
    }
  }
}
