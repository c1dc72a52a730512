// ss-config as it stays: files that change, what it keeps on disk, the guard, trials, the archive, and kills.

import Glibc
import Lines
import Support
import Testing

/// A running ss-config with its files in a folder of its own.
private final class Session {
  let folder: TemporaryFolder
  private(set) var child: Child

  static let head = """
    seesaw_vip: < fqdn: "vip." ipv4: "192.0.2.1/24" status: PRODUCTION >
    node: < fqdn: "n1." ipv4: "192.0.2.2/24" status: PRODUCTION >

    """

  /// As many vservers with a backend each.
  static func cluster(_ count: Int) -> String {
    head
      + (0..<count).map { number in
        """
        vserver: < name: "v\(number)" rp: "r" entry_address: < fqdn: "v\(number)." ipv4: "192.0.2.\(number + 10)/24" >
          vserver_entry: < protocol: TCP port: 80 healthcheck: < type: TCP > >
          backend: < host: < fqdn: "b." ipv4: "192.0.2.200/24" > > >

        """
      }.joined()
  }

  init(_ count: Int, _ arguments: [String] = ["--interval-ms", "60000"]) throws {
    folder = try TemporaryFolder()
    folder.file("cluster.pb", Self.cluster(count))
    child = try Self.start(folder, arguments)
  }

  private static func start(_ folder: TemporaryFolder, _ arguments: [String]) throws -> Child {
    try Child("ss-config", ["--standalone", "--state", "state", "cluster.pb"] + arguments, folder: folder.path)
  }

  func restart(_ arguments: [String] = ["--interval-ms", "60000"]) throws {
    child.signal(SIGKILL)
    child.wait()
    child = try Self.start(folder, arguments)
  }

