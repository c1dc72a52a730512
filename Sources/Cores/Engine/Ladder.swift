// The order in which differences are said (DESIGN.md rule 5). Up, one commit a step: a pipeline's held `sync` keeps
// them in order; where `applied` comes back, a step waits until what is below it has been tried. Down, each step waits
// for the one above it: for its `applied` where that comes back, else for a time.

import Lines
import Values

struct Ladder {
  /// Lines of one commit. man 7 ss-lines.
  static let commitLines = 1000
  /// An `applied` that does not come holds nothing up for ever on the way down.
  static let patience: Duration = .seconds(5)

  /// Where a commit of a family must have been tried.
  private struct Need: Hashable {
    var family: String
    var number: Int
  }

  /// Steps up that wait; what has come to be unwanted meanwhile is not in `rising` any more.
  private struct Ascent {
    var steps: [(step: Step, keys: [StateKey])]
    var needs: [Need]
  }

  /// Steps down that wait; what was said again is not in `leaving` any more.
  private struct Descent {
    var steps: [(step: Step, keys: [StateKey])]
    var needs: [Need] = []
    var due: Instant
  }

  /// Families whose `applied` comes back.
  private let wired: Set<String>
  private let downStep: Duration
  private var start = ""
  private var count = 0
  /// The last commit that had lines of a family, and the last one that was tried.
  private var saidLast: [String: Int] = [:]
  private var applied: [String: Int] = [:]
  private var ascents: [Ascent] = []
  private var descents: [Descent] = []
  private var rising: [StateKey: Line] = [:]
  private var leaving: Set<StateKey> = []

  init(wired: Set<String>, downStep: Duration) {
    self.wired = wired
    self.downStep = downStep
  }

  var deadline: Instant? { descents.lazy.map(\.due).min() }

  mutating func begin(_ run: FilterRun) { start = run.start }

  /// `FAMILY.applied` of this run; true if something may have waited for it.
  mutating func take(applied number: String, of family: String) -> Bool {
    guard let dot = number.lastIndex(of: "."), number[..<dot] == start,
      let value = Int(number[number.index(after: dot)...])
    else { return false }
    applied[family] = value
    return !ascents.isEmpty || !descents.isEmpty
  }

  // MARK: Taking changes

  mutating func take(_ changes: Changes, at now: Instant) -> [FilterEffect<Never>] {
    var effects: [FilterEffect<Never>] = []
    // What one vserver gives up another may have taken over.
    var said: Set<StateKey> = []
    if !leaving.isEmpty || !changes.gone.isEmpty || changes.down.contains(where: { !$0.isEmpty }) {
      for lines in changes.up {
        for line in lines { said.insert(StateKey(type: line.type, key: line.key ?? "")) }
      }
    }
    let gone = changes.gone.filter { !said.contains($0) } + deserted(by: said)
    leaving.subtract(said)
    for key in gone {
      rising[key] = nil
      leaving.remove(key)
    }
    rise(changes, gone, &effects)
    fall(changes.down.map { $0.filter { !said.contains($0) } }, at: now, &effects)
    return effects
  }

  /// Destinations that waited to go with a service that comes back: they go at once.
  private func deserted(by said: Set<StateKey>) -> [StateKey] {
    let services = leaving.intersection(said).filter { $0.type == "ipvs.service" }.map { $0.key + "/" }
    if services.isEmpty { return [] }
    return leaving.filter { key in
      key.type == "ipvs.destination" && !said.contains(key) && services.contains { key.key.hasPrefix($0) }
    }.sorted()
  }

  private mutating func rise(_ changes: Changes, _ gone: [StateKey], _ effects: inout [FilterEffect<Never>]) {
    let steps = Step.allCases.map { (step: $0, lines: changes.up[$0.rawValue]) }
    var reports = changes.reports
    var waiting: [(step: Step, keys: [StateKey])] = []
    for (step, lines) in steps {
      let deleted = step == .service ? deletions(gone) : []
      guard !lines.isEmpty || !deleted.isEmpty else { continue }
      if waiting.isEmpty, step <= .service || isMet(below(step)) {
        commit(lines + deleted, reports: reports, into: &effects)
        reports = []
      } else {
        commit(deleted, into: &effects)
        waiting.append((step, lines.map { StateKey(type: $0.type, key: $0.key ?? "") }))
        for line in lines { rising[StateKey(type: line.type, key: line.key ?? "")] = line }
      }
    }
    commit([], reports: reports, into: &effects)
    if let first = waiting.first { ascents.append(Ascent(steps: waiting, needs: below(first.step))) }
  }

