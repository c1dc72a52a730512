// ss-check as a test talks to it: check lines made from few words, and verdicts read from its output.

import Lines
import Support
import Testing

/// A `check` line against a loopback port; `members` are further members, each with its comma before it.
func check(
  _ key: String, _ kind: String, _ port: UInt16, address: String = "127.0.0.1", every interval: Int = 1_000,
  timeout: Int = 300, _ members: String = ""
) -> String {
  #"{"type":"check","key":"\#(key)","kind":"\#(kind)","address":"\#(address)","port":\#(port),"#
    + #""interval_ms":\#(interval),"timeout_ms":\#(timeout)\#(members)}"# + "\n"
}

let reset = #"{"type":"reset","from":"ss-config","lines":1}"# + "\n"
func sync(_ number: Int) -> String { #"{"type":"sync","from":"ss-config","n":"a.\#(number)"}"# + "\n" }

/// `key: class`, or `key: deleted`, of a `check.state` line; nil for any other line.
func verdict(_ text: String) -> String? {
  guard let line = try? Line(parsing: text), line.type == "check.state", let key = line.key else { return nil }
  return "\(key): \(line.isDeleted ? "deleted" : line["class"]?.string ?? "none")"
}

extension Child {
  /// The next verdict that it says.
  func verdict(within limit: Duration = .seconds(5)) -> String? {
    line(within: limit) { CommandTests.verdict($0) != nil }.flatMap(CommandTests.verdict)
  }

  /// How many descriptors it has open.
  var descriptors: Int { names(in: "/proc/\(pid)/fd").count }
}

/// The verdicts that ss-check gives on lines typed by hand, sorted.
func verdicts(_ lines: String, _ arguments: [String] = ["--own"]) throws -> [String] {
  let outcome = try run("ss-check", arguments, input: lines)
  #expect(outcome.status == 0)
  return outcome.lines.compactMap(verdict).sorted()
}

/// An HTTP server with the pages of Seesaw's own tests, each answer ending its connection.
func website(sixth: Bool = false) throws -> Loopback {
  try Loopback(.tcp, sixth: sixth) { request in
    let text = String(decoding: request, as: UTF8.self)
    guard text.hasSuffix("\r\n\r\n") else { return .nothing }
    let words = text.split(separator: " ", maxSplits: 2).prefix(2).map(String.init)
    let page: (String, String)
    switch words.last {
    case "/": page = ("200 OK", "<html><body>Test Server</body></html>\n")
    case "/healthz": page = ("200 OK", "ok\n")
    case "/moved": page = ("302 Found\r\nLocation: /healthz", "")
    case "/host": page = ("200 OK", text)
    default: page = ("404 Not Found", "404 page not found\n")
    }
    let head = "HTTP/1.1 \(page.0)\r\nContent-Length: \(page.1.utf8.count)\r\n\r\n"
    return .finish(head + (words.first == "HEAD" ? "" : page.1))
  }
}
