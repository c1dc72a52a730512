// The loop itself: readiness, files that epoll refuses, deadlines in their order, signals, and what ends it.

import Glibc
import Loop
import Support
import Testing
import Values

@Suite struct LoopTests {
  @Test func `a descriptor is told while it is ready, is watched for something else, and not at all`() throws {
    let loop = try Loop()
    let (reader, writer) = try makePipe()
    defer { _ = (close(reader), close(writer)) }
    var told: [String] = []
    try loop.watch(reader, .read) { _ in
      told.append("read")
      if told.count == 2 { loop.change(reader, to: []) }
    }
    try loop.watch(writer, .write) { _ in
      told.append("write")
      loop.change(writer, to: nil)
      _ = unsafe write(writer, "x", 1)
    }
    loop.addTimer(deadline: { told.count >= 3 ? .zero : nil }, fire: { _ in loop.stop(.differs) })
    loop.addTimer(deadline: after(5), fire: { _ in loop.stop(.usage) })
    let status = loop.run()
    // `told.count == 2` is the first read: then nothing more is told, and time runs out.
    #expect(told == ["write", "read"])
    #expect(status == .usage)
  }

  @Test func `a hang-up is told with nothing asked for, and not at all with nil`() throws {
    for asks in [true, false] {
      let loop = try Loop()
      let (reader, writer) = try makePipe()
      defer { _ = close(reader) }
      var told = 0
      try loop.watch(reader, .read) { ready in
        #expect(ready.contains(.hangUp))
        told += 1
        loop.stop(.success)
      }
      loop.change(reader, to: asks ? [] : nil)
      close(writer)
      loop.addTimer(deadline: after(1), fire: { _ in loop.stop(.usage) })
      #expect(loop.run() == (asks ? .success : .usage))
      #expect(told == (asks ? 1 : 0))
    }
  }

  @Test(arguments: ["/dev/null", "/proc/self/exe"])
  func `a file that epoll refuses is always ready`(path: String) throws {
    let loop = try Loop()
    let descriptor = unsafe open(path, O_RDONLY)
    defer { close(descriptor) }
    var told = 0
    try loop.watch(descriptor, .read) { _ in
      told += 1
      if told == 3 { loop.change(descriptor, to: []) }
    }
    loop.addTimer(deadline: after(1), fire: { _ in loop.stop(.success) })
    _ = loop.run()
    #expect(told == 3)
    loop.unwatch(descriptor)
  }

  @Test func `a descriptor that is closed and opened again does not get what was meant for the old one`() throws {
    let loop = try Loop()
    let first = try makePipe()
    let second = try makePipe()
    defer { _ = (close(first.write), close(second.read), close(second.write)) }
    var reopened: Int32 = -1
    var spurious = 0
    // Both are ready in the same turn; whichever comes first replaces the other.
    for (mine, other) in [(first.read, second.read), (second.read, first.read)] {
      try loop.watch(mine, .read) { _ in
        guard reopened < 0 else { return }
        loop.unwatch(other)
        let quiet = try? makePipe()
        _ = dup2(quiet?.read ?? -1, other)
        reopened = other
        try? loop.watch(other, .read) { _ in spurious += 1 }
        loop.unwatch(mine)
      }
    }
    _ = unsafe (write(first.write, "x", 1), write(second.write, "x", 1))
    loop.addTimer(deadline: after(1), fire: { _ in loop.stop(.success) })
    _ = loop.run()
    #expect(reopened >= 0)
    #expect(spurious == 0)
  }

  @Test func `deadlines are told in their order, each again while it has passed, and one that moves is followed`()
    throws
  {
    let loop = try Loop()
    var told: [Int] = []
    var deadlines: [Instant?] = [after(3)(), after(1)(), after(2)()]
    for index in deadlines.indices {
      loop.addTimer(
        deadline: { deadlines[index] },
        fire: { _ in
          told.append(index)
          deadlines[index] = index == 1 && told.count == 1 ? after(4)() : nil
          if told.count == 4 { loop.stop(.success) }
        })
    }
    let start = loop.now()
    _ = loop.run()
    #expect(told == [1, 2, 0, 1])
    #expect(loop.now() - start >= .milliseconds(100))
  }

  @Test func `a signal is told through the loop`() throws {
    let loop = try Loop()
    var told: [Int32] = []
    try loop.onSignals([SIGUSR1, SIGUSR2]) { signal in
      told.append(signal)
      if told.count == 2 { loop.stop(.success) }
    }
    _ = (raise(SIGUSR2), raise(SIGUSR1))
    loop.addTimer(deadline: after(100), fire: { _ in loop.stop(.usage) })
    #expect(loop.run() == .success)
    #expect(Set(told) == [SIGUSR1, SIGUSR2])
  }

  /// A deadline that does not move: steps of 25 ms from now.
  private func after(_ steps: Int) -> () -> Instant? {
    let due = Clock.now() + .milliseconds(Int64(25 * steps))
    return { due }
  }
}
