// Writing messages for the kernel with libnl: one message under construction, freed with its scope.

import CNetlink

/// A message that is being built. Every `put` can fail only for want of room, which is told once, by `append(to:)`.
@safe struct NetlinkMessage: ~Copyable {
  private let message: OpaquePointer
  private var hasRoom: Bool

  /// An empty message with its netlink header. nil when memory is short.
  init?(type: Int32, flags: Int32, sequence: UInt32) {
    // Enough for every request we make, the longest being some 200 bytes.
    guard let message = unsafe nlmsg_alloc_size(1024) else { return nil }
    unsafe self.message = unsafe message
    hasRoom = unsafe nlmsg_put(message, 0, sequence, type, 0, flags) != nil
  }

  /// The same with a generic netlink header.
  init?(family: Int32, command: UInt8, version: UInt8, flags: Int32, sequence: UInt32) {
    guard let message = unsafe nlmsg_alloc_size(1024) else { return nil }
    unsafe self.message = unsafe message
    hasRoom = unsafe genlmsg_put(message, 0, sequence, family, 0, flags, command, version) != nil
  }

  deinit { unsafe nlmsg_free(message) }

  /// A fixed header that follows the netlink header, such as `ifaddrmsg`.
  mutating func header<T: BitwiseCopyable>(_ value: T) {
    var value = value
    let done = unsafe withUnsafeMutablePointer(to: &value) {
      unsafe nlmsg_append(message, $0, MemoryLayout<T>.size, 4)
    }
    if done != 0 { hasRoom = false }
  }

  /// Bytes of an earlier message, from its fixed header on.
  mutating func append(_ bytes: [UInt8]) {
    var copy = bytes
    let done = unsafe copy.withUnsafeMutableBytes { unsafe nlmsg_append(message, $0.baseAddress, $0.count, 4) }
    if done != 0 { hasRoom = false }
  }

  /// A number in host order, or a structure of the kernel's.
  mutating func put<T: BitwiseCopyable>(_ type: Int, _ value: T) {
    var value = value
    let done = unsafe withUnsafeMutablePointer(to: &value) {
      unsafe nla_put(message, Int32(type), Int32(MemoryLayout<T>.size), $0)
    }
    if done != 0 { hasRoom = false }
  }

  /// A string with its NUL.
  mutating func put(_ type: Int, _ text: String) {
    let done = unsafe text.withCString { unsafe nla_put_string(message, Int32(type), $0) }
    if done != 0 { hasRoom = false }
  }

  mutating func put(_ type: Int, bytes: [UInt8]) {
    let done = unsafe bytes.withUnsafeBytes {
      unsafe nla_put(message, Int32(type), Int32(bytes.count), $0.baseAddress)
    }
    if done != 0 { hasRoom = false }
  }

  /// An attribute that contains what `body` puts.
  mutating func nest(_ type: Int, _ body: (inout NetlinkMessage) -> Void) {
    guard let start = unsafe nla_nest_start(message, Int32(type)) else {
      hasRoom = false
      return
    }
    body(&self)
    if unsafe nla_nest_end(message, start) < 0 { hasRoom = false }
  }

  /// Adds the finished message to a datagram. False, and nothing added, when something did not fit.
  func append(to datagram: inout [UInt8]) -> Bool {
    guard hasRoom, let header = unsafe nlmsg_hdr(message) else { return false }
    let length = Int(unsafe header.pointee.nlmsg_len)
    unsafe datagram.append(contentsOf: UnsafeRawBufferPointer(start: header, count: length))
    // The next message begins at a multiple of four (NLMSG_ALIGN).
    while datagram.count % 4 != 0 { datagram.append(0) }
    return true
  }
}
