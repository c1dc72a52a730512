// One filter between two pipes, as a process: what it does about its streams, signals, time, memory and recordings.

import Glibc
import Lines
import Loop
import Support
import Testing

@Suite struct FilterTests {
  static let reset = #"{"type":"reset","from":"test-filter","lines":1}"#
  static func check(_ key: String) -> String {
    #"{"type":"check","key":"\#(key)","kind":"tcp","address":"192.0.2.1","interval_ms":1000,"timeout_ms":1}"#
  }
  static let other = #"{ "type":"ipvs.stats","key":"a" , "x": 1.50}"#

  static func filter(_ arguments: [String] = [], errors: Stream = .pipe) throws -> Child {
    try Child("test-filter", arguments, errors: errors)
  }

  /// A running filter that has written its first line.
  static func started(_ arguments: [String] = []) throws -> Child {
    let child = try filter(arguments)
    #expect(child.line() == reset)
    return child
  }

  // MARK: Readers and writers

  @Test func `a reader that has gone ends an idle filter at once`() throws {
    let child = try Self.started()
    let start = ContinuousClock.now
    child.closeOutput()
    #expect(child.wait(within: .seconds(5)) == .exited(0))
    // 10 ms are promised; ten times that on a machine that does other things.
    #expect(ContinuousClock.now - start < .milliseconds(100))
  }

  @Test func `the end of input ends it once all is written`() throws {
    let outcome = try run("test-filter", input: Self.other + "\n" + Self.check("a") + "\n")
    #expect(outcome.status == 0)
    #expect(outcome.lines.prefix(3) == [Self.reset, Self.other, Self.check("a")])
    #expect(outcome.lines.count == 5)
    #expect(outcome.errorText.isEmpty)
  }

  @Test func `what is not a whole line at the end is told`() throws {
    let outcome = try run("test-filter", input: Self.other)
    #expect(outcome.lines.contains { $0.contains("the input ends within a line") })
    #expect(outcome.errorText == "test-filter: line 1: the input ends within a line, 44 bytes left out\n")
  }

