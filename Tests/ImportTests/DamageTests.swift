// Whatever bytes an importer is given, it answers, and every problem has a place in what was read.

import Import
import Support
import Testing

@Suite struct ImportDamageTests {
  private static let importers: [(name: String, read: @Sendable (ImportFile) -> Imported)] = [
    ("keepalived", { keepalived($0.bytes) }), ("ipvsadm", { IPVSAdm.read($0) }), ("ldirectord", { Ldirectord.read($0) }),
  ]

  private static let sources: [String] =
    ShapeTests.names.compactMap { Support.text(of: "\(ShapeTests.folder)/\($0)/keepalived.conf") } + [
      ldirectordExample, ipvsadmExample,
    ]

  private func check(_ bytes: [UInt8]) {
    for importer in Self.importers {
      let imported = importer.read(ImportFile(name: "k.conf", bytes: bytes))
      let lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
      for problem in imported.problems {
        let isInside =
          lines.indices.contains(problem.place.line - 1) && problem.place.column > 0
          && problem.place.column <= max(1, lines[problem.place.line - 1].count)
        #expect(isInside, "\(importer.name): \(imported.sentence(problem))")
      }
      #expect(imported.text != nil || !imported.problems.isEmpty)
    }
  }

  @Test(arguments: sources.indices)
  func `a text that ends at any byte is an answer with places`(index: Int) {
    let bytes = Array(Self.sources[index].utf8)
    for end in 0...bytes.count { check(Array(bytes[..<end])) }
  }

  @Test(arguments: sources.indices)
  func `a text with any byte changed is an answer with places`(index: Int) {
    let bytes = Array(Self.sources[index].utf8)
    let others = Array("{}\"'\\#!$~@=(),.:-[]09a \n\t".utf8) + [0, 0xff]
    for position in bytes.indices {
      var changed = bytes
      changed[position] = others[position % others.count]
      check(changed)
    }
  }
}
