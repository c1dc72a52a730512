// What a command has still to write (man 7 ss-lines). A newer state line takes the place of an older one that still
// waits; urgent lines go ahead of all others, never within one; own events are dropped and counted when too many wait;
// lines that only pass through are limited by no longer asking for input. So memory is bounded by the objects, whatever
// the reader does.

/// The queue. It is told what to write and gives out pieces; it writes nothing itself.
package struct OutputQueue {
  /// Passed bytes that wait above which no more input is wanted. Four pipes' worth.
  package static let passedLimit = 1 << 18
  /// Bytes of own events that wait above which new ones are dropped.
  package static let eventLimit = 1 << 20
  /// Bytes to write at once: PIPE_BUF, since poll calls a pipe writable once that much fits.
  package static let piece = 4096
  /// Gathered for writing; not replaced once there.
  private static let gather = 1 << 15

  /// Bytes on their way out, and how many have gone.
  private struct Outgoing {
    var bytes: [UInt8] = []
    var sent = 0

    var count: Int { bytes.count - sent }
    var isAtLineStart: Bool { sent == 0 || sent == bytes.count || bytes[sent - 1] == 0x0a }

    mutating func clear() {
      bytes.removeAll(keepingCapacity: bytes.capacity <= 4 * OutputQueue.gather)
      sent = 0
    }
  }

  private let from: String
  private let isUrgentWriter: Bool
  private var lane = OutputLane()
  private var urgentLane = OutputLane()
  /// Passed lines that are not in the lane yet: they need no entry each.
  private var open: [UInt8] = []
  private var outgoing = Outgoing()
  private var urgentOutgoing = Outgoing()
  private var passedBytes = 0
  private var eventBytes = 0
  private var dropped = 0

  /// - Parameter from: the command's name, for the line that tells of dropped events.
  package init(from: String) {
    self.from = from
    isUrgentWriter = Schema.isUrgentWriter(from)
  }

  package var isEmpty: Bool {
    outgoing.count == 0 && open.isEmpty && lane.isEmpty && dropped == 0 && urgentOutgoing.count == 0
      && urgentLane.isEmpty
  }

  /// False while the reader is behind with lines that only pass, or with events that come of input.
  package var wantsInput: Bool {
    passedBytes + eventBytes + open.count + outgoing.count + urgentLane.bytes < OutputQueue.passedLimit
  }

  /// Objects of which an own line waits; for tests and statistics.
  package var waitingObjects: Int { lane.objects }
  package var waitingEntries: Int { lane.count }
  /// Bytes that wait; for tests and statistics.
  package var waitingBytes: Int {
    outgoing.count + open.count + lane.bytes + urgentOutgoing.count + urgentLane.bytes
  }

  // MARK: In

  /// A line of somebody else, without its newline; passed byte for byte.
  package mutating func pass(_ text: borrowing Span<UInt8>) {
    if open.isEmpty { open.reserveCapacity(OutputQueue.gather + OutputQueue.gather / 8) }
    open.append(text)
    open.append(0x0a)
    if open.count >= OutputQueue.gather { seal() }
  }

  /// An urgent line of somebody else; with a name if it is state.
  package mutating func passUrgent(_ text: borrowing Span<UInt8>, _ name: StateKey?) {
    putUrgent(name, text.copied(newline: true), isDeletion: false)
  }

  /// A `sync`, `reset` or `prune` of somebody else.
  package mutating func passControl(_ text: borrowing Span<UInt8>, of writer: String, type: KnownType?) {
    if Schema.isUrgentWriter(writer) {
      putUrgentControl(text.copied(newline: true), type: type?.name ?? "", of: writer)
    } else {
      pass(text)
    }
  }

  /// An own line, by the role that the schema gives its type.
  package mutating func say(_ line: Line) {
    let known = Schema.known(line.type)
    let bytes = line.bytes
    let name = line.key.map { StateKey(type: line.type, key: $0) }
    if known?.role == .commit, isUrgentWriter {
      putUrgentControl(bytes, type: line.type, of: from)
    } else if known?.isUrgent ?? false {
      putUrgent(name, bytes, isDeletion: line.isDeleted)
    } else if known?.role == .event {
      putEvent(bytes)
    } else {
      seal()
      if let name {
        lane.put(name, bytes, isDeletion: line.isDeleted)
      } else if line.type == "sync" {
        lane.append(sync: bytes, from: from)
      } else {
        lane.append(control: bytes, isBarrier: line.type == "reset")
      }
    }
  }

  private mutating func putUrgent(_ name: StateKey?, _ bytes: [UInt8], isDeletion: Bool) {
    if let name {
      urgentLane.put(name, bytes, isDeletion: isDeletion)
    } else {
      urgentLane.append(control: bytes, isBarrier: false)
    }
  }

  private mutating func putUrgentControl(_ bytes: [UInt8], type: String, of writer: String) {
    if type == "sync" {
      urgentLane.append(sync: bytes, from: writer)
    } else {
      urgentLane.append(control: bytes, isBarrier: type == "reset")
    }
  }

  private mutating func putEvent(_ bytes: [UInt8]) {
    guard eventBytes + bytes.count <= OutputQueue.eventLimit else {
      dropped += 1
      return
    }
    eventBytes += bytes.count
    seal()
    lane.append(event: bytes)
  }

  /// Own lines come behind what was passed before them.
  private mutating func seal() {
    guard !open.isEmpty else { return }
    passedBytes += open.count
    lane.append(passed: open)
    open = []
  }

  // MARK: Out

  /// The next bytes to write, at most `limit`; empty if nothing waits. Follow with `wrote`.
  package mutating func next(limit: Int) -> ArraySlice<UInt8> {
    if outgoing.isAtLineStart, urgentOutgoing.count == 0, !urgentLane.isEmpty {
      urgentOutgoing.clear()
      while urgentOutgoing.bytes.count < OutputQueue.gather, urgentLane.next(into: &urgentOutgoing.bytes) != nil {}
    }
    if outgoing.isAtLineStart, urgentOutgoing.count > 0 {
      return urgentOutgoing.bytes[urgentOutgoing.sent...].prefix(limit)
    }
    if outgoing.count == 0 { refill() }
    let piece = outgoing.bytes[outgoing.sent...].prefix(limit)
    if urgentLane.isEmpty { return piece }
    // Something urgent waits for the end of this line.
    let end = piece.firstIndex(of: 0x0a).map { $0 + 1 } ?? piece.endIndex
    return piece[..<end]
  }

  /// That many bytes of the last `next` were written.
  package mutating func wrote(_ count: Int) {
    if outgoing.isAtLineStart, urgentOutgoing.count > 0 {
      urgentOutgoing.sent += min(count, urgentOutgoing.count)
    } else {
      outgoing.sent += min(count, outgoing.count)
    }
  }

  private mutating func refill() {
    outgoing.clear()
    if lane.isEmpty { swap(&outgoing.bytes, &open) }
    while outgoing.bytes.count < OutputQueue.gather, let (kind, count) = lane.next(into: &outgoing.bytes) {
      switch kind {
      case .passed: passedBytes -= count
      case .event: eventBytes -= count
      case .own: break
      }
    }
    // There is room for events again once some have left.
    if dropped > 0, eventBytes < OutputQueue.eventLimit / 2 {
      let reason = "\(dropped) events were dropped, since the reader did not take them"
      dropped = 0
      let members = [JSONMember("from", .string(from)), JSONMember("reason", .string(reason))]
      Line("error", members).write(into: &outgoing.bytes)
    }
  }
}
