// An HTTP/1.1 server by TLS for questions without a body: one question a connection, at most so many connections at a
// time, each with so much time. A connection beyond the limit waits to be taken.

internal import Glibc
package import Loop
package import Sockets
internal import Values
internal import Wire

package struct HTTPAnswer: Sendable {
  package var status: Int
  package var type: String
  package var body: [UInt8]
  /// Further lines of the head.
  package var fields: [String]

  package init(_ status: Int, type: String = "text/plain", body: [UInt8] = [], fields: [String] = []) {
    self.status = status
    self.type = type
    self.body = body
    self.fields = fields
  }

  private var reason: String {
    switch status {
    case 200: "OK"
    case 400: "Bad Request"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 503: "Service Unavailable"
    default: "Status"
    }
  }

  fileprivate func bytes(withBody: Bool) -> [UInt8] {
    let lines =
      [
        "HTTP/1.1 \(status) \(reason)", "Content-Type: \(type)", "Content-Length: \(body.count)", "Connection: close",
      ] + fields
    return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + (withBody ? body : [])
  }
}

package final class HTTPServer {
  /// Set here: a cluster has a few nodes, each of which asks once a minute.
  private static let connectionLimit = 64
  /// For one connection. What Seesaw's nodes wait.
  private static let patience = Duration.seconds(20)
  private static let pause = Duration.seconds(1)

  private final class Connection {
    enum Phase { case shaking, reading, writing, closing }
    let descriptor: Int32
    let stream: Stream
    let deadline: Instant
    var phase = Phase.shaking
    var received: [UInt8] = []
    var unsent: ArraySlice<UInt8> = []

    init(_ descriptor: Int32, _ stream: Stream, deadline: Instant) {
      self.descriptor = descriptor
      self.stream = stream
      self.deadline = deadline
    }
  }

  private let loop: Loop
  private let context: TLSContext
  private let listener: Listener
  private let answer: (_ method: String, _ target: String) -> HTTPAnswer
  /// When to take connections again after that failed.
  private var resumeAt: Instant?
  private var connections: [Int32: Connection] = [:]
  private var buffer = [UInt8](repeating: 0, count: 1 << 14)
  /// Told of connections that failed, such as those of a client that trusts nobody here.
  package var complain: (String) -> Void = { _ in }

  package var port: UInt16 { listener.port }

  package init(
    _ loop: Loop, _ listener: consuming Listener, _ context: TLSContext,
    answer: @escaping (_ method: String, _ target: String) -> HTTPAnswer
  ) throws(SystemError) {
    self.loop = loop
    self.context = context
    self.listener = listener
    self.answer = answer
    try loop.watch(self.listener.descriptor, .read) { [unowned self] _ in take() }
    loop.addTimer(deadline: { [unowned self] in connections.values.map(\.deadline).min() }) { [unowned self] now in
      for connection in connections.values where connection.deadline <= now { end(connection, nil) }
    }
    loop.addTimer(deadline: { [unowned self] in resumeAt }) { [unowned self] _ in
      resumeAt = nil
      self.loop.change(self.listener.descriptor, to: .read)
    }
  }

  private func take() {
    while connections.count < Self.connectionLimit {
      do throws(SystemError) {
        guard let descriptor = try listener.take() else { return }
        begin(descriptor)
      } catch {
        // Descriptors have run out, most likely: those that end make room.
        complain("\(error)")
        resumeAt = loop.now() + Self.pause
        break
      }
    }
    loop.change(listener.descriptor, to: nil)
  }

  private func begin(_ descriptor: Int32) {
    do {
      let stream = try Stream(descriptor, context)
      let connection = Connection(descriptor, stream, deadline: loop.now() + Self.patience)
      connections[descriptor] = connection
      try loop.watch(descriptor, .read) { [unowned self, unowned connection] _ in step(connection) }
    } catch {
      complain("\(error)")
      connections[descriptor] = nil
      close(descriptor)
    }
  }

  private func end(_ connection: Connection, _ sentence: String?) {
    guard connections.removeValue(forKey: connection.descriptor) != nil else { return }
    if let sentence { complain(sentence) }
    loop.unwatch(connection.descriptor)
    close(connection.descriptor)
    loop.change(listener.descriptor, to: .read)
  }

  private func step(_ connection: Connection) {
    while connections[connection.descriptor] === connection {
      let progress: Stream.Progress =
        switch connection.phase {
        case .shaking: connection.stream.shake()
        case .reading, .closing: connection.stream.receive(into: &buffer)
        case .writing: connection.stream.send(connection.unsent)
        }
      switch progress {
      case .wait(let interest): return loop.change(connection.descriptor, to: interest)
      // What the other side does with an answer that it has is its own business.
      case .failed(let sentence): end(connection, connection.phase == .closing ? nil : sentence)
      case .ended: end(connection, nil)
      case .moved(let count): move(connection, count)
      }
    }
  }

  private func move(_ connection: Connection, _ count: Int) {
    switch connection.phase {
    case .shaking: connection.phase = .reading
    case .reading: read(connection, count)
    case .writing:
      connection.unsent = connection.unsent.dropFirst(count)
      guard connection.unsent.isEmpty else { return }
      // The other side ends first, so that nothing of the answer is lost to a reset.
      connection.stream.close()
      connection.phase = .closing
    case .closing: break
    }
  }

  private func read(_ connection: Connection, _ count: Int) {
    connection.received += buffer[..<count]
    do throws(HTTPRequestHead.Failure) {
      guard let head = try HTTPRequestHead(connection.received) else { return }
      connection.unsent = answer(head.method, head.target).bytes(withBody: head.method != "HEAD")[...]
    } catch {
      connection.unsent = HTTPAnswer(400).bytes(withBody: true)[...]
    }
    connection.phase = .writing
  }
}
