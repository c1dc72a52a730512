// What answers mean, apart from any socket: Seesaw's tables of its own tests (healthcheck_test.go) as literals, and
// answers cut at every place.

import Check
import Testing
import Values

let backend = Definition.Target(.v4(0xc000_0201), port: 80)

/// The finding of a conversation that reads `answer` in pieces of `size` bytes, after which the peer closes, or stays
/// silent until the time is up.
func finding(_ kind: Definition.Kind, _ answer: [UInt8], cutEvery size: Int = .max, thenClose: Bool = false) -> Outcome
{
  var conversation = kind.conversation()
  var step = conversation.connected()
  if case .send = step { step = conversation.sent() }
  var rest = answer[...]
  while true {
    if case .done(let outcome) = step { return outcome }
    guard !rest.isEmpty else { break }
    step = conversation.received(rest.prefix(size))
    rest = rest.dropFirst(size)
  }
  return thenClose ? conversation.closed() : conversation.expired()
}

@Suite struct StreamTests {
  /// Seesaw's TCP table: the server echoes what it is sent, and keeps the connection.
  @Test(arguments: [
    ("", "", "ok connected"), ("foo", "foo", "ok answer as expected"), ("foo\n", "foo", "ok answer as expected"),
    ("foo", "foo\n", "timeout no more than 3 of 4 expected bytes"),
    ("foo", "foooo", "timeout no more than 3 of 5 expected bytes"),
    ("", "foo", "timeout no more than 0 of 3 expected bytes"),
    ("fxo", "foo", #"receive.mismatch "fxo" is not "foo""#),
  ])
  func `an echoed stream begins with what is expected`(send: String, receive: String, expected: String) throws {
    let kind = Definition.Kind.tcp(try Exchange(send: Array(send.utf8), receive: Array(receive.utf8)))
    let whole = finding(kind, Array(send.utf8))
    #expect("\(whole.resultClass.rawValue) \(whole.reason)" == expected)
    let cut = finding(kind, Array(send.utf8), cutEvery: 1)
    #expect(cut.resultClass == whole.resultClass)
  }

  @Test func `an answer counts only when all is sent`() throws {
    var conversation = Definition.Kind.tcp(try Exchange(send: [1, 2], receive: [9])).conversation()
    #expect(conversation.connected() == .send([1, 2]))
    #expect(conversation.received([9, 9]) == .wait)
    #expect(conversation.sent() == .done(Outcome(.ok, "answer as expected")))
  }

  @Test func `a peer that closes early is told apart from one that says something else`() throws {
    let kind = Definition.Kind.tcp(try Exchange(send: [], receive: Array("+OK".utf8)))
    #expect(
      finding(kind, Array("+O".utf8), thenClose: true) == Outcome(.receiveClosed, "closed after 2 of 3 expected bytes"))
    #expect(finding(kind, [0x2b, 0, 0xff, 10]) == Outcome(.receiveMismatch, #""+\x00\xff" is not "+OK""#))
  }

  @Test func `bytes of NUL and long expectations do not matter`() throws {
    let pattern = (0..<10_000).map { UInt8(truncatingIfNeeded: $0) }
    let kind = Definition.Kind.tcp(try Exchange(send: [], receive: pattern))
    for size in [1, 4_095, 4_096, 4_097, .max] {
      #expect(finding(kind, pattern + [7], cutEvery: size).resultClass == .ok)
      #expect(finding(kind, pattern.dropLast() + [7], cutEvery: size).resultClass == .receiveMismatch)
    }
  }
}

@Suite struct DatagramTests {
  /// Seesaw's UDP table: one datagram is echoed, an empty one too.
  @Test(arguments: [
    ("", "", "ok a reply"), ("foo", "foo", "ok reply as expected"), ("foo\n", "foo", "ok reply as expected"),
    ("foo", "foo\n", #"receive.mismatch "foo" does not begin with "foo\n""#),
    ("foo", "foooo", #"receive.mismatch "foo" does not begin with "foooo""#),
    ("", "foo", #"receive.mismatch "" does not begin with "foo""#),
    ("\0\u{1}\u{2}\u{3}", "\0\u{1}\u{2}\u{3}", "ok reply as expected"),
    ("\0\u{1}", "\0\u{1}\u{2}\u{3}", #"receive.mismatch "\x00\x01" does not begin with "\x00\x01\x02\x03""#),
    ("\0\u{1}", "\u{2}", #"receive.mismatch "\x00\x01" does not begin with "\x02""#), ("\0\u{1}", "", "ok a reply"),
  ])
  func `an echoed datagram begins with what is expected`(send: String, receive: String, expected: String) throws {
    var conversation = Definition.Kind.udp(
      try Exchange(send: Array(send.utf8), receive: Array(receive.utf8))
    ).conversation()
    #expect(conversation.connected() == .send(Array(send.utf8)))
    #expect(conversation.sent() == .wait)
    guard case .done(let outcome) = conversation.received(Array(send.utf8)[...]) else {
      Issue.record("no verdict from a reply")
      return
    }
    #expect("\(outcome.resultClass.rawValue) \(outcome.reason)" == expected)
  }

  @Test func `silence is no reply, also when any reply will do`() throws {
    #expect(finding(.udp(try Exchange()), []) == Outcome(.timeout, "no reply"))
  }
}

@Suite struct StatusSetTests {
  @Test(arguments: [
    ("200", "200"), ("200,204,300-399", "200,204,300-399"), ("300-399,200", "200,300-399"),
    ("200,201,202-210", "200-210"),
    ("200-300,250-260", "200-300"), ("100-999", "100-999"), ("404,404", "404"),
  ])
  func `a set is kept sorted and merged`(text: String, canonical: String) {
    #expect(StatusSet(text)?.description == canonical)
  }

  @Test(arguments: [
    "", ",", "200,", "20", "2000", "099", "300-200", "200-", "-200", "200-300-400", " 200", "2xx", "+20",
  ])
  func `text that is no set is refused`(text: String) {
    #expect(StatusSet(text) == nil)
  }

  @Test func `a list of more than 64 parts is refused`() {
    let parts = (0..<65).map { "\(200 + 2 * $0)" }
    #expect(StatusSet(parts.joined(separator: ",")) == nil)
    #expect(StatusSet(parts.dropLast().joined(separator: ",")) != nil)
  }

  @Test func `the ends of a range belong to it`() {
    let set = StatusSet("200,300-399")
    #expect(
      [199, 200, 201, 299, 300, 399, 400].map { set?.contains($0) } == [false, true, false, false, true, true, false])
  }
}
