// The shape of a command's core as a filter: commits and prunes come in, lines go out, and what only the system can do
// is asked for and answered. Runner, replay and simulation drive it the same way.

package import Values

/// What can be recorded and read back; `Never` for cores that ask the system for nothing.
package protocol Recordable {
  /// The value in a recording.
  var recorded: JSON { get }
  init(recorded: JSON) throws(LineError)
}

extension Never: Recordable {
  package var recorded: JSON { .null }
  package init(recorded: JSON) throws(LineError) { throw LineError("nothing of this kind is ever recorded") }
}

/// Permission to remove what is held and was not said.
package struct Prune: Hashable, Sendable {
  package var writer: String
  package var number: String
  /// Go beyond the limit of what one prune may remove.
  package var isConfirmed: Bool

  package init(writer: String, number: String, isConfirmed: Bool) {
    self.writer = writer
    self.number = number
    self.isConfirmed = isConfirmed
  }
}

/// What distinguishes one run of a command from another.
package struct FilterRun: Hashable, Sendable {
  /// The first part of the numbers of its commits and prunes; new at each start. They are counted from 1.
  package var start: String
  /// Nanoseconds since 1970 at instant zero.
  package var epoch: Int64

  package init(start: String, epoch: Int64) {
    self.start = start
    self.epoch = epoch
  }

  /// When a time of day is; held within what an instant can say.
  package func instant(unixNanoseconds: Int64) -> Instant {
    let (difference, overflow) = unixNanoseconds.subtractingReportingOverflow(epoch)
    return overflow ? .distantFuture : Instant(nanoseconds: max(0, difference))
  }
}

package enum FilterEvent<Answer> {
  /// The run begins: before anything else, with the lines of an earlier run's memory.
  case begin(FilterRun, memory: [Line])
  /// Answer it with `.done(writer)` once it has acted, those of one writer in order.
  case commit(Commit)
  /// Answer it with `.done(writer)`. A prune that may not be trusted never comes here.
  case prune(Prune)
  case answer(Answer)
  case timer
  /// The input has ended.
  case ended
}

/// When something became so: at an instant of this run, or as an earlier run's line said.
package enum Since: Hashable, Sendable {
  case instant(Instant)
  case text(String)
}

package enum FilterEffect<Request> {
  /// Write the line; with `since`, that member is added last, as a time of day.
  case say(Line, since: Since?)
  /// End the own commit.
  case sync
  /// Say that this family of the own objects may be pruned.
  case prune(String)
  /// The oldest commit or prune of that writer that was not answered has acted; what was held for it goes on.
  case done(String)
  /// An error line, and a sentence on standard error.
  case complain(reason: String, key: String?)
  case request(Request)

  package static func say(_ line: Line) -> FilterEffect { .say(line, since: nil) }
}

package protocol FilterCore: Machine where Event == FilterEvent<Answer>, Effect == FilterEffect<Request> {
  associatedtype Answer: Recordable
  associatedtype Request

  /// Types of state lines that it acts on.
  static var reads: [String] { get }
  /// The family that a `prune` must name to concern it; nil if none does.
  static var prunes: String? { get }
  /// Types that `--memory` keeps: own ones as they are said, others as they are read.
  static var remembers: [String] { get }
  /// Something asked of the system has not been answered, so the end of input waits for it.
  var isBusy: Bool { get }
}

extension FilterCore {
  package static var prunes: String? { nil }
  package static var remembers: [String] { [] }
  package var isBusy: Bool { false }
}