  @Test func `files go through it whole`() throws {
    let folder = try TemporaryFolder()
    let lines = (0..<20_000).map { #"{"type":"ipvs.stats","key":"\#($0)"}"# + "\n" }.joined()
    let input = folder.file("in", lines)
    let script = "\(try Places.program("test-filter")) <\(input) >\(folder.path)/out"
    #expect(try run("sh", ["-c", script]).status == 0)
    #expect(text(of: "\(folder.path)/out") == Self.reset + "\n" + lines)
  }

  @Test func `with own it passes nothing`() throws {
    let outcome = try run("test-filter", ["--own"], input: Self.other + "\n" + Self.check("a") + "\n")
    #expect(outcome.lines.compactMap { try? Line(parsing: $0).type } == ["reset", "check.state", "sync"])
  }

  @Test func `lines of every size and shape pass byte for byte, what is no line is told`() throws {
    let long = #"{"type":"x.long","a":""# + String(repeating: "é", count: 500_000) + #""}"#
    let tooLong = #"{"type":"x.long","a":""# + String(repeating: "é", count: 600_000) + #""}"#
    let good = [Self.other, long, #"{"type":"y","\u0061":"\ud83d\ude00" }"#, "\t" + Self.other + " \r"]
    let outcome = try run("test-filter", input: (good + [tooLong, "{", ""]).joined(separator: "\n") + "\n")
    // By bytes: a carriage return and a newline are one character.
    let lines = outcome.output.split(separator: 0x0a).map { String(decoding: $0, as: UTF8.self) }
    let isRight = lines.filter { !$0.contains("\"test-filter\"") } == good
    #expect(isRight)
    #expect(outcome.errorText.split(separator: "\n").count == 2)
  }

  @Test func `the standard streams stay as they were given`() throws {
    let child = try Self.started(["--states", "50000"])
    child.send(Self.other + "\n")
    for descriptor in 0...2 {
      let text = Support.text(of: "/proc/\(child.pid)/fdinfo/\(descriptor)") ?? ""
      let flags = text.split(separator: "\n").first { $0.hasPrefix("flags:") }?.split(separator: "\t").last
      let value = try #require(flags.flatMap { Int32($0, radix: 8) })
      #expect(value & O_NONBLOCK == 0)
    }
  }

  @Test func `input that has ended and is not wanted costs nothing`() throws {
    let child = try Self.filter()
    // More than it takes while nobody reads, then the end.
    var sent = 0
    while sent < 40, child.send(String(repeating: Self.other + "\n", count: 500), within: .milliseconds(300)) {
      sent += 1
    }
    #expect((2..<40).contains(sent))
    child.closeInput()
    pause(.milliseconds(100))
    let before = try Self.processorTime(of: child.pid)
    pause(.milliseconds(500))
    #expect(try Self.processorTime(of: child.pid) - before <= 5)
    #expect(child.ended() == nil)
    child.closeOutput()
    #expect(child.wait() == .exited(0))
  }

  /// In hundredths of a second.
  private static func processorTime(of process: pid_t) throws -> Int {
    let status = try #require(text(of: "/proc/\(process)/stat"))
    let fields = status.split(separator: ")").last?.split(separator: " ") ?? []
    return (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0)
  }

  @Test func `a standard error that nobody reads stops nothing`() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/input"
    write(String(repeating: "nonsense\n", count: 20_000) + Self.other + "\n", to: file)
    let filter = try Places.program("test-filter")
    let child = try Child("sh", ["-c", "exec '\(filter)' <'\(file)'"], input: .null)
    var lines: [String] = []
    while let line = child.line(within: .seconds(10)) { lines.append(line) }
    #expect(lines.last == Self.other)
    #expect(lines.contains { $0.contains("20000") && $0.contains("not a line") })
  }

  // MARK: Time and signals

  @Test func `deadlines are kept while nobody reads its output`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/ticks"
    let child = try Self.filter(["--states", "10000", "--tick-ms", "10", "--ticks", path])
    pause(.milliseconds(2_500))
    #expect(child.ended() == nil)
    child.closeOutput()
    child.wait()
    let late = (Support.text(of: path) ?? "").split(separator: "\n").compactMap { Int($0) }.sorted()
    // 250 are due but for the time that the start takes, the half of them in time on a machine that does other things.
    #expect(late.count > 150)
    let median = try #require(late.isEmpty ? nil : late[late.count / 2])
    #expect(median < 5_000)
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func `a filter goes on after a signal until its input ends`(signal: Int32) throws {
    let child = try Self.started()
    child.signal(signal)
    pause(.milliseconds(300))
    #expect(child.ended() == nil)
    child.send(Self.other + "\n")
    #expect(child.line() == Self.other)
    child.closeInput()
    let start = ContinuousClock.now
    #expect(child.wait() == .exited(0))
    #expect(ContinuousClock.now - start < .milliseconds(500))
  }

  @Test func `a hang-up ends no filter: where a terminal goes, its input or its reader goes too`() throws {
    let child = try Self.started()
    child.signal(SIGHUP)
    pause(.milliseconds(2_300))
    #expect(child.ended() == nil)
    child.send(Self.other + "\n")
    #expect(child.line() == Self.other)
    child.closeInput()
    #expect(child.wait() == .exited(0))
  }

  @Test func `but no longer than two seconds`() throws {
    let child = try Self.started(["--states", "100000"])
    let start = ContinuousClock.now
    child.signal(SIGTERM)
    #expect(child.wait(within: .seconds(10)) == .exited(0))
    #expect((Duration.milliseconds(1_900)..<Duration.milliseconds(4_000)).contains(ContinuousClock.now - start))
  }

  @Test func `a source ends at a signal at once`() throws {
    let child = try Child("ss-config", ["--standalone", Places.package + "/etc/cluster.pb"])
    #expect(child.line() == #"{"type":"reset","from":"ss-config","lines":1}"#)
    let start = ContinuousClock.now
    child.signal(SIGTERM)
    #expect(child.wait() == .exited(0))
    #expect(ContinuousClock.now - start < .milliseconds(300))
  }

  // MARK: Files

  @Test func `the memory is said again after a restart, even one by force`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/memory"
    let child = try Self.started(["--own", "--memory", path])
    child.send(Self.check("b") + "\n" + Self.check("a") + "\n")
    let saved = try #require(eventually { Support.text(of: path).flatMap { $0.contains("\"b\"") ? $0 : nil } })
    child.signal(SIGKILL)
    child.wait()
    #expect(
      saved.split(separator: "\n").map { $0.prefix(32) }
        == [
          #"{"type":"check.state","key":"a",""#, #"{"type":"check.state","key":"b",""#,
        ].map { $0.prefix(32) })

    let outcome = try run(
      "test-filter", ["--own", "--memory", path], input: #"{"type":"check","key":"a","deleted":true}"# + "\n")
    let said = outcome.lines.filter { $0.contains("check.state") }
    #expect(said.count == 3)
    #expect(said.first.map { saved.contains($0) } == true)
    #expect(said.last == #"{"type":"check.state","key":"a","deleted":true}"#)
    #expect(text(of: path)?.split(separator: "\n").count == 1)
  }

  @Test func `a memory that cannot be used is told and taken as empty`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("memory", #"{"type":"check.state","key":"a"}"# + "\nnonsense\n")
    let outcome = try run("test-filter", ["--memory", path])
    #expect(outcome.errorText == "test-filter: \(path): 2 lines could not be used and were left out\n")
    #expect(outcome.lines == [Self.reset])
    let folderAsFile = try run("test-filter", ["--memory", folder.path])
    #expect(folderAsFile.status == 0)
    #expect(folderAsFile.errorText.contains("the memory is taken as empty"))
  }

