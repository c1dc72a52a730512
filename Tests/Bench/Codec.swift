// codec: every line of standard input parsed into a value and written again, as a command does with the lines that it
// acts on. Compared with `jq -c .`, which does the same.

import Glibc
import Lines
import Loop

func codec() throws {
  var framer = LineFramer()
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  var out: [UInt8] = []
  while let count = StandardStreams.read(into: &buffer), count > 0 {
    framer.take(
      buffer.span.extracting(0..<count),
      line: { text, number in
        if let line = try? Line(parsing: text) { line.write(into: &out) } else { complain("line \(number)") }
      }, fault: { fault, number in complain("line \(number): \(fault.reason)") })
    try StandardStreams.print(out)
    out.removeAll(keepingCapacity: true)
  }
}

func complain(_ sentence: String) { StandardStreams.complain("bench-tool", sentence) }

func leave(_ status: Int32) -> Never { exit(status) }
