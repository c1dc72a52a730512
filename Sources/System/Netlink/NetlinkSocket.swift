// A connection to the kernel over netlink (linux/netlink.h). The kernel works on a request while it is being sent, so
// its answers wait in our queue when the send returns: many requests go in one datagram, and nothing here waits for
// long.

import CNetlink
import Glibc

/// How a dump went. The kernel walks its tables by position: when they change on the way, entries are missed or twice.
package struct DumpOutcome: Hashable, Sendable {
  /// Datagrams with entries. One alone was made under the kernel's lock and is a true picture.
  package var parts = 0
  /// The kernel says that the table changed on the way (NLM_F_DUMP_INTR; not every family notices).
  package var wasInterrupted = false
  /// Entries that could not be read.
  package var unreadable = 0
}

@safe struct NetlinkSocket: ~Copyable {
  private let socket: OpaquePointer
  private let descriptor: Int32
  private var sequence: UInt32 = 1
  /// As large as the kernel makes one part of a dump, which is 32 KiB at most.
  private var buffer = [UInt8](repeating: 0, count: 65_536)

  /// Requests in one datagram. With 128 the kernel is busy for well below 50 ms, and the answers to all of them, should
  /// every one fail, fit the queue: the kernel counts about 1 KiB for each.
  static let batch = 128
  /// Bytes of the queue of answers. The kernel takes it twice, and no more than its net.core.rmem_max, by default
  /// 212,992; libnl alone would ask for 32,768, which 60 failures fill.
  static let queue: Int32 = 1 << 18
  /// Bytes that may be sent at once: 128 requests of the greatest length.
  private static let sendQueue: Int32 = 1 << 17

  /// Connects to a netlink protocol such as NETLINK_GENERIC.
  init(protocol number: Int32, name: String, queue: Int32 = NetlinkSocket.queue) throws(NetlinkError) {
    guard let socket = unsafe nl_socket_alloc() else {
      throw .failed(call: "nl_socket_alloc", errno: ENOMEM, object: name)
    }
    // Connecting sets libnl's own sizes.
    guard unsafe nl_connect(socket, number) == 0,
      unsafe nl_socket_set_buffer_size(socket, queue, NetlinkSocket.sendQueue) == 0
    else {
      let code = errno
      unsafe nl_socket_free(socket)
      throw .failed(call: "socket", errno: code, object: name)
    }
    unsafe self.socket = unsafe socket
    descriptor = unsafe nl_socket_get_fd(socket)
    // Answers that never come are an error, not a hang.
    var limit = timeval(tv_sec: 5, tv_usec: 0)
    _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    // Errors quote the header of the request only, and say in words what was wrong where the kernel knows.
    var on: Int32 = 1
    for option in [NETLINK_CAP_ACK, NETLINK_EXT_ACK] {
      _ = unsafe setsockopt(descriptor, SOL_NETLINK, option, &on, socklen_t(MemoryLayout<Int32>.size))
    }
  }

  deinit { unsafe nl_socket_free(socket) }

  /// The number of a generic netlink family, or nil when the kernel has none of that name.
  func family(_ name: String) -> Int32? {
    let number = unsafe name.withCString { unsafe genl_ctrl_resolve(socket, $0) }
    return number > 0 ? number : nil
  }

  private typealias Build = (Int, inout [UInt8], _ flags: Int32, _ sequence: UInt32) -> Bool

  /// Sends up to `batch` requests at once and tells for each 0 or its errno. Where the queue is too small for the
  /// answers, what has no answer is sent again, half as many at once: what had been done already then fails, for being
  /// there or for being gone.
  mutating func transact(
    _ count: Int, object: String, _ build: (Int, inout [UInt8], _ flags: Int32, _ sequence: UInt32) -> Bool
  ) throws(NetlinkError) -> [KernelAnswer] {
    var answers: [KernelAnswer] = []
    var size = count
    while answers.count < count {
      let part = answers.count..<min(count, answers.count + size)
      let known = try exchange(part, object: object, build)
      answers += known
      guard known.count < part.count else { continue }
      guard !known.isEmpty || size > 1 else { throw .overrun }
      size = max(1, size / 2)
    }
    return answers
  }

  /// Sends some requests at once and gives the answers to the first of them, to all unless the queue overflowed. Only
  /// the last asks to be acknowledged: the kernel takes them in order, and reports failures unasked.
  private mutating func exchange(
    _ part: Range<Int>, object: String, _ build: Build
  ) throws(NetlinkError) -> ArraySlice<KernelAnswer> {
    let first = take(UInt32(clamping: part.count))
    var datagram: [UInt8] = []
    for index in part {
      let flags = NLM_F_REQUEST | (index == part.upperBound - 1 ? NLM_F_ACK : 0)
      guard build(index, &datagram, flags, first &+ UInt32(clamping: index - part.lowerBound)) else {
        throw .failed(call: "nlmsg_alloc", errno: ENOMEM, object: object)
      }
    }
    try send(datagram, object: object)
    var answers = [KernelAnswer](repeating: .done, count: part.count)
    // With an answer those before it have theirs, which may be that there was nothing to say.
    var known = 0
    var hasOverflowed = false
    while known < part.count {
      do throws(NetlinkError) {
        let hasMore = try receive(object: object, waits: !hasOverflowed) { (header, payload) throws(NetlinkError) in
          let index = Int(header.sequence &- first)
          guard answers.indices.contains(index), Int32(header.type) == NLMSG_ERROR else { return }
          answers[index] = try KernelAnswer(parsing: payload, flags: header.flags)
          known = index + 1
        }
        if !hasMore { break }
      } catch .overrun {
        // The queue keeps what came before, and takes no more until it is empty.
        hasOverflowed = true
      }
    }
    return answers[..<known]
  }

