// What a check asks for, validated and compiled to what its probes need and nothing more: with 100,000 checks every
// byte here counts, and two definitions are the same check exactly when these values are equal. Kinds and modes that
// are not built are refused where a line becomes a definition.

internal import Lines
package import Values

/// One check: where to, what to ask, how often, and how many results it takes to believe.
package struct Definition: Hashable, Sendable {
  /// Where a probe goes, and from where. The connection always goes to this address, whatever a URL says.
  package struct Target: Hashable, Sendable {
    package var address: IPAddress
    package var port: UInt16
    package var source: IPAddress?
    package var device: String?
    package var mark: UInt32?

    package init(
      _ address: IPAddress, port: UInt16, source: IPAddress? = nil, device: String? = nil, mark: UInt32? = nil
    ) {
      self.address = address
      self.port = port
      self.source = source
      self.device = device
      self.mark = mark
    }

    /// `192.0.2.1:80`, `[2001:db8::1]:80`.
    package var authority: String {
      address.family == .inet6 ? "[\(address)]:\(port)" : "\(address):\(port)"
    }
  }

  package enum Kind: Hashable, Sendable {
    case tcp(Exchange)
    case udp(Exchange)
    case http(HTTPExchange)
  }

  /// Days enough for anybody, and few enough that no sum of instants comes near the end of its range.
  package static let intervals = Duration.milliseconds(1)...Duration.milliseconds(Int64(UInt32.max))
  /// Results to wait for before a verdict changes.
  package static let thresholds: ClosedRange<Int32> = 1...1_000_000

  package let target: Target
  package let kind: Kind
  package let interval: Duration
  /// For the whole probe, from the first packet to the last byte that decides.
  package let timeout: Duration
  package let rise: Int32
  package let fall: Int32

  package init(
    _ kind: Kind, to target: Target, interval: Duration, timeout: Duration, rise: Int32 = 1, fall: Int32 = 1
  ) throws(DefinitionError) {
    guard Definition.intervals.contains(interval) else { throw .range("interval_ms") }
    guard Definition.intervals.contains(timeout) else { throw .range("timeout_ms") }
    guard Definition.thresholds.contains(rise) else { throw .range("rise") }
    guard Definition.thresholds.contains(fall) else { throw .range("fall") }
    guard target.port != 0 else { throw .range("port") }
    guard target.source.map({ $0.family == target.address.family }) ?? true else { throw .family }
    if case .udp(let exchange) = kind, exchange.send.count > CheckDefinition.maximumSend(.udp) { throw .range("send") }
    self.kind = kind
    self.target = target
    self.interval = interval
    self.timeout = timeout
    self.rise = rise
    self.fall = fall
  }
}

/// Bytes to send, and the bytes with which the answer must begin.
package struct Exchange: Hashable, Sendable {
  package let send: [UInt8]
  package let receive: [UInt8]

  package init(send: [UInt8] = [], receive: [UInt8] = []) throws(DefinitionError) {
    guard send.count <= CheckDefinition.maximumPayload else { throw .range("send") }
    guard receive.count <= CheckDefinition.maximumPayload else { throw .range("receive") }
    self.send = send
    self.receive = receive
  }
}

/// Why a line is no usable definition. The words follow the name of the check.
package enum DefinitionError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind or mode exists and is not built into this command.
  case notBuilt(String)
  /// The member's value is out of its range.
  case range(String)
  /// The member cannot be put into a request: empty, or holds what would change the request's meaning.
  case text(String)
  /// The path does not begin with a slash, or with `http://` where the backend is a proxy.
  case path(isProxied: Bool)
  case method(String)
  case statuses(String)
  /// The source address is not of the target's family.
  case family

  package var description: String {
    switch self {
    case .notBuilt(let what): "checks of \(what) are not built into this ss-check"
    case .range(let member): "\(member) is out of range"
    case .text(let member): "\(member) is empty, too long, or holds a space or control character"
    case .path(let isProxied): isProxied ? "path is no absolute URL, as proxy asks for" : "path does not begin with /"
    case .method(let method): "\"\(method)\" is no method for a check"
    case .statuses(let text): "\"\(text)\" is no set of HTTP statuses such as \"200,204,300-399\""
    case .family: "source is not of the address's family"
    }
  }
}
