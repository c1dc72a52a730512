// Lines that wait to be written, in order, as a table: of each object there waits at most the newest line that sets it
// and, behind that, the newest that deletes it. So what waits is bounded by the objects, however often they change.

struct OutputLane {
  private enum Entry {
    /// Whole lines of others.
    case passed([UInt8])
    case set(StateKey, [UInt8])
    case deletion(StateKey, [UInt8])
    case sync(from: String, [UInt8])
    /// `reset`, `prune`, requests: never replaced.
    case control([UInt8], isBarrier: Bool)
    case event([UInt8])
    case gone
  }

  /// Where the lines of an object wait, counted from the first entry that there ever was.
  private struct Places {
    var set: Int?
    var deletion: Int?
  }

  /// What a piece was, for whoever keeps count of its bytes.
  enum Kind { case passed, own, event }

  private var entries: [Entry] = []
  /// The first entry that still waits.
  private var first = 0
  /// Entries that have left `entries` at its front.
  private var shifted = 0
  private var gone = 0
  private var places: [StateKey: Places] = [:]
  /// Bytes of everything that waits.
  private(set) var bytes = 0

  var isEmpty: Bool { first == entries.count }
  /// Objects of which a line waits.
  var objects: Int { places.count }
  /// Places in the table, those included that stand empty for a while.
  var count: Int { entries.count - first }

  // MARK: In

  mutating func append(passed: [UInt8]) { add(.passed(passed), passed.count) }
  mutating func append(event: [UInt8]) { add(.event(event), event.count) }

  /// - Parameter isBarrier: what is said later must not take a place before it. So it is with `reset`: what stood
  ///   before it does not belong to the set.
  mutating func append(control: [UInt8], isBarrier: Bool) {
    add(.control(control, isBarrier: isBarrier), control.count)
    if isBarrier { places = [:] }
  }

  /// Of two syncs of a writer with nothing between them the later says all.
  mutating func append(sync: [UInt8], from writer: String) {
    dropGoneAtEnd()
    if first < entries.count, case .sync(writer, let old) = entries[entries.count - 1] {
      bytes += sync.count - old.count
      entries[entries.count - 1] = .sync(from: writer, sync)
    } else {
      add(.sync(from: writer, sync), sync.count)
    }
  }

  /// A newer line takes the older one's place, since something behind it may depend on it. A deletion comes when all
  /// that depended on the object has gone, so it keeps its own place in time, and the older line before it as well.
  mutating func put(_ name: StateKey, _ line: [UInt8], isDeletion: Bool) {
    let places = places[name] ?? Places()
    switch (places.set, places.deletion) {
    case (_, let place?) where isDeletion: replace(place, .deletion(name, line), line.count)
    case (nil, let place?):
      // What the reader holds is the object as it was before the deletion, so it is changed instead.
      replace(place, .set(name, line), line.count)
      self.places[name] = Places(set: place)
    case (let place?, let deletion) where !isDeletion:
      replace(place, .set(name, line), line.count)
      if let deletion {
        replace(deletion, .gone, 0)
        self.places[name]?.deletion = nil
      }
    case (let set, _):
      add(isDeletion ? .deletion(name, line) : .set(name, line), line.count)
      let place = shifted + entries.count - 1
      self.places[name] = isDeletion ? Places(set: set, deletion: place) : Places(set: place)
    }
    if gone > 4096, gone > (entries.count - first) / 3 { compact() }
  }

  private mutating func add(_ entry: Entry, _ count: Int) {
    dropGoneAtEnd()
    entries.append(entry)
    bytes += count
  }

  private mutating func replace(_ place: Int, _ entry: Entry, _ count: Int) {
    let index = place - shifted
    bytes += count - OutputLane.size(entries[index])
    if case .gone = entry { gone += 1 }
    entries[index] = entry
  }

  private mutating func dropGoneAtEnd() {
    while first < entries.count, case .gone = entries[entries.count - 1] {
      entries.removeLast()
      gone -= 1
    }
  }

  /// Leaves out what is gone, and with it the syncs that have nothing between them any more.
  private mutating func compact() {
    let waiting = entries[first...]
    self = OutputLane()
    entries.reserveCapacity(waiting.count)
    for entry in waiting {
      switch entry {
      case .gone: break
      case .sync(let writer, let bytes): append(sync: bytes, from: writer)
      case .set(let name, let bytes):
        add(entry, bytes.count)
        places[name, default: Places()].set = entries.count - 1
      case .deletion(let name, let bytes):
        add(entry, bytes.count)
        places[name, default: Places()].deletion = entries.count - 1
      case .control(let bytes, let isBarrier): append(control: bytes, isBarrier: isBarrier)
      case .passed, .event: add(entry, OutputLane.size(entry))
      }
    }
  }

  private static func size(_ entry: Entry) -> Int {
    switch entry {
    case .passed(let bytes), .set(_, let bytes), .deletion(_, let bytes), .sync(_, let bytes), .control(let bytes, _),
      .event(let bytes):
      bytes.count
    case .gone: 0
    }
  }

  // MARK: Out

  /// Moves the first lines that wait to the end of `out`. What has moved is not replaced any more.
  mutating func next(into out: inout [UInt8]) -> (Kind, Int)? {
    while first < entries.count {
      let entry = entries[first]
      let place = shifted + first
      entries[first] = .gone
      first += 1
      defer { shift() }
      switch entry {
      case .gone: gone -= 1
      case .passed(let bytes): return move(bytes, .passed, into: &out)
      case .event(let bytes): return move(bytes, .event, into: &out)
      case .sync(_, let bytes), .control(let bytes, _): return move(bytes, .own, into: &out)
      case .set(let name, let bytes):
        if places[name]?.set == place { places[name] = places[name]?.deletion.map { Places(deletion: $0) } }
        return move(bytes, .own, into: &out)
      case .deletion(let name, let bytes):
        if places[name]?.deletion == place { places[name] = nil }
        return move(bytes, .own, into: &out)
      }
    }
    return nil
  }

  private mutating func move(_ line: [UInt8], _ kind: Kind, into out: inout [UInt8]) -> (Kind, Int) {
    bytes -= line.count
    if out.isEmpty { out = line } else { out += line }
    return (kind, line.count)
  }

  /// Lets go of the entries that have left, now and then.
  private mutating func shift() {
    if first == entries.count {
      shifted += first
      entries.removeAll(keepingCapacity: first <= 4096)
      first = 0
    } else if first > 4096, first > entries.count / 2 {
      shifted += first
      entries.removeFirst(first)
      first = 0
    }
  }
}
