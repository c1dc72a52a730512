// What every command does to its own process at start: the descriptor limit as high as allowed, no SIGPIPE, and no
// capability that its job does not need (DESIGN.md rule 11).

internal import CLinux
internal import Glibc

/// A capability by the number that linux/capability.h gives it.
package struct Capability: Hashable, Sendable {
  package var number: UInt32
  /// Read and search whatever the permissions of files say.
  package static let dacReadSearch = Capability(number: 2)
  package static let netAdmin = Capability(number: 12)
}

package enum ProcessSetUp {
  package static func prepare() {
    fillStandardStreams()
    clinux_grow_in_steps()
    _ = signal(SIGPIPE, SIG_IGN)
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }

  /// What the caller left closed of descriptors 0 to 2 is opened so that it cannot be used: the first file or socket
  /// that is opened later would take its place, and be read or written by mistake.
  private static func fillStandardStreams() {
    for descriptor in Int32(0)...2 where clinux_fcntl(descriptor, F_GETFD, 0) < 0 {
      _ = unsafe clinux_open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY, 0)
    }
  }

  /// Keeps these capabilities, where the process has them, and drops all others for good.
  package static func keep(only kept: [Capability]) {
    var (effective, permitted, inheritable): (UInt64, UInt64, UInt64) = (0, 0, 0)
    guard unsafe clinux_capget(&effective, &permitted, &inheritable) == 0 else { return }
    let mask = kept.reduce(UInt64(0)) { $0 | 1 << UInt64($1.number) }
    _ = clinux_prctl(Int32(CLINUX_PR_SET_NO_NEW_PRIVS), 1)
    _ = clinux_capset(effective & mask, permitted & mask, 0)
  }
}
