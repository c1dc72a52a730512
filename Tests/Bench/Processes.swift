// start and idle: how long a command takes to its first output, and what memory of its own it holds while it waits.

import Glibc
import Support

/// start COUNT COMMAND [ARGUMENT...] [-- COMMAND [ARGUMENT...]]...: the median milliseconds of each from its start to
/// the first byte of its output, a line each. The commands take turns, so that other work on the machine meets them
/// alike.
func start(_ arguments: [String]) throws {
  guard let count = arguments.first.flatMap({ Int($0) }), count > 0 else { throw Unusable("start COUNT COMMAND...") }
  let commands = arguments.dropFirst().split(separator: "--").map(Array.init)
  var times = [[Double]](repeating: [], count: commands.count)
  for _ in 0..<count {
    for (index, command) in commands.enumerated() {
      let begin = ContinuousClock.now
      let child = try Child(command[0], Array(command.dropFirst()), input: .null, errors: .null)
      guard ready(child.output, POLLIN, until: begin + .seconds(10)) else { throw Unusable("\(command): no output") }
      times[index].append(milliseconds(ContinuousClock.now - begin))
      child.wait()
    }
  }
  for each in times { print(each.median) }
}

/// idle COMMAND [ARGUMENT...]: KiB of anonymous memory that a filter holds once it has said its first line.
func idle(_ arguments: [String]) throws {
  guard let command = arguments.first else { throw Unusable("idle COMMAND...") }
  let child = try Child(command, Array(arguments.dropFirst()))
  guard child.line() != nil else { throw Unusable("\(command): no output") }
  pause(.milliseconds(100))
  let text = text(of: "/proc/\(child.pid)/smaps_rollup") ?? ""
  for line in text.split(separator: "\n") where line.hasPrefix("Anonymous:") {
    print(line.split(separator: " ").dropFirst().first ?? "0")
  }
}

func milliseconds(_ duration: Duration) -> Double {
  let (seconds, attoseconds) = duration.components
  return Double(seconds) * 1000 + Double(attoseconds) / 1e15
}
