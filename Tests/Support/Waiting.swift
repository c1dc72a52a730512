// Waiting for a condition, never for a time. A test says how long it is ready to wait; what it waits for is asked
// often.

import Glibc

/// Asks `condition` until it gives a value, and returns that; nil if it gave none within `limit`. It is asked at least
/// once, and once more at the end.
package func eventually<Value>(
  within limit: Duration = .seconds(5), every interval: Duration = .milliseconds(5), _ condition: () throws -> Value?
) rethrows -> Value? {
  let deadline = ContinuousClock.now + limit
  while true {
    let last = ContinuousClock.now >= deadline
    if let value = try condition() { return value }
    if last { return nil }
    pause(min(interval, max(.zero, deadline - .now)))
  }
}

/// Asks `condition` until it holds, and returns how long that took; nil if it did not within `limit`.
package func waited(
  within limit: Duration = .seconds(5), every interval: Duration = .milliseconds(5), until condition: () throws -> Bool
) rethrows -> Duration? {
  let start = ContinuousClock.now
  return try eventually(within: limit, every: interval) {
    try condition() ? ContinuousClock.now - start : nil
  }
}

/// Sleeps. Only for the pauses between two questions, and for showing that nothing happens.
package func pause(_ duration: Duration) {
  let (seconds, attoseconds) = duration.components
  var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
  var left = timespec()
  while unsafe nanosleep(&time, &left) != 0, errno == EINTR { time = left }
}
