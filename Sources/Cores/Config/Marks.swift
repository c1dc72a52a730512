// Firewall marks, one for each of a set of texts, chosen by a hash of the text, so that restarts and the other node
// choose the same. Whoever comes first in the order of the texts has the mark of its hash; the others take the next
// free one.

struct Marks {
  /// For probes by DSR and TUN, whose texts are mode and backend, such as `dsr 192.0.2.1`. Seesaw's range: 65536 to
  /// 81535.
  static let probes: Range<UInt32> = 65_536..<81_536
  /// For vservers, and what their backends start. Seesaw's range: 256 to 8255.
  static let vservers: Range<UInt32> = 256..<8_256

  private let range: Range<UInt32>
  private var marks: [String: UInt32] = [:]

  /// Texts beyond the number of marks get none.
  init(_ texts: some Sequence<String>, in range: Range<UInt32>, without given: Set<UInt32> = []) {
    self.range = range
    var isTaken = range.map { given.contains($0) }
    var displaced: [String] = []
    var left = isTaken.count { !$0 }
    for text in Set(texts).sorted() {
      let slot = slot(text)
      if isTaken[slot] {
        displaced.append(text)
      } else {
        isTaken[slot] = true
        left -= 1
        marks[text] = range.lowerBound + UInt32(slot)
      }
    }
    for text in displaced.prefix(left) {
      var slot = slot(text)
      repeat { slot = (slot + 1) % isTaken.count } while isTaken[slot]
      isTaken[slot] = true
      marks[text] = range.lowerBound + UInt32(slot)
    }
  }

  subscript(_ text: String) -> UInt32? { marks[text] }

  private func slot(_ text: String) -> Int { Int(Digest(text.utf8).folded % UInt32(range.count)) }
}
