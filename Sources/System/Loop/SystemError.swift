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
    let text = errnoText(errno)
    return object.isEmpty ? "\(call): \(text)" : "\(call) \(object): \(text)"
  }
}

/// The C library's sentence for an errno, such as `No such process`.
package func errnoText(_ code: Int32) -> String {
  unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
    guard let start = buffer.baseAddress, unsafe strerror_r(code, start, buffer.count) == 0 else {
      return "error \(code)"
    }
    return unsafe String(cString: start)
  }
}
