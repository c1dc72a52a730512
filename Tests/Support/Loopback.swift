// Servers on loopback addresses that a test starts and stops: TCP or UDP, each with an answer that the test chooses.
// One thread a server, so that nothing of it waits for the tests' own threads.

import Glibc
import Synchronization

/// What a server does when something has come.
package enum Reply: Sendable {
  case nothing
  case send([UInt8])
  /// Sends, and ends the connection in order.
  case finish([UInt8])
  /// Ends the connection by a reset.
  case reset

  package static func finish(_ text: String) -> Reply { .finish(Array(text.utf8)) }
}

package final class Loopback: Sendable {
  package enum Transport: Sendable {
    case tcp
    case udp
  }

  package let port: UInt16
  private let server: Server

  /// Connections taken so far.
  package var accepted: Int { server.tally.withLock { $0.accepted } }
  /// The most connections that were open at one time.
  package var mostOpen: Int { server.tally.withLock { $0.mostOpen } }
  /// What came: a datagram each, or all of a connection that has ended.
  package var received: [[UInt8]] { server.tally.withLock { $0.received } }

  /// Starts a server on 127.0.0.1 or ::1; port 0 is one that is free. `answer` is asked with a datagram, or with all
  /// that a connection has sent so far, each time something comes.
  package init(
    _ transport: Transport, sixth: Bool = false, port: UInt16 = 0, greeting: String = "",
    answer: @escaping @Sendable ([UInt8]) -> Reply = { .send($0) }
  ) throws {
    let (descriptor, bound) = try Loopback.open(transport, sixth, port)
    self.port = bound
    server = Server(transport, descriptor, try makePipe(), Array(greeting.utf8), answer)
    try server.start()
  }

  /// Ends the server; its port refuses from now on.
  package func stop() { server.stop() }

  deinit { server.stop() }

  private static func open(_ transport: Transport, _ sixth: Bool, _ port: UInt16) throws -> (Int32, UInt16) {
    let type = Int32((transport == .tcp ? SOCK_STREAM : SOCK_DGRAM).rawValue)
    let descriptor = socket(sixth ? AF_INET6 : AF_INET, type | Int32(SOCK_CLOEXEC.rawValue), 0)
    var yes: Int32 = 1
    _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
    var form = [UInt8](repeating: 0, count: sixth ? 28 : 16)
    form[0] = UInt8(sixth ? AF_INET6 : AF_INET)
    form[2...3] = [UInt8(port >> 8), UInt8(port & 255)]
    if sixth { form[23] = 1 } else { form[4...7] = [127, 0, 0, 1] }
    var length = socklen_t(form.count)
    let code = unsafe form.withUnsafeMutableBytes { bytes -> Int32 in
      guard let address = unsafe bytes.assumingMemoryBound(to: sockaddr.self).baseAddress else { return EINVAL }
      guard unsafe bind(descriptor, address, length) == 0 else { return errno }
      guard transport == .udp || listen(descriptor, 1024) == 0 else { return errno }
      return unsafe getsockname(descriptor, address, &length) == 0 ? 0 : errno
    }
    guard code == 0 else {
      close(descriptor)
      throw SpawnError(program: "bind", code: code)
    }
    return (descriptor, UInt16(form[2]) << 8 | UInt16(form[3]))
  }
}

/// What runs on the thread, which holds it until it ends.
private final class Server: Sendable {
  struct Tally {
    var accepted = 0
    var mostOpen = 0
    var received: [[UInt8]] = []
  }

  let tally = Mutex(Tally())
  private let transport: Loopback.Transport
  private let descriptor: Int32
  private let wakeUp: (read: Int32, write: Int32)
  private let greeting: [UInt8]
  private let answer: @Sendable ([UInt8]) -> Reply
  private let thread = Mutex<pthread_t>(0)

  init(
    _ transport: Loopback.Transport, _ descriptor: Int32, _ wakeUp: (read: Int32, write: Int32), _ greeting: [UInt8],
    _ answer: @escaping @Sendable ([UInt8]) -> Reply
  ) {
    self.transport = transport
    self.descriptor = descriptor
    self.wakeUp = wakeUp
    self.greeting = greeting
    self.answer = answer
  }

  func start() throws {
    let this = unsafe Unmanaged.passRetained(self).toOpaque()
    var started = pthread_t()
    let code = unsafe pthread_create(
      &started, nil,
      { argument in
        if let argument = unsafe argument { unsafe Unmanaged<Server>.fromOpaque(argument).takeRetainedValue().serve() }
        return nil
      }, this)
    guard code == 0 else { throw SpawnError(program: "pthread_create", code: code) }
    thread.withLock { $0 = started }
  }

  func stop() {
    let running = thread.withLock { thread in
      defer { thread = 0 }
      return thread
    }
    guard running != 0 else { return }
    _ = unsafe Glibc.write(wakeUp.write, "x", 1)
    _ = pthread_join(running, nil)
    [wakeUp.read, wakeUp.write].forEach { _ = close($0) }
  }

  // MARK: The thread

  private func serve() {
    var streams: [Int32: [UInt8]] = [:]
    while true {
      var polled = ([wakeUp.read, descriptor] + streams.keys).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      guard unsafe poll(&polled, nfds_t(polled.count), -1) > 0 else { continue }
      if polled[0].revents != 0 { break }
      for entry in polled.dropFirst(2) where entry.revents != 0 { hear(entry.fd, &streams) }
      guard polled[1].revents != 0 else { continue }
      if transport == .udp { echo() } else { welcome(&streams) }
    }
    streams.keys.forEach { _ = close($0) }
    close(descriptor)
  }

  private func welcome(_ streams: inout [Int32: [UInt8]]) {
    let stream = accept(descriptor, nil, nil)
    guard stream >= 0 else { return }
    streams[stream] = []
    let open = streams.count
    tally.withLock {
      $0.accepted += 1
      $0.mostOpen = max($0.mostOpen, open)
    }
    if !greeting.isEmpty { say(greeting, to: stream) }
  }

  private func hear(_ stream: Int32, _ streams: inout [Int32: [UInt8]]) {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = unsafe recv(stream, &bytes, bytes.count, 0)
    guard count > 0 else { return leave(stream, &streams) }
    let all = streams[stream, default: []] + bytes[..<count]
    streams[stream] = all
    switch answer(all) {
    case .nothing: break
    case .send(let reply): say(reply, to: stream)
    case .finish(let reply):
      say(reply, to: stream)
      leave(stream, &streams)
    case .reset:
      var setting = linger(l_onoff: 1, l_linger: 0)
      _ = unsafe setsockopt(stream, SOL_SOCKET, SO_LINGER, &setting, socklen_t(MemoryLayout<linger>.size))
      leave(stream, &streams)
    }
  }

  private func leave(_ stream: Int32, _ streams: inout [Int32: [UInt8]]) {
    let all = streams.removeValue(forKey: stream) ?? []
    close(stream)
    tally.withLock { $0.received.append(all) }
  }

  private func say(_ bytes: [UInt8], to stream: Int32) {
    _ = unsafe Glibc.send(stream, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }

  private func echo() {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    var sender = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    unsafe withUnsafeMutablePointer(to: &sender) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        let count = unsafe recvfrom(descriptor, &bytes, bytes.count, 0, address, &length)
        guard count >= 0 else { return }
        let datagram = Array(bytes[..<count])
        tally.withLock { $0.received.append(datagram) }
        switch answer(datagram) {
        case .nothing, .reset: break
        case .send(let reply), .finish(let reply):
          _ = unsafe sendto(descriptor, reply, reply.count, 0, address, length)
        }
      }
    }
  }
}
