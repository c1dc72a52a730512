// The words of protobuf's text form (protobuf.dev, "Text Format Language Specification"): identifiers, numbers, quoted
// strings and signs, with white space and `#` comments between them. What a string holds is decoded by StringLiteral.

struct Token: Equatable {
  enum Kind: Equatable {
    case identifier, number, string
    /// One of `< > { } [ ] : , ; - .` or any byte that belongs nowhere.
    case sign(UInt8)
    case end
  }

  let kind: Kind
  let range: Range<Int>

  func isSign(_ character: Unicode.Scalar) -> Bool { kind == .sign(UInt8(ascii: character)) }
}

struct Tokeniser {
  let bytes: [UInt8]
  private(set) var current: Token
  private var index = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    current = Token(kind: .end, range: 0..<0)
    // A byte order mark is no part of the text.
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { index = 3 }
    advance()
  }

  func spelling(_ token: Token) -> String { String(decoding: bytes[token.range], as: UTF8.self) }

  /// Goes to the end at once: nothing more will be read.
  mutating func finish() {
    index = bytes.count
    current = Token(kind: .end, range: index..<index)
  }

  mutating func advance() {
    skipSpace()
    let start = index
    guard index < bytes.count else {
      current = Token(kind: .end, range: start..<start)
      return
    }
    let byte = bytes[index]
    let kind: Token.Kind
    switch byte {
    case _ where Self.beginsIdentifier(byte):
      while index < bytes.count, Self.continuesIdentifier(bytes[index]) { index += 1 }
      kind = .identifier
    case _ where Self.isDigit(byte), UInt8(ascii: ".") where index + 1 < bytes.count && Self.isDigit(bytes[index + 1]):
      skipNumber()
      kind = .number
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      skipString(quote: byte)
      kind = .string
    default:
      index += 1
      // The rest of a character of several bytes goes with its first.
      while byte >= 0x80, index < bytes.count, bytes[index] & 0xc0 == 0x80 { index += 1 }
      kind = .sign(byte)
    }
    current = Token(kind: kind, range: start..<index)
  }

  /// Whether the current identifier is followed by what can only follow a field's name.
  var startsField: Bool {
    guard current.kind == .identifier else { return false }
    var copy = self
    copy.advance()
    return [":", "<", "{"].contains { copy.current.isSign($0) }
  }

  private mutating func skipSpace() {
    while index < bytes.count {
      switch bytes[index] {
      // A NUL is a fault of the whole file and told as such.
      case 0, 0x20, 0x09...0x0d: index += 1
      case UInt8(ascii: "#"): while index < bytes.count, bytes[index] != 0x0a { index += 1 }
      default: return
      }
    }
  }

  /// A number takes all that could belong to one, so that `1x` is one wrong number and not a number and a name.
  private mutating func skipNumber() {
    while index < bytes.count {
      let byte = bytes[index]
      let isExponentSign =
        (byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")) && bytes[index - 1] | 0x20 == UInt8(ascii: "e")
      guard Self.continuesIdentifier(byte) || byte == UInt8(ascii: ".") || isExponentSign else { return }
      index += 1
    }
  }

  /// Up to and with the closing quote; a string that is not closed ends before the end of its line.
  private mutating func skipString(quote: UInt8) {
    index += 1
    while index < bytes.count, bytes[index] != 0x0a {
      if bytes[index] == quote {
        index += 1
        return
      }
      index += bytes[index] == UInt8(ascii: "\\") && index + 1 < bytes.count && bytes[index + 1] != 0x0a ? 2 : 1
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  private static func beginsIdentifier(_ byte: UInt8) -> Bool {
    (0x61...0x7a).contains(byte | 0x20) && byte < 0x80 || byte == UInt8(ascii: "_")
  }
  private static func continuesIdentifier(_ byte: UInt8) -> Bool { beginsIdentifier(byte) || isDigit(byte) }
}
