// The helpers that start programs: what they hand over, and that no wait of theirs is without limit.

import Support
import Testing

@Suite struct ChildTests {
  @Test func `a program's output, errors and status come back apart`() throws {
    let outcome = try run("sh", ["-c", "echo out; echo err >&2; exit 3"])
    #expect(outcome.text == "out\n")
    #expect(outcome.errorText == "err\n")
    #expect(outcome.ending == .exited(3))
    #expect(outcome.lines == ["out"])
  }

  @Test func `ten megabytes pass through a filter whole`() throws {
    let input = String(repeating: "0123456789abcde\n", count: 655_360)
    let outcome = try run("cat", input: input)
    #expect(outcome.ending == .exited(0))
    #expect(outcome.text == input)
  }

  @Test func `a program that reads no input does not end the test`() throws {
    let outcome = try run("true", input: String(repeating: "x", count: 1_000_000))
    #expect(outcome.ending == .exited(0))
  }

  @Test func `a program that hangs is killed when its time is up, with what it started`() throws {
    let folder = try TemporaryFolder()
    let start = ContinuousClock.now
    let outcome = try run(
      "sh", ["-c", "sleep 60 & echo $! >\(folder.path)/pid; wait"], within: .milliseconds(300))
    #expect(outcome.ending == .outOfTime)
    #expect(ContinuousClock.now - start < .seconds(5))
    let pid = try #require(text(of: folder.path + "/pid")).dropLast()
    #expect(waited(until: { (text(of: "/proc/\(pid)/stat") ?? ") Z").contains(") Z") }) != nil)
  }

  @Test func `a death by signal is told from an exit`() throws {
    #expect(try run("sh", ["-c", "kill -9 $$"]).ending == .killed(signal: 9))
  }

  @Test func `lines are sent and read one by one`() throws {
    let child = try Child("cat")
    child.send("one\ntwo\n")
    #expect(child.line() == "one")
    #expect(child.line() == "two")
    #expect(child.line(within: .milliseconds(50)) == nil)
    child.closeInput()
    #expect(child.line() == nil)
    #expect(child.wait() == .exited(0))
  }

  @Test func `a child has default signals and no descriptor of ours`() throws {
    let other = try Child("cat")
    // The shell's own listing opens one more, 3.
    #expect(try run("ls", ["/proc/self/fd"]).lines == ["0", "1", "2", "3"])
    for set in ["SigIgn", "SigBlk"] {
      // The GNU library's own two signals, 32 and 33, are left out.
      let line = try #require(try run("grep", [set, "/proc/self/status"]).lines.first)
      let mask = try #require(UInt64(line.suffix(8), radix: 16))
      #expect(mask & 0x7FFF_FFFF == 0, "\(line)")
    }
    _ = other
  }

  @Test func `the environment and the folder are the caller's choice`() throws {
    let outcome = try run(
      "sh", ["-c", "pwd; echo \"$SUPPORT_A ${HOME-unset}\""], environment: ["SUPPORT_A": "b", "HOME": ""],
      folder: "/usr")
    #expect(outcome.lines == ["/usr", "b unset"])
  }

  @Test func `a missing program is named`() {
    let error = #expect(throws: SpawnError.self) { try run("no-such-program") }
    #expect(error?.description == "no-such-program: No such file or directory")
  }
}

@Suite struct PlacesTests {
  @Test func `the package's root is found from the bundle`() {
    #expect(Places.exists(Places.package + "/Package.swift"))
    #expect(Places.exists(Places.script("lab-guest")))
    #expect(Places.command("no-such-command") == nil)
    #expect(Places.installed("ip") != nil)
  }

  @Test func `a temporary folder goes with its owner`() throws {
    var folder: TemporaryFolder? = try TemporaryFolder()
    let path = try #require(folder?.file("a", "b"))
    #expect(text(of: path) == "b")
    folder = nil
    #expect(!Places.exists(path.parentFolder))
  }

  @Test func `waiting ends at the limit`() {
    let start = ContinuousClock.now
    #expect(waited(within: .milliseconds(60), until: { false }) == nil)
    #expect(ContinuousClock.now - start >= .milliseconds(60))
    #expect(waited(until: { true }) != nil)
  }
}
