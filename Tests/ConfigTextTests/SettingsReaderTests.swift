// The reader of seesaw.cfg, and how its text is told from a cluster.pb.

import Config
import ConfigText
import Testing

private func read(_ text: String) -> SettingsReader { SettingsReader(Array(text.utf8), source: 0) }

@Suite struct SettingsReaderTests {
  @Test func `settings are read as Seesaw reads them`() {
    let reader = read(
      """
      # comment
      ; comment
      [Cluster]
        NAME = au-syd   ; the site
      node_ipv6 : 2015:cafe::2
      vip_ipv6=2015:cafe::1#no comment
      [interface]
      node =
      """)
    #expect(reader.faults.isEmpty)
    #expect(
      reader.settings.map { "[\($0.section)] \($0.name)=\($0.value)" } == [
        "[cluster] name=au-syd", "[cluster] node_ipv6=2015:cafe::2", "[cluster] vip_ipv6=2015:cafe::1#no comment",
        "[interface] node=",
      ])
  }

  @Test func `a fault is told with its place`() {
    let text = "[cluster\nname au-syd\n= 3\nvrid = \u{e9}\n"
    let source = SourceText(name: "f", bytes: Array(text.utf8))
    let told = read(text).faults.map { fault in
      let place = source.locate(fault.position?.offset ?? -1)
      return "\(place.line):\(place.column) \(fault.sentence)"
    }
    #expect(
      told == [
        "1:1 a section's name has no closing bracket", "2:1 neither a section nor a setting (name = value)",
        "3:1 neither a section nor a setting (name = value)",
      ])
  }

  @Test func `a NUL makes the file malformed`() {
    #expect(SettingsReader([0x5b, 0x61, 0x5d, 0x00], source: 0).isMalformed)
  }

  @Test(arguments: [
    ("seesaw.cfg", "", true), ("cluster.pb", "[cluster]", false), ("-", "# c\n\n [cluster]\n", true),
    ("-", "; c\n[cluster]", true), ("-", "seesaw_vip: < >", false), ("-", "", false), ("a.b", "# only", false),
  ])
  func `a file is known by its name or by what it holds`(name: String, text: String, isSettings: Bool) {
    #expect(SourceText(name: name, bytes: Array(text.utf8)).isSettings == isSettings)
  }

  @Test func `a place counts lines and characters from 1`() {
    let source = SourceText(name: "f", bytes: Array("a\néb\n\nc".utf8))
    #expect(source.locate(0) == (1, 1))
    #expect(source.locate(1) == (1, 2))
    #expect(source.locate(2) == (2, 1))
    #expect(source.locate(4) == (2, 2))
    #expect(source.locate(7) == (4, 1))
    #expect(source.locate(99) == (4, 2))
  }
}
