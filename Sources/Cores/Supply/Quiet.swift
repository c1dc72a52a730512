// When to read files that are being changed: once nothing has happened to them for a moment, and not while one of them
// is open for writing. Whatever happens after a reading began leads to another one, so the last change is never missed.

package import Values

package struct Quiet: Sendable {
  package enum Change: Sendable {
    /// Somebody is writing into a file, and has not closed it.
    case writing
    /// A file was closed, renamed, made or removed.
    case settled
  }

  /// After a change that is whole by itself. From the operator's point of view: at once; and an editor, or a tool that
  /// replaces several files, makes its next change sooner.
  private static let pause = Duration.milliseconds(100)
  /// After a write, for the file to be closed: who keeps it open and pauses for longer has finished.
  private static let patience = Duration.seconds(2)
  /// Files that never come to rest are read nevertheless.
  private static let longest = Duration.seconds(5)

  private var first: Instant?
  private var due: Instant?

  package init() {}

  /// When to read.
  package var deadline: Instant? { due }

  package mutating func note(_ change: Change, at now: Instant) {
    let begun = first ?? now
    first = begun
    let wait = change == .writing ? Self.patience : Self.pause
    due = min(now + wait, begun + Self.longest)
  }

  /// Whether it is time; then the reading begins now.
  package mutating func isDue(at now: Instant) -> Bool {
    guard let due, due <= now else { return false }
    self = Quiet()
    return true
  }
}
