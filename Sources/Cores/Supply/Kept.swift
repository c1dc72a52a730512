// What outlives the process: the generation in use, one that is held back, one that is on trial, and the order of the
// sources; and what operators ask for.

/// The generation in use.
package struct Current<Body: Hashable & Sendable>: Hashable, Sendable {
  package var offer: Offer<Body>
  /// Nanoseconds since 1970 at which it was taken.
  package var since: Int64
  /// Of one that was applied by hand: what each source had given by then. It stays until a source gives something else.
  package var over: [Origin: String]

  package init(_ offer: Offer<Body>, since: Int64, over: [Origin: String] = [:]) {
    self.offer = offer
    self.since = since
    self.over = over
  }
}

/// A generation that is used only once somebody confirms it.
package struct Held<Body: Hashable & Sendable>: Hashable, Sendable {
  package var offer: Offer<Body>
  package var since: Int64
  package var reason: String

  package init(_ offer: Offer<Body>, since: Int64, reason: String) {
    self.offer = offer
    self.since = since
    self.reason = reason
  }
}

/// The generation in use goes again unless somebody confirms it in time.
package struct Trial<Body: Hashable & Sendable>: Hashable, Sendable {
  /// What is used again then.
  package var previous: Current<Body>
  /// Nanoseconds since 1970.
  package var until: Int64
  /// How long it was given: a clock that was set never makes it longer.
  package var within: Duration

  package init(previous: Current<Body>, until: Int64, within: Duration) {
    self.previous = previous
    self.until = until
    self.within = within
  }
}

package struct Kept<Body: Hashable & Sendable>: Sendable {
  package var current: Current<Body>?
  package var held: Held<Body>?
  package var trial: Trial<Body>?
  package var order: [Origin]?

  package init(
    current: Current<Body>? = nil, held: Held<Body>? = nil, trial: Trial<Body>? = nil, order: [Origin]? = nil
  ) {
    self.current = current
    self.held = held
    self.trial = trial
    self.order = order
  }
}

package enum Request<Body: Hashable & Sendable>: Sendable {
  /// What is held is to be used, or what is on trial is to stay: the generation of this id, or whichever it is.
  case confirm(String?)
  /// Use this, and go back after a while unless it is confirmed.
  case apply(Offer<Body>, within: Duration?)
  /// These sources come first.
  case choose([Origin])
}

/// Something that an operator should hear of.
package struct Notice: Hashable, Sendable {
  package var isWarning: Bool
  package var fault: Fault

  package init(_ fault: Fault, isWarning: Bool = false) {
    self.isWarning = isWarning
    self.fault = fault
  }

  static func warning(_ sentence: String) -> Notice { Notice(Fault(sentence), isWarning: true) }
}
