// Sockets on loopback, and what an errno means by the call that gave it.

import Glibc
import Loop
import Sockets
import Support
import Testing
import Values

/// Waits until the socket is ready for `events`, as a loop would.
func isReady(_ descriptor: Int32, _ events: Int32) -> Bool {
  ready(descriptor, events, until: .now + .seconds(2))
}

@Suite struct SocketTests {
  private static let loopbacks: [IPAddress] = [.v4(0x7f00_0001), .v6(1)]

  @Test(arguments: loopbacks)
  func `a stream connects, sends, receives, and sees the end`(address: IPAddress) throws {
    let server = try Loopback(.tcp, sixth: address.family == .inet6) { _ in .finish("pong") }
    let socket = try Socket(.tcp, address.family)
    if try !socket.connect(to: address, port: server.port) { #expect(isReady(socket.descriptor, POLLOUT)) }
    #expect((socket.takeError()) == 0)
    #expect((try socket.send(Array("ping".utf8)[...])) == 4)
    var buffer = [UInt8](repeating: 0, count: 16)
    #expect(isReady(socket.descriptor, POLLIN))
    #expect((try socket.receive(into: &buffer)) == 4)
    #expect(Array(buffer[..<4]) == Array("pong".utf8))
    #expect(isReady(socket.descriptor, POLLIN))
    #expect((try socket.receive(into: &buffer)) == 0)
  }

  @Test(arguments: loopbacks)
  func `a port where nothing listens refuses, for datagrams with the sender of the error`(address: IPAddress) throws {
    let gone = try Loopback(.tcp, sixth: address.family == .inet6)
    gone.stop()
    let stream = try Socket(.tcp, address.family)
    do throws(SystemError) {
      if try !stream.connect(to: address, port: gone.port) {
        #expect(isReady(stream.descriptor, POLLOUT))
        #expect(SocketFault(reported: stream.takeError()) == .refused)
      }
    } catch {
      #expect(SocketFault(error) == .refused)
    }
    let datagram = try Socket(.udp, address.family)
    _ = try datagram.connect(to: address, port: gone.port)
    #expect((try datagram.send([1])) == 1)
    #expect(isReady(datagram.descriptor, 0))
    let first = datagram.takeReportedError()
    let second = datagram.takeReportedError()
    let reported = try #require(first)
    #expect(SocketFault(reported: reported.errno) == .refused)
    #expect(reported.sender == address)
    #expect(second == nil)
  }

  @Test func `an empty datagram is sent and its empty answer is told apart from none`() throws {
    let server = try Loopback(.udp)
    let socket = try Socket(.udp, .inet)
    _ = try socket.connect(to: .v4(0x7f00_0001), port: server.port)
    var buffer = [UInt8](repeating: 0, count: 16)
    #expect((try socket.receive(into: &buffer)) == nil)
    #expect((try socket.send([])) == 0)
    #expect(isReady(socket.descriptor, POLLIN))
    #expect((try socket.receive(into: &buffer)) == 0)
  }

  @Test func `a source address is used, and one that is not ours is told`() throws {
    let server = try Loopback(.tcp) { _ in .nothing }
    let socket = try Socket(.tcp, .inet)
    try socket.bind(to: .v4(0x7f00_0009))
    _ = try socket.connect(to: .v4(0x7f00_0001), port: server.port)
    #expect(isReady(socket.descriptor, POLLOUT))
    let local = try #require(text(of: "/proc/net/tcp"))
    // 127.0.0.9 as the kernel prints it, and the server's port.
    #expect(local.contains("0900007F:"))
    let foreign = try Socket(.tcp, .inet)
    let error = #expect(throws: SystemError.self) { try foreign.bind(to: .v4(0xc000_0201)) }
    #expect(error.map(SocketFault.init) == .noAddress)
  }

  @Test func `closing by reset leaves no port in TIME-WAIT`() throws {
    let server = try Loopback(.tcp) { _ in .nothing }
    for _ in 0..<50 {
      let socket = try Socket(.tcp, .inet)
      _ = try socket.connect(to: .v4(0x7f00_0001), port: server.port)
      #expect(isReady(socket.descriptor, POLLOUT))
      socket.resetOnClose()
    }
    let port = String(server.port, radix: 16, uppercase: true)
    let remote = "0100007F:" + String(repeating: "0", count: 4 - port.count) + port
    let waiting = try #require(text(of: "/proc/net/tcp")).split(separator: "\n").filter {
      let words = $0.split(separator: " ")
      return words.count > 3 && words[2] == remote && words[3] == "06"
    }
    #expect(waiting.isEmpty)
  }

  @Test func `a socket closes its descriptor however it goes`() throws {
    let before = names(in: "/proc/self/fd").count
    for _ in 0..<100 {
      let socket = try Socket(.udp, .inet6)
      _ = try? socket.bind(to: .v6(2))
    }
    // Other tests open and close theirs meanwhile; a hundred left open would show.
    #expect(names(in: "/proc/self/fd").count < before + 50)
  }

  @Test(arguments: [
    ("socket", EMFILE, SocketFault.noDescriptor), ("socket", ENFILE, .noDescriptor), ("socket", ENOBUFS, .noMemory),
    ("socket", EAFNOSUPPORT, .noRoute), ("bind", EADDRNOTAVAIL, .noAddress), ("bind", EADDRINUSE, .noPort),
    ("connect", EADDRNOTAVAIL, .noPort), ("source address", EADDRNOTAVAIL, .noAddress), ("connect", EAGAIN, .noPort),
    ("connect", ENETUNREACH, .noRoute), ("connect", EHOSTUNREACH, .noRoute), ("connect", EACCES, .noRoute),
    ("connect", EINVAL, .noRoute), ("connect", ECONNREFUSED, .refused), ("connect", EPERM, .notPermitted),
    ("setsockopt", EPERM, .notPermitted), ("setsockopt SO_BINDTODEVICE", ENODEV, .noRoute),
    ("send", ECONNREFUSED, .refused), ("send", EHOSTUNREACH, .unreachable), ("send", EPIPE, .reset),
    ("send", EPERM, .notPermitted), ("receive", ECONNRESET, .reset), ("receive", ETIMEDOUT, .timedOut),
    ("receive", EIO, .other),
  ])
  func `an errno means what its call makes of it`(call: String, number: Int32, fault: SocketFault) {
    #expect(SocketFault(SystemError(call, number)) == fault)
  }
}
