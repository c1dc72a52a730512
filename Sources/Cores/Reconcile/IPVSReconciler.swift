// Makes kernel IPVS equal what is desired. Reads the table once, at the first commit, and from then on keeps the
// picture by its own operations; an answer that contradicts the picture makes it read again. Operations go out in
// batches, one in flight, so that no slice of work is long. What is owned is decided in IPVSTable, what is refused in
// IPVSRules.

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
  /// Contradictions after which a commit is ended with failures instead of another reading.
  static let readingsPerCommit = 3

  enum Phase {
    /// The picture is missing or wrong; not read again before that time.
    case unread(notBefore: Instant)
    case reading(IPVSReading)
    case ready
    case applying([IPVSOperation])
  }

  private let limit: PruneLimit
  var table = IPVSTable()
  var ledger = Ledger<IPVSObjectKey>(family: "ipvs", command: "ss-ipvs")
  var phase = Phase.unread(notBefore: .zero)
  /// Readings since the last time that nothing was left to do.
  var readings = 0
  /// There was a picture, and it is wrong.
  var isStale = false

  package init(limit: PruneLimit = PruneLimit()) { self.limit = limit }

  package var deadline: Instant? {
    if case .unread(let time) = phase, hasWork { return time }
    return ledger.retryAt
  }

  package var isBusy: Bool {
    switch phase {
    case .reading, .applying: true
    case .unread, .ready: hasWork
    }
  }

  private var hasWork: Bool { isStale || table.hasWork || ledger.isOwing }

  package mutating func handle(_ event: FilterEvent<IPVSAnswer>, at now: Instant) -> [Effect] {
    var effects: [Effect] = []
    switch event {
    case .begin, .ended: return []
    case .commit(let commit):
      for change in commit.changes { take(change, &effects) }
      ledger.take(commit)
    case .prune(let prune): ledger.take(prune)
    case .answer(let answer): take(answer, at: now, &effects)
    case .timer: for key in ledger.due(at: now) { table.retry(key) }
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
        switch ledger.turn(at: now, &effects) {
        case .rest: return
        case .ended: break
        case .prune(let prune):
          let (keys, total) = table.prunable { ledger.isRefused($0) }
          guard limit.allows(prune, removing: keys.count, of: total, &effects) else { break }
          for key in keys { table.remove(key) }
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
      case .settled(let key): ledger.settle(key, &effects)
      case .orphan(let key):
        ledger.fail(.destination(key), Failure(reason: "its service \(key.service) is not there"), &effects)
      }
    }
    return operations
  }
}
