// One non-blocking TCP or UDP socket as probes use it: from a chosen source, device and mark, to one target. The
// descriptor is closed when the value goes, whatever way it goes. Who waits for readiness is not its business.

internal import Glibc
package import Loop
package import Values

package struct Socket: ~Copyable {
  package enum Transport: Sendable {
    case tcp
    case udp
  }

  package let descriptor: Int32
  private let transport: Transport
  private let family: AddressFamily

  package init(_ transport: Transport, _ family: AddressFamily) throws(SystemError) {
    let type = transport == .tcp ? SOCK_STREAM : SOCK_DGRAM
    let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    descriptor = socket(SocketAddress.domain(family), Int32(type.rawValue) | flags, 0)
    self.transport = transport
    self.family = family
    guard descriptor >= 0 else { throw .last("socket") }
    if transport == .udp {
      // Every ICMP error is told at once and with its sender, also those that UDP may ignore (ip(7), IP_RECVERR).
      let (level, option) = family == .inet ? (IPPROTO_IP, IP_RECVERR) : (IPPROTO_IPV6, IPV6_RECVERR)
      try set(Int32(level), option, 1)
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// How many descriptors this process may have open.
  package static var descriptorLimit: Int {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1_024 }
    return Int(clamping: limit.rlim_cur)
  }

  // MARK: Where from

  /// Leaves by this interface or VRF only.
  package func bind(toDevice name: String) throws(SystemError) {
    var copy = name
    let result = copy.withUTF8 {
      unsafe setsockopt(descriptor, SOL_SOCKET, SO_BINDTODEVICE, $0.baseAddress, socklen_t($0.count))
    }
    guard result == 0 else { throw .last("setsockopt SO_BINDTODEVICE", name) }
  }

  /// Carries this firewall mark; needs CAP_NET_ADMIN.
  package func setMark(_ mark: UInt32) throws(SystemError) { try set(SOL_SOCKET, SO_MARK, Int32(bitPattern: mark)) }

  /// Sends from this address. The port is left to `connect`, which can share one among many targets (ip(7),
  /// IP_BIND_ADDRESS_NO_PORT).
  package func bind(to source: IPAddress) throws(SystemError) {
    try set(Int32(IPPROTO_IP), IP_BIND_ADDRESS_NO_PORT, 1)
    let result = unsafe SocketAddress.with(source, 0) { unsafe Glibc.bind(descriptor, $0, $1) }
    guard result == 0 else { throw .last("bind", source.description) }
  }

  // MARK: Talking

  /// True when connected at once; else the socket is writable when it is decided, and `takeError` tells how.
  package func connect(to address: IPAddress, port: UInt16) throws(SystemError) -> Bool {
    let result = unsafe SocketAddress.with(address, port) { unsafe Glibc.connect(descriptor, $0, $1) }
    if result == 0 { return true }
    let number = errno
    if number == EINPROGRESS { return false }
    if number == EADDRNOTAVAIL, !hasSourceAddress(for: address, port) { throw SystemError("source address", number) }
    throw SystemError("connect", number)
  }

  /// What the socket is ready for now, asked without waiting.
  package var readiness: Loop.Interest {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN | POLLOUT), revents: 0)
    guard unsafe poll(&entry, 1, 0) > 0 else { return [] }
    let pairs: [(Int32, Loop.Interest)] = [(POLLIN, .read), (POLLOUT, .write), (POLLERR, .error), (POLLHUP, .hangUp)]
    return pairs.reduce(into: []) { if Int32(entry.revents) & $1.0 != 0 { $0.insert($1.1) } }
  }

  /// The error that waits on the socket, which is taken off it; 0 for none.
  package func takeError() -> Int32 {
    var number: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &length) == 0 else { return errno }
    return number
  }

  /// How many bytes were taken; nil when none can be now.
  package func send(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int? {
    while true {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count >= 0 { return count }
      if errno == EINTR { continue }
      if errno == EAGAIN { return nil }
      throw .last("send")
    }
  }

  /// How many bytes were put into the buffer, or one whole datagram cut to it; nil when there are none now. For a
  /// stream 0 is its end.
  package func receive(into buffer: inout [UInt8]) throws(SystemError) -> Int? {
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
      if count >= 0 { return count }
      if errno == EINTR { continue }
      if errno == EAGAIN { return nil }
      throw .last("receive")
    }
  }

  /// Closing will end the connection by a reset, leaving nothing behind on this host: thousands of probes a second
  /// would otherwise hold thousands of ports in TIME-WAIT, a minute each. What is unsent is lost.
  package func resetOnClose() {
    var setting = linger(l_onoff: 1, l_linger: 0)
    _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &setting, socklen_t(MemoryLayout<linger>.size))
  }

  private func set(_ level: Int32, _ option: Int32, _ value: Int32) throws(SystemError) {
    var copy = value
    guard unsafe setsockopt(descriptor, level, option, &copy, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
      throw .last("setsockopt")
    }
  }

  /// EADDRNOTAVAIL of a connect is said of two things: no port is free, or no address of this node may be a source.
  /// A datagram socket takes its port from elsewhere, so it meets only the second.
  private func hasSourceAddress(for address: IPAddress, _ port: UInt16) -> Bool {
    let other = Glibc.socket(
      SocketAddress.domain(family), Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard other >= 0 else { return true }
    defer { close(other) }
    return unsafe SocketAddress.with(address, port) { unsafe Glibc.connect(other, $0, $1) } == 0
      || errno != EADDRNOTAVAIL
  }
}
