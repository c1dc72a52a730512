// What operators want otherwise than configured. Of several overrides of one object the newest holds; equal ones are
// told apart by their keys.

import Lines
import Values

/// The override that holds for an object.
struct Override: Hashable {
  var line: OverrideLine
  /// When it ends by itself.
  var endsAt: Instant?
  /// A drain that is over: the object is out.
  var isDrained = false

  /// Nothing of it is to be in the kernel.
  var disables: Bool { line.state == .disabled || (line.state == .drain && isDrained) }
  var drains: Bool { line.state == .drain && !isDrained }
  var drainKey: String { "\(line.object.rawValue)/\(line.target)" }
}

struct Overrides {
  private var lines: [String: OverrideLine] = [:]
  /// Keys of the overrides of an object, by `OBJECT/TARGET`.
  private var byTarget: [String: Set<String>] = [:]

  var isEmpty: Bool { lines.isEmpty }

  /// Takes a line; gives the objects that it is and was about.
  mutating func take(_ line: OverrideLine?, key: String) -> [OverrideLine] {
    var touched: [OverrideLine] = []
    if let old = lines.removeValue(forKey: key) {
      touched.append(old)
      byTarget[Overrides.name(old.object, old.target)]?.remove(key)
    }
    if let line {
      touched.append(line)
      lines[key] = line
      byTarget[Overrides.name(line.object, line.target), default: []].insert(key)
    }
    return touched
  }

  private static func name(_ object: OverrideLine.Object, _ target: String) -> String { "\(object.rawValue)/\(target)" }

  /// The override of an object that holds at a time.
  func override(
    _ object: OverrideLine.Object, _ targets: [String], run: FilterRun, drains: Drains, at now: Instant
  ) -> Override? {
    var best: Override?
    for target in targets {
      for key in byTarget[Overrides.name(object, target)] ?? [] {
        guard let line = lines[key] else { continue }
        let endsAt = line.expires.map { run.instant(unixNanoseconds: $0) }
        if let endsAt, endsAt <= now { continue }
        if let best, (best.line.since ?? 0, best.line.key) > (line.since ?? 0, line.key) { continue }
        best = Override(line: line, endsAt: endsAt)
      }
    }
    if let override = best, override.line.state == .drain {
      best?.isDrained = drains.isDone(override.drainKey)
    }
    return best
  }
}
