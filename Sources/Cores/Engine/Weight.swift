// The effective weight of a destination: one pure function of everything that has a say in it.

import Lines
import Values

/// What a check itself asks for.
struct CheckWeight: Hashable {
  /// In place of the configured weight.
  var absolute: UInt32?
  /// A share of it.
  var percent: UInt32?
}

/// How far a slow start has come.
struct Ramp: Hashable {
  /// Twenty steps: enough for no step to be felt, few enough to cost nothing.
  static let steps: Int64 = 20

  var elapsed: Duration
  var whole: Duration

  /// The share of the full weight, in steps; from the first moment on it is more than nothing.
  fileprivate func share(of weight: UInt32) -> UInt32 {
    guard whole > .zero, elapsed < whole else { return weight }
    let step = max(0, elapsed.milliseconds) * Ramp.steps / max(1, whole.milliseconds)
    return max(1, UInt32(truncatingIfNeeded: Int64(weight) * step / Ramp.steps))
  }

  /// From the beginning to the next step.
  var next: Duration {
    let step = max(0, elapsed.milliseconds) * Ramp.steps / max(1, whole.milliseconds) + 1
    return .milliseconds((whole.milliseconds * step + Ramp.steps - 1) / Ramp.steps)
  }
}

struct WeightFacts: Hashable {
  var configured: UInt32
  var override: UInt32?
  var check = CheckWeight()
  var isHealthy: Bool
  var failureAction = FailureAction.remove
  /// Takes no new connections, and keeps those that it has.
  var isDraining = false
  var ramp: Ramp?

  /// The weight in the kernel; nil: it is not to be there. An operator's word goes before the check's, the check's
  /// before the configuration's.
  var effective: UInt32? {
    if isDraining { return 0 }
    let full = override ?? asked
    guard isHealthy else {
      switch failureAction {
      case .remove: return nil
      case .zeroWeight: return 0
      case .keep: return full
      }
    }
    return full == 0 ? 0 : ramp?.share(of: full) ?? full
  }

  private var asked: UInt32 {
    if let absolute = check.absolute { return absolute }
    guard let percent = check.percent else { return configured }
    // Some of something is never nothing.
    let share = UInt64(configured) * UInt64(percent) / 100
    return configured > 0 && percent > 0 ? UInt32(clamping: min(65535, max(1, share))) : 0
  }
}
