// whole and steps: how long a source takes to say its first commit, and a filter for each of several. A filter passes a
// `sync` only once it has acted, so a file that ends with one is done when its last line comes out again.

import Glibc
import Support

/// steps COMMAND [ARGUMENT...] -- FILE...: the milliseconds of each file, a line each.
func steps(_ arguments: [String]) throws {
  let parts = arguments.split(separator: "--").map(Array.init)
  guard parts.count == 2, let command = parts[0].first else { throw Unusable("steps COMMAND... -- FILE...") }
  let child = try Child(command, Array(parts[0].dropFirst()), errors: .inherited)
  for path in parts[1] {
    guard let bytes = bytes(of: path), let last = bytes.dropLast().split(separator: 0x0a).last else {
      throw Unusable("\(path) cannot be read")
    }
    let begin = ContinuousClock.now
    guard exchange(child, bytes, until: Array(last)) else { throw Unusable("\(path): no answer") }
    print(milliseconds(ContinuousClock.now - begin))
  }
}

/// whole COMMAND [ARGUMENT...]: milliseconds from the start to the first `sync`, then how many lines came before it.
func whole(_ arguments: [String]) throws {
  guard let command = arguments.first else { throw Unusable("whole COMMAND...") }
  let begin = ContinuousClock.now
  let child = try Child(command, Array(arguments.dropFirst()), input: .null, errors: .inherited)
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  var text: [UInt8] = []
  let sync = Array("{\"type\":\"sync\"".utf8)
  while ready(child.output, POLLIN, until: begin + .seconds(60)) {
    let count = unsafe read(child.output, &buffer, buffer.count)
    guard count > 0 else { break }
    let searched = max(0, text.count - 4096)
    text += buffer[..<count]
    if text[searched...].split(separator: 0x0a).contains(where: { $0.starts(with: sync) }) {
      let time = milliseconds(ContinuousClock.now - begin)
      print(time, text.split(separator: 0x0a).firstIndex { $0.starts(with: sync) } ?? 0)
      return
    }
  }
  throw Unusable("\(command): no sync")
}

/// Writes the bytes while reading what comes, until that line came.
private func exchange(_ child: Child, _ bytes: [UInt8], until last: [UInt8]) -> Bool {
  let deadline = ContinuousClock.now + .seconds(300)
  var sent = 0
  var tail: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while ContinuousClock.now < deadline {
    let isWriting = sent < bytes.count
    var polled = [
      pollfd(fd: child.output, events: Int16(POLLIN), revents: 0),
      pollfd(fd: isWriting ? child.input : -1, events: Int16(POLLOUT), revents: 0),
    ]
    guard unsafe poll(&polled, 2, 300_000) > 0 else { return false }
    if polled[1].revents != 0 {
      let count = unsafe bytes[sent..<min(bytes.count, sent + 4096)].withUnsafeBytes {
        unsafe write(child.input, $0.baseAddress, $0.count)
      }
      guard count > 0 else { return false }
      sent += count
    }
    guard polled[0].revents != 0 else { continue }
    let count = unsafe read(child.output, &buffer, buffer.count)
    guard count > 0 else { return false }
    tail += buffer[..<count]
    var lines = tail.split(separator: 0x0a, omittingEmptySubsequences: false)
    tail = Array(lines.removeLast())
    if sent == bytes.count, lines.contains(where: { $0.elementsEqual(last) }) { return true }
  }
  return false
}
