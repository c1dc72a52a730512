// Whole configurations of keepalived and what they become, in Tests/Fixtures/import. keepalived itself accepts each.
// SEESAW_GOLDEN=1 writes cluster.pb anew.

import Import
import Support
import Testing

@Suite struct ShapeTests {
  static let folder = Places.package + "/Tests/Fixtures/import"
  static let names = Support.names(in: folder)
  private static let hasKeepalived = Places.installed("keepalived") != nil

  @Test func `there are shapes`() { #expect(Self.names.count >= 15) }

  /// What include can find, by its name in the fixture's folder.
  private func files(_ name: String) -> [String: String] {
    var files: [String: String] = [:]
    for folder in ["", "services.d/"] {
      for file in Support.names(in: "\(Self.folder)/\(name)/\(folder)") where !file.hasSuffix(".pb") {
        files[folder + file] = Support.text(of: "\(Self.folder)/\(name)/\(folder)\(file)")
      }
    }
    // As one that is included asks for it.
    files["services.d/../real.inc"] = files["real.inc"]
    return files
  }

  @Test(arguments: names)
  func `a configuration of keepalived is imported whole`(name: String) throws {
    let expected = "\(Self.folder)/\(name)/cluster.pb"
    let file = ImportFile(
      name: "keepalived.conf", bytes: try #require(bytes(of: "\(Self.folder)/\(name)/keepalived.conf")))
    let files = files(name)
    let surroundings = ImportSurroundings(instance: "main") {
      (pattern, folder) throws(ImportSurroundings.Refusal) in
      let full = folder == "." ? pattern : "\(folder)/\(pattern)"
      let parts = full.split(separator: "*", omittingEmptySubsequences: false)
      return files.keys.sorted().filter { $0.hasPrefix(parts[0]) && $0.hasSuffix(parts[parts.count - 1]) }.map {
        ImportFile(name: $0, bytes: Array((files[$0] ?? "").utf8))
      }
    }
    let imported = Keepalived.read(file, surroundings)
    #expect(imported.told == [])
    #expect(imported.isComplete)
    if variable("SEESAW_GOLDEN") != nil { write(imported.string ?? "", to: expected) }
    #expect(imported.string == Support.text(of: expected))
  }

  @Test(.enabled(if: hasKeepalived, "needs keepalived: make deps-test"), arguments: names)
  func `keepalived accepts the configuration`(name: String) throws {
    let outcome = try run(
      "keepalived", ["--config-test", "--config-id=main", "--use-file=\(Self.folder)/\(name)/keepalived.conf"])
    #expect(outcome.status == 0, "\(outcome.errorText)")
  }
}
