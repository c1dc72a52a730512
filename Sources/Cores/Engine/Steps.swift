// The steps in which a node takes something up and gives it away (DESIGN.md rule 5), and the lines of a look sorted by
// them.

import Lines
import Values

/// The steps up, in their order; down they are taken in the opposite one.
package enum Step: Int, Hashable, Comparable, CaseIterable, Sendable {
  case link, service, filter, address, announcement, route

  /// Who acts on its lines, and says `FAMILY.applied`.
  package var family: String {
    switch self {
    case .link, .address: "link"
    case .service: "ipvs"
    case .filter: "filter"
    case .announcement: "arp"
    case .route: "bgp"
    }
  }

  package static func < (a: Step, b: Step) -> Bool { a.rawValue < b.rawValue }
}

/// An object and the step in which it comes and goes.
struct StepLine: Hashable {
  var step: Step
  var line: Line
  /// What may reach a VIP is added up over all that serve it.
  var filter: FilterVIP?

  init(_ step: Step, _ line: Line) {
    self.step = step
    self.line = line
  }

  init(_ filter: FilterVIP) {
    step = .filter
    line = filter.line
    self.filter = filter
  }

  var key: StateKey { StateKey(type: line.type, key: line.key ?? "") }
}

/// What one look changes.
struct Changes {
  /// By step.
  private(set) var up = [[Line]](repeating: [], count: Step.allCases.count)
  /// What goes at once: nothing stands on it.
  var gone: [StateKey] = []
  /// What goes step by step, by step.
  private(set) var down = [[StateKey]](repeating: [], count: Step.allCases.count)
  var reports: [(line: Line, since: Since?)] = []

  mutating func say(_ line: Line, in step: Step) { up[step.rawValue].append(line) }
  mutating func say(_ line: StepLine) { up[line.step.rawValue].append(line.line) }

  /// Services and destinations go at once, unless an address that leads to them goes first.
  mutating func take(away keys: [StateKey], behindAddress: Bool) {
    if behindAddress { down[Step.service.rawValue] += keys } else { gone += keys }
  }

  /// Gone behind whatever goes in a later step.
  mutating func take(away key: StateKey, in step: Step) { down[step.rawValue].append(key) }
}
