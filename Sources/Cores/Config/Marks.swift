// Firewall marks for probes by DSR and TUN: one for each backend address and mode, chosen by a hash of the two, so that
// restarts and the other node choose the same. Whoever comes first in the order of the paths' text has the mark of its
// hash; the others take the next free one.

struct Marks {
  /// Seesaw's range, beside that of firewall-mark vservers: 65536 to 81535.
  static let range: Range<UInt32> = 65536..<81536

  private var marks: [String: UInt32] = [:]

  /// `paths` are texts of mode and backend, such as `dsr 192.0.2.1`. Those beyond the number of marks get none.
  init(_ paths: some Sequence<String>) {
    var isTaken = [Bool](repeating: false, count: Self.range.count)
    var displaced: [String] = []
    for path in Set(paths).sorted() {
      let slot = Self.slot(path)
      if isTaken[slot] {
        displaced.append(path)
      } else {
        isTaken[slot] = true
        marks[path] = Self.range.lowerBound + UInt32(slot)
      }
    }
    for path in displaced.prefix(Self.range.count - marks.count) {
      var slot = Self.slot(path)
      repeat { slot = (slot + 1) % isTaken.count } while isTaken[slot]
      isTaken[slot] = true
      marks[path] = Self.range.lowerBound + UInt32(slot)
    }
  }

  subscript(_ path: String) -> UInt32? { marks[path] }

  private static func slot(_ path: String) -> Int { Int(Digest(path.utf8).folded % UInt32(range.count)) }
}
