// Firewall marks for probes by DSR and TUN: one for each backend address and mode, chosen by a hash of the two, so that
// restarts and the other node choose the same. Whoever comes first in order of address and mode has the mark of its
// hash; the others take the next free one.

internal import Lines
internal import Values

struct Marks {
  /// Seesaw's range, beside that of firewall-mark vservers: 65536 to 81535.
  static let range: Range<UInt32> = 65536..<81536

  struct Path: Hashable, Comparable {
    let address: IPAddress
    let mode: CheckMode

    static func < (a: Path, b: Path) -> Bool { (a.address, a.mode.rawValue) < (b.address, b.mode.rawValue) }

    fileprivate var slot: UInt32 {
      Digest("\(mode.rawValue) \(address)".utf8).folded % UInt32(Marks.range.count)
    }
  }

  private var marks: [Path: UInt32] = [:]

  /// Paths beyond the number of marks get none.
  init(_ paths: some Sequence<Path>) {
    var isTaken = [Bool](repeating: false, count: Self.range.count)
    var displaced: [Path] = []
    for path in Set(paths).sorted() {
      if isTaken[Int(path.slot)] {
        displaced.append(path)
      } else {
        isTaken[Int(path.slot)] = true
        marks[path] = Self.range.lowerBound + path.slot
      }
    }
    for path in displaced.prefix(Self.range.count - marks.count) {
      var slot = Int(path.slot)
      repeat { slot = (slot + 1) % isTaken.count } while isTaken[slot]
      isTaken[slot] = true
      marks[path] = Self.range.lowerBound + UInt32(slot)
    }
  }

  subscript(_ path: Path) -> UInt32? { marks[path] }
}
