// Names of objects and the newest line of each: byte for byte, whatever Unicode takes for the same.

import Lines
import Testing

@Suite struct FoldTests {
  private static let accented = "\u{e9}"
  private static let combined = "e\u{301}"

  @Test func `keys are ordered by their bytes`() {
    // By characters the combined letter is the accented one, which comes behind f.
    let keys = [Self.accented, "f", Self.combined].map { StateKey(type: "t", key: $0) }
    #expect(keys.sorted().map(\.key.utf8.first) == [0x65, 0x66, 0xc3])
    #expect(keys.reversed().sorted().map(\.key.utf8.first) == [0x65, 0x66, 0xc3])
    #expect(StateKey(type: "a", key: "z") < StateKey(type: "b", key: "a"))
    #expect(StateKey(type: "a", key: "b") < StateKey(type: "a", key: "ba"))
    #expect(!(StateKey(type: "a", key: "b") < StateKey(type: "a", key: "b")))
  }

  @Test func `a line of other bytes is a change, the same again is none`() {
    var fold = Fold()
    let line = { (text: String) in Line("t", key: "k", [JSONMember("reason", .string(text))]) }
    let changes = [Self.accented, Self.combined, Self.combined].map { fold.take(line($0)) }
    #expect(changes == [true, true, false])
    #expect(fold.sorted.map { $0["reason"]?.string?.utf8.count } == [3])
  }

  @Test func `the writer of a key is what stands before its first slash, a mark behind the slash or not`() {
    #expect(CommitReader.writer(ofType: "track", key: "ss-track/\u{301}x") == "ss-track")
  }
}
