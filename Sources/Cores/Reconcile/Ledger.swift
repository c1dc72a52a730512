// What every reconciler owes its reader (man 7 ss-lines, rules 6 and 7): each commit and prune is answered once
// everything before it has been tried, and each object that failed is said to have failed until it succeeds or goes.

import Lines
import Values

/// Why an object is not as it should be.
struct Failure: Hashable {
  var reason: String
  var errno: String?
  /// The address that is not to be held meanwhile.
  var vip: IPAddress?
  /// What was said could not be used, so the kernel was not asked: stands until something else is said.
  var isRefusal = false
}

struct Ledger<Key: Hashable & Comparable & CustomStringConvertible> {
  /// Failed objects are tried again after this time: a module may have been loaded, an interface may have come.
  static var retryInterval: Duration { .seconds(5) }

  /// A commit or a prune that has not been answered yet.
  private struct Waiting {
    var writer: String
    var number: String?
    /// To be started once everything before it is done.
    var prune: Prune?
  }

  /// What is next when nothing is left to apply.
  enum Turn {
    case rest
    /// A commit or prune was answered.
    case ended
    /// To be started now; it is answered when nothing is left to apply again.
    case prune(Prune)
  }

  private let family: String
  private let command: String
  private(set) var failures: [Key: Failure] = [:]
  private(set) var retryAt: Instant?
  private var waiting = Queue<Waiting>()
  private var current: Waiting?
  /// Something was said that no own sync has ended.
  private var hasSaid = false

  init(family: String, command: String) {
    self.family = family
    self.command = command
  }

  var isOwing: Bool { current != nil || !waiting.isEmpty }

  /// - Parameter says: whether `applied` tells of it; not for commits that only bring what the objects depend on.
  mutating func take(_ commit: Commit, says: Bool = true) {
    waiting.append(Waiting(writer: commit.writer, number: says ? commit.number : nil))
  }

  mutating func take(_ prune: Prune) {
    waiting.append(Waiting(writer: prune.writer, number: prune.number, prune: prune))
  }

  /// Failed objects that are to be tried again now.
  mutating func due(at now: Instant) -> [Key] {
    guard let time = retryAt, time <= now else { return [] }
    retryAt = nil
    return failures.filter { !$0.value.isRefusal }.keys.sorted()
  }

  /// Nothing is left to apply.
  mutating func turn<Request>(at now: Instant, _ effects: inout [FilterEffect<Request>]) -> Turn {
    if current == nil { current = waiting.next() }
    guard let ended = current else {
      if hasSaid { effects.append(.sync) }
      hasSaid = false
      let canRetry = failures.contains { !$0.value.isRefusal }
      retryAt = canRetry ? retryAt ?? now + Ledger.retryInterval : nil
      return .rest
    }
    if let prune = ended.prune {
      current?.prune = nil
      return .prune(prune)
    }
    current = nil
    if let number = ended.number {
      effects.append(.say(Line("\(family).applied", key: command, [JSONMember("n", .string(number))])))
      hasSaid = true
    }
    if hasSaid { effects.append(.sync) }
    hasSaid = false
    effects.append(.done(ended.writer))
    return .ended
  }

  mutating func fail<Request>(_ key: Key, _ failure: Failure, _ effects: inout [FilterEffect<Request>]) {
    guard failures.updateValue(failure, forKey: key) != failure else { return }
    var members: [JSONMember] = []
    if let vip = failure.vip { members.append(JSONMember("vip", .string(vip.description))) }
    members.append(JSONMember("reason", .string(failure.reason)))
    if let errno = failure.errno { members.append(JSONMember("errno", .string(errno))) }
    effects.append(.say(Line("\(family).failed", key: key.description, members)))
    effects.append(.complain(reason: failure.reason, key: key.description))
    hasSaid = true
  }

  /// What was said last of it cannot be used, so what there is of it is kept.
  func isRefused(_ key: Key) -> Bool { failures[key]?.isRefusal == true }

  /// What is said now can be used: how it ends is for the kernel to say.
  mutating func accept(_ key: Key) { failures[key]?.isRefusal = false }

  /// The object is as desired. A refusal stands: what is as desired is what was said before it.
  mutating func settle<Request>(_ key: Key, _ effects: inout [FilterEffect<Request>]) {
    if let failure = failures[key], !failure.isRefusal { clear(key, &effects) }
  }

  /// The object is gone, so nothing of it fails.
  mutating func clear<Request>(_ key: Key, _ effects: inout [FilterEffect<Request>]) {
    guard failures.removeValue(forKey: key) != nil else { return }
    effects.append(.say(.deleted("\(family).failed", key: key.description)))
    hasSaid = true
  }
}

extension PruneLimit {
  /// Whether the prune may remove so many of so many; says it if not.
  func allows<Request>(
    _ prune: Prune, removing count: Int, of total: Int, _ effects: inout [FilterEffect<Request>]
  ) -> Bool {
    if prune.isConfirmed || allows(removing: count, of: total) { return true }
    effects.append(
      .complain(
        reason: "prune \(prune.number) refused, nothing removed: it would remove \(count) of \(total) objects, "
          + "more than \(percent) %; confirm it or raise --max-prune", key: nil))
    return false
  }
}
