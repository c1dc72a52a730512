// Makes kernel IPVS equal what is desired. Reads the table once, at the first commit, and from then on keeps the picture
// by its own operations; an answer that contradicts the picture makes it read again. Operations go out in batches, one in
// flight, so that no slice of work is long. What is owned is decided in IPVSTable, what is refused in IPVSRules.

package import Lines
package import Values

package struct IPVSReconciler: FilterCore {
  package typealias Answer = IPVSAnswer
  package typealias Request = IPVSRequest
  package typealias Effect = FilterEffect<IPVSRequest>

  package static let reads = ["ipvs.service", "ipvs.destination"]
  package static let prunes: String? = "ipvs"

  /// Operations in one request: the kernel is busy for some milliseconds.
  static let batch = 128
  /// Failed objects are tried again after this time: a scheduler's module may have been loaded.
  static let retryInterval = Duration.seconds(5)
  /// Contradictions after which a commit is ended with failures instead of another reading.
  static let readingsPerCommit = 3

  enum Phase {
    /// The picture is missing or wrong; not read again before that time.
    case unread(notBefore: Instant)
    case reading(IPVSReading)
    case ready
    case applying([IPVSOperation])
  }

  struct Failure: Hashable {
    var reason: String
    var errno: String?
    var vip: IPAddress?
    /// What was said could not be used, so the kernel was not asked: stands until something else is said.
    var isRefusal = false
  }

  /// A commit or a prune that has not been answered yet.
  private struct Waiting {
    var writer: String
    var number: String?
    /// To be started once everything before it is done.
    var prune: Prune?
  }

  let limit: PruneLimit
  var table = IPVSTable()
  var phase = Phase.unread(notBefore: .zero)
  var failures: [IPVSObjectKey: Failure] = [:]
  /// Readings since the last time that nothing was left to do.
  var readings = 0
  /// There was a picture, and it is wrong.
  var isStale = false
  private var waiting = Queue<Waiting>()
  private var current: Waiting?
  private var retryAt: Instant?
  /// Something was said that no own sync has ended.
  private var hasSaid = false

  package init(limit: PruneLimit = PruneLimit()) { self.limit = limit }

  package var deadline: Instant? {
    if case .unread(let time) = phase, hasWork { return time }
    return retryAt
  }

  package var isBusy: Bool {
    switch phase {
    case .reading, .applying: true
    case .unread, .ready: hasWork
    }
  }

  private var hasWork: Bool { isStale || table.hasWork || current != nil || !waiting.isEmpty }

  package mutating func handle(_ event: FilterEvent<IPVSAnswer>, at now: Instant) -> [Effect] {
    var effects: [Effect] = []
    switch event {
    case .memory, .ended: return []
    case .commit(let commit):
      for change in commit.changes { take(change, &effects) }
      waiting.append(Waiting(writer: commit.writer, number: commit.number))
    case .prune(let prune): waiting.append(Waiting(writer: prune.writer, number: prune.number, prune: prune))
    case .answer(let answer): take(answer, at: now, &effects)
    case .timer:
      if let time = retryAt, time <= now {
        retryAt = nil
        for (key, failure) in failures.sorted(by: { $0.key < $1.key }) where !failure.isRefusal { table.retry(key) }
      }
    }
    advance(at: now, &effects)
    return effects
  }

  /// Goes on as far as it can without another answer.
  private mutating func advance(at now: Instant, _ effects: inout [Effect]) {
    while true {
      switch phase {
      case .reading, .applying: return
      case .unread(let time):
        guard hasWork, time <= now else { return }
        phase = .reading(IPVSReading())
        effects.append(.request(.readServices))
        return
      case .ready:
        let operations = nextBatch(&effects)
        if !operations.isEmpty {
          phase = .applying(operations)
          effects.append(.request(.apply(operations)))
          return
        }
        readings = 0
        guard finish(&effects) else {
          let canRetry = failures.contains { !$0.value.isRefusal }
          retryAt = canRetry ? retryAt ?? now + IPVSReconciler.retryInterval : nil
          return
        }
      }
    }
  }

  private mutating func nextBatch(_ effects: inout [Effect]) -> [IPVSOperation] {
    var operations: [IPVSOperation] = []
    var group: IPVSTable.Group?
    while operations.count < IPVSReconciler.batch {
      guard let finding = table.next(&group) else {
        // A whole queue without a difference: go on with the next one.
        guard operations.isEmpty, group != nil else { break }
        group = nil
        continue
      }
      switch finding {
      case .operation(let operation): operations.append(operation)
      case .settled(let key): settle(key, &effects)
      case .orphan(let key):
        fail(.destination(key), Failure(reason: "its service \(key.service) is not there"), &effects)
      }
    }
    return operations
  }

  /// Nothing is left to apply: ends what waits for that. True if there may be more to do.
  private mutating func finish(_ effects: inout [Effect]) -> Bool {
    if current == nil { current = waiting.next() }
    guard let ended = current else {
      if hasSaid { effects.append(.sync) }
      hasSaid = false
      return false
    }
    if let prune = ended.prune {
      current?.prune = nil
      start(prune, &effects)
      return true
    }
    current = nil
    if let number = ended.number {
      effects.append(.say(Line("ipvs.applied", key: "ss-ipvs", [JSONMember("n", .string(number))])))
      effects.append(.sync)
      hasSaid = false
    }
    effects.append(.done(ended.writer))
    return true
  }

  private mutating func start(_ prune: Prune, _ effects: inout [Effect]) {
    let (keys, total) = table.prunable()
    guard prune.isConfirmed || limit.allows(removing: keys.count, of: total) else {
      effects.append(
        .complain(
          reason: "prune \(prune.number) refused, nothing removed: it would remove \(keys.count) of \(total) objects, "
            + "more than \(limit.percent) %; confirm it or raise --max-prune", key: nil))
      return
    }
    for key in keys { table.remove(key) }
  }

  // MARK: Failures

  mutating func fail(_ key: IPVSObjectKey, _ failure: Failure, _ effects: inout [Effect]) {
    guard failures.updateValue(failure, forKey: key) != failure else { return }
    var members: [JSONMember] = []
    if let vip = failure.vip { members.append(JSONMember("vip", .string(vip.description))) }
    members.append(JSONMember("reason", .string(failure.reason)))
    if let errno = failure.errno { members.append(JSONMember("errno", .string(errno))) }
    effects.append(.say(Line("ipvs.failed", key: key.description, members)))
    effects.append(.complain(reason: failure.reason, key: key.description))
    hasSaid = true
  }

  /// The object is as desired. A refusal stands: what is as desired is what was said before it.
  mutating func settle(_ key: IPVSObjectKey, _ effects: inout [Effect]) {
    if let failure = failures[key], !failure.isRefusal { clear(key, &effects) }
  }

  /// The object is gone, so nothing of it fails.
  mutating func clear(_ key: IPVSObjectKey, _ effects: inout [Effect]) {
    guard failures.removeValue(forKey: key) != nil else { return }
    effects.append(.say(.deleted("ipvs.failed", key: key.description)))
    hasSaid = true
  }
}