  /// Sends one request that is answered with many messages, and gives each to `body`.
  mutating func dump(
    object: String, _ build: (inout [UInt8], _ flags: Int32, _ sequence: UInt32) -> Bool,
    _ body: (NetlinkHeader, Span<UInt8>) throws(NetlinkError) -> Void
  ) throws(NetlinkError) -> DumpOutcome {
    let number = take(1)
    var datagram: [UInt8] = []
    guard build(&datagram, NLM_F_REQUEST | NLM_F_DUMP, number) else {
      throw .failed(call: "nlmsg_alloc", errno: ENOMEM, object: object)
    }
    try send(datagram, object: object)
    var outcome = DumpOutcome()
    var isComplete = false
    while !isComplete {
      var hasEntries = false
      try receive(object: object) { (header, payload) throws(NetlinkError) in
        guard header.sequence == number else { return }
        if Int32(header.flags) & NLM_F_DUMP_INTR != 0 { outcome.wasInterrupted = true }
        switch Int32(header.type) {
        case NLMSG_DONE, NLMSG_ERROR:
          isComplete = true
          // Both begin with 0 or a negative errno.
          let code = try payload.number(Int32.self, "dump status")
          if code < 0 { throw .failed(call: "dump", errno: 0 &- code, object: object) }
        case NLMSG_NOOP: break
        default:
          hasEntries = true
          do { try body(header, payload) } catch { outcome.unreadable += 1 }
        }
      }
      if hasEntries { outcome.parts += 1 }
    }
    return outcome
  }

  /// Sends one request that is answered with one message, which `body` is given.
  mutating func ask(
    object: String, _ build: (inout [UInt8], _ flags: Int32, _ sequence: UInt32) -> Bool,
    _ body: (Span<UInt8>) throws(NetlinkError) -> Void
  ) throws(NetlinkError) {
    let number = take(1)
    var datagram: [UInt8] = []
    guard build(&datagram, NLM_F_REQUEST, number) else {
      throw .failed(call: "nlmsg_alloc", errno: ENOMEM, object: object)
    }
    try send(datagram, object: object)
    var isComplete = false
    while !isComplete {
      try receive(object: object) { (header, payload) throws(NetlinkError) in
        guard header.sequence == number else { return }
        isComplete = true
        guard Int32(header.type) == NLMSG_ERROR else { return try body(payload) }
        let answer = try KernelAnswer(parsing: payload, flags: header.flags)
        if answer.errno != 0 { throw .failed(call: "request", errno: answer.errno, object: object) }
      }
    }
  }

  // MARK: Datagrams

  private mutating func take(_ count: UInt32) -> UInt32 {
    defer { sequence &+= count }
    return sequence
  }

  private func send(_ datagram: [UInt8], object: String) throws(NetlinkError) {
    var kernel = sockaddr_nl()
    kernel.nl_family = sa_family_t(AF_NETLINK)
    while true {
      let sent = unsafe withUnsafePointer(to: &kernel) { address in
        unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe sendto(descriptor, datagram, datagram.count, 0, $0, socklen_t(MemoryLayout<sockaddr_nl>.size))
        }
      }
      if sent == datagram.count { return }
      if errno != EINTR { throw .failed(call: "sendto", errno: errno, object: object) }
    }
  }

  /// Takes one datagram from the queue and gives its messages to `body`. What other processes send is dropped.
  /// - Returns: false if there was none and it was not to wait for one.
  @discardableResult
  private mutating func receive(
    object: String, waits: Bool = true, _ body: (NetlinkHeader, Span<UInt8>) throws(NetlinkError) -> Void
  ) throws(NetlinkError) -> Bool {
    let flags = Int32(MSG_TRUNC) | (waits ? 0 : Int32(MSG_DONTWAIT))
    while true {
      var sender = sockaddr_nl()
      var size = socklen_t(MemoryLayout<sockaddr_nl>.size)
      let count = unsafe withUnsafeMutablePointer(to: &sender) { address in
        unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe recvfrom(descriptor, &buffer, buffer.count, flags, $0, &size)
        }
      }
      if count < 0 {
        switch errno {
        case EINTR: continue
        case ENOBUFS: throw .overrun
        case EAGAIN where !waits: return false
        case EAGAIN: throw .failed(call: "recvfrom", errno: ETIMEDOUT, object: object)
        default: throw .failed(call: "recvfrom", errno: errno, object: object)
        }
      }
      guard sender.nl_pid == 0 else { continue }
      guard count <= buffer.count else { throw .malformed(field: "datagram, longer than 64 KiB") }
      try eachMessage(buffer.span.extracting(0..<count), body)
      return true
    }
  }
}

/// What the kernel says to one request.
package struct KernelAnswer: Hashable, Sendable {
  /// 0: it is done.
  package var errno: Int32
  /// The kernel's own sentence, where it has one.
  package var sentence: String?

  package static let done = KernelAnswer(errno: 0)

  package init(errno: Int32, sentence: String? = nil) {
    self.errno = errno
    self.sentence = sentence
  }

  /// nlmsgerr: the errno, the request's header, then attributes (NLMSGERR_ATTR_MSG is 1).
  init(parsing payload: Span<UInt8>, flags: UInt16) throws(NetlinkError) {
    let code = try payload.number(Int32.self, "error code")
    var text: String?
    // With NLM_F_CAPPED (0x100) only the header of the request is quoted; with NLM_F_ACK_TLVS (0x200) attributes
    // follow.
    if flags & 0x300 == 0x300, payload.count > 20 {
      try eachAttribute(payload.extracting(20..<payload.count)) { (type, value) throws(NetlinkError) in
        if type == 1 { text = value.text() }
      }
    }
    self.init(errno: 0 &- code, sentence: text)
  }
}
