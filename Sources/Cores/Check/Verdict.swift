// The judgement about one check, from consecutive results (BEHAVIOUR of Seesaw's healthcheck server: a success is
// believed at once, a failure only after its retries; `rise` is ours). Results that say nothing never come here.

package import Lines
import Values

/// Unknown, healthy or unhealthy, and how far the latest results speak against it.
package struct Verdict: Hashable, Sendable {
  package enum Standing: Hashable, Sendable {
    case unknown
    case healthy
    case unhealthy
  }

  package private(set) var standing: Standing
  /// Consecutive results that contradict the standing (for unknown: consecutive successes).
  private var against: Int32 = 0

  package init(_ standing: Standing = .unknown) { self.standing = standing }

  /// Takes one result and tells whether the standing changed. The first failure is believed while nothing is known:
  /// a backend that never answered must not be used.
  package mutating func record(success: Bool, rise: Int32, fall: Int32) -> Bool {
    switch (standing, success) {
    case (.healthy, true), (.unhealthy, false):
      against = 0
      return false
    case (.unknown, false):
      return change(to: .unhealthy)
    case (.unknown, true), (.unhealthy, true):
      against += against < .max ? 1 : 0
      return against >= rise && change(to: .healthy)
    case (.healthy, false):
      against += against < .max ? 1 : 0
      return against >= fall && change(to: .unhealthy)
    }
  }

  private mutating func change(to standing: Standing) -> Bool {
    self.standing = standing
    against = 0
    return true
  }
}

/// What is said about a check: the members of a `check.state` line. It changes with the verdict alone, so a check that
/// stays down for changing reasons says the one that took it down.
package struct Report: Hashable, Sendable {
  package let isHealthy: Bool
  package let resultClass: String
  package let reason: String
  /// When the verdict came to be; what an earlier run found keeps its words.
  package let since: Since

  package init(isHealthy: Bool, resultClass: String, reason: String, since: Since) {
    self.isHealthy = isHealthy
    self.resultClass = resultClass
    self.reason = reason
    self.since = since
  }

  init(_ outcome: Outcome, at now: Instant) {
    isHealthy = outcome.resultClass.bearing == .success
    resultClass = outcome.resultClass.rawValue
    reason = outcome.reason
    since = .instant(now)
  }
}
