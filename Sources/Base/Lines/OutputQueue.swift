// What a command has still to write (man 7 ss-lines). A newer state line takes the place of an older one that still waits;
// urgent lines go ahead of all others, never within one; own events are dropped and counted when too many wait; lines that
// only pass through are limited by no longer asking for input. So memory is bounded by the objects, whatever the reader does.

/// The queue. It is told what to write and gives out pieces; it writes nothing itself.
package struct OutputQueue {
  /// Passed bytes above which no more input is wanted. Four pipes' worth.
  package static let passedLimit = 1 << 18
  /// Own events above which new ones are dropped.
  package static let eventLimit = 1 << 20
  /// Gathered for writing at once; no longer replaced once there.
  private static let gather = 1 << 15

  private enum Entry {
    case passed([UInt8])
    case state([UInt8], isDeletion: Bool)
    case control([UInt8], isSync: Bool)
    case event([UInt8])
    case gone
  }

  private let from: String
  private var entries: [Entry] = []
  private var first = 0
  /// Entries taken out since the beginning: positions in `places` count from there.
  private var taken = 0
  private var places: [StateKey: Int] = [:]
  private var open: [UInt8] = []
  private var current: [UInt8] = []
  private var sent = 0
  private var urgent: [(key: StateKey?, bytes: [UInt8])] = []
  private var urgentSent = 0
  private var passedBytes = 0
  private var eventBytes = 0
  private var dropped = 0

  /// - Parameter from: the command's name, for the line that tells of dropped events.
  package init(from: String) { self.from = from }

  package var isEmpty: Bool {
    urgent.isEmpty && sent == current.count && first == entries.count && open.isEmpty && dropped == 0
  }

  /// False while the reader is behind with lines that only pass.
  package var wantsInput: Bool { passedBytes + open.count + current.count - sent < OutputQueue.passedLimit }

  /// State lines that wait; for tests and statistics.
  package var waitingStates: Int { places.count }

  // MARK: In

  /// A line of somebody else, without its newline; passed byte for byte.
  package mutating func pass(_ text: borrowing Span<UInt8>, urgently key: StateKey? = nil) {
    if let key {
      putUrgent(key, [UInt8](copying: text) + [0x0a])
      return
    }
    if open.isEmpty { open.reserveCapacity(OutputQueue.gather + OutputQueue.gather / 8) }
    open.append(text)
    open.append(0x0a)
    if open.count >= OutputQueue.gather { seal() }
  }

  /// An own line, by the role that the schema gives its type.
  package mutating func say(_ line: Line) {
    let schema = Schema.type(line.type)
    let bytes = line.bytes
    let key = line.key.map { StateKey(type: line.type, key: $0) }
    if schema?.isUrgent ?? false {
      putUrgent(key, bytes)
    } else if schema?.role == .event {
      putEvent(bytes)
    } else if let key {
      putState(key, bytes, isDeletion: line.isDeleted)
    } else {
      append(.control(bytes, isSync: line.type == "sync"))
    }
  }

  private mutating func putUrgent(_ key: StateKey?, _ bytes: [UInt8]) {
    let replaceable = urgentSent > 0 ? 1 : 0
    if let key, let index = urgent.dropFirst(replaceable).firstIndex(where: { $0.key == key }) {
      urgent[index].bytes = bytes
    } else {
      urgent.append((key, bytes))
    }
  }

  private mutating func putEvent(_ bytes: [UInt8]) {
    guard eventBytes + bytes.count <= OutputQueue.eventLimit else {
      dropped += 1
      return
    }
    eventBytes += bytes.count
    append(.event(bytes))
  }

  /// A deletion keeps its place in time, since what depends on the object went first; anything else takes the older place.
  private mutating func putState(_ key: StateKey, _ bytes: [UInt8], isDeletion: Bool) {
    if let place = places[key], place >= taken, case .state(_, let wasDeletion) = entries[first + place - taken],
      wasDeletion || !isDeletion
    {
      entries[first + place - taken] = .state(bytes, isDeletion: isDeletion)
      return
    }
    append(.state(bytes, isDeletion: isDeletion))
    places[key] = taken + entries.count - first - 1
  }

  private mutating func append(_ entry: Entry) {
    seal()
    // Of two syncs with nothing between them the later one says all.
    if case .control(_, true) = entry, first < entries.count, case .control(_, true) = entries[entries.count - 1] {
      entries[entries.count - 1] = entry
      return
    }
    entries.append(entry)
  }

  private mutating func seal() {
    guard !open.isEmpty else { return }
    passedBytes += open.count
    entries.append(.passed(open))
    open = []
  }

  // MARK: Out

  /// The next bytes to write, at most `limit`; empty if nothing waits. Follow with `wrote`.
  package mutating func next(limit: Int) -> ArraySlice<UInt8> {
    if urgentSent > 0 || (!urgent.isEmpty && isAtLineStart) {
      let bytes = urgent[0].bytes
      return bytes[urgentSent..<min(bytes.count, urgentSent + limit)]
    }
    if sent == current.count { refill() }
    var end = min(current.count, sent + limit)
    if !urgent.isEmpty, let newline = current[sent..<end].firstIndex(of: 0x0a) { end = newline + 1 }
    return current[sent..<end]
  }

  /// That many bytes of the last `next` were written.
  package mutating func wrote(_ count: Int) {
    if urgentSent > 0 || (!urgent.isEmpty && isAtLineStart) {
      urgentSent += count
      if urgentSent >= urgent[0].bytes.count {
        urgent.removeFirst()
        urgentSent = 0
      }
      return
    }
    sent = min(current.count, sent + count)
  }

  private var isAtLineStart: Bool { sent == 0 || sent == current.count || current[sent - 1] == 0x0a }

  private mutating func refill() {
    current.removeAll(keepingCapacity: current.count <= 2 * OutputQueue.gather)
    sent = 0
    if first == entries.count { seal() }
    while first < entries.count, current.count < OutputQueue.gather {
      switch entries[first] {
      case .passed(let bytes):
        passedBytes -= bytes.count
        if current.isEmpty { current = bytes } else { current.append(contentsOf: bytes) }
      case .event(let bytes):
        eventBytes -= bytes.count
        current.append(contentsOf: bytes)
      case .state(let bytes, _), .control(let bytes, _): current.append(contentsOf: bytes)
      case .gone: break
      }
      entries[first] = .gone
      first += 1
      taken += 1
    }
    if first == entries.count {
      entries.removeAll(keepingCapacity: entries.count <= 4096)
      first = 0
      places.removeAll(keepingCapacity: places.count <= 4096)
      if dropped > 0 { tellDropped() }
    } else if first > 4096, first > entries.count / 2 {
      entries.removeFirst(first)
      first = 0
    }
  }

  private mutating func tellDropped() {
    let line = Line(
      "error", [JSONMember("from", .string(from)), JSONMember("reason", .string("\(dropped) events dropped unread"))])
    dropped = 0
    current.append(contentsOf: line.bytes)
  }
}