  /// What must have been tried before a step.

  private func below(_ step: Step) -> [Need] {
    var needs: [Need] = []
    for other in Step.allCases where other < step {
      let family = other.family
      guard wired.contains(family), let number = saidLast[family] else { continue }
      needs.append(Need(family: family, number: number))
    }
    return needs
  }

  private func isMet(_ needs: [Need]) -> Bool { needs.allSatisfy { applied[$0.family] ?? 0 >= $0.number } }

  private mutating func fall(
    _ down: [[StateKey]], at now: Instant, _ effects: inout [FilterEffect<Never>]
  ) {
    let steps = Step.allCases.reversed().compactMap { step -> (step: Step, keys: [StateKey])? in
      // An address and its announcement go together.
      if step == .announcement { return nil }
      let keys = (step == .address ? down[Step.announcement.rawValue] : []) + down[step.rawValue]
      return keys.isEmpty ? nil : (step, keys)
    }
    guard !steps.isEmpty else { return }
    for (_, keys) in steps {
      leaving.formUnion(keys)
      for key in keys { rising[key] = nil }
    }
    var descent = Descent(steps: steps, due: now)
    step(&descent, at: now, &effects)
    if !descent.steps.isEmpty { descents.append(descent) }
  }

  /// Takes the steps down that may be taken.
  private mutating func step(_ descent: inout Descent, at now: Instant, _ effects: inout [FilterEffect<Never>]) {
    while let (step, keys) = descent.steps.first, descent.due <= now || isMet(descent.needs) && !descent.needs.isEmpty {
      descent.steps.removeFirst()
      let deleted = deletions(keys.filter { leaving.remove($0) != nil })
      // A step in which nothing is left to take away is none.
      if deleted.isEmpty { continue }
      commit(deleted, into: &effects)
      let isWired = wired.contains(step.family)
      descent.needs = isWired ? [Need(family: step.family, number: saidLast[step.family] ?? count)] : []
      descent.due = now + (isWired ? Ladder.patience : downStep)
    }
  }

  // MARK: Going on

  /// Takes the steps whose time or whose `applied` has come.
  mutating func advance(at now: Instant) -> [FilterEffect<Never>] {
    var effects: [FilterEffect<Never>] = []
    let waiting = ascents
    ascents = []
    for var ascent in waiting {
      while let keys = ascent.steps.first?.keys, isMet(ascent.needs) {
        ascent.steps.removeFirst()
        commit(keys.compactMap { rising.removeValue(forKey: $0) }, into: &effects)
        if let next = ascent.steps.first { ascent.needs = below(next.step) }
      }
      if !ascent.steps.isEmpty { ascents.append(ascent) }
    }
    let falling = descents
    descents = []
    for var descent in falling {
      step(&descent, at: now, &effects)
      if !descent.steps.isEmpty { descents.append(descent) }
    }
    return effects
  }

  /// Deletions of what was not said in this run.
  mutating func delete(_ keys: [StateKey]) -> [FilterEffect<Never>] {
    var effects: [FilterEffect<Never>] = []
    commit(deletions(keys), into: &effects)
    return effects
  }

  mutating func prune(_ family: String) -> FilterEffect<Never> {
    count += 1
    return .prune(family)
  }

  /// Ends a commit without lines.
  mutating func sync() -> FilterEffect<Never> {
    count += 1
    return .sync
  }

  // MARK: Commits

  private func deletions(_ keys: [StateKey]) -> [Line] { keys.map { .deleted($0.type, key: $0.key) } }

  private mutating func commit(
    _ lines: [Line], reports: [(line: Line, since: Since?)] = [], into effects: inout [FilterEffect<Never>]
  ) {
    var size = 0
    var families: Set<String> = []
    let end = { (ladder: inout Ladder, effects: inout [FilterEffect<Never>]) in
      effects.append(ladder.sync())
      for family in families { ladder.saidLast[family] = ladder.count }
      (size, families) = (0, [])
    }
    var type = ""
    for line in lines {
      if size == Ladder.commitLines {
        end(&self, &effects)
        type = ""
      }
      if line.type != type {
        type = line.type
        families.insert(String(type.prefix { $0 != "." }))
      }
      effects.append(.say(line))
      size += 1
    }
    for (line, since) in reports {
      if size == Ladder.commitLines { end(&self, &effects) }
      effects.append(.say(line, since: since))
      size += 1
    }
    if size > 0 { end(&self, &effects) }
  }
}
