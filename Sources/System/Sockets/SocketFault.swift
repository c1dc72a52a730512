// What an error of a socket call means, so that nobody else has to read errno. It depends on the call: a host that
// cannot be reached is this node's own routing table before a packet was sent, and the network's word after it.

internal import Glibc
package import Loop
package import Values

package enum SocketFault: Hashable, Sendable {
  /// The target answered that nothing listens.
  case refused
  /// The network, or a neighbour that did not answer, said that the target cannot be reached.
  case unreachable
  case reset
  /// The kernel itself gave up.
  case timedOut
  /// This node has no way to the target: no route, a forbidding route or rule, a missing interface or family.
  case noRoute
  /// This node does not have the source address, or any that would do.
  case noAddress
  case noPort
  case noDescriptor
  case noMemory
  case notPermitted
  case other

  /// From a call that failed by itself.
  package init(_ error: SystemError) {
    switch (error.call, error.errno) {
    case (_, EMFILE), (_, ENFILE): self = .noDescriptor
    case (_, ENOMEM), (_, ENOBUFS): self = .noMemory
    case (_, EPERM): self = .notPermitted
    case ("source address", _), ("bind", EADDRNOTAVAIL): self = .noAddress
    case ("bind", EADDRINUSE), ("connect", EADDRINUSE), ("connect", EADDRNOTAVAIL), ("connect", EAGAIN): self = .noPort
    // unreachable, prohibit and blackhole routes, in this order (ip-route(8)).
    case ("connect", EHOSTUNREACH), ("connect", ENETUNREACH), ("connect", EACCES), ("connect", EINVAL): self = .noRoute
    case ("connect", ENETDOWN), (_, ENODEV), (_, EAFNOSUPPORT): self = .noRoute
    case (_, EACCES): self = .notPermitted
    default: self = SocketFault(reported: error.errno)
    }
  }

  /// From an error that came back for something sent before.
  package init(reported number: Int32) {
    switch number {
    case ECONNREFUSED: self = .refused
    case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN, ENONET, ENOPROTOOPT, EACCES: self = .unreachable
    case ECONNRESET, EPIPE, ECONNABORTED: self = .reset
    case ETIMEDOUT: self = .timedOut
    case ENOMEM, ENOBUFS: self = .noMemory
    case EPERM: self = .notPermitted
    default: self = .other
    }
  }
}

/// An error from a socket's queue: what came back for a datagram, and from whom.
package struct ReportedError: Hashable, Sendable {
  package let errno: Int32
  /// Who said so by ICMP: the target, a router, or this node itself, when a neighbour did not answer.
  package let sender: IPAddress?
}

extension Socket {
  /// The first error in the queue, which is taken off it; nil when it is empty.
  package func takeReportedError() -> ReportedError? {
    var control = [UInt8](repeating: 0, count: 512)
    let length = unsafe control.withUnsafeMutableBytes { buffer -> Int in
      var message = unsafe msghdr()
      unsafe message.msg_control = buffer.baseAddress
      unsafe message.msg_controllen = buffer.count
      let result = unsafe recvmsg(descriptor, &message, Int32(MSG_ERRQUEUE))
      return result < 0 ? 0 : unsafe Int(message.msg_controllen)
    }
    return ReportedError(control: control[..<min(length, control.count)])
  }
}

extension ReportedError {
  /// From the control messages of recvmsg(2): each begins with its length (8 bytes), level and type (4 each) and is
  /// padded to 8; sock_extended_err has the errno first and 16 bytes in all, the sender's address behind it.
  init?(control: ArraySlice<UInt8>) {
    var rest = control
    while rest.count >= 16 {
      let length = ReportedError.number(rest, at: 0, bytes: 8)
      let level = ReportedError.number(rest, at: 8, bytes: 4)
      let type = ReportedError.number(rest, at: 12, bytes: 4)
      guard (16...rest.count).contains(length) else { return nil }
      let isError =
        level == Int(IPPROTO_IP) && type == Int(IP_RECVERR) || level == Int(IPPROTO_IPV6) && type == Int(IPV6_RECVERR)
      if isError, length >= 32 {
        errno = Int32(truncatingIfNeeded: ReportedError.number(rest, at: 16, bytes: 4))
        sender = SocketAddress.address(in: rest.prefix(length).dropFirst(32))
        return
      }
      rest = rest.dropFirst((length + 7) & ~7)
    }
    return nil
  }

  /// A number in this machine's order.
  private static func number(_ bytes: ArraySlice<UInt8>, at offset: Int, bytes size: Int) -> Int {
    let digits = Array(bytes.dropFirst(offset).prefix(size))
    #if _endian(little)
      let ordered = digits.reversed()
    #else
      let ordered = digits
    #endif
    return Int(truncatingIfNeeded: ordered.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }
}