  @Test func `a memory that is cut off within a line is told`() throws {
    let folder = try TemporaryFolder()
    let line = #"{"type":"check.state","key":"a","healthy":true,"since":"2026-01-02T03:04:05Z"}"#
    let path = folder.file("memory", line + "\n" + line.prefix(40))
    let outcome = try run("test-filter", ["--own", "--memory", path])
    #expect(outcome.errorText == "test-filter: \(path): 1 lines could not be used and were left out\n")
    #expect(outcome.lines.dropFirst().first == line)
  }

  @Test func `a memory that could not be saved is told once, and tried again until it is`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/missing/memory"
    var (file, _, _) = MemoryFile.open(path)
    var fold = Fold()
    _ = fold.take(Line("check.state", key: "a"))
    let complaints = [1, 2].map { _ in file.save(fold, version: 1) }
    #expect(complaints.first??.contains("No such file or directory") == true)
    #expect(complaints.last == .some(nil))
    #expect(file.deadline(1) != nil)
    #expect(unsafe mkdir(folder.path + "/missing", 0o700) == 0)
    let last = file.save(fold, version: 1)
    #expect(last == nil)
    #expect(file.deadline(1) == nil)
    #expect(text(of: path) == #"{"type":"check.state","key":"a"}"# + "\n")
  }

  @Test func `a recording comes to the bytes that its reader saw, however slow it was`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/recording"
    let child = try Self.filter(["--states", "2000", "--tick-ms", "7", "--record", path])
    var input = "\u{7f}nonsense\n"
    for number in 0..<3_000 {
      input += Self.check("k\(number % 50)") + "\n" + Self.other + "\n"
      if number % 3 == 0 { input += #"{"type":"vrrp.state","key":"i","state":"master","n":\#(number)}"# + "\n" }
      if number % 100 == 0 { input += #"{"type":"sync","from":"ss-config","n":"c.\#(number)"}"# + "\n" }
    }
    // It says all of it while the pipe is full, so that much is replaced in place.
    let half = input.prefix(150_000)
    child.send(String(half), within: .seconds(2))
    pause(.milliseconds(100))
    let (output, _) = child.exchange(String(input.dropFirst(half.count)), within: .seconds(20))
    #expect(child.wait() == .exited(0))
    let replayed = try run("test-filter", ["replay", path])
    #expect(replayed.status == 0)
    #expect(replayed.output == output)
    #expect(output.count > 100_000)
    // Only the own lines, of which those of one piece of input still replace each other.
    let own = try run("test-filter", ["replay", "--own", path])
    #expect(own.lines.allSatisfy { !$0.contains("ipvs.stats") && !$0.contains("vrrp.state") })
    #expect((2_050...5_000).contains(own.lines.count { $0.contains("check.state") }))
  }

  @Test func `one process has the lock, and a killed one has it no more`() throws {
    let folder = try TemporaryFolder()
    let place = ["SEESAW_RUN": folder.path + "/run"]
    let first = try Child("test-filter", ["--lock"], environment: place)
    #expect(first.line() == Self.reset)
    let second = try run("test-filter", ["--lock"], environment: place)
    #expect(second.status == 3)
    #expect(second.errorText == "test-filter: another holds the lock\n")
    var status = stat()
    #expect(unsafe stat(folder.path + "/run", &status) == 0 && status.st_mode & 0o777 == 0o750)
    first.signal(SIGKILL)
    first.wait()
    #expect(try run("test-filter", ["--lock"], environment: place).status == 0)
  }

  // MARK: The process

  @Test func `capabilities are dropped and descriptors are as many as allowed`() throws {
    let child = try Self.started()
    let status = try #require(text(of: "/proc/\(child.pid)/status"))
    for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] { #expect(status.contains("\(set):\t0000000000000000")) }
    #expect(status.contains("NoNewPrivs:\t1"))
    let limits = try #require(text(of: "/proc/\(child.pid)/limits"))
    let files = limits.split(separator: "\n").first { $0.hasPrefix("Max open files") }?.split(separator: " ")
    #expect(files?[3] == files?[4])
  }

  @Test(
    arguments: [
      (["--version"], 0, "0.1.0\n", ""),
      (["--nonsense"], 2, "", "test-filter: Unknown option '--nonsense'\ntest-filter: see test-filter --help\n"),
      (["replay", "/nowhere/file"], 3, "", "test-filter: open /nowhere/file: No such file or directory\n"),
      (["--record", "/nowhere/file"], 3, "", "test-filter: open /nowhere/file: No such file or directory\n"),
    ] as [([String], Int32, String, String)])
  func `it ends with the status of the contract and a sentence`(
    arguments: [String], status: Int32, output: String, errors: String
  ) throws {
    let outcome = try run("test-filter", arguments)
    #expect(outcome.status == status)
    #expect(outcome.text == output)
    #expect(outcome.errorText == errors)
  }
}
