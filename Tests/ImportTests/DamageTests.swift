// Whatever bytes an importer is given, it answers, and every problem has a place in what was read.

import Import
import Support
import Testing

@Suite struct ImportDamageTests {
  private typealias Importer = @Sendable (ImportFile) -> Imported

  private static let importers: [String: Importer] = [
    "keepalived": { keepalived($0.bytes) }, "ipvsadm": { IPVSAdm.read($0) }, "ldirectord": { Ldirectord.read($0) },
  ]

  private static let sources: [(importer: String, text: String)] =
    ShapeTests.names.compactMap { name in
      Support.text(of: "\(ShapeTests.folder)/\(name)/keepalived.conf").map { ("keepalived", $0) }
    } + [("ldirectord", ldirectordExample), ("ipvsadm", ipvsadmExample)]

  private func check(_ bytes: [UInt8], _ name: String) throws {
    let importer = try #require(Self.importers[name])
    let imported = importer(ImportFile(name: "k.conf", bytes: bytes))
    let lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
    for problem in imported.problems {
      // What is missing at the end of a line is missing behind it.
      let isInside =
        lines.indices.contains(problem.place.line - 1) && problem.place.column > 0
        && problem.place.column <= lines[problem.place.line - 1].count + 1
      #expect(isInside, "\(name): \(imported.sentence(problem))")
    }
    #expect(imported.text != nil || !imported.problems.isEmpty)
  }

  @Test(arguments: sources.indices)
  func `a text that ends at any byte is an answer with places`(index: Int) throws {
    let source = Self.sources[index]
    let bytes = Array(source.text.utf8)
    for end in 0...bytes.count { try check(Array(bytes[..<end]), source.importer) }
  }

  @Test(arguments: sources.indices)
  func `a text with a byte changed is an answer with places, of whatever program it is`(index: Int) throws {
    let bytes = Array(Self.sources[index].text.utf8)
    let others = Array("{}\"'\\#!$~@=(),.:-[]09a \n\t".utf8) + [0, 0xff]
    for (count, position) in stride(from: index, to: bytes.count, by: 7).enumerated() {
      var changed = bytes
      changed[position] = others[count % others.count]
      for name in Self.importers.keys.sorted() { try check(changed, name) }
    }
  }
}
