// What a check can hold: one set of limits for the command that writes checks and for the one that makes them, so that
// nothing is written that is refused later. Numbers are set here where no standard is named.

extension CheckDefinition {
  /// Bytes that are sent or expected, each: far above any banner, and a line that holds both is below the contract's
  /// limit however they are escaped.
  package static let maximumPayload = 65_536
  /// Bytes of a datagram over IPv4: 65,535 less 20 and 8 of headers (RFC 791, RFC 768).
  package static let maximumDatagram = 65_507

  package static func maximumSend(_ kind: CheckKind) -> Int { kind == .udp ? maximumDatagram : maximumPayload }
}

extension HTTPCheck {
  /// Bytes of a path, URL or Host: what servers take at most as a rule.
  package static let maximumText = 8_192
  /// Bytes of a method: twice the longest that is registered (IANA, HTTP Method Registry).
  package static let maximumMethod = 32

  /// A token (RFC 9110 §9.1). CONNECT asks for a tunnel and has another form of request line (RFC 9110 §9.3.6).
  package static func isMethod(_ method: String) -> Bool {
    (1...maximumMethod).contains(method.utf8.count) && method.utf8.allSatisfy(isToken) && method != "CONNECT"
  }

  /// What can stand in a request as path, URL or Host: without white space and control characters, with which a value
  /// could end its line and begin another.
  package static func isText(_ text: String) -> Bool {
    (1...maximumText).contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f }
  }

  /// RFC 9110 §5.6.2.
  private static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}
