// HTTP/1.x responses, read as they come (RFC 9112): status line, fields, and a body that is sized, chunked or ends with
// the connection. It hands out body bytes as slices of what was read and keeps none. Left out: writing responses,
// trailers (skipped), and content codings, which are the reader's client's business.

import Values

/// The status line and fields of one response.
package struct HTTPResponseHead: Sendable {
  package struct Field: Sendable {
    /// As sent; compare with `isNamed`.
    package let name: ArraySlice<UInt8>
    /// Without the white space around it.
    package let value: ArraySlice<UInt8>

    /// Field names ignore case (RFC 9110 §5.1). `other` is in lower case.
    package func isNamed(_ other: StaticString) -> Bool { name.elementsEqualIgnoringCase(other) }
  }

  /// 100 to 999.
  package let status: Int
  /// 0 or 1: HTTP/1.0 or HTTP/1.1.
  package let minorVersion: Int
  package let fields: [Field]
}

/// Reads one response: interim ones (1xx) before it are skipped, bytes after it are left alone.
package struct HTTPResponseReader: Sendable {
  package enum Part: Sendable {
    case head(HTTPResponseHead)
    /// Some bytes of the body, decoded from their chunks; never empty.
    case body(ArraySlice<UInt8>)
    case end
  }

  package enum Failure: Error, Hashable, Sendable {
    case statusLine
    case field
    /// Content-Length is no number, or says two things; or HTTP/1.0 with a transfer coding (RFC 9112 §6.1).
    case framing
    case chunk
    /// The head, the trailers or a chunk's first line is longer than its limit, or there are too many interim
    /// responses.
    case limit
    /// The connection ended inside the response.
    case truncated
  }

  /// Bytes of a head, and of all trailers together: what common servers send at most, with room to spare.
  package static let maximumHead = 65_536
  package static let maximumFields = 256
  /// Bytes of a chunk's size line with its extensions.
  package static let maximumChunkLine = 4_096
  package static let maximumInterim = 16

  private enum State: Sendable {
    case head
    case sized(remaining: Int)
    case untilClose
    case chunkSize(value: Int, digits: Int, length: Int)
    case chunkData(remaining: Int)
    case chunkEnd
    case trailers(line: Int, total: Int)
    case ended
  }

  private let answersHead: Bool
  private var state = State.head
  private var buffer: [UInt8] = []
  /// Bytes of the head's current line so far, CR not counted.
  private var line = 0
  private var interim = 0

  /// A response to HEAD has no body whatever its fields say (RFC 9112 §6.3), so the reader must be told.
  package init(toHead answersHead: Bool) { self.answersHead = answersHead }

  /// Takes bytes from the front of `input` and gives the next part, or nil when all are taken and more are needed.
  package mutating func next(_ input: inout ArraySlice<UInt8>) throws(Failure) -> Part? {
    while true {
      switch state {
      case .head:
        guard try gatherHead(&input) else { return nil }
        guard let head = try openHead() else { continue }
        return .head(head)
      case .sized(let remaining), .chunkData(let remaining):
        if let part = takeBody(&input, remaining) { return part }
        if case .ended = state { return .end }
        if input.isEmpty { return nil }
      case .untilClose:
        guard !input.isEmpty else { return nil }
        defer { input = input[input.endIndex...] }
        return .body(input)
      case .chunkSize, .chunkEnd, .trailers:
        guard let byte = input.popFirst() else { return nil }
        try frame(byte)
        if case .ended = state { return .end }
      case .ended:
        return nil
      }
    }
  }

  /// The connection ended. An end is right after the response, or where the end of the connection is the body's.
  package mutating func finish() throws(Failure) -> Part? {
    switch state {
    case .ended: return nil
    case .untilClose:
      state = .ended
      return .end
    case .head, .sized, .chunkSize, .chunkData, .chunkEnd, .trailers: throw .truncated
    }
  }
}

// MARK: Head

extension HTTPResponseReader {
  /// Moves bytes into the buffer up to the empty line that ends the head; true when it was found.
  private mutating func gatherHead(_ input: inout ArraySlice<UInt8>) throws(Failure) -> Bool {
    let start: StaticString = "HTTP/1."
    while let byte = input.popFirst() {
      guard buffer.count < HTTPResponseReader.maximumHead else { throw .limit }
      // A banner of another protocol is told at its first wrong byte, not when the time is up.
      guard buffer.count >= start.count || byte == start[buffer.count] else { throw .statusLine }
      buffer.append(byte)
      switch byte {
      // A lone LF ends a line as well (RFC 9112 §2.2).
      case UInt8(ascii: "\n") where line == 0: return true
      case UInt8(ascii: "\n"): line = 0
      case UInt8(ascii: "\r"): break
      default: line += 1
      }
    }
    return false
  }

  /// Parses the gathered head and decides how its body ends; nil for an interim response, which is dropped.
  private mutating func openHead() throws(Failure) -> HTTPResponseHead? {
    let head = try HTTPResponseHead(block: buffer)
    buffer = []
    line = 0
    // 101 is the last response of HTTP on its connection, though its number is interim (RFC 9110 §15.2.2).
    guard head.status >= 200 || head.status == 101 else {
      interim += 1
      guard interim <= HTTPResponseReader.maximumInterim else { throw .limit }
      return nil
    }
    state = try framing(of: head)
    return head
  }

