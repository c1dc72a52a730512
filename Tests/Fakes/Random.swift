// Chance that a seed repeats on every machine.

/// splitmix64: the same numbers everywhere.
package struct Random {
  private var state: UInt64

  package init(state: UInt64) { self.state = state }

  /// From 0 up to and without `bound`.
  package mutating func next(_ bound: Int) -> Int {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return Int((z ^ (z >> 31)) % UInt64(max(1, bound)))
  }

  /// True once in `times`.
  package mutating func once(in times: Int) -> Bool { next(times) == 0 }

  package mutating func pick<Element>(_ elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[next(elements.count)]
  }
}
