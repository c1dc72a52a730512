// ss-check as a stage: what it passes, when its commits act, how it ends, what it remembers and records, and that no
// number of probes costs a descriptor.

import Glibc
import Lines
import Support
import Testing

@Suite struct CheckTests {
  @Test func `every line passes byte for byte and the own set comes before the commit that caused it`() throws {
    let server = try Loopback(.tcp)
    let other = #"{ "type" : "config.cluster",  "key":"k", "x":[1, 2.50] }"# + "\n"
    let child = try Child("ss-check")
    child.send(other + reset + check("a", "tcp", server.port) + sync(1))
    var lines: [String] = []
    while let line = child.line(), lines.count < 20 {
      lines.append(line)
      if verdict(line) != nil { break }
    }
    let written = (other + reset + check("a", "tcp", server.port) + sync(1)).split(separator: "\n").map(String.init)
    #expect(lines.filter { !$0.contains("\"ss-check\"") && verdict($0) == nil } == written)
    let own = lines.firstIndex { $0.hasPrefix(#"{"type":"sync","from":"ss-check""#) }
    let passed = lines.firstIndex { $0.hasPrefix(#"{"type":"sync","from":"ss-config""#) }
    #expect(try #require(own) < #require(passed))
    #expect(lines.first == #"{"type":"reset","from":"ss-check","lines":1}"#)
  }

  @Test func `nothing acts before its sync and a set that was cut off never does`() throws {
    let server = try Loopback(.tcp)
    let child = try Child("ss-check", ["--own"])
    child.send(reset + check("a", "tcp", server.port))
    pause(.milliseconds(200))
    #expect(server.accepted == 0)
    child.send(reset + check("b", "tcp", server.port) + sync(1))
    #expect(child.verdict() == "b: ok")
    #expect(eventually { server.accepted == 1 ? true : nil } == true)
  }

  @Test func `a set that no longer says a check forgets it and keeps the others`() throws {
    let server = try Loopback(.tcp)
    let child = try Child("ss-check", ["--own"])
    child.send(reset + check("a", "tcp", server.port, every: 60_000) + check("b", "tcp", server.port) + sync(1))
    #expect(Set([child.verdict(), child.verdict()]) == ["a: ok", "b: ok"])
    child.send(reset + check("a", "tcp", server.port, every: 60_000) + sync(2))
    #expect(child.verdict() == "b: deleted")
    child.send(reset + check("a", "udp", server.port, every: 60_000) + sync(3))
    // A changed definition is a new check.
    #expect(child.verdict() == "a: deleted")
    #expect(child.verdict() == "a: connect.refused")
  }

  @Test func `a server that stops and comes back changes the verdict, after as many results as asked for`() throws {
    var server = try Loopback(.tcp)
    let port = server.port
    let child = try Child("ss-check", ["--own"])
    child.send(check("a", "tcp", port, every: 50, #","fall":3,"rise":2"#) + check("b", "tcp", port, every: 50))
    #expect(child.verdict() == "b: ok")
    #expect(child.verdict() == "a: ok")
    server.stop()
    // A connection that the server had not yet taken is reset.
    #expect(["b: connect.refused", "b: receive.reset"].contains(child.verdict()))
    #expect(child.verdict() == "a: connect.refused")
    server = try Loopback(.tcp, port: port)
    #expect(child.verdict() == "b: ok")
    #expect(child.verdict() == "a: ok")
    server.stop()
  }

  @Test func `a restarted one says what it knew, word for word, before it has probed`() throws {
    let folder = try TemporaryFolder()
    let memory = ["--own", "--memory", folder.path + "/memory"]
    let silent = try Loopback(.tcp) { _ in .nothing }
    let up = try Loopback(.tcp)
    let members = #","receive":"x""#
    let lines = check("down", "tcp", silent.port, timeout: 100, members) + check("up", "tcp", up.port)
    let first = try run("ss-check", memory, input: lines)
    let known = first.lines.filter { verdict($0) != nil }.sorted()
    #expect(known.compactMap(verdict) == ["down: timeout", "up: ok"])
    // The same checks, now with probes that do not end: what is said comes from memory.
    let child = try Child("ss-check", memory)
    child.send(reset + lines + check("new", "tcp", silent.port, members) + sync(1))
    var said: [String] = []
    while let line = child.line(), !line.contains(#""sync""#) { said.append(line) }
    #expect(said.dropFirst().sorted() == known)
    #expect(child.verdict() == "new: timeout")
  }

  @Test func `a recording replays to the same bytes`() throws {
    let folder = try TemporaryFolder()
    let record = folder.path + "/recording"
    let server = try website()
    let silent = try Loopback(.udp) { _ in .nothing }
    let lines =
      check("a", "tcp", server.port, every: 20) + check("b", "http", server.port, every: 30, #","path":"/no""#)
      + check("c", "udp", silent.port, every: 100, timeout: 50) + check("d", "icmp", 0)
    let child = try Child("ss-check", ["--record", record])
    child.send(reset + lines + sync(1) + "oops\n")
    pause(.milliseconds(300))
    server.stop()
    pause(.milliseconds(300))
    let live = child.exchange()
    #expect(child.wait() == .exited(0))
    let replayed = try run("ss-check", ["replay", record])
    #expect(replayed.status == 0)
    #expect(replayed.text == String(decoding: live.output, as: UTF8.self))
    #expect(replayed.lines.compactMap(verdict).contains("a: connect.refused"))
  }

  @Test func `no number of probes costs a descriptor`() throws {
    let echo = try Loopback(.udp)
    let web = try website()
    let gone = try Loopback(.tcp)
    gone.stop()
    let silent = try Loopback(.tcp) { _ in .nothing }
    let child = try Child("ss-check", ["--own"])
    child.send(reset + sync(0))
    #expect(child.line { $0.contains(#""sync""#) } != nil)
    let before = child.descriptors
    child.send(
      reset + check("a", "udp", echo.port, every: 2) + check("b", "http", web.port, every: 2)
        + check("c", "tcp", gone.port, every: 2) + check("d", "udp", gone.port, every: 2)
        + check("e", "tcp", silent.port, every: 2, timeout: 1, #","receive":"x""#)
        + check("f", "http", silent.port, every: 2, timeout: 1) + sync(1))
    #expect(waited { echo.received.count > 300 && web.accepted > 300 } != nil)
    #expect(eventually { child.descriptors > before ? true : nil } == true)
    child.send(reset + sync(2))
    #expect(eventually { child.descriptors == before ? true : nil } == true)
    pause(.milliseconds(20))
    #expect(child.descriptors == before)
  }

  @Test func `no more probes are in flight than --max-in-flight allows`() throws {
    let silent = try Loopback(.tcp) { _ in .nothing }
    let lines = (0..<12).map { check("k\($0)", "tcp", silent.port, timeout: 30, #","receive":"x""#) }.joined()
    #expect(try verdicts(lines, ["--own", "--max-in-flight", "3"]).count == 12)
    #expect(silent.accepted >= 12)
    #expect(silent.mostOpen <= 4)
  }

  @Test func `it goes at once when its input ends, also with probes in flight`() throws {
    let silent = try Loopback(.tcp) { _ in .nothing }
    let child = try Child("ss-check")
    child.send(reset + check("a", "tcp", silent.port, timeout: 60_000, #","receive":"x""#) + sync(1))
    #expect(child.line { $0.hasPrefix(#"{"type":"sync","from":"ss-config""#) } != nil)
    #expect(eventually { silent.accepted == 1 ? true : nil } == true)
    child.closeInput()
    let time = waited(every: .milliseconds(1)) { child.ended() != nil }
    #expect(try #require(time) < .milliseconds(100))
    #expect(child.ended() == .exited(0))
  }

  @Test func `with --once a whole set has its first verdicts after the end of input`() throws {
    let slow = try Loopback(.tcp) { _ in .nothing }
    let gone = try Loopback(.tcp)
    gone.stop()
    let lines = reset + check("a", "tcp", slow.port, timeout: 200, #","receive":"x""#) + check("b", "tcp", gone.port)
    #expect(try verdicts(lines + sync(1), ["--own", "--once"]) == ["a: timeout", "b: connect.refused"])
    #expect(try verdicts(lines + sync(1), ["--own"]) == [])
  }

  @Test func `it goes at once when its reader has gone`() throws {
    let server = try Loopback(.tcp)
    let child = try Child("ss-check")
    child.send(reset + check("a", "tcp", server.port) + sync(1))
    #expect(child.verdict() == "a: ok")
    child.closeOutput()
    let time = waited(every: .milliseconds(1)) { child.ended() != nil }
    #expect(try #require(time) < .milliseconds(100))
  }

  @Test func `probes stay on time while the reader does not read`() throws {
    let server = try Loopback(.tcp)
    let child = try Child("ss-check")
    child.send(reset + check("a", "tcp", server.port, every: 20) + sync(1))
    #expect(child.verdict() == "a: ok")
    let passing = #"{"type":"config.node","key":"n","x":""# + String(repeating: "x", count: 1_000) + "\"}\n"
    // More than the pipes and the queue hold: the command stops reading.
    #expect(!child.send(String(repeating: passing, count: 2_000), within: .milliseconds(300)))
    let before = server.accepted
    let time = waited { server.accepted >= before + 10 }
    #expect(try #require(time) < .milliseconds(400))
  }

  @Test(arguments: [["--bogus"], ["--max-in-flight", "0"], ["--max-in-flight", "x"], ["replay"], ["extra"]])
  func `a wrong argument is status 2`(arguments: [String]) throws {
    let outcome = try run("ss-check", arguments)
    #expect(outcome.status == 2)
    #expect(outcome.errorText.hasPrefix("ss-check: "))
    #expect(outcome.text.isEmpty)
  }
}
