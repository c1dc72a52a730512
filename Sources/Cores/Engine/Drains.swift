// Drains: no new connections, until nothing is left or the time is over. What is left is known where `ipvs.stats` comes
// back; else time alone decides. UDP knows no end of a connection, so only time ends its drain, except for one-packet
// services, which have none.

import Lines
import Values

/// What may end a drain before its time.
enum DrainKind: Int, Comparable {
  /// Nothing to wait for.
  case connectionless
  /// Connections end, and are counted.
  case counted
  /// Only time.
  case timed

  static func < (a: DrainKind, b: DrainKind) -> Bool { a.rawValue < b.rawValue }
}

struct Drain: Hashable {
  struct Counts: Hashable {
    var active: Int64 = 0
    var inactive: Int64 = 0
    var persistent: Int64 = 0

    static func + (a: Counts, b: Counts) -> Counts {
      Counts(
        active: a.active &+ b.active, inactive: a.inactive &+ b.inactive, persistent: a.persistent &+ b.persistent)
    }
    var isNone: Bool { active == 0 && inactive == 0 && persistent == 0 }
  }

  var object: OverrideLine.Object
  var target: String
  var since: Instant
  var deadline: Instant
  var kind = DrainKind.timed
  /// Of its destinations, by key: what was counted last.
  var counts: [String: Counts] = [:]
  /// Keys of the destinations that it empties.
  var destinations: Set<String> = []
  /// Why it is over; nil while it goes on.
  var end: String?

  var key: String { "\(object.rawValue)/\(target)" }
}

struct Drains {
  private(set) var drains: [String: Drain] = [:]
  /// Which drain a destination is part of.
  private var owners: [String: String] = [:]
  /// Said, as of the last time.
  private var said: [String: [JSONMember]] = [:]
  private var remembered: [String: (since: Instant, deadline: Instant, isDone: Bool)] = [:]
  private var dirty: Set<String> = []

  func isDone(_ key: String) -> Bool { drains[key]?.end != nil }

  var deadline: Instant? {
    drains.values.lazy.filter { $0.end == nil }.map { Drains.end(of: $0, at: .zero) == nil ? $0.deadline : .zero }.min()
  }

  /// What an earlier run said.
  mutating func remember(_ line: Line, run: FilterRun) {
    guard let key = line.key, let deadline = line["deadline"]?.string.flatMap({ Timestamp.unixNanoseconds($0) })
    else { return }
    let since = line["since"]?.string.flatMap { Timestamp.unixNanoseconds($0) } ?? deadline
    remembered[key] = (
      run.instant(unixNanoseconds: since), run.instant(unixNanoseconds: deadline), line["state"]?.string == "done"
    )
  }

  /// A drain is asked for; what an earlier run began goes on.
  mutating func begin(_ line: OverrideLine, run: FilterRun, at now: Instant) {
    let key = "\(line.object.rawValue)/\(line.target)"
    guard drains[key] == nil else { return }
    let asked = line.since.map { run.instant(unixNanoseconds: $0) } ?? now
    let before = remembered.removeValue(forKey: key)
    var drain = Drain(
      object: line.object, target: line.target, since: before?.since ?? asked,
      deadline: before?.deadline ?? max(asked, .zero) + line.drainTimeout)
    if before?.isDone == true { drain.end = "done before" }
    drains[key] = drain
    dirty.insert(key)
  }

  /// It is not asked for any more.
  mutating func end(_ key: String) {
    remembered[key] = nil
    guard let drain = drains.removeValue(forKey: key) else { return }
    for destination in drain.destinations where owners[destination] == key { owners[destination] = nil }
    dirty.insert(key)
  }

  /// Which destinations a drain empties, and what ends it.
  mutating func involve(_ destinations: [String], kind: DrainKind, in key: String) {
    guard drains[key] != nil else { return }
    for destination in destinations { owners[destination] = key }
    drains[key]?.destinations.formUnion(destinations)
    drains[key]?.kind = kind
  }

  /// Counts of a destination. True if it is being drained.
  mutating func count(_ counts: Drain.Counts, of destination: String, at now: Instant) -> Bool {
    guard let key = owners[destination], var drain = drains[key], drain.end == nil,
      now > drain.since + .seconds(1)
    else { return false }
    drain.counts[destination] = counts
    drains[key] = drain
    dirty.insert(key)
    return true
  }

  /// Drains that are over now.
  mutating func due(at now: Instant) -> [Drain] {
    var ended: [Drain] = []
    for key in drains.keys.sorted() {
      guard let drain = drains[key], drain.end == nil, let end = Drains.end(of: drain, at: now) else { continue }
      drains[key]?.end = end
      dirty.insert(key)
      ended.append(drain)
    }
    return ended
  }

  private static func end(of drain: Drain, at now: Instant) -> String? {
    switch drain.kind {
    case .connectionless where !drain.destinations.isEmpty: return "one-packet services have no connections"
    case .counted where !drain.destinations.isEmpty && drain.counts.count >= drain.destinations.count:
      if drain.counts.values.allSatisfy(\.isNone) { return "nothing is left" }
    case .connectionless, .counted, .timed: break
    }
    return now >= drain.deadline ? "its time is over" : nil
  }

  // MARK: Reports

  mutating func takeReports(run: FilterRun, into changes: inout Changes) {
    for key in dirty.sorted() {
      guard let drain = drains[key] else {
        if said.removeValue(forKey: key) != nil { changes.reports.append((.deleted("drain.state", key: key), nil)) }
        continue
      }
      let members = Drains.members(drain, run)
      guard said.updateValue(members, forKey: key) != members else { continue }
      changes.reports.append((Line("drain.state", key: key, members), nil))
    }
    dirty = []
  }

  private static func members(_ drain: Drain, _ run: FilterRun) -> [JSONMember] {
    let time = { (instant: Instant) -> JSON in
      let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(run.epoch)
      return .string(Timestamp.text(unixNanoseconds: overflow ? .max : sum))
    }
    var members = [
      JSONMember("of", .string(drain.object.rawValue)), JSONMember("target", .string(drain.target)),
      JSONMember("state", .string(drain.end == nil ? "draining" : "done")),
    ]
    if let end = drain.end { members.append(JSONMember("reason", .string(end))) }
    members += [JSONMember("since", time(drain.since)), JSONMember("deadline", time(drain.deadline))]
    guard !drain.counts.isEmpty else { return members }
    let sum = drain.counts.values.reduce(Drain.Counts(), +)
    return members + [
      JSONMember("active_connections", .int(sum.active)), JSONMember("inactive_connections", .int(sum.inactive)),
      JSONMember("persistent_connections", .int(sum.persistent)),
    ]
  }
}
