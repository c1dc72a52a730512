// One question and its answer on the loop: look the host up, connect, shake hands, send, read.

internal import Loop
internal import Sockets
internal import Values
internal import Wire

final class HTTPExchange {
  private enum Phase { case connecting, shaking, sending, receiving }

  /// A connection that is tried.
  private final class Link {
    let socket: Socket
    var phase = Phase.connecting
    var stream: Stream?

    init(_ family: AddressFamily) throws(SystemError) { socket = try Socket(.tcp, family) }
  }

  private let loop: Loop
  private let target: HTTPTarget
  private let request: [UInt8]
  private let isEndless: Bool
  private let told: (HTTPClient.Event) -> Void
  private var addresses: [IPAddress] = []
  private var link: Link?
  private var unsent: ArraySlice<UInt8> = []
  private var reader = HTTPResponseReader(toHead: false)
  private var buffer = [UInt8](repeating: 0, count: 1 << 14)
  private var fault: String?
  private var isOver = false
  private(set) var deadline: Instant?

  init(
    _ loop: Loop, _ target: HTTPTarget, _ request: [UInt8], deadline: Instant, _ isEndless: Bool,
    told: @escaping (HTTPClient.Event) -> Void
  ) {
    self.loop = loop
    self.target = target
    self.request = request
    self.deadline = deadline
    self.isEndless = isEndless
    self.told = told
  }

  func begin() {
    if let address = IPAddress(target.host) {
      addresses = [address]
      // Told from the loop: when the time, which is now, has come.
      return tryNext()
    }
    do throws(SystemError) {
      try Lookup.begin(target.host, loop) { [weak self] result in
        guard let self, !isOver else { return }
        switch result {
        case .success(let found):
          addresses = found
          tryNext()
        case .failure(let error): finish(.failed(error.description))
        }
      }
    } catch {
      failSoon("\(error)")
    }
  }

  func cancel() {
    isOver = true
    deadline = nil
    drop()
  }

  func expire() { finish(.failed(fault ?? "\(target.authority) does not answer in time")) }

  /// From the timer, since who asks is not told before it knows that it has asked.
  private func failSoon(_ sentence: String) {
    fault = sentence
    deadline = .zero
  }

  private func finish(_ event: HTTPClient.Event) {
    guard !isOver else { return }
    cancel()
    told(event)
  }

  private func drop() {
    guard let link else { return }
    loop.unwatch(link.socket.descriptor)
    self.link = nil
  }

  // MARK: Connecting

  private func tryNext() {
    drop()
    guard !addresses.isEmpty else { return failSoon(fault ?? "\(target.host) has no address") }
    let address = addresses.removeFirst()
    do throws(SystemError) {
      let link = try Link(address.family)
      self.link = link
      let isConnected = try link.socket.connect(to: address, port: target.port)
      try loop.watch(link.socket.descriptor, .write) { [unowned self] ready in step(ready) }
      if isConnected { link.phase = .connecting }
    } catch {
      fault = "\(target.authority): \(error)"
      tryNext()
    }
  }

  private func step(_ ready: Loop.Interest) {
    guard let link else { return }
    if link.phase == .connecting {
      let error = link.socket.takeError()
      guard error == 0 else {
        fault = "\(target.authority): \(SystemError("connect", error))"
        return tryNext()
      }
      guard open(link) else { return }
    }
    if link.phase == .shaking, !shake(link) { return }
    if link.phase == .sending, !send(link) { return }
    if link.phase == .receiving { receive(link) }
  }

  private func open(_ link: Link) -> Bool {
    do throws(TLSError) {
      link.stream =
        if let tls = target.tls {
          try Stream(
            link.socket.descriptor, tls, host: target.host, isAddress: IPAddress(target.host) != nil)
        } else {
          Stream(link.socket.descriptor)
        }
    } catch {
      finish(.failed("\(target.authority): \(error)"))
      return false
    }
    link.phase = .shaking
    unsent = request[...]
    return true
  }

  /// Whether the handshake is done.
  private func shake(_ link: Link) -> Bool {
    switch link.stream?.shake() {
    case .moved:
      link.phase = .sending
      return true
    case .wait(let interest): loop.change(link.socket.descriptor, to: interest)
    case .failed(let sentence): finish(.failed("\(target.authority): \(sentence)"))
    case .ended, nil: finish(.failed("\(target.authority): the connection was closed"))
    }
    return false
  }

  /// Whether all is sent.
  private func send(_ link: Link) -> Bool {
    while !unsent.isEmpty {
      switch link.stream?.send(unsent) {
      case .moved(let count): unsent = unsent.dropFirst(count)
      case .wait(let interest):
        loop.change(link.socket.descriptor, to: interest)
        return false
      case .failed(let sentence):
        finish(.failed("\(target.authority): \(sentence)"))
        return false
      case .ended, nil:
        finish(.failed("\(target.authority): the connection was closed"))
        return false
      }
    }
    link.phase = .receiving
    loop.change(link.socket.descriptor, to: .read)
    return true
  }

  // MARK: The answer

  private func receive(_ link: Link) {
    while !isOver {
      switch link.stream?.receive(into: &buffer) {
      case .moved(let count):
        var input = buffer[..<count]
        take(&input)
      case .wait(let interest):
        return loop.change(link.socket.descriptor, to: interest)
      case .failed(let sentence): finish(.failed("\(target.authority): \(sentence)"))
      case .ended, nil:
        if let part = try? reader.finish(), case .end = part {
          finish(.end)
        } else {
          finish(.failed("\(target.authority): the answer is cut off"))
        }
      }
    }
  }

  private func take(_ input: inout ArraySlice<UInt8>) {
    do throws(HTTPResponseReader.Failure) {
      while !isOver, let part = try reader.next(&input) {
        switch part {
        case .head(let head):
          if isEndless { deadline = nil }
          told(.head(head))
        case .body(let bytes): told(.body(bytes))
        case .end: finish(.end)
        }
      }
    } catch {
      finish(.failed("\(target.authority): no HTTP answer: \(error)"))
    }
  }
}
