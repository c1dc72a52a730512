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

  private let passes: Bool
  private let prunes: String?
  private var reader: CommitReader
  private var held: [String: Held] = [:]
  private var heldBytes = 0

  /// - Parameters:
  ///   - passes: whether lines are passed on; false with `--own`.
  package init(reads: [String], prunes: String?, passes: Bool) {
    reader = CommitReader(reading: reads)
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
    let schema = Schema.type(head.type)
    let writer =
      schema?.role == .commit ? head.from ?? "" : CommitReader.writer(ofType: head.type, key: head.key)
    if held[writer] != nil, schema?.isUrgent != true {
      let bytes = FilterStream.copy(text)
      heldBytes += bytes.count
      held[writer]?.waiting.append((bytes, number))
      return nil
    }
    return route(text, head: head, schema: schema, writer: writer, number: number, into: &queue)
  }

  /// The writer's held line has acted: it passes, and its later lines are routed up to the next held one.
  package mutating func release(_ writer: String, into queue: inout OutputQueue) -> [FilterStep] {
    guard let released = held.removeValue(forKey: writer) else { return [] }
    pass(released.sync.span, head: nil, into: &queue)
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
    _ text: borrowing Span<UInt8>, head: LineHead, schema: TypeSchema?, writer: String, number: Int,
    into queue: inout OutputQueue
  ) -> FilterStep? {
    switch head.type {
    case "sync" where reader.concerns(writer), "prune" where reader.concerns(writer) && prunes != nil:
      return control(text, writer: writer, number: number, into: &queue)
    case "reset": reader.reset(from: writer)
    default:
      if reader.reads(head.type) {
        let urgent = schema?.isUrgent ?? false
        pass(text, head: urgent ? head : nil, into: &queue)
        return act(on: text, head: head, number: number)
      }
    }
    pass(text, head: schema?.isUrgent ?? false ? head : nil, into: &queue)
    return nil
  }

  private mutating func act(on text: borrowing Span<UInt8>, head: LineHead, number: Int) -> FilterStep? {
    do throws(LineError) {
      let line = try Line(parsing: text)
      if let fault = Schema.fault(in: line) { throw fault }
      return reader.take(line).map { .commit($0) }
    } catch {
      if let key = error.key ?? head.key { reader.keep(type: head.type, key: key) } else { reader.spoil() }
      return .fault(reason: "a line of type \(head.type) is not used: \(error.reason)", key: error.key, line: number)
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
        held[writer] = Held(sync: FilterStream.copy(text))
        return reader.sync(from: writer, number: count).map { .commit($0) }
      }
      guard try line.string("of") == prunes else {
        pass(text, head: nil, into: &queue)
        return nil
      }
      guard reader.maySayPrune(writer) else {
        pass(text, head: nil, into: &queue)
        return .fault(
          reason: "prune refused, nothing removed: a line of this set could not be read", key: nil, line: number)
      }
      held[writer] = Held(sync: FilterStream.copy(text))
      return .prune(
        Prune(writer: writer, number: count, isConfirmed: try line.bool("confirmed", default: false)))
    } catch {
      return .fault(
        reason: "a line of type \(error.key ?? "sync") is not used: \(error.reason)", key: nil, line: number)
    }
  }

  private func pass(_ text: borrowing Span<UInt8>, head: LineHead?, into queue: inout OutputQueue) {
    guard passes else { return }
    queue.pass(text, urgently: head.map { StateKey(type: $0.type, key: $0.key ?? "") })
  }

  private static func copy(_ text: borrowing Span<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    unsafe text.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    return bytes
  }
}