  /// RFC 9112 §6.3, in its order.
  private func framing(of head: HTTPResponseHead) throws(Failure) -> State {
    if answersHead || head.status < 200 || head.status == 204 || head.status == 304 { return .sized(remaining: 0) }
    let codings = head.fields.filter { $0.isNamed("transfer-encoding") }
    if let last = codings.last {
      guard head.minorVersion > 0 else { throw .framing }
      let final = last.value.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).last ?? []
      return final.trimmingWhitespace().elementsEqualIgnoringCase("chunked")
        ? .chunkSize(value: 0, digits: 0, length: 0) : .untilClose
    }
    var size: Int?
    for field in head.fields where field.isNamed("content-length") {
      for text in field.value.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
        guard let value = HTTPResponseReader.decimal(text.trimmingWhitespace()), size == nil || size == value else {
          throw .framing
        }
        size = value
      }
    }
    return size.map { .sized(remaining: $0) } ?? .untilClose
  }

  private static func decimal(_ digits: ArraySlice<UInt8>) -> Int? {
    guard (1...18).contains(digits.count), digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - 48) }
  }
}

extension HTTPResponseHead {
  /// From all lines of a head, the empty one that ends it included.
  fileprivate init(block: [UInt8]) throws(HTTPResponseReader.Failure) {
    var lines = block.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast(2).map {
      $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0
    }
    guard let first = lines.first else { throw .statusLine }
    lines.removeFirst()
    // "HTTP/1." DIGIT SP 3DIGIT, then the end of the line or a space and a phrase nobody should read (RFC 9112 §4).
    let words = Array(first.prefix(13))
    guard words.count >= 12, words[8] == 32, words.count == 12 || words[12] == 32 else { throw .statusLine }
    guard words[7] == 48 || words[7] == 49, words[9...11].allSatisfy({ (48...57).contains($0) }) else {
      throw .statusLine
    }
    status = words[9...11].reduce(0) { $0 * 10 + Int($1 - 48) }
    minorVersion = Int(words[7] - 48)
    guard status >= 100 else { throw .statusLine }
    guard lines.count <= HTTPResponseReader.maximumFields else { throw .limit }
    var fields: [Field] = []
    for line in lines {
      // A folded value is allowed to be read as one with spaces (RFC 9112 §5.2); nothing we ask for is ever folded.
      if let start = line.first, start == 32 || start == 9, !fields.isEmpty { continue }
      let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.startIndex
      let name = line[..<colon]
      guard !name.isEmpty, name.allSatisfy(isTokenByte) else { throw .field }
      fields.append(Field(name: name, value: line[(colon + 1)...].trimmingWhitespace()))
    }
    self.fields = fields
  }
}

// MARK: Body

extension HTTPResponseReader {
  /// What is there of a body part with `remaining` bytes to come, and the state after it.
  private mutating func takeBody(_ input: inout ArraySlice<UInt8>, _ remaining: Int) -> Part? {
    let taken = input.prefix(remaining)
    input = input.dropFirst(taken.count)
    let left = remaining - taken.count
    if case .chunkData = state {
      state = left == 0 ? .chunkEnd : .chunkData(remaining: left)
    } else if left == 0, taken.isEmpty {
      state = .ended
    } else {
      state = .sized(remaining: left)
    }
    return taken.isEmpty ? nil : .body(taken)
  }

  /// One byte of what stands between the chunks (RFC 9112 §7.1).
  private mutating func frame(_ byte: UInt8) throws(Failure) {
    switch state {
    case .chunkSize(let value, let digits, let length):
      guard length < HTTPResponseReader.maximumChunkLine else { throw .limit }
      if byte == UInt8(ascii: "\n") {
        guard digits > 0 else { throw .chunk }
        state = value == 0 ? .trailers(line: 0, total: 0) : .chunkData(remaining: value)
      } else if let digit = hexValue(byte), length == digits {
        // 15 digits stay within 60 bits; leading zeros beyond that are nobody's honest chunk.
        guard digits < 15 else { throw .chunk }
        state = .chunkSize(value: value << 4 | Int(digit), digits: digits + 1, length: length + 1)
      } else {
        // After the digits only an extension, white space before it, or the CR of the line end may follow.
        guard digits > 0, length > digits || [9, 13, 32, UInt8(ascii: ";")].contains(byte) else { throw .chunk }
        state = .chunkSize(value: value, digits: digits, length: length + 1)
      }
    case .chunkEnd:
      if byte == UInt8(ascii: "\n") { state = .chunkSize(value: 0, digits: 0, length: 0) }
      guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else { throw .chunk }
    case .trailers(let line, let total):
      guard total < HTTPResponseReader.maximumHead else { throw .limit }
      guard byte == UInt8(ascii: "\n") else {
        state = .trailers(line: line + (byte == UInt8(ascii: "\r") ? 0 : 1), total: total + 1)
        return
      }
      state = line == 0 ? .ended : .trailers(line: 0, total: total + 1)
    case .head, .sized, .untilClose, .chunkData, .ended:
      return
    }
  }
}

// MARK: Bytes

/// RFC 9110 §5.6.2: the characters of methods and field names.
package func isTokenByte(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
    UInt8(ascii: "A")...UInt8(ascii: "Z"):
    true
  default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
  }
}

extension StaticString {
  fileprivate var count: Int { utf8CodeUnitCount }
  fileprivate subscript(index: Int) -> UInt8 { withUTF8Buffer { unsafe $0[index] } }
}

extension ArraySlice<UInt8> {
  /// `other` is in lower case.
  fileprivate func elementsEqualIgnoringCase(_ other: StaticString) -> Bool {
    guard count == other.count else { return false }
    return zip(self, 0..<count).allSatisfy { byte, index in
      let lower = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
      return lower == other[index]
    }
  }

  fileprivate func trimmingWhitespace() -> ArraySlice<UInt8> {
    let isSpace = { (byte: UInt8) in byte == 32 || byte == 9 }
    guard let first = firstIndex(where: { !isSpace($0) }), let last = lastIndex(where: { !isSpace($0) }) else {
      return self[endIndex...]
    }
    return self[first...last]
  }
}
