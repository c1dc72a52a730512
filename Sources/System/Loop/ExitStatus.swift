// What a command's exit status means (man 7 ss-lines). 2 and 3 are permanent: a supervisor does not hurry to try
// again.

package enum ExitStatus: Int32, Sendable {
  case success = 0
  /// Some object failed; one-shot forms only.
  case objectFailed = 1
  case usage = 2
  /// The environment lacks something that the message names, or another process holds the lock.
  case environment = 3
  /// Asked to compare, and they differ.
  case differs = 4
}
