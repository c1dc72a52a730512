// Lines: framing, heads, parsing, writing, and what a filter that acts on nothing passes on.

import Lines
import Values

func fuzzLines(_ bytes: [UInt8]) {
  var framer = LineFramer()
  var driver = FilterDriver(command: "ss-fuzz", core: Idle(), start: "f", epoch: 0, passes: true)
  var input: Set<[UInt8]> = []
  // Cut where the first byte says, so that lines begin in one chunk and end in another.
  let cut = min(bytes.count, Int(bytes.first ?? 0))
  for chunk in [bytes[..<cut], bytes[cut...]] {
    let chunk = Array(chunk)
    framer.take(
      chunk.span,
      line: { text, number in
        input.insert(copy(text))
        check(text)
        driver.line(text, number: number, at: .zero)
      }, fault: { fault, number in driver.lost(fault, number: number, at: .zero) })
  }
  framer.end { fault, number in driver.lost(fault, number: number, at: .zero) }
  driver.end(at: .zero)
  for line in drain(&driver).split(separator: 0x0a) {
    require(
      input.contains(Array(line)) || line.starts(with: "{\"type\":\"error\",\"from\":\"ss-fuzz\"".utf8),
      "what is passed is passed byte for byte")
  }
}

private func check(_ text: borrowing Span<UInt8>) {
  guard let line = try? Line(parsing: text) else { return }
  guard let head = try? LineHead(scanning: text) else { return require(false, "a line that parses has a head") }
  require(head.type(in: text) == line.type, "the head's type is the line's")
  _ = Schema.fault(in: line)
  let written = line.bytes
  let text = Array(written.dropLast())
  guard let again = try? Line(parsing: text.span) else {
    return require(false, "what is written parses")
  }
  require(again == line && again.bytes == written, "what is written is read as the same")
}

private func copy(_ text: borrowing Span<UInt8>) -> [UInt8] {
  var bytes: [UInt8] = []
  for index in text.indices { bytes.append(text[index]) }
  return bytes
}

/// All that waits to be written.
func drain<Core: FilterCore>(_ driver: inout FilterDriver<Core>) -> [UInt8] {
  var out: [UInt8] = []
  while true {
    let piece = driver.queue.next(limit: 4096)
    if piece.isEmpty { return out }
    out += piece
    driver.queue.wrote(piece.count)
  }
}

/// A core that acts on nothing.
private struct Idle: FilterCore {
  typealias Answer = Never
  typealias Request = Never
  static let reads: [String] = []
  var deadline: Instant? { nil }
  mutating func handle(_ event: FilterEvent<Never>, at now: Instant) -> [FilterEffect<Never>] { [] }
}
