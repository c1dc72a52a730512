// A TCP socket that takes connections, each as a non-blocking descriptor that is the taker's to close.

internal import CLinux
internal import Glibc
package import Loop
package import Values

package struct Listener: ~Copyable {
  /// Connections that wait to be taken. From the point of view of a pair of nodes and their tools: more than enough.
  private static let backlog: Int32 = 64

  package let descriptor: Int32
  /// The port that it has, where 0 was asked for.
  package let port: UInt16

  /// On the unspecified address of IPv6, both families.
  package init(_ address: IPAddress, port: UInt16) throws(SystemError) {
    let flags = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = socket(SocketAddress.domain(address.family), flags, 0)
    guard descriptor >= 0 else { throw .last("socket") }
    var isBound = false
    defer { if !isBound { close(descriptor) } }
    var (on, off): (Int32, Int32) = (1, 0)
    _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, 4)
    if address.family == .inet6 { _ = unsafe setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &off, 4) }
    let result = unsafe SocketAddress.with(address, port) { unsafe Glibc.bind(descriptor, $0, $1) }
    guard result == 0 else { throw .last("bind", "\(address) port \(port)") }
    guard listen(descriptor, Self.backlog) == 0 else { throw .last("listen", "\(address) port \(port)") }
    var form = [UInt8](repeating: 0, count: 28)
    var length = socklen_t(form.count)
    let code = unsafe form.withUnsafeMutableBytes { bytes in
      guard let start = bytes.baseAddress else { return Int32(-1) }
      return unsafe getsockname(descriptor, start.assumingMemoryBound(to: sockaddr.self), &length)
    }
    guard code == 0 else { throw .last("getsockname") }
    isBound = true
    self.descriptor = descriptor
    self.port = UInt16(form[2]) << 8 | UInt16(form[3])
  }

  deinit { close(descriptor) }

  /// The next connection; nil when none waits.
  package func take() throws(SystemError) -> Int32? {
    while true {
      let connection = accept(descriptor, nil, nil)
      if connection >= 0 {
        _ = clinux_fcntl(connection, F_SETFD, FD_CLOEXEC)
        _ = clinux_fcntl(connection, F_SETFL, O_NONBLOCK)
        return connection
      }
      switch errno {
      // The connection is gone already.
      case EINTR, ECONNABORTED: continue
      case EAGAIN: return nil
      default: throw .last("accept")
      }
    }
  }
}
