// A filter without the system: a core, the stream of lines through it, and the queue of what it writes. The runner of
// System/Loop, a replay and a simulation feed it; it opens nothing and reads no clock.

package import Values

package struct FilterDriver<Core: FilterCore> {
  package private(set) var core: Core
  package var queue: OutputQueue
  /// What the core asked of the system since the last `takeRequests`.
  private var requests: [Core.Request] = []
  private var complaints: [String] = []
  private var stream: FilterStream
  private var steps: [FilterStep] = []
  private let command: String
  private let start: String
  private let epoch: Int64
  private var count = 0
  /// What the core was given of one writer and has not answered. It answers in order.
  private struct Owed {
    /// Lines typed by hand, which hold nothing back, before the held line.
    var before = 0
    /// The one line that the stream holds.
    var isHeld = false
    /// The same after it.
    var after = 0
  }

  private var owed: [String: Owed] = [:]
  /// Commits and prunes that the core was given and has not answered.
  private var unanswered = 0
  /// Above so many no more input is wanted: lines typed by hand are a commit each.
  private static var unansweredLimit: Int { 1_000 }
  /// The newest own lines of the types that are remembered.
  package private(set) var memory = Fold()
  /// Counts changes of `memory`.
  package private(set) var memoryVersion = 0
  package private(set) var hasEnded = false

  /// - Parameters:
  ///   - start: the first part of the numbers of own commits; new at each start.
  ///   - epoch: nanoseconds since 1970 at instant zero.
  ///   - passes: false with `--own`.
  package init(command: String, core: Core, start: String, epoch: Int64, passes: Bool) {
    self.command = command
    self.core = core
    self.start = start
    self.epoch = epoch
    queue = OutputQueue(from: command)
    stream = FilterStream(reads: Core.reads, prunes: Core.prunes, passes: passes)
  }

  package var deadline: Instant? { core.deadline }
  package var wantsInput: Bool {
    !hasEnded && queue.wantsInput && stream.wantsInput && unanswered < Self.unansweredLimit
  }
  /// The input has ended and nothing is left to do or to write.
  package var isFinished: Bool { hasEnded && !core.isBusy && queue.isEmpty }

  package mutating func takeRequests() -> [Core.Request] {
    defer { requests = [] }
    return requests
  }

  package mutating func takeComplaints() -> [String] {
    defer { complaints = [] }
    return complaints
  }

  // MARK: Events

  /// Begins the own set, with what an earlier run remembered.
  package mutating func begin(memory lines: [Line], at now: Instant) {
    queue.say(Line("reset", [JSONMember("from", .string(command)), JSONMember("lines", .int(Schema.version))]))
    for line in lines where remembersRead(line.type) {
      guard let key = line.key, memory.take(line) else { continue }
      stream.remember(StateKey(type: line.type, key: key))
    }
    give(.begin(FilterRun(start: start, epoch: epoch), memory: lines), at: now)
  }

  /// One line of input.
  package mutating func line(_ text: borrowing Span<UInt8>, number: Int, at now: Instant) {
    stream.take(text, number: number, into: &queue, steps: &steps)
    if !steps.isEmpty { work(at: now) }
  }

  /// A stretch of input that is no line.
  package mutating func lost(_ fault: FramingFault, number: Int, at _: Instant) {
    stream.lose()
    complain(fault.reason, key: nil, line: number)
  }

  package mutating func answer(_ answer: Core.Answer, at now: Instant) { give(.answer(answer), at: now) }

  package mutating func timer(at now: Instant) { give(.timer, at: now) }

  package mutating func end(at now: Instant) {
    hasEnded = true
    give(.ended, at: now)
  }

  private mutating func give(_ event: Core.Event, at now: Instant) {
    carryOut(core.handle(event, at: now))
    work(at: now)
  }

  private mutating func work(at now: Instant) {
    var index = 0
    while index < steps.count {
      switch steps[index] {
      case .commit(let commit):
        owe(commit.writer, holds: commit.number != nil)
        remember(commit)
        carryOut(core.handle(.commit(commit), at: now))
      case .prune(let prune):
        owe(prune.writer, holds: true)
        carryOut(core.handle(.prune(prune), at: now))
      case .fault(let reason, let key, let line): complain(reason, key: key, line: line)
      }
      index += 1
    }
    steps.removeAll(keepingCapacity: true)
  }

  private mutating func owe(_ writer: String, holds: Bool) {
    unanswered += 1
    if holds {
      owed[writer, default: Owed()].isHeld = true
    } else if owed[writer]?.isHeld == true {
      owed[writer]?.after += 1
    } else {
      owed[writer, default: Owed()].before += 1
    }
  }

  /// Takes an answer. True if it is to the line that is held.
  private mutating func settle(_ writer: String) -> Bool {
    guard var rest = owed.removeValue(forKey: writer) else { return false }
    unanswered -= 1
    let isHeld = rest.before == 0
    rest = isHeld ? Owed(before: rest.after) : Owed(before: rest.before - 1, isHeld: rest.isHeld, after: rest.after)
    if rest.before > 0 || rest.isHeld { owed[writer] = rest }
    return isHeld
  }

  /// What of a type is read, not said, and is to be remembered all the same.
  private func remembersRead(_ type: String) -> Bool {
    Core.remembers.contains(type) && Core.reads.contains(type)
  }

  private mutating func remember(_ commit: Commit) {
    guard Core.remembers.contains(where: remembersRead) else { return }
    for change in commit.changes {
      let line: Line
      switch change {
      case .set(let said): line = said
      case .deleted(let key), .forgotten(let key): line = .deleted(key.type, key: key.key)
      case .unusable: continue
      }
      if remembersRead(line.type), memory.take(line) { memoryVersion += 1 }
    }
  }

  // MARK: Effects

  private mutating func carryOut(_ effects: [Core.Effect]) {
    for effect in effects {
      switch effect {
      case .say(let line, let since): say(line, since)
      case .sync: queue.say(control("sync"))
      case .prune(let family):
        var line = control("prune")
        line.members.insert(JSONMember("of", .string(family)), at: 1)
        queue.say(line)
      case .done(let writer):
        if settle(writer) { stream.release(writer, into: &queue, steps: &steps) }
      case .complain(let reason, let key): complain(reason, key: key, line: nil)
      case .request(let request): requests.append(request)
      }
    }
  }

  private mutating func say(_ line: Line, _ since: Since?) {
    var line = line
    switch since {
    case .instant(let instant):
      let (time, overflow) = instant.nanoseconds.addingReportingOverflow(epoch)
      line.members.append(JSONMember("since", .string(Timestamp.text(unixNanoseconds: overflow ? 0 : time))))
    case .text(let text): line.members.append(JSONMember("since", .string(text)))
    case nil: break
    }
    if Core.remembers.contains(line.type) {
      // Said already, and no change.
      guard memory.take(line) else { return }
      memoryVersion += 1
    }
    queue.say(line)
  }

  private mutating func control(_ type: String) -> Line {
    count += 1
    return Line(type, [JSONMember("from", .string(command)), JSONMember("n", .string("\(start).\(count)"))])
  }

  private mutating func complain(_ sentence: String, key: String?, line: Int?) {
    // However long what it quotes: an error line must not become over-long itself.
    let reason = sentence.cut(above: Schema.maxKey, to: Schema.maxKey / 4)
    let key = key.flatMap { $0.utf8.count <= Schema.maxKey ? $0 : nil }
    var members = [JSONMember("from", .string(command)), JSONMember("reason", .string(reason))]
    if let key { members.append(JSONMember("key", .string(key))) }
    if let line { members.append(JSONMember("line", .int(Int64(line)))) }
    queue.say(Line("error", members))
    complaints.append([line.map { "line \($0)" }, key, reason].compactMap { $0 }.joined(separator: ": "))
  }
}
