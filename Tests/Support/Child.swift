// A program that a test started and talks to: its standard streams are joined to pipes, to nothing, or to another
// program, and every wait has a limit. What it leaves out: terminals. `run` is the short way for a program that is
// given its whole input and runs to its end.

package import Glibc

/// What a standard stream of a child is joined to.
package enum Stream {
  case null
  /// A pipe whose other end the `Child` holds.
  case pipe
  /// The test's own.
  case inherited
  /// A descriptor of the test's, which the test still closes.
  case descriptor(Int32)
}

/// How a program ended.
package enum Ending: Equatable, Sendable {
  case exited(Int32)
  case killed(signal: Int32)
  /// It ran beyond the time that the test gave it, and was killed with all that it started in its group.
  case outOfTime
}

package final class Child {
  package let pid: pid_t
  /// The ends that the test holds: -1 where there is no pipe, or it was closed.
  package private(set) var input: Int32 = -1
  package private(set) var output: Int32 = -1
  package private(set) var errors: Int32 = -1
  private var ending: Ending?
  private var unread: [Bool: [UInt8]] = [:]

  /// Starts `program`: a path, a command of this package, or a name in PATH (see `Places.program`). `environment` is
  /// set over the test's own; an empty string unsets a variable.
  package init(
    _ program: String, _ arguments: [String] = [], environment changes: [String: String] = [:],
    folder: String? = nil, input: Stream = .pipe, output: Stream = .pipe, errors: Stream = .pipe
  ) throws {
    _ = Child.ignoresBrokenPipes
    var theirs: [Int32?] = []
    var ours: [Int32] = []
    var opened: [Int32] = []
    defer { opened.forEach { _ = close($0) } }
    for (number, stream) in [input, output, errors].enumerated() {
      ours.append(-1)
      switch stream {
      case .null: theirs.append(nil)
      case .inherited: theirs.append(Int32(number))
      case .descriptor(let descriptor): theirs.append(descriptor)
      case .pipe:
        let ends = try makePipe()
        theirs.append(number == 0 ? ends.read : ends.write)
        ours[number] = number == 0 ? ends.write : ends.read
        opened.append(number == 0 ? ends.read : ends.write)
      }
    }
    do {
      pid = try spawn(
        try Places.program(program), arguments, environment: environment(changedBy: changes), folder: folder,
        streams: theirs)
    } catch {
      ours.filter { $0 >= 0 }.forEach { _ = close($0) }
      throw error
    }
    (self.input, self.output, self.errors) = (ours[0], ours[1], ours[2])
  }

  deinit {
    if ending == nil {
      kill(-pid, SIGKILL)
      _ = waitpid(pid, nil, 0)
    }
    [input, output, errors].filter { $0 >= 0 }.forEach { _ = close($0) }
  }

  /// A write into a pipe whose reader has gone is an answer here, not the test's end.
  private static let ignoresBrokenPipes: Void = { _ = Glibc.signal(SIGPIPE, SIG_IGN) }()

  /// Writes all of `text` to its standard input; false if the program did not take it in time, or has gone.
  @discardableResult
  package func send(_ text: String, within limit: Duration = .seconds(10)) -> Bool {
    let deadline = ContinuousClock.now + limit
    var toSend = Array(text.utf8)[...]
    while !toSend.isEmpty {
      guard ready(input, POLLOUT, until: deadline), let count = writeSome(toSend) else { return false }
      toSend = toSend.dropFirst(count)
    }
    return true
  }

  package func closeInput() {
    if input >= 0 { _ = close(input) }
    input = -1
  }

  package func closeOutput() {
    if output >= 0 { _ = close(output) }
    output = -1
  }

  /// The next line of its output (or of its errors), without the newline; nil at the end and when time is up.
  package func line(ofErrors: Bool = false, within limit: Duration = .seconds(10)) -> String? {
    let deadline = ContinuousClock.now + limit
    var searched = 0
    while true {
      var held = unread[ofErrors, default: []]
      if let end = held[searched...].firstIndex(of: 0x0A) {
        let line = String(decoding: held[..<end], as: UTF8.self)
        held.removeSubrange(...end)
        unread[ofErrors] = held
        return line
      }
      searched = held.count
      let descriptor = ofErrors ? errors : output
      guard ready(descriptor, POLLIN, until: deadline), let more = readSome(descriptor) else { return nil }
      unread[ofErrors] = held + more
    }
  }

  /// The first line of its output that `matches`, the others before it being passed over; nil as for `line`.
  package func line(within limit: Duration = .seconds(10), where matches: (String) -> Bool) -> String? {
    let deadline = ContinuousClock.now + limit
    while let next = line(within: deadline - .now) {
      if matches(next) { return next }
    }
    return nil
  }

  /// Writes `text`, closes its input, and reads its output and errors up to their ends or until time is up. Writing
  /// and reading take turns as the program allows, so neither blocks the other.
  package func exchange(_ text: String = "", within limit: Duration = .seconds(10)) -> (
    output: [UInt8], errors: [UInt8]
  ) {
    let deadline = ContinuousClock.now + limit
    var toSend = Array(text.utf8)[...]
    var got = (output: unread[false] ?? [], errors: unread[true] ?? [])
    unread = [:]
    var open = [output, errors].filter { $0 >= 0 }
    if toSend.isEmpty { closeInput() }
    while !open.isEmpty || input >= 0 {
      var polled = open.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      if input >= 0 { polled.append(pollfd(fd: input, events: Int16(POLLOUT), revents: 0)) }
      guard unsafe poll(&polled, nfds_t(polled.count), milliseconds(until: deadline)) > 0 else { break }
      for each in polled where each.revents != 0 {
        if each.fd == input {
          guard let count = writeSome(toSend) else { closeInput(); continue }
          toSend = toSend.dropFirst(count)
          if toSend.isEmpty { closeInput() }
        } else if let more = readSome(each.fd) {
          if each.fd == output { got.output += more } else { got.errors += more }
        } else {
          open.removeAll { $0 == each.fd }
        }
      }
    }
    return got
  }

  /// Writes what a pipe that polls as writable takes without blocking; nil if its reader has gone.
  private func writeSome(_ bytes: ArraySlice<UInt8>) -> Int? {
    let count = unsafe bytes.prefix(4096).withUnsafeBytes { unsafe write(input, $0.baseAddress, $0.count) }
    return count > 0 ? count : nil
  }

  /// Sends a signal to the program alone.
  package func signal(_ number: Int32) {
    if ending == nil { kill(pid, number) }
  }

  /// How it ended, nil while it runs.
  package func ended() -> Ending? {
    if let ending { return ending }
    var status: Int32 = 0
    guard unsafe waitpid(pid, &status, WNOHANG) == pid else { return nil }
    let signal = status & 0x7F
    ending = signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: signal)
    return ending
  }

  /// Waits for its end; a program that takes longer than `limit` is killed.
  @discardableResult
  package func wait(within limit: Duration = .seconds(10)) -> Ending {
    if let ending = eventually(within: limit, every: .milliseconds(1), { ended() }) { return ending }
    kill(-pid, SIGKILL)
    _ = waitpid(pid, nil, 0)
    ending = .outOfTime
    return .outOfTime
  }
}

/// Waits until `descriptor` can be read or written, or its other end has gone.
package func ready(_ descriptor: Int32, _ events: Int32, until deadline: ContinuousClock.Instant) -> Bool {
  guard descriptor >= 0 else { return false }
  var polled = pollfd(fd: descriptor, events: Int16(events), revents: 0)
  return unsafe poll(&polled, 1, milliseconds(until: deadline)) > 0
}

private func milliseconds(until deadline: ContinuousClock.Instant) -> Int32 {
  let (seconds, attoseconds) = (deadline - .now).components
  return Int32(clamping: max(0, seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1))
}

/// What can be read now, nil at the end.
private func readSome(_ descriptor: Int32) -> [UInt8]? {
  var bytes = [UInt8](repeating: 0, count: 65536)
  let count = unsafe read(descriptor, &bytes, bytes.count)
  guard count > 0 else { return nil }
  bytes.removeSubrange(count...)
  return bytes
}
