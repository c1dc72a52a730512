// Records of generations, the archive's limits, and when files are read.

import Lines
import Supply
import Testing
import Values

@Suite struct RecordTests {
  private let record = Record(
    [JSONMember("id", "1f")], parts: [Part("a.pb", Array("x: 1".utf8)), Part("b", []), Part("c", [0x0a, 0xff])])

  @Test func `a record is read as it was written, down to the byte`() throws {
    let bytes = record.bytes
    let header =
      ##"# ss-config 1 21a538a4db5d8da7 {"id":"1f","parts":[{"name":"a.pb","bytes":4},{"name":"b","bytes":0},"##
      + #"{"name":"c","bytes":2}]}"#
    #expect(String(decoding: bytes.prefix { $0 != 0x0a }, as: UTF8.self) == header)
    #expect(Array(bytes.drop { $0 != 0x0a }) == Array("\nx: 1\n\n\n".utf8) + [0xff, 0x0a])
    #expect(try Record(parsing: bytes, name: "n") == record)
  }

  @Test func `a record that is cut off anywhere is refused`() {
    let bytes = record.bytes
    for length in 14..<bytes.count {
      #expect(throws: Record.Failure.self) { try Record(parsing: Array(bytes.prefix(length)), name: "n") }
    }
  }

  @Test func `a record of which any byte was changed is refused`() {
    let bytes = record.bytes
    for index in 14..<bytes.count {
      var changed = bytes
      changed[index] ^= 1
      #expect(throws: Record.Failure.self, "\(index)") { try Record(parsing: changed, name: "n") }
    }
  }

  @Test func `a text without a header is a generation of its own`() throws {
    let text = Array("# a comment\nvserver: <>\n".utf8)
    #expect(try Record(parsing: text, name: "cluster.pb.7") == Record([], parts: [Part("cluster.pb.7", text)]))
  }

  @Test func `ids tell texts and their names apart`() {
    let parts = [[Part("a", [1, 2])], [Part("a", [1]), Part("", [2])], [Part("b", [1, 2])], [Part("a", [2, 1])]]
    #expect(Set(parts.map(\.id)).count == 4)
    #expect([Part("a", [1, 2])].id == "4cf9be88bd7dfe59")
  }

  // MARK: The archive

  @Test func `names of the archive are Seesaw's`() {
    #expect(ArchiveEntry(name: "cluster.pb.1700000000", size: 5)?.time == 1_700_000_000)
    #expect(ArchiveEntry(name: "cluster.pb.1700000000.3", size: 5)?.number == 3)
    for name in ["cluster.pb", "cluster.pb.", "cluster.pb.x", "cluster.pb.-1", "cluster.pb.1.2.3", "cluster.pb.01"] {
      #expect(ArchiveEntry(name: name, size: 0) == nil, "\(name)")
    }
  }

  private func entries(_ times: [Int64], size: Int64 = 1) -> [ArchiveEntry] {
    times.compactMap { ArchiveEntry(name: "cluster.pb.\($0)", size: size) }
  }

  @Test func `what is beyond 1500 files, 10 GiB or 60 days goes, with all that is older`() {
    let limits = ArchiveLimits()
    #expect(limits.excess(of: entries(Array(1...1500)), at: 1500) == [])
    #expect(limits.excess(of: entries(Array(1...1502)), at: 1500) == ["cluster.pb.2", "cluster.pb.1"])
    #expect(limits.excess(of: entries([1, 2, 3], size: 5 << 30), at: 3) == ["cluster.pb.1"])
    let now: Int64 = 60 * 86_400 + 10
    #expect(limits.excess(of: entries([9, 10, now]), at: now) == ["cluster.pb.9"])
  }

  @Test func `one that is too large takes all that are older with it`() {
    let all = [
      ArchiveEntry(name: "cluster.pb.3", size: 1), ArchiveEntry(name: "cluster.pb.2", size: 11 << 30),
      ArchiveEntry(name: "cluster.pb.1", size: 1),
    ].compactMap { $0 }
    #expect(ArchiveLimits().excess(of: all, at: 3) == ["cluster.pb.2", "cluster.pb.1"])
  }

  // MARK: Quiet

  @Test func `files are read a moment after the last change`() {
    var quiet = Quiet()
    #expect(quiet.deadline == nil)
    quiet.note(.settled, at: at(1))
    quiet.note(.settled, at: at(1.05))
    let times = [quiet.isDue(at: at(1.1)), quiet.isDue(at: at(1.15)), quiet.isDue(at: at(1.15))]
    #expect(times == [false, true, false])
  }

  @Test func `a file that is being written is waited for, and for 5 s at most`() {
    var quiet = Quiet()
    quiet.note(.writing, at: at(1))
    #expect(quiet.deadline == at(3))
    quiet.note(.settled, at: at(1.2))
    #expect(quiet.deadline == at(1.3))
    for tenth in 2...60 { quiet.note(.writing, at: at(1 + Double(tenth) / 10)) }
    #expect(quiet.deadline == at(6))
  }

  @Test func `what happens after a reading began leads to another`() {
    var quiet = Quiet()
    quiet.note(.settled, at: at(1))
    let first = quiet.isDue(at: at(2))
    quiet.note(.settled, at: at(2))
    let second = quiet.isDue(at: at(2.1))
    #expect(first && second)
  }
}
