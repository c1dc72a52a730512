// Bytes of keepalived.conf with their places, and their division into words and braces (keepalived.conf(5), "Quoted
// strings"). What substitution puts into a line keeps the place where it was asked for.

internal import Values

/// A byte and where it came from.
struct PlacedByte {
  var byte: UInt8
  var place: Place
}

typealias PlacedText = [PlacedByte]

struct Word: Hashable {
  var text: String
  var place: Place
}

/// What lines are made of.
enum Piece {
  /// One line, as far as the next brace.
  case words([Word])
  case open(Place)
  case close(Place)
}

extension [PlacedByte] {
  init(_ text: String, at place: Place) { self = text.utf8.map { PlacedByte(byte: $0, place: place) } }

  var string: String { String(decoding: map(\.byte), as: UTF8.self) }

  func starts(with text: String) -> Bool { starts(with: text.utf8) { $0.byte == $1 } }

  /// Without blanks at its ends.
  var trimmed: PlacedText {
    var text = self[...]
    while let first = text.first, first.byte.isBlank { text.removeFirst() }
    while let last = text.last, last.byte.isBlank { text.removeLast() }
    return Array(text)
  }
}

extension UInt8 {
  var isBlank: Bool { self == 0x20 || self == 0x09 }
  var isDigit: Bool { (0x30...0x39).contains(self) }
  var isNameByte: Bool { isDigit || self == UInt8(ascii: "_") || (0x61...0x7a).contains(self | 0x20) }
}

/// Walks over quotes and escapes, the same way for comments and for words.
struct QuoteScanner {
  let text: PlacedText
  private(set) var index = 0
  /// The quotation mark that is open, and where it is.
  private(set) var quote: UInt8?
  private(set) var opening: Place?

  init(_ text: PlacedText) { self.text = text }

  enum Item {
    /// A byte that stands for itself; one that is not quoted may be a sign.
    case plain(UInt8, isQuoted: Bool)
    /// What an escape stands for.
    case escaped(UInt8)
    case quotationMark
  }

  var place: Place? { index < text.count ? text[index].place : text.last?.place }

  mutating func next() -> Item? {
    guard index < text.count else { return nil }
    let byte = text[index].byte
    switch byte {
    case UInt8(ascii: "\\") where index + 1 < text.count: return .escaped(escape())
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      if quote == byte {
        quote = nil
      } else if quote == nil, byte == UInt8(ascii: "\"") || isClosed(byte) {
        quote = byte
        opening = text[index].place
      } else {
        break
      }
      index += 1
      return .quotationMark
    default: break
    }
    index += 1
    return .plain(byte, isQuoted: quote != nil)
  }

  /// An apostrophe that stands alone is one: keepalived takes it so in most words.
  private func isClosed(_ mark: UInt8) -> Bool {
    var other = index + 1
    while other < text.count, text[other].byte != mark {
      other += text[other].byte == UInt8(ascii: "\\") ? 2 : 1
    }
    return other < text.count
  }

  /// `\n`, `\101`, `\x41`, `\cA`; any other character stands for itself.
  private mutating func escape() -> UInt8 {
    let letter = text[index + 1].byte
    index += 2
    switch letter {
    case UInt8(ascii: "x"):
      guard let value = digits(radix: 16, atMost: .max) else { return letter }
      return value
    case UInt8(ascii: "c"):
      guard index < text.count else { return letter }
      index += 1
      return text[index - 1].byte & 0x1f
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      index -= 1
      return digits(radix: 8, atMost: 3) ?? 0
    default: return Self.escapes[letter] ?? letter
    }
  }

  /// Of the value the last eight bits, as keepalived has it.
  private mutating func digits(radix: UInt8, atMost count: Int) -> UInt8? {
    let first = index
    var value: UInt8 = 0
    while index < text.count, index - first < count, let digit = hexValue(text[index].byte), digit < radix {
      value = value &* radix &+ digit
      index += 1
    }
    return index > first ? value : nil
  }

  private static let escapes: [UInt8: UInt8] = [
    UInt8(ascii: "a"): 0x07, UInt8(ascii: "b"): 0x08, UInt8(ascii: "E"): 0x1b, UInt8(ascii: "f"): 0x0c,
    UInt8(ascii: "n"): 0x0a, UInt8(ascii: "r"): 0x0d, UInt8(ascii: "t"): 0x09, UInt8(ascii: "v"): 0x0b,
  ]
}

/// Divides a line into words and braces. A brace outside of quotes is always a piece of its own.
struct WordScanner {
  private(set) var pieces: [Piece] = []
  /// A quote that is not closed.
  private(set) var open: Place?
  private var words: [Word] = []
  private var word: [UInt8] = []
  private var start: Place?

  init(_ text: PlacedText) {
    var scanner = QuoteScanner(text)
    while true {
      let place = scanner.place
      guard let item = scanner.next(), let place else { break }
      switch item {
      case .plain(let byte, isQuoted: false) where byte.isBlank: endWord()
      case .plain(UInt8(ascii: "{"), isQuoted: false):
        endLine()
        pieces.append(.open(place))
      case .plain(UInt8(ascii: "}"), isQuoted: false):
        endLine()
        pieces.append(.close(place))
      case .plain(let byte, _), .escaped(let byte):
        start = start ?? place
        word.append(byte)
      case .quotationMark: start = start ?? place
      }
    }
    if scanner.quote != nil { open = scanner.opening }
    endLine()
  }

  private mutating func endWord() {
    guard let place = start else { return }
    words.append(Word(text: String(decoding: word, as: UTF8.self), place: place))
    word.removeAll()
    start = nil
  }

  private mutating func endLine() {
    endWord()
    guard !words.isEmpty else { return }
    pieces.append(.words(words))
    words.removeAll()
  }
}
