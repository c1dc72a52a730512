// The pass-through half of a filter, without any system call: routes each input line, gathers commits, holds a `sync`
// that has not acted and that writer's later lines, and lets everything else by (man 7 ss-lines).

/// What a line of input asks of the core.
package enum FilterStep: Hashable, Sendable {
  case commit(Commit)
  case prune(Prune)
  case fault(reason: String, key: String?, line: Int)
}

package struct FilterStream {
  /// What is done with lines of a type.
  private enum Route { case pass, act, sync, reset, prune }

  /// A line that waits for its commit to act, and the writer's lines behind it.
  private struct Held {
    var line: [UInt8]
    var type: KnownType?
    var waiting: ArraySlice<WaitingLine> = []
  }

  /// A line that waits, and its number.
  private typealias WaitingLine = (bytes: [UInt8], number: Int)

  /// Bytes that may wait behind held lines: four commits of 1,000 lines.
  package static let heldLimit = 1 << 21

  private let passes: Bool
  private let prunes: String?
  /// By the types' places in the schema.
  private let routes: [Route]
  private var reader: CommitReader
  private var held: [String: Held] = [:]
  /// Behind everything that is held: a line of a type that is not known here, which may be anybody's, and all that came
  /// after it, since that may be its writer's too. Whose own it is the next stages know, and a line that its own `sync`
  /// overtook would be missing there.
  private var unclear: ArraySlice<WaitingLine> = []
  private var heldBytes = 0

  /// - Parameters:
  ///   - prunes: the family whose prunes concern this command.
  ///   - passes: whether lines are passed on; false with `--own`.
  package init(reads: [String], prunes: String?, passes: Bool) {
    reader = CommitReader(reading: reads)
    self.prunes = prunes
    self.passes = passes
    routes = Schema.types.map { type in
      switch type.name {
      case "sync": .sync
      case "reset": .reset
      case "prune": .prune
      default: reads.contains(type.name) ? .act : .pass
      }
    }
  }

  /// False while too much waits behind held lines.
  package var wantsInput: Bool { heldBytes < FilterStream.heldLimit }

  /// What was said in an earlier run and is remembered.
  package mutating func remember(_ name: StateKey) { reader.remember(name) }

  /// A stretch of input was no line.
  package mutating func lose() { reader.lose() }

  /// Routes one line; what may pass goes into the queue, what the core has to do is appended to the steps.
  package mutating func take(
    _ text: borrowing Span<UInt8>, number: Int, into queue: inout OutputQueue, steps: inout [FilterStep]
  ) {
    let head: LineHead
    do throws(JSONError) {
      head = try LineHead(scanning: text)
    } catch {
      reader.lose()
      let reason = "not a line, left out: \(error.reason), at byte \(error.offset + 1)"
      return steps.append(.fault(reason: reason, key: nil, line: number))
    }
    if !held.isEmpty, waits(text, head, number) { return }
    route(text, head, number, into: &queue, &steps)
  }

  private mutating func route(
    _ text: borrowing Span<UInt8>, _ head: LineHead, _ number: Int, into queue: inout OutputQueue,
    _ steps: inout [FilterStep]
  ) {
    switch head.known.map({ routes[$0.index] }) ?? .pass {
    case .pass: pass(text, head, into: &queue)
    case .act:
      pass(text, head, into: &queue)
      act(on: text, head, number, &steps)
    case .sync, .reset, .prune: control(text, head, number, into: &queue, &steps)
    }
  }

  /// The writer's held line has acted: it passes, and its later lines are routed up to the next held one.
  package mutating func release(_ writer: String, into queue: inout OutputQueue, steps: inout [FilterStep]) {
    guard var released = held.removeValue(forKey: writer) else { return }
    passControl(released.line.span, released.type, of: writer, into: &queue)
    while let next = released.waiting.popFirst() {
      resume(next, into: &queue, &steps)
      if held[writer] != nil {
        held[writer]?.waiting = released.waiting
        return
      }
    }
    while held.isEmpty, let next = unclear.popFirst() { resume(next, into: &queue, &steps) }
  }

  private mutating func resume(_ line: WaitingLine, into queue: inout OutputQueue, _ steps: inout [FilterStep]) {
    heldBytes -= line.bytes.count
    // It was scanned before it waited.
    guard let head = try? LineHead(scanning: line.bytes.span) else { return }
    route(line.bytes.span, head, line.number, into: &queue, &steps)
  }

  /// Keeps a line that has to stay behind a held one, or behind one whose writer is not known. What is urgent goes
  /// ahead, and so do the commits of an urgent writer that is not held itself.
  private mutating func waits(_ text: borrowing Span<UInt8>, _ head: LineHead, _ number: Int) -> Bool {
    if head.known?.isUrgent == true { return false }
    // Goes nowhere, so nothing can overtake it.
    if head.known == nil, !passes { return false }
    let writer =
      head.known?.isSaidByMany == true
      ? head.from(in: text) : CommitReader.writer(ofType: head.type(in: text), key: head.key(in: text))
    let isKnown = head.known != nil || writer != nil
    if isKnown, unclear.isEmpty || writer.map(Schema.isUrgentWriter) == true {
      guard let writer, held[writer] != nil else { return false }
      held[writer]?.waiting.append((text.copied(), number))
    } else {
      unclear.append((text.copied(), number))
    }
    heldBytes += text.count
    return true
  }

  // MARK: State

  private mutating func act(
    on text: borrowing Span<UInt8>, _ head: LineHead, _ number: Int, _ steps: inout [FilterStep]
  ) {
    var line: Line?
    do throws(LineError) {
      let parsed = try Line(parsing: text)
      line = parsed
      if let fault = Schema.fault(in: parsed) { throw fault }
      if let commit = reader.take(parsed) { steps.append(.commit(commit)) }
    } catch {
      let type = head.type(in: text)
      let key = error.key ?? head.key(in: text)
      steps.append(.fault(reason: "a line of type \(type) is not used: \(error.reason)", key: key, line: number))
      guard let key, !key.isEmpty, key.utf8.count <= Schema.maxKey else { return reader.lose() }
      let commit = reader.refuse(StateKey(type: type, key: key), reason: error.reason, line)
      if let commit { steps.append(.commit(commit)) }
    }
  }

  // MARK: Commits

  private mutating func control(
    _ text: borrowing Span<UInt8>, _ head: LineHead, _ number: Int, into queue: inout OutputQueue,
    _ steps: inout [FilterStep]
  ) {
    do throws(LineError) {
      let line = try Line(parsing: text)
      if let fault = Schema.fault(in: line) { throw fault }
      let writer = try line.string("from")
      switch line.type {
      case "sync":
        if let commit = reader.sync(from: writer, number: try line.string("n")) {
          held[writer] = Held(line: text.copied(), type: head.known)
          return steps.append(.commit(commit))
        }
      case "prune":
        guard reader.isComplete(writer) else {
          // Nor may those behind this command believe it: they never saw what was lost.
          let reason = "prune refused, nothing is removed: a line that came before it could not be read"
          return steps.append(.fault(reason: reason, key: nil, line: number))
        }
        if reader.concerns(writer), try line.string("of") == prunes {
          held[writer] = Held(line: text.copied(), type: head.known)
          let isConfirmed = try line.bool("confirmed", default: false)
          return steps.append(.prune(Prune(writer: writer, number: try line.string("n"), isConfirmed: isConfirmed)))
        }
      default: reader.reset(from: writer)
      }
      passControl(text, head.known, of: writer, into: &queue)
    } catch {
      if passes { queue.pass(text) }
      let reason = "a line of type \(head.type(in: text)) is not used: \(error.reason)"
      steps.append(.fault(reason: reason, key: nil, line: number))
    }
  }

  // MARK: Passing

  private func pass(_ text: borrowing Span<UInt8>, _ head: LineHead, into queue: inout OutputQueue) {
    guard passes else { return }
    if let known = head.known, known.isUrgent {
      queue.passUrgent(text, head.key(in: text).map { StateKey(type: known.name, key: $0) })
    } else {
      queue.pass(text)
    }
  }

  private func passControl(
    _ text: borrowing Span<UInt8>, _ type: KnownType?, of writer: String, into queue: inout OutputQueue
  ) {
    if passes { queue.passControl(text, of: writer, type: type) }
  }
}
