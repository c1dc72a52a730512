// What is said in one probe, apart from any socket: told what came, a conversation answers what to send or what was
// found. Datagrams and streams have the same shape; who carries the bytes (TCP, later TLS) is not its business.

/// What a conversation wants next.
package enum Step: Equatable, Sendable {
  /// More of the answer.
  case wait
  /// These bytes sent, as one datagram or in the stream. Only a datagram may be empty.
  case send([UInt8])
  case done(Outcome)
}

/// One probe's talk with its target, from the moment when bytes can be sent.
package protocol Conversation: Sendable {
  mutating func connected() -> Step
  /// All that was to be sent is with the kernel.
  mutating func sent() -> Step
  /// A datagram, or some bytes of the stream.
  mutating func received(_ bytes: ArraySlice<UInt8>) -> Step
  /// The peer will send no more.
  mutating func closed() -> Outcome
  /// The time is up.
  func expired() -> Outcome
}

extension Definition.Kind {
  /// A new conversation of this kind.
  package func conversation() -> any Conversation {
    switch self {
    case .tcp(let exchange): StreamConversation(exchange)
    case .udp(let exchange): DatagramConversation(exchange)
    case .http(let exchange): HTTPConversation(exchange)
    }
  }
}

/// TCP: all of `send` is written, and the stream begins with `receive`. With neither, a connection is enough. What
/// follows the expected bytes is not read.
struct StreamConversation: Conversation {
  private let exchange: Exchange
  private var isSent: Bool
  private var matched = 0

  init(_ exchange: Exchange) {
    self.exchange = exchange
    isSent = exchange.send.isEmpty
  }

  mutating func connected() -> Step { isSent ? verdict : .send(exchange.send) }

  mutating func sent() -> Step {
    isSent = true
    return verdict
  }

  mutating func received(_ bytes: ArraySlice<UInt8>) -> Step {
    let expected = exchange.receive[matched...].prefix(bytes.count)
    guard bytes.starts(with: expected) else {
      let begin = exchange.receive[..<matched] + bytes.prefix(exchange.receive.count - matched)
      return .done(Outcome(.receiveMismatch, "\(quoted(begin)) is not \(quoted(exchange.receive[...]))"))
    }
    matched += expected.count
    return verdict
  }

  mutating func closed() -> Outcome { Outcome(.receiveClosed, "closed after \(progress)") }

  func expired() -> Outcome { Outcome(.timeout, isSent ? "no more than \(progress)" : "not all could be sent") }

  private var progress: String { "\(matched) of \(exchange.receive.count) expected bytes" }

  private var verdict: Step {
    guard isSent, matched == exchange.receive.count else { return .wait }
    return .done(Outcome(.ok, exchange.receive.isEmpty ? "connected" : "answer as expected"))
  }
}

/// UDP: one datagram out, one reply in, which begins with `receive`; any reply will do when that is empty. The socket
/// is connected, so that strangers' datagrams never come here.
struct DatagramConversation: Conversation {
  private let exchange: Exchange

  init(_ exchange: Exchange) { self.exchange = exchange }

  mutating func connected() -> Step { .send(exchange.send) }
  mutating func sent() -> Step { .wait }

  mutating func received(_ bytes: ArraySlice<UInt8>) -> Step {
    guard bytes.starts(with: exchange.receive) else {
      return .done(Outcome(.receiveMismatch, "\(quoted(bytes)) does not begin with \(quoted(exchange.receive[...]))"))
    }
    return .done(Outcome(.ok, exchange.receive.isEmpty ? "a reply" : "reply as expected"))
  }

  mutating func closed() -> Outcome { Outcome(.receiveClosed, "closed before a reply") }
  func expired() -> Outcome { Outcome(.timeout, "no reply") }
}

/// Some bytes from outside for a reason's words: at most 32, what is not printable ASCII as `\xNN`.
func quoted(_ bytes: ArraySlice<UInt8>) -> String {
  var text = "\""
  for byte in bytes.prefix(32) {
    switch byte {
    case UInt8(ascii: "\n"): text += "\\n"
    case UInt8(ascii: "\r"): text += "\\r"
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += "\\" + String(UnicodeScalar(byte))
    case 32...126: text += String(UnicodeScalar(byte))
    default: text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
  }
  return text + "\"" + (bytes.count > 32 ? "..." : "")
}
