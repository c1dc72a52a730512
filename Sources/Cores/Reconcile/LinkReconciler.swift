// Makes interfaces and addresses equal what is desired. Each piece of work begins with a new picture of the kernel,
// which is small, so what others changed meanwhile is seen. What is not ours is never changed: an address that equals a
// desired one is taken as it is, and stays when it is not desired any more. Routes, rules and other interfaces are left
// out.

package import Lines
package import Values

package struct LinkReconciler: FilterCore {
  package typealias Answer = LinkAnswer
  package typealias Request = LinkRequest
  package typealias Effect = FilterEffect<LinkRequest>

  package static let reads = ["link.interface", "link.address", "ipvs.failed"]
  package static let prunes: String? = "link"

  /// Operations in one request.
  static let batch = 40

  enum Phase {
    case idle
    case reading
    case applying([LinkOperation])
  }

  private let limit: PruneLimit
  var desired = LinkDesired()
  var ledger = Ledger<LinkObjectKey>(family: "link", command: "ss-link")
  private var phase = Phase.idle
  private var picture: LinkPicture?
  private var pruning: Prune?
  /// Not to be read again before that time, after a reading that failed.
  private var readAt: Instant?
  /// Addresses that may have fallen with one that we removed.
  private var fallen: [LinkAddressKey: KernelAddress] = [:]
  /// Of those, the ones that the kernel did not take back.
  private var refallen: [LinkAddressKey: KernelAddress] = [:]

  package init(limit: PruneLimit = PruneLimit()) { self.limit = limit }

  private var hasWork: Bool { desired.hasWork || pruning != nil || !fallen.isEmpty }

  package var deadline: Instant? { readAt ?? ledger.retryAt }

  package var isBusy: Bool {
    if case .idle = phase { return hasWork || ledger.isOwing }
    return true
  }

  package mutating func handle(_ event: FilterEvent<LinkAnswer>, at now: Instant) -> [Effect] {
    var effects: [Effect] = []
    switch event {
    case .begin, .ended: return []
    case .commit(let commit):
      for change in commit.changes { take(change, &effects) }
      ledger.take(commit, says: commit.writer != "ss-ipvs")
    case .prune(let prune): ledger.take(prune)
    case .answer(let answer): take(answer, at: now, &effects)
    case .timer:
      if let time = readAt, time <= now { readAt = nil }
      for key in ledger.due(at: now) {
        guard case .address(let address) = key, let lost = refallen.removeValue(forKey: address) else {
          desired.retry(key)
          continue
        }
        fallen[address] = lost
      }
    }
    advance(at: now, &effects)
    return effects
  }

  /// Goes on as far as it can without another answer.
  private mutating func advance(at now: Instant, _ effects: inout [Effect]) {
    while case .idle = phase {
      if hasWork {
        guard let picture else {
          guard readAt == nil else { return }
          phase = .reading
          effects.append(.request(.read))
          return
        }
        start(picture, &effects)
        let operations = nextBatch(picture, &effects)
        if !operations.isEmpty {
          phase = .applying(operations)
          effects.append(.request(.apply(operations)))
          return
        }
        continue
      }
      switch ledger.turn(at: now, &effects) {
      case .rest:
        picture = nil
        return
      case .ended: break
      case .prune(let prune): pruning = prune
      }
    }
  }

  /// What needs a picture before the differences: a prune, and what fell.
  private mutating func start(_ picture: LinkPicture, _ effects: inout [Effect]) {
    if let prune = pruning {
      pruning = nil
      let (keys, total) = desired.prunable(picture) { ledger.isRefused($0) }
      if limit.allows(prune, removing: keys.count, of: total, &effects) {
        for key in keys { desired.remove(key) }
      }
    }
    for (key, address) in fallen.sorted(by: { $0.key < $1.key }) where picture.held[key] == nil {
      desired.restore(key, address)
    }
    fallen = [:]
  }

  private mutating func nextBatch(_ picture: LinkPicture, _ effects: inout [Effect]) -> [LinkOperation] {
    var operations: [LinkOperation] = []
    var group: LinkDesired.Group?
    while operations.count < LinkReconciler.batch {
      guard let finding = desired.next(picture, &group) else {
        guard operations.isEmpty, group != nil else { break }
        group = nil
        continue
      }
      switch finding {
      case .operations(let more): operations += more
      case .settled(let key): ledger.settle(key, &effects)
      case .failure(let key, let failure): ledger.fail(key, failure, &effects)
      }
    }
    return operations
  }

  // MARK: Answers

  private mutating func take(_ answer: LinkAnswer, at now: Instant, _ effects: inout [Effect]) {
    switch (phase, answer) {
    case (.reading, .picture(let links, let addresses)):
      picture = LinkPicture(links: links, addresses: addresses)
    case (.applying(let operations), .outcomes(let outcomes)) where outcomes.count == operations.count:
      var isStale = false
      for (operation, outcome) in zip(operations, outcomes) where take(operation, outcome, &effects) { isStale = true }
      if isStale { picture = nil }
    case (.idle, _), (.reading, _), (.applying, _):
      var reason = "an answer does not fit what was asked"
      if case .lost(let said) = answer { reason = said }
      effects.append(.complain(reason: reason, key: nil))
      if case .applying(let operations) = phase { lose(operations) }
      picture = nil
      readAt = now + Ledger<LinkObjectKey>.retryInterval
    }
    phase = .idle
  }

  /// True if the picture is not right any more.
  private mutating func take(
    _ operation: LinkOperation, _ outcome: KernelOutcome, _ effects: inout [Effect]
  ) -> Bool {
    let key = operation.key
    if case .failed(let errno, let sentence) = outcome, !operation.isDone(despite: errno) {
      var reason = "\(operation.line["operation"]?.string ?? ""): \(sentence)"
      if case .addInterface(let interface) = operation, errno == "EOPNOTSUPP" {
        reason = "the kernel has no interfaces of kind \(interface.kind.rawValue) (module \(interface.kind.rawValue))"
      }
      ledger.fail(key, Failure(reason: reason, errno: errno, vip: desired.vip(of: key)), &effects)
      if case .restoreAddress(let key, let address) = operation { refallen[key] = address }
      return false
    }
    ledger.settle(key, &effects)
    switch operation {
    case .addAddress(let key, let index):
      picture?.hold(key, KernelAddress(index: index, address: key.address, origin: LinkOwner.origin))
      return false
    case .restoreAddress(let key, let address):
      picture?.hold(key, address)
      return false
    case .removeAddress(let key, _):
      let dependants = picture?.dependants(of: key) ?? [:]
      fallen.merge(dependants) { _, new in new }
      fallen[key] = nil
      picture?.drop(key)
      desired.retryOtherLengths(of: key)
      return !dependants.isEmpty
    // An interface's index, and what came or went with it, is known by a new picture only.
    case .addInterface, .setInterface, .removeInterface: return true
    }
  }

  /// Nobody knows which of them were done.
  private mutating func lose(_ operations: [LinkOperation]) {
    for operation in operations {
      switch operation {
      case .restoreAddress(let key, let address): fallen[key] = address
      case .removeAddress(let key, _):
        fallen.merge(picture?.dependants(of: key) ?? [:]) { _, new in new }
        fallen[key] = nil
        desired.retry(operation.key)
      case .addInterface, .setInterface, .removeInterface, .addAddress: desired.retry(operation.key)
      }
    }
  }
}

extension LinkOperation {
  /// Somebody else was faster.
  func isDone(despite errno: String) -> Bool {
    switch (self, errno) {
    case (.addAddress, "EEXIST"), (.restoreAddress, "EEXIST"), (.removeAddress, "EADDRNOTAVAIL"),
      (.removeAddress, "ENODEV"), (.removeInterface, "ENODEV"):
      true
    default: false
    }
  }
}
