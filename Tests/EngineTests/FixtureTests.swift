// Recordings and what they come to, in Tests/Fixtures/engine: a bug report's recording becomes a fixture as it is. Each
// is replayed in process and through the built command. SEESAW_GOLDEN=1 writes out.jsonl anew.

import Engine
import Lines
import Support
import Testing

@Suite struct FixtureTests {
  static let folder = Places.package + "/Tests/Fixtures/engine"
  static let names = Support.names(in: folder)

  @Test func `there are fixtures`() { #expect(!Self.names.isEmpty) }

  @Test(arguments: names)
  func `a recording comes to the same bytes in process and through the command`(name: String) throws {
    let recording = "\(Self.folder)/\(name)/in.jsonl"
    let expected = "\(Self.folder)/\(name)/out.jsonl"
    let input = try #require(bytes(of: recording))
    let (output, fault) = Replay.output(of: input, command: "ss-engine", own: true) { _ in
      Engine(settings: Engine.Settings())
    }
    let text = String(decoding: output, as: UTF8.self)
    #expect(fault == nil)
    if variable("SEESAW_GOLDEN") != nil { write(text, to: expected) }
    #expect(text == Support.text(of: expected))

    let outcome = try run("ss-engine", ["replay", "--own", recording])
    #expect(outcome.status == 0)
    #expect(outcome.output == output)
  }

  @Test func `a recording that is cut or changed anywhere is an answer, not a trap`() throws {
    let name = try #require(Self.names.first)
    let whole = try #require(bytes(of: "\(Self.folder)/\(name)/in.jsonl"))
    var seed: UInt64 = 1
    let step = max(1, whole.count / 300)
    for index in stride(from: 0, to: whole.count, by: step) {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      var changed = whole
      changed[index] = UInt8(truncatingIfNeeded: seed >> 56)
      for text in [Array(whole[..<index]), changed] {
        _ = Replay.output(of: text, command: "ss-engine") { _ in Engine(settings: Engine.Settings()) }
      }
    }
  }
}
