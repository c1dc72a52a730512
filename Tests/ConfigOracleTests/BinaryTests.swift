// The binary form and back, against swift-protobuf and against bytes by hand.

import Config
import ConfigBinary
import ConfigProto
import ConfigText
import Support
import SwiftProtobuf
import Testing

private func tree(_ text: String) -> Config.Message {
  var reader = TextReader(Array(text.utf8), source: 0)
  return reader.read(.cluster)
}

private func canonical(_ text: String) -> String { String(decoding: TextWriter(tree(text)).text, as: UTF8.self) }

private let fixtures = ["Tests/Fixtures/config/forms.pb", "etc/cluster.pb"]

@Suite struct BinaryTests {
  @Test(arguments: fixtures) func `a file comes back from the binary form as the text that is written of it`(
    path: String
  ) throws {
    let text = String(decoding: try #require(bytes(of: "\(Places.package)/\(path)")), as: UTF8.self)
    let binary = try BinaryForm.bytes(tree(text))
    #expect(try Seesaw_Cluster(serializedBytes: binary, partial: true) == Seesaw_Cluster(textFormatString: text))
    let back = try BinaryForm.text(binary)
    #expect(String(decoding: back.text, as: UTF8.self) == canonical(text))
    #expect(back.notes.isEmpty)
    #expect(canonical(canonical(text)) == canonical(text))
    #expect(try Seesaw_Cluster(textFormatString: canonical(text)) == Seesaw_Cluster(textFormatString: text))
  }

  /// Tags and lengths as "Encoding" of protobuf.dev has them.
  @Test func `bytes are those of the wire format`() throws {
    let text = "seesaw_vip: < fqdn: 'v.' status: TESTING > bgp_local_asn: 300 lease: 5"
    let binary: [UInt8] = [
      0x0a, 0x06, 0x0a, 0x02, 0x76, 0x2e, 0x20, 0x02, 0x20, 0xac, 0x02, 0xc8, 0x3e, 0x05,
    ]
    #expect(try BinaryForm.bytes(tree(text)) == binary)
    #expect(
      String(decoding: try BinaryForm.text(binary).text, as: UTF8.self)
        == "seesaw_vip: < fqdn: \"v.\" status: TESTING >\nbgp_local_asn: 300\nlease: 5\n")
  }

  @Test func `send and receive may hold any bytes, other strings only text`() throws {
    let check = "vserver: < healthcheck: < type: UDP send: \"\\377\\000\" receive: \"é\" > >\n"
    #expect(String(decoding: try BinaryForm.text(BinaryForm.bytes(tree(check))).text, as: UTF8.self) == check)
    #expect(throws: BinaryFault.self) { try BinaryForm.bytes(tree("vmac: '\\xff'")) }
  }

  @Test func `a field that is not known is told by its number where it stood, and left out`() throws {
    // bgp_local_asn 1; vserver { name "a"; 2000: 7; 2001: "x" }; 3000: 1.
    let binary: [UInt8] = [
      0x20, 0x01, 0x3a, 0x0a, 0x0a, 0x01, 0x61, 0x80, 0x7d, 0x07, 0x8a, 0x7d, 0x01, 0x78, 0xc0, 0xbb, 0x01, 0x01,
    ]
    let source = BinaryForm.source(name: "f.pb", bytes: binary, isBinary: true)
    #expect(String(decoding: source.bytes, as: UTF8.self) == "bgp_local_asn: 1\nvserver: < name: \"a\" >\n")
    #expect(
      source.problems(0).map { "\([source].place($0.position) ?? ""): \($0.severity): \($0.sentence)" } == [
        "f.pb:1:1: warning: Cluster has no field with number 3000: it is left out",
        "f.pb:2:1: warning: Vserver has no field with number 2000: it is left out",
        "f.pb:2:1: warning: Vserver has no field with number 2001: it is left out",
      ])
  }

  @Test func `a member of an enumeration that is not known stays, for the reading to refuse`() throws {
    let text = try BinaryForm.text([0x0a, 0x06, 0x0a, 0x02, 0x76, 0x2e, 0x20, 0x09]).text
    #expect(String(decoding: text, as: UTF8.self) == "seesaw_vip: < fqdn: \"v.\" status: 9 >\n")
    var reader = TextReader(text, source: 0)
    #expect(
      reader.read(.cluster).message(.seesaw_vip)?.faults.map(\.sentence) == [
        "status: \"9\" is none of PRODUCTION, TESTING, BUILDING, STANDBY, FAILURE, DISABLED, PROPOSED"
      ])
  }

  @Test func `a message that is cut off is damaged`() throws {
    let text = try #require(bytes(of: "\(Places.package)/etc/cluster.pb"))
    let binary = try BinaryForm.bytes(tree(String(decoding: text, as: UTF8.self)))
    for count in [1, 2, 60, binary.count / 2, binary.count - 1] {
      let source = BinaryForm.source(name: "f.pb", bytes: Array(binary.prefix(count)), isBinary: true)
      #expect(source.notes.map(\.isDamage) == [true], "\(count)")
    }
  }

  @Test(arguments: fixtures) func `the form is told by what the file holds`(path: String) throws {
    let text = try #require(bytes(of: "\(Places.package)/\(path)"))
    #expect(!BinaryForm.isLikely(text))
    #expect(BinaryForm.isLikely(try BinaryForm.bytes(tree(String(decoding: text, as: UTF8.self)))))
    #expect(BinaryForm.source(name: "f.pb", bytes: text).bytes == text)
    #expect(!BinaryForm.isLikely([]))
    #expect(!BinaryForm.isLikely(Array("\n# \u{e9}\nseesaw_vip: <".utf8)))
    #expect(!BinaryForm.isLikely(Array("seesaw_vip\0".utf8)))
  }
}
