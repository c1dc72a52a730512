// The text that is written of a tree: the same for the same tree, and read back as that tree.

import Config
import ConfigText
import Testing

private func written(_ text: String) -> String {
  var reader = TextReader(Array(text.utf8), source: 0)
  return String(decoding: TextWriter(reader.read(.cluster)).text, as: UTF8.self)
}

@Suite struct TextWriterTests {
  @Test(arguments: [
    ("bgp_local_asn: 0x10 vmac: 'a' 'b'", "vmac: \"ab\"\nbgp_local_asn: 16\n"),
    ("node { fqdn: 'n' status: 2 }", "node: < fqdn: \"n\" status: TESTING >\n"),
    (
      "vserver: < use_fwm: t vserver_entry: < server_high_watermark: .3 > >",
      "vserver: < use_fwm: true vserver_entry: < server_high_watermark: 0.3 > >\n"
    ),
    ("metadata: < attribute <> last_updated: -0 >", "metadata: < last_updated: 0 attribute: < > >\n"),
    (#"vmac: "\"\\\n\t\001é\x7f""#, #"vmac: "\"\\\n\t\001é\177""# + "\n"),
    (#"vserver: < healthcheck: < send: "\xff1" > >"#, #"vserver: < healthcheck: < send: "\3771" > >"# + "\n"),
    (
      "node: < fqdn: 'b' > vmac: 'x' node: < fqdn: 'a' >",
      "node: < fqdn: \"b\" >\nnode: < fqdn: \"a\" >\nvmac: \"x\"\n"
    ),
  ])
  func `a value has one form, and fields the order of the table`(text: String, form: String) {
    #expect(written(text) == form)
    #expect(written(form) == form)
  }

  @Test func `what is too long for a line has lines, and what is within it may have one`() {
    let long = String(repeating: "x", count: 60)
    let text =
      "vmac: 'm' node: < fqdn: '\(long)' ipv4: '\(long)' > "
      + "vserver: < entry_address: < fqdn: 'e' > rp: '\(long)' name: '\(long)' >"
    #expect(
      written(text)
        == """

        node: <
          fqdn: "\(long)"
          ipv4: "\(long)"
        >
        vmac: "m"

        vserver: <
          name: "\(long)"
          entry_address: < fqdn: "e" >
          rp: "\(long)"
        >

        """.dropFirst(1))
  }
}
