// HTTP/1.1 questions on the loop, in plain text or by TLS, each on a connection of its own: the addresses of a host are
// tried in turn, IPv6 before IPv4, all within one time. What an answer means is the asker's.

package import Loop
internal import Sockets
internal import Values
package import Wire

package struct HTTPTarget {
  package var host: String
  package var port: UInt16
  /// Nil for plain text.
  package var tls: TLSContext?

  package init(host: String, port: UInt16, tls: TLSContext?) {
    self.host = host
    self.port = port
    self.tls = tls
  }

  /// As URLs and Host fields have it.
  package var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

package final class HTTPClient {
  package enum Event {
    case head(HTTPResponseHead)
    case body(ArraySlice<UInt8>)
    /// The last one, of these two.
    case end
    case failed(String)
  }

  private let loop: Loop
  private var exchanges: [Int: HTTPExchange] = [:]
  private var count = 0

  package init(_ loop: Loop) {
    self.loop = loop
    loop.addTimer(deadline: { [unowned self] in exchanges.values.compactMap(\.deadline).min() }) { [unowned self] now in
      for exchange in exchanges.values where exchange.deadline.map({ $0 <= now }) ?? false { exchange.expire() }
    }
  }

  /// Asks. `told` is called from the loop, never from here, and never after `cancel`.
  /// - Parameter isEndless: the time is for the answer's head, and what follows it may take as long as it likes.
  package func ask(
    _ target: HTTPTarget, _ request: [UInt8], within limit: Duration, isEndless: Bool = false,
    told: @escaping (Event) -> Void
  ) -> Int {
    count += 1
    let number = count
    let exchange = HTTPExchange(loop, target, request, deadline: loop.now() + limit, isEndless) {
      [unowned self] event in
      switch event {
      case .head, .body: break
      case .end, .failed: exchanges[number] = nil
      }
      told(event)
    }
    exchanges[number] = exchange
    exchange.begin()
    return number
  }

  package func cancel(_ number: Int) {
    exchanges.removeValue(forKey: number)?.cancel()
  }
}
