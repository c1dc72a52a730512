// A priority queue by time, in which a place can be changed or taken out: a binary heap that knows where each slot
// stands. Every operation is O(log n); looking at the first costs nothing.

/// Slots (small indices) in the order of their instants; equal instants in the order in which they were put in.
package struct DueQueue: Sendable {
  private struct Node: Sendable {
    let at: Instant
    let order: UInt64
    let slot: Int

    func isBefore(_ other: Node) -> Bool { (at, order) < (other.at, other.order) }
  }

  private var heap: [Node] = []
  /// Where each slot stands in the heap; -1 for one that is not in it.
  private var places: [Int] = []
  private var puts: UInt64 = 0

  package init() {}

  package var count: Int { heap.count }

  package var first: (slot: Int, at: Instant)? { heap.first.map { ($0.slot, $0.at) } }

  /// Puts a slot in, or moves it.
  package mutating func put(_ slot: Int, at instant: Instant) {
    remove(slot)
    while places.count <= slot { places.append(-1) }
    puts &+= 1
    heap.append(Node(at: instant, order: puts, slot: slot))
    places[slot] = heap.count - 1
    rise(from: heap.count - 1)
  }

  package mutating func remove(_ slot: Int) {
    guard places.indices.contains(slot), places[slot] >= 0 else { return }
    let place = places[slot]
    places[slot] = -1
    let last = heap.removeLast()
    guard place < heap.count else { return }
    heap[place] = last
    places[last.slot] = place
    rise(from: place)
    sink(from: place)
  }

  private mutating func rise(from start: Int) {
    var place = start
    while place > 0 {
      let parent = (place - 1) / 2
      guard heap[place].isBefore(heap[parent]) else { return }
      swap(place, parent)
      place = parent
    }
  }

  private mutating func sink(from start: Int) {
    var place = start
    while true {
      var least = place
      for child in (2 * place + 1)...(2 * place + 2) where child < heap.count && heap[child].isBefore(heap[least]) {
        least = child
      }
      guard least != place else { return }
      swap(place, least)
      place = least
    }
  }

  private mutating func swap(_ one: Int, _ other: Int) {
    heap.swapAt(one, other)
    places[heap[one].slot] = one
    places[heap[other].slot] = other
  }
}
