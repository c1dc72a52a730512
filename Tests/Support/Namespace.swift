// Network namespaces that a test makes and that vanish with their owner, and the lab's topology. Programs are run in
// them by `ip netns exec`: a namespace is never entered by a thread of the tests, which others use next.

import Glibc
import Synchronization

package final class Namespace {
  package let name: String
  private static let count = Atomic<Int>(0)

  /// A new namespace whose loopback is up, with a name that no other test has.
  package init(_ hint: String = "t") throws {
    name = Namespace.freshName(hint)
    try must("ip", ["netns", "add", name])
    try must("ip", ["-n", name, "link", "set", "lo", "up"])
  }

  static func freshName(_ hint: String) -> String {
    "\(hint)-\(getpid())-\(count.add(1, ordering: .relaxed).newValue)"
  }

  /// One that exists, such as the topology's; it is left in place.
  package init(existing name: String) {
    self.name = name
    owned = false
  }
  private var owned = true

  deinit {
    if owned { _ = try? Support.run("ip", ["netns", "delete", name]) }
  }

  /// Runs a program in the namespace, as `run` does.
  @discardableResult
  package func run(
    _ program: String, _ arguments: [String] = [], input: String = "", environment: [String: String] = [:],
    within limit: Duration = .seconds(30)
  ) throws -> Outcome {
    try Support.run(
      "ip", ["netns", "exec", name, Places.program(program)] + arguments, input: input, environment: environment,
      within: limit)
  }

  /// Starts a program in the namespace, as `Child` does. `ip` becomes the program, so signals reach it.
  package func start(
    _ program: String, _ arguments: [String] = [], environment: [String: String] = [:], input: Stream = .pipe,
    output: Stream = .pipe, errors: Stream = .pipe
  ) throws -> Child {
    try Child(
      "ip", ["netns", "exec", name, Places.program(program)] + arguments, environment: environment, input: input,
      output: output, errors: errors)
  }

  /// `ip -n NAME` with the words of `command`, which must succeed.
  @discardableResult
  package func ip(_ command: String) throws -> String {
    try must("ip", ["-n", name] + command.split(separator: " ").map(String.init))
  }
}

/// A program that had to succeed, and what it said.
package struct Failure: Error, CustomStringConvertible {
  package let description: String
}

/// Runs a program that must exit with 0, and returns its output.
@discardableResult
package func must(
  _ program: String, _ arguments: [String] = [], input: String = "", within limit: Duration = .seconds(30)
) throws -> String {
  let outcome = try run(program, arguments, input: input, within: limit)
  guard outcome.status == 0 else {
    let command = ([program] + arguments).joined(separator: " ")
    throw Failure(description: "\(command): \(outcome.ending): \(outcome.errorText)\(outcome.text)")
  }
  return outcome.text
}
