// Finds how long functions are, by counting braces outside of comments and string literals. It knows just enough of
// Swift for that: nested interpolations, raw and multi-line strings, requirements without a body.

struct FunctionScanner {
  struct Function: Equatable {
    var line: Int
    var length: Int
  }

  private enum Context: Equatable {
    case code(closer: UInt8)
    case string(hashes: Int, isLong: Bool)
  }

  private let text: [UInt8]
  private var index = 0
  private var line = 1
  private var contexts: [Context] = [.code(closer: 0)]
  /// Line of a `func` or `init` whose body has not begun, and the depth of brackets there.
  private var pending: (line: Int, depth: Int)?
  /// For each open brace: the line of the function whose body it is.
  private var braces: [Int?] = []
  private var brackets = 0
  private var word: [UInt8] = []
  private var previous: UInt8 = 0
  private(set) var functions: [Function] = []

  static func functions(in text: String) -> [Function] {
    var scanner = FunctionScanner(text: Array(text.utf8))
    while scanner.index < scanner.text.count { scanner.step() }
    return scanner.functions
  }

  private init(text: [UInt8]) { self.text = text }

  private func has(_ word: String, at position: Int) -> Bool { text[position...].starts(with: word.utf8) }

  private mutating func step() {
    if text[index] == 0x0a { line += 1 }
    switch contexts.last {
    case .string(let hashes, let isLong)?: inString(hashes, isLong)
    case .code(let closer)?: inCode(closer)
    case nil: index = text.count
    }
  }

  private mutating func inString(_ hashes: Int, _ isLong: Bool) {
    let marks = String(repeating: "#", count: hashes)
    let end = (isLong ? "\"\"\"" : "\"") + marks
    if has("\\" + marks, at: index) {
      index += 1 + hashes
      if index < text.count, text[index] == UInt8(ascii: "(") { contexts.append(.code(closer: UInt8(ascii: ")"))) }
      index += 1
    } else if has(end, at: index) {
      contexts.removeLast()
      index += end.utf8.count
    } else {
      index += 1
    }
  }

  private mutating func inCode(_ closer: UInt8) {
    let byte = text[index]
    if has("//", at: index) {
      while index < text.count, text[index] != 0x0a { index += 1 }
      return
    }
    if let opening = stringOpening() {
      contexts.append(.string(hashes: opening.hashes, isLong: opening.isLong))
      index += opening.length
      return
    }
    take(byte)
    if closer != 0, byte == UInt8(ascii: "(") { contexts.append(.code(closer: closer)) }
    if closer != 0, byte == closer { contexts.removeLast() }
    index += 1
  }

  private func stringOpening() -> (hashes: Int, isLong: Bool, length: Int)? {
    var position = index
    while position < text.count, text[position] == UInt8(ascii: "#") { position += 1 }
    guard position < text.count, text[position] == UInt8(ascii: "\"") else { return nil }
    let isLong = has("\"\"\"", at: position)
    return (position - index, isLong, position - index + (isLong ? 3 : 1))
  }

  private mutating func take(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
      word.append(byte)
      return
    default: break
    }
    let isMember = previous == UInt8(ascii: ".")
    if word == Array("func".utf8) || (word == Array("init".utf8) && !isMember && "(?<!".utf8.contains(byte)) {
      pending = (line - (byte == 0x0a ? 1 : 0), brackets)
    } else if word == Array("var".utf8) || word == Array("let".utf8), pending?.depth == brackets {
      pending = nil
    }
    word = []
    previous = byte
    switch byte {
    case UInt8(ascii: "("), UInt8(ascii: "["): brackets += 1
    case UInt8(ascii: ")"), UInt8(ascii: "]"): brackets -= 1
    case UInt8(ascii: "{"):
      let isBody = pending.map { $0.depth == brackets } ?? false
      braces.append(isBody ? pending?.line : nil)
      if isBody { pending = nil }
    case UInt8(ascii: "}"):
      if pending?.depth == brackets { pending = nil }
      if let start = braces.popLast() ?? nil { functions.append(Function(line: start, length: line - start + 1)) }
    default: break
    }
  }
}
