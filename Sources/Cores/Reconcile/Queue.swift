// The queues of the reconcilers: what waits, in the order in which it came.

/// First in, first out.
struct Queue<Element> {
  private var elements: [Element] = []
  private var first = 0

  var isEmpty: Bool { first == elements.count }

  mutating func append(_ element: Element) { elements.append(element) }

  mutating func next() -> Element? {
    guard first < elements.count else { return nil }
    let element = elements[first]
    first += 1
    if first == elements.count {
      // A large burst gives its memory back.
      elements.removeAll(keepingCapacity: first < 4096)
      first = 0
    }
    return element
  }
}

/// First in, first out, each key once: a key that waits already keeps its place.
struct KeyQueue<Key: Hashable> {
  private var queue = Queue<Key>()
  private var waiting: Set<Key> = []

  var isEmpty: Bool { queue.isEmpty }

  func contains(_ key: Key) -> Bool { waiting.contains(key) }

  mutating func append(_ key: Key) {
    if waiting.insert(key).inserted { queue.append(key) }
  }

  mutating func next() -> Key? {
    guard let key = queue.next() else { return nil }
    waiting.remove(key)
    if queue.isEmpty { waiting = [] }
    return key
  }
}
