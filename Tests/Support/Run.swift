// Running a program to its end: input in, output, errors and ending out, within a time limit. The working end of
// `Child`, for programs that are not talked to.

import Glibc

package struct Outcome: Sendable {
  package let ending: Ending
  package let output: [UInt8]
  package let errors: [UInt8]
  package let duration: Duration

  package var text: String { String(decoding: output, as: UTF8.self) }
  package var errorText: String { String(decoding: errors, as: UTF8.self) }
  /// The output's lines, without their newlines.
  package var lines: [String] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    return lines.last == "" ? lines.dropLast() : lines
  }
  /// The exit status; nil for a program that was killed.
  package var status: Int32? {
    if case .exited(let status) = ending { return status }
    return nil
  }
}

/// Runs `program` (see `Child`) with `input`, and waits for its end. One that takes longer than `limit` is killed, and
/// its ending is `.outOfTime`.
package func run(
  _ program: String, _ arguments: [String] = [], input: String = "", environment: [String: String] = [:],
  folder: String? = nil, within limit: Duration = .seconds(30)
) throws -> Outcome {
  let start = ContinuousClock.now
  let child = try Child(program, arguments, environment: environment, folder: folder)
  let (output, errors) = child.exchange(input, within: limit)
  let ending = child.wait(within: limit - (ContinuousClock.now - start))
  return Outcome(ending: ending, output: output, errors: errors, duration: ContinuousClock.now - start)
}
