// Standard input, output and error as a filter needs them. `O_NONBLOCK` is never set, since others share these
// descriptors: input is read when there is some; output is written at most 4,096 bytes for each time that poll says so.

internal import CLinux
internal import Glibc
package import Lines

package enum StandardStreams {
  /// Reads what there is. Nil at the end of input or if it cannot be read.
  package static func read(into buffer: inout [UInt8]) -> Int? {
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(0, $0.baseAddress, $0.count) }
      if count > 0 { return count }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN { return 0 }
      return nil
    }
  }

  package enum WriteResult {
    case drained, blocked
    /// There is no reader any more.
    case gone
    /// It cannot be written, whoever reads: a full disk, a descriptor that is closed or for reading.
    case failed(SystemError)
  }

  /// Writes from the queue while the reader takes it, at most 16 pieces, so that input and timers get their turn.
  /// - Parameter wrote: told how much of each piece was written, for recordings.
  package static func write(from queue: inout OutputQueue, wrote: (Int) -> Void = { _ in }) -> WriteResult {
    for _ in 0..<16 {
      if queue.isEmpty { return .drained }
      guard isReady(1) else { return .blocked }
      let piece = queue.next(limit: OutputQueue.piece)
      let count = unsafe piece.withUnsafeBytes { unsafe Glibc.write(1, $0.baseAddress, $0.count) }
      if count < 0, errno != EINTR, errno != EAGAIN { return isGone(errno) ? .gone : .failed(.output) }
      queue.wrote(max(0, count))
      wrote(max(0, count))
    }
    return queue.isEmpty ? .drained : .blocked
  }

  /// The reader has gone: a pipe's, or a socket's that had left something unread.
  private static func isGone(_ number: Int32) -> Bool { number == EPIPE || number == ECONNRESET }

  /// Whether input can be read at once.
  package static func hasInput() -> Bool {
    var entry = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&entry, 1, 0) == 1
  }

  private static func isReady(_ descriptor: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return unsafe poll(&entry, 1, 0) == 1
  }

  /// One sentence on standard error, if it would not block. `command: sentence`.
  package static func complain(_ command: String, _ sentence: String) {
    var entry = pollfd(fd: 2, events: Int16(POLLOUT), revents: 0)
    guard unsafe poll(&entry, 1, 0) == 1 else { return }
    // One sentence is one line, and what it quotes must not steer a terminal: no C0 and C1 controls.
    var shown = String.UnicodeScalarView()
    for scalar in sentence.beginning(OutputQueue.piece / 2) {
      shown.append(scalar.properties.generalCategory == .control ? " " : scalar)
    }
    let bytes = Array("\(command): \(String(shown))\n".utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(2, $0.baseAddress, $0.count) }
  }

  /// Writes all of it to standard output, waiting as long as it takes; for one-shot forms. False if the reader has
  /// gone, which is how a command may end.
  @discardableResult
  package static func print(_ bytes: [UInt8]) throws(SystemError) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(1, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        wait(for: 1, POLLOUT)
      } else if errno != EINTR {
        if isGone(errno) { return false }
        throw .output
      }
    }
    return true
  }

  /// Waits until a descriptor that others made non-blocking is ready, or has an error that the next call tells.
  static func wait(for descriptor: Int32, _ events: Int32) {
    var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    _ = unsafe poll(&entry, 1, -1)
  }

  /// Ends the process without running exit handlers.
  package static func exit(_ status: ExitStatus) -> Never { _exit(status.rawValue) }
}

extension SystemError {
  /// Standard output could not be written, as the last call in this thread found.
  fileprivate static var output: SystemError { .last("write", "standard output") }
}
