// The pass-through half of a filter, without any system call: routes each input line, gathers commits, holds a `sync` that
// has not acted and that writer's later lines, and lets everything else by (man 7 ss-lines, rule 8).

/// What a line of input asks of the core.
package enum FilterStep: Hashable, Sendable {
  case commit(Commit)
  case prune(Prune)
  case fault(reason: String, key: String?, line: Int)
}

package struct FilterStream {
  private struct Held {
    var sync: [UInt8]
    var waiting: [(bytes: [UInt8], number: Int)] = []
  }

  /// Bytes that may wait behind a held `sync`: four commits of 1,000 lines.
  package static let heldLimit = 1 << 21

  /// What this command has to do with a type, beyond passing it.
  private struct Interest {
    var reads = false
    var isUrgent = false
    var isCommit = false

    var isNone: Bool { !reads && !isUrgent && !isCommit }
  }

  private let passes: Bool
  private let prunes: String?
  /// In the order of `Schema.types`.
  private let interests: [Interest]
  private var reader: CommitReader
  private var held: [String: Held] = [:]
  private var heldBytes = 0

  /// - Parameters:
  ///   - passes: whether lines are passed on; false with `--own`.
  package init(reads: [String], prunes: String?, passes: Bool) {
    reader = CommitReader(reading: reads)
    interests = Schema.types.map {
      Interest(reads: reads.contains($0.name), isUrgent: $0.isUrgent, isCommit: $0.role == .commit)
    }
    self.prunes = prunes
    self.passes = passes
  }

  /// False while too much waits behind a held `sync`.
  package var wantsInput: Bool { heldBytes < FilterStream.heldLimit }

  /// A line could not even be cut out of the input.
  package mutating func lost() { reader.spoil() }

  /// Routes one line; what may pass goes into the queue.
  package mutating func take(
    _ text: borrowing Span<UInt8>, number: Int, into queue: inout OutputQueue
  ) -> FilterStep? {
    let head: LineHead
    do throws(JSONError) {
      head = try LineHead(scanning: text)
    } catch {
      reader.spoil()
      return .fault(
        reason: "not a line, left out: \(error.reason), at byte \(error.offset + 1)", key: nil, line: number)
    }
    let interest = head.position.map { interests[$0] } ?? Interest()
    if interest.isNone, held.isEmpty {
      pass(text, into: &queue)
      return nil
    }
    let writer =
      interest.isCommit
      ? head.from(in: text) ?? "" : CommitReader.writer(ofType: head.type(in: text), key: head.key(in: text))
    if held[writer] != nil, !interest.isUrgent {
      heldBytes += text.count
      held[writer]?.waiting.append(([UInt8](copying: text), number))
      return nil
    }
    return route(text, head: head, interest, writer: writer, number: number, into: &queue)
  }

  /// The writer's held line has acted: it passes, and its later lines are routed up to the next held one.
  package mutating func release(_ writer: String, into queue: inout OutputQueue) -> [FilterStep] {
    guard let released = held.removeValue(forKey: writer) else { return [] }
    pass(released.sync.span, into: &queue)
    var steps: [FilterStep] = []
    for (index, waiting) in released.waiting.enumerated() {
      if held[writer] != nil {
        held[writer]?.waiting = Array(released.waiting[index...])
        break
      }
      heldBytes -= waiting.bytes.count
      if let step = take(waiting.bytes.span, number: waiting.number, into: &queue) { steps.append(step) }
    }
    return steps
  }

  private mutating func route(
    _ text: borrowing Span<UInt8>, head: LineHead, _ interest: Interest, writer: String, number: Int,
    into queue: inout OutputQueue
  ) -> FilterStep? {
    if interest.isCommit {
      switch head.type(in: text) {
      case "sync" where reader.concerns(writer), "prune" where reader.concerns(writer) && prunes != nil:
        return control(text, writer: writer, number: number, into: &queue)
      case "reset": reader.reset(from: writer)
      default: break
      }
    }
    let key = interest.isUrgent ? StateKey(type: head.type(in: text), key: head.key(in: text) ?? "") : nil
    pass(text, urgently: key, into: &queue)
    return interest.reads ? act(on: text, head: head, number: number) : nil
  }

  private mutating func act(on text: borrowing Span<UInt8>, head: LineHead, number: Int) -> FilterStep? {
    do throws(LineError) {
      let line = try Line(parsing: text)
      if let fault = Schema.fault(in: line) { throw fault }
      return reader.take(line).map { .commit($0) }
    } catch {
      let type = head.type(in: text)
      if let key = error.key ?? head.key(in: text) { reader.keep(type: type, key: key) } else { reader.spoil() }
      return .fault(reason: "a line of type \(type) is not used: \(error.reason)", key: error.key, line: number)
    }
  }

  private mutating func control(
    _ text: borrowing Span<UInt8>, writer: String, number: Int, into queue: inout OutputQueue
  ) -> FilterStep? {
    do throws(LineError) {
      let line = try Line(parsing: text)
      if let fault = Schema.fault(in: line) { throw fault }
      let count = try line.string("n")
      if line.type == "sync" {
        held[writer] = Held(sync: [UInt8](copying: text))
        return reader.sync(from: writer, number: count).map { .commit($0) }
      }
      guard try line.string("of") == prunes else {
        pass(text, into: &queue)
        return nil
      }
      guard reader.maySayPrune(writer) else {
        pass(text, into: &queue)
        return .fault(
          reason: "prune refused, nothing removed: a line of this set could not be read", key: nil, line: number)
      }
      held[writer] = Held(sync: [UInt8](copying: text))
      return .prune(
        Prune(writer: writer, number: count, isConfirmed: try line.bool("confirmed", default: false)))
    } catch {
      return .fault(
        reason: "a line of type \(error.key ?? "sync") is not used: \(error.reason)", key: nil, line: number)
    }
  }

  private func pass(
    _ text: borrowing Span<UInt8>, urgently key: StateKey? = nil, into queue: inout OutputQueue
  ) {
    if passes { queue.pass(text, urgently: key) }
  }
}
