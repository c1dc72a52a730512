// Standard streams that are not two pipes: files, closed ones, full ones, and ones that others made non-blocking.

import Glibc
import Support
import Testing

@Suite struct StreamTests {
  private static let reset = FilterTests.reset

  @Test(arguments: [
    ("</dev/null", [reset]), ("<&-", [reset]), ("</dev/null >/dev/null", []), ("</dev/null 2>&-", [reset]),
  ])
  func `streams that are files or closed end it as well`(redirections: String, lines: [String]) throws {
    let outcome = try run("sh", ["-c", "\(Places.program("test-filter")) \(redirections)"], within: .seconds(5))
    #expect(outcome.status == 0)
    #expect(outcome.lines == lines)
  }

  @Test(arguments: [(">/dev/full", "No space left on device"), (">&-", "Bad file descriptor")])
  func `an output that cannot be written is not a reader that has gone`(redirection: String, words: String) throws {
    for command in ["test-filter", "test-filter --schema", "ss-config --standalone -", "ss-config check -"] {
      let parts = command.split(separator: " ").map(String.init)
      let program = try Places.program(parts[0])
      let rest = parts.dropFirst().joined(separator: " ")
      let outcome = try run("sh", ["-c", "'\(program)' \(rest) </dev/null \(redirection)"], within: .seconds(5))
      #expect(outcome.status == 3, "\(command)")
      #expect(outcome.errorText.hasSuffix("\(parts[0]): write standard output: \(words)\n"), "\(command)")
    }
  }

  @Test func `streams that others made non-blocking are waited for`() throws {
    let (reader, writer) = try makePipe()
    _ = fcntl(reader, F_SETFL, O_NONBLOCK)
    let checker = try Child("ss-config", ["check", "--standalone", "-"], input: .descriptor(reader))
    close(reader)
    pause(.milliseconds(200))
    #expect(checker.ended() == nil)
    let text = Array((Support.text(of: Places.package + "/etc/cluster.pb") ?? "").utf8)
    #expect(unsafe Glibc.write(writer, text, text.count) == text.count)
    close(writer)
    #expect(checker.wait() == .exited(0))

    let output = try makePipe()
    _ = fcntl(output.write, F_SETFL, O_NONBLOCK)
    // F_SETPIPE_SZ, which the Glibc module does not show: one page.
    _ = fcntl(output.write, 1031, 4096)
    let printer = try Child("ss-engine", ["--schema"], output: .descriptor(output.write))
    close(output.write)
    pause(.milliseconds(200))
    #expect(printer.ended() == nil)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = unsafe read(output.read, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
    close(output.read)
    #expect(printer.wait() == .exited(0))
    #expect(bytes == (try run("ss-engine", ["--schema"])).output)
    #expect(bytes.count > 8_192)
  }

  @Test func `what a sentence quotes does not steer a terminal, and is cut between two characters`() throws {
    let line = #"{"type":"check","key":"\u009b31m\u001b\u0085","kind":"tcp","interval_ms":"x"}"#
    let outcome = try run("test-filter", input: line + "\n")
    #expect(outcome.errorText.hasPrefix("test-filter: line 1:  31m  : "))
    let long = try run("test-filter", ["--x" + String(repeating: "\u{e9}", count: 2_000)])
    let first = long.errors.prefix { $0 != 0x0a }
    #expect(first.count == 13 + 2_047)
    #expect(String(validating: first, as: UTF8.self) != nil)
  }
}