  /// Renames `new` over the file.
  func replace() { #expect(unsafe rename(folder.path + "/new", folder.path + "/cluster.pb") == 0) }

  func removeFile() { #expect(unsafe unlink(folder.path + "/cluster.pb") == 0) }

  func tool(_ arguments: String...) throws -> Outcome {
    try run("ss-config", arguments + ["--state", "state"], folder: folder.path)
  }

  /// The number of vservers in the next set.
  func nextSet() -> Int? {
    guard child.line(where: { $0.hasPrefix(#"{"type":"reset""#) }) != nil else { return nil }
    var count = 0
    while let line = child.line() {
      if line.hasPrefix(#"{"type":"config.vserver""#) { count += 1 }
      if line.hasPrefix(#"{"type":"sync""#) { return count }
    }
    return nil
  }

  func next(_ type: String) -> Line? {
    child.line { $0.hasPrefix("{\"type\":\"\(type)\"") }.flatMap { try? Line(parsing: $0) }
  }

  /// What it says is in use, once it says so.
  func source(where matches: (Line) -> Bool) -> Line? {
    while let line = next("config.source") { if matches(line) { return line } }
    return nil
  }
}

@Suite struct KeepingTests {
  @Test func `a file that is changed in place, or renamed over, is a new set`() throws {
    let session = try Session(2)
    #expect(session.nextSet() == 2)
    write(Session.cluster(3), to: session.folder.path + "/cluster.pb")
    #expect(session.nextSet() == 3)
    write(Session.cluster(4), to: session.folder.path + "/new")
    session.replace()
    #expect(session.nextSet() == 4)
  }

  @Test func `the last of many writes counts`() throws {
    let session = try Session(1)
    #expect(session.nextSet() == 1)
    for count in 2...40 { write(Session.cluster(count), to: session.folder.path + "/cluster.pb") }
    var last: Int?
    while last != 40, let count = session.nextSet() { last = count }
    #expect(last == 40)
  }

  @Test func `a file that is missing or falls apart keeps the old generation and is told`() throws {
    let session = try Session(2)
    #expect(session.nextSet() == 2)
    write(String(Session.cluster(3).dropLast(20)), to: session.folder.path + "/cluster.pb")
    let fault = session.next("error")
    #expect(fault?["file"] == "cluster.pb")
    #expect(fault?["reason"]?.string?.contains("is not closed before the end of the file") == true)
    let refused = #""reason":"nothing is written, because of cluster.pb:"#
    #expect(session.child.line { $0.contains(refused) } != nil)
    session.removeFile()
    let missing = session.next("error")
    #expect(missing?["reason"] == "open cluster.pb: No such file or directory")
    #expect(missing?["file"] == "cluster.pb")
    #expect(session.source { $0["failing"] != nil }?["source"] == "files")
    write(Session.cluster(4), to: session.folder.path + "/cluster.pb")
    #expect(session.nextSet() == 4)
  }

  @Test func `SIGHUP reads again, and so does time`() throws {
    let session = try Session(1, ["--interval-ms", "100"])
    #expect(session.nextSet() == 1)
    session.child.signal(SIGHUP)
    pause(.milliseconds(300))
    #expect(session.child.ended() == nil)
  }

  @Test func `what is wrong at a restart leaves the last good configuration`() throws {
    let session = try Session(3)
    #expect(session.nextSet() == 3)
    write(String(Session.cluster(3).dropLast(9)), to: session.folder.path + "/cluster.pb")
    try session.restart()
    #expect(session.nextSet() == 3)
    session.removeFile()
    try session.restart()
    #expect(session.nextSet() == 3)
  }

  @Test func `a second one does not take the folder`() throws {
    let session = try Session(1)
    #expect(session.nextSet() == 1)
    let outcome = try run(
      "ss-config", ["--standalone", "--state", "state", "cluster.pb"], folder: session.folder.path)
    #expect(outcome.status == 3)
    #expect(outcome.errorText == "ss-config: another ss-config has state\n")
  }

  @Test func `an include is read, watched, and refuses the whole where it finds nothing`() throws {
    let session = try Session(1)
    #expect(session.nextSet() == 1)
    #expect(try run("mkdir", ["services.d"], folder: session.folder.path).status == 0)
    let parts = Session.cluster(3).components(of: "vserver:")
    session.folder.file("services.d/1.pb", parts[1])
    write(parts[0] + "include: \"services.d/*.pb\"\n", to: session.folder.path + "/cluster.pb")
    #expect(session.nextSet() == 1)
    session.folder.file("services.d/2.pb", parts[2])
    #expect(session.nextSet() == 2)
    #expect(try run("rm", ["services.d/1.pb", "services.d/2.pb"], folder: session.folder.path).status == 0)
    let refused = session.child.line { $0.contains("matches no file") }.flatMap { try? Line(parsing: $0) }
    #expect(refused?["reason"] == #"include "services.d/*.pb" matches no file"#)
    #expect(refused?["file"] == "cluster.pb")
    #expect(refused?["line"] == 3)
  }

  /// CASES A27: an include of many files of which one is half written, or for which no descriptor is left.
  @Test(.enabled(if: Places.installed("prlimit") != nil, "needs util-linux: make deps"))
  func `of forty files one that cannot be read refuses all`() throws {
    let session = try Session(1)
    #expect(session.nextSet() == 1)
    #expect(try run("mkdir", ["services.d"], folder: session.folder.path).status == 0)
    let parts = Session.cluster(41).components(of: "vserver:")
    for index in 1...40 { session.folder.file("services.d/\(index + 10).pb", parts[index]) }
    write(parts[0] + "include: \"services.d/*.pb\"\n", to: session.folder.path + "/cluster.pb")
    #expect(session.nextSet() == 40)
    session.folder.file("services.d/30.pb", String(parts[20].dropLast(8)))
    #expect(session.child.line { $0.contains("nothing is written, because of services.d/30.pb:") } != nil)
    session.folder.file("services.d/30.pb", parts[20])
    let limit = { (count: Int) in try run("prlimit", ["--pid", "\(session.child.pid)", "--nofile=\(count):"]) }
    #expect(try limit(3).status == 0)
    session.folder.file("services.d/30.pb", parts[20] + "\n")
    #expect(session.child.line { $0.contains("Too many open files") && $0.contains(#""type":"error""#) } != nil)
    #expect(try limit(1024).status == 0)
    session.folder.file("services.d/99.pb", parts[41])
    #expect(session.nextSet() == 41, "and nothing was said between")
  }

  // MARK: The guard

  @Test func `a change that removes too much is held, over restarts, until it is confirmed`() throws {
    let session = try Session(20)
    #expect(session.nextSet() == 20)
    write(Session.cluster(10), to: session.folder.path + "/cluster.pb")
    let held = try #require(session.source { $0["held"] != nil })
    #expect(held["held_reason"]?.string?.hasPrefix("it would remove, disable or empty 10 of 20 vservers") == true)
    let id = try #require(held["held"]?.string)
    try session.restart()
    #expect(session.nextSet() == 20)
    #expect(try session.tool("source").text.contains("held: \(id) from files, since "))
    #expect(try session.tool("confirm", "nonsense").status == 1)
    #expect(try session.tool("confirm", id).status == 0)
    #expect(session.nextSet() == 10)
    try session.restart()
    #expect(session.nextSet() == 10)
  }

  @Test func `the share is the operator's`() throws {
    let session = try Session(20, ["--guard-percent", "60"])
    #expect(session.nextSet() == 20)
    write(Session.cluster(10), to: session.folder.path + "/cluster.pb")
    #expect(session.nextSet() == 10)
    #expect(try run("ss-config", ["--guard-percent", "0", "x"]).status == 2)
    #expect(try run("ss-config", ["--interval-ms", "1", "x"]).status == 2)
  }

  // MARK: Applying

  @Test func `what is applied and not confirmed is rolled back`() throws {
    let session = try Session(3)
    #expect(session.nextSet() == 3)
    session.folder.file("new.pb", Session.cluster(4))
    #expect(try session.tool("apply", "--confirm-within", "1s", "--standalone", "new.pb").status == 0)
    #expect(session.nextSet() == 4)
    #expect(session.nextSet() == 3)
    #expect(try session.tool("confirm").status == 1)
  }

  @Test func `what is confirmed stays, and a kill in the middle of a trial ends nothing`() throws {
    let session = try Session(3)
    #expect(session.nextSet() == 3)
    session.folder.file("new.pb", Session.cluster(4))
    #expect(try session.tool("apply", "--confirm-within", "1h", "--standalone", "new.pb").status == 0)
    #expect(session.nextSet() == 4)
    try session.restart()
    #expect(session.nextSet() == 4)
    #expect(try session.tool("source").text.contains("on trial until "))
    #expect(try session.tool("confirm").status == 0)
    try session.restart()
    #expect(session.nextSet() == 4)
    write(Session.cluster(5), to: session.folder.path + "/cluster.pb")
    #expect(session.nextSet() == 5)
  }

  @Test func `what is wrong is not applied`() throws {
    let session = try Session(3)
    #expect(session.nextSet() == 3)
    session.folder.file("new.pb", Session.cluster(4) + "nonsense: 1")
    let outcome = try session.tool("apply", "--standalone", "new.pb")
    #expect(outcome.status == 1)
    #expect(outcome.errorText.contains(#"new.pb:15:1: Cluster has no field "nonsense""#))
    #expect(try session.tool("apply", "--confirm-within", "x", "new.pb").status == 2)
    #expect(try session.tool("apply", "missing.pb").status == 3)
    #expect(names(in: session.folder.path + "/state/requests") == [])
  }

  @Test func `what is asked for while nothing runs is done at the next start`() throws {
    let session = try Session(3)
    #expect(session.nextSet() == 3)
    session.child.signal(SIGTERM)
    session.child.wait()
    session.folder.file("new.pb", Session.cluster(4))
    let outcome = try session.tool("apply", "--standalone", "new.pb")
    #expect(outcome.status == 0)
    #expect(outcome.errorText == "ss-config: no ss-config runs with state: it takes effect when one starts\n")
    try session.restart()
    // The files' own set may come first.
    var last: Int?
    while last != 4, let count = session.nextSet() { last = count }
    #expect(last == 4)
  }

  // MARK: The archive

  @Test func `the archive is listed, shown, compared and restored`() throws {
    let session = try Session(3)
    #expect(session.nextSet() == 3)
    write(Session.cluster(4), to: session.folder.path + "/cluster.pb")
    #expect(session.nextSet() == 4)
    let list = try session.tool("archive", "list").lines
    #expect(list.count == 1)
    let words = list.first?.split(separator: " ").map(String.init) ?? []
    #expect(words.count == 5)
    #expect(words.last?.hasPrefix("cluster.pb.") == true)
    let id = try #require(words.dropFirst().first)
    #expect(try session.tool("archive", "show", id).text == "# cluster.pb\n" + Session.cluster(3))
    let difference = try session.tool("archive", "diff", id)
    #expect(difference.status == 4)
    #expect(difference.lines == [#"+ vserver "v3""#])
    #expect(try session.tool("archive", "diff", "current").status == 0)
    #expect(try session.tool("archive", "show", "nonsense").status == 1)
    #expect(try session.tool("archive", "restore", "--standalone", id).status == 0)
    #expect(session.nextSet() == 3)
    #expect(try session.tool("archive", "list").lines.count == 2)
    #expect(try session.tool("source").text.contains(" from applied, since "))
  }

  // MARK: Kills

  @Test func `killed at any moment of many changes, it starts with one of them, whole`() throws {
    let session = try Session(20)
    #expect(session.nextSet() == 20)
    for round in 0..<15 {
      let count = 20 + round
      write(Session.cluster(count), to: session.folder.path + "/new")
      session.replace()
      // Somewhere between the change and what follows from it: about 100 ms after it.
      pause(.milliseconds(95 + 2 * round))
      session.child.signal(SIGKILL)
      session.child.wait()
      session.removeFile()
      try session.restart()
      let found = try #require(session.nextSet(), "round \(round)")
      #expect(found <= count && found >= 20)
    }
  }
}

extension String {
  /// The text before the first of these words, and each of them with what follows it.
  fileprivate func components(of word: String) -> [String] {
    var parts = split(separator: word, omittingEmptySubsequences: false).map(String.init)
    for index in parts.indices.dropFirst() { parts[index] = word + parts[index] }
    return parts
  }
}
