// The one shape of every protocol and decision: a value that is told events and the time, and answers with effects.

/// A core. The loop, a replay and the simulation drive all machines the same way.
package protocol Machine {
  associatedtype Event
  associatedtype Effect

  /// Takes one event. Same events at the same times give the same effects, byte for byte.
  mutating func handle(_ event: Event, at now: Instant) -> [Effect]

  /// When the machine wants its timer event; derived from the state. A late or needless timer event is harmless.
  var deadline: Instant? { get }
}
