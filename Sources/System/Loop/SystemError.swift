// A system call that failed: the call, the error and the object, so that callers can decide and people can read it.

internal import Glibc

package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  package var call: String
  package var errno: Int32
  package var object: String

  package init(_ call: String, _ number: Int32, _ object: String = "") {
    self.call = call
    self.errno = number
    self.object = object
  }

  /// The error that the last call in this thread left.
  package static func last(_ call: String, _ object: String = "") -> SystemError {
    SystemError(call, Glibc.errno, object)
  }

  package var description: String {
    let text = unsafe String(cString: strerror(errno))
    return object.isEmpty ? "\(call): \(text)" : "\(call) \(object): \(text)"
  }
}
