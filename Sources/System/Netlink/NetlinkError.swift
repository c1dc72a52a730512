// What can go wrong between us and the kernel. The errors are few, so that a caller can count them and decide; the
// text of an errno is the C library's.

import Glibc
import Loop

package enum NetlinkError: Error, Hashable, Sendable {
  /// A call failed on an object ("sendmsg", EPERM, "tcp/192.0.2.1:80").
  case failed(call: String, errno: Int32, object: String)
  /// The kernel has no generic netlink family of this name: its module is absent or not loaded.
  case familyMissing(String)
  /// The kernel sent what its own headers do not describe.
  case malformed(field: String)
  /// The socket's queue overflowed: answers are lost, and what the kernel holds must be read again.
  case overrun
}

extension NetlinkError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .failed(let call, let errno, let object): "\(call) of \(object): \(errnoText(errno))"
    case .familyMissing(let name): "the kernel has no \(name)"
    case .malformed(let field): "the kernel's answer has a malformed \(field)"
    case .overrun: "the netlink queue overflowed"
    }
  }
}

extension NetlinkError {
  /// We are not allowed to.
  package var isPermission: Bool {
    if case .failed(_, let errno, _) = self { errno == EPERM || errno == EACCES } else { false }
  }

  /// The object does not exist (any more).
  package var isMissingObject: Bool {
    if case .failed(_, let errno, _) = self { errno == ESRCH || errno == ENOENT || errno == ENODEV } else { false }
  }
}
