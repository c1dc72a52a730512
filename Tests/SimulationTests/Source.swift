// What comes out of ss-config and ss-check, as far as the engine can tell: complete sets, commits of what changed, and
// verdicts that come after a while.

import Fakes
import Lines
import Values

struct Source {
  /// What ss-config has said.
  private var configured: [StateKey: String] = [:]
  /// What ss-check has said.
  private var verdicts: [String: Bool] = [:]
  /// Checks whose first verdict is still to come.
  private(set) var due: [(at: Instant, check: String)] = []
  private var count = 0

  private mutating func control(_ type: String, _ writer: String) -> String {
    count += 1
    let last = type == "reset" ? #""lines":1"# : #""n":"s.\#(count)""#
    return #"{"type":"\#(type)","from":"\#(writer)",\#(last)}"#
  }

  /// The first words of a run, up to the first verdicts.
  /// - Parameter wait: how long a verdict takes.
  mutating func start(_ world: World, at now: Instant, wait: () -> Duration) -> [String] {
    self = Source()
    return [control("reset", "ss-check")] + set(world, at: now, wait: wait)
  }

  /// The whole configuration.
  mutating func set(_ world: World, at now: Instant, wait: () -> Duration) -> [String] {
    configured = world.lines
    let lines = configured.sorted { $0.key < $1.key }.map(\.value)
    return [control("reset", "ss-config")] + lines + [control("sync", "ss-config")] + follow(world, at: now, wait: wait)
  }

  /// What of it has changed.
  mutating func change(to world: World, at now: Instant, wait: () -> Duration) -> [String] {
    let lines = world.lines
    var said: [String] = []
    for (key, text) in lines.sorted(by: { $0.key < $1.key }) where configured[key] != text { said.append(text) }
    for key in configured.keys.sorted() where lines[key] == nil {
      said.append(Line.deleted(key.type, key: key.key).text)
    }
    configured = lines
    return said + [control("sync", "ss-config")] + follow(world, at: now, wait: wait)
  }

  /// Checks come and go with the configuration.
  private mutating func follow(_ world: World, at now: Instant, wait: () -> Duration) -> [String] {
    let wanted = world.checks
    due.removeAll { !wanted.contains($0.check) }
    let gone = verdicts.keys.filter { !wanted.contains($0) }.sorted()
    for check in gone { verdicts[check] = nil }
    for check in wanted.sorted() where verdicts[check] == nil && !due.contains(where: { $0.check == check }) {
      due.append((now + wait(), check))
    }
    return gone.isEmpty
      ? [] : gone.map { Line.deleted("check.state", key: $0).text } + [control("sync", "ss-check")]
  }

  /// The verdicts that are reached by now, first ones and others that changed.
  mutating func verdicts(_ world: World, at now: Instant) -> [String] {
    let first = due.filter { $0.at <= now }.map(\.check)
    due.removeAll { $0.at <= now }
    let changed = verdicts.filter { $0.value == world.sick.contains($0.key) }.keys
    let lines = (first + changed).sorted().map { say($0, world) }
    return lines.isEmpty ? [] : lines + [control("sync", "ss-check")]
  }

  /// All verdicts again.
  mutating func again(_ world: World) -> [String] {
    [control("reset", "ss-check")] + verdicts.keys.sorted().map { say($0, world) } + [control("sync", "ss-check")]
  }

  private mutating func say(_ check: String, _ world: World) -> String {
    let isHealthy = !world.sick.contains(check)
    verdicts[check] = isHealthy
    return CheckState(
      key: check, isHealthy: isHealthy, reasonClass: isHealthy ? "ok" : "timeout",
      reason: isHealthy ? "ok" : "no answer", since: "2026-01-01T00:00:00Z"
    ).line.text
  }
}
