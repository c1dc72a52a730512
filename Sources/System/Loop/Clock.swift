// The only clock of the project: monotonic time that counts suspend, and the time of day for what people read.

internal import CLinux
internal import Glibc
package import Values

package enum Clock {
  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    guard unsafe clock_gettime(clock, &time) == 0 else { return 0 }
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// CLOCK_BOOTTIME.
  package static func now() -> Instant { Instant(nanoseconds: read(CLOCK_BOOTTIME)) }

  /// Nanoseconds since 1970 at instant zero: what to add to an instant to get a time of day.
  package static func epoch() -> Int64 { read(CLOCK_REALTIME) - read(CLOCK_BOOTTIME) }

  /// Sleeps: for one-shot forms that wait for another process, which no descriptor tells of.
  package static func pause(_ duration: Duration) { _ = poll(nil, 0, Int32(clamping: duration.milliseconds)) }

  /// Six hexadecimal digits, new at each start: the first part of the numbers of commits.
  package static func startToken() -> String {
    var value: UInt32 = 0
    if unsafe clinux_random(&value, 4) < 0 { value = UInt32(truncatingIfNeeded: read(CLOCK_REALTIME)) }
    let digits = String(value & 0xff_ffff, radix: 16)
    return String(repeating: "0", count: 6 - digits.count) + digits
  }
}
