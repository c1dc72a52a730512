// Several stages joined by pipes: that half a pipeline never stays, and that what is urgent passes what waits.

import Glibc
import Lines
import Support
import Testing

/// Commands joined by pipes, the first one's input and the last one's output held by the test.
private struct Pipeline {
  let stages: [Child]

  init(_ commands: [[String]]) throws {
    var stages: [Child] = []
    for command in commands {
      let input = stages.last.map { Stream.descriptor($0.output) } ?? .pipe
      stages.append(try Child(command[0], Array(command.dropFirst()), input: input, errors: .null))
      if stages.count > 1 { stages[stages.count - 2].closeOutput() }
    }
    self.stages = stages
  }
}

@Suite struct PipelineTests {
  @Test(arguments: 0..<4)
  func `when one stage is killed all others are gone`(killed: Int) throws {
    let pipeline = try Pipeline([
      ["ss-config", "--standalone", Places.package + "/etc/cluster.pb"], ["ss-check"], ["ss-engine"], ["test-filter"],
    ])
    let last = try #require(pipeline.stages.last)
    // All of them run: what the first and the third say has come.
    #expect(last.line { $0.contains(#""type":"sync","from":"ss-config""#) } != nil)
    pipeline.stages[killed].signal(SIGKILL)
    let start = ContinuousClock.now
    for (index, stage) in pipeline.stages.enumerated() where index != killed {
      #expect(stage.wait(within: .seconds(5)) == .exited(0))
    }
    // 100 ms are promised; ten times that on a machine that does other things.
    #expect(ContinuousClock.now - start < .seconds(1))
  }

  @Test func `a hundred thousand own lines wait, and an urgent one passes them and a second stage`() throws {
    let pipeline = try Pipeline([["test-filter", "--states", "100000"], ["test-filter"]])
    let (first, last) = (pipeline.stages[0], pipeline.stages[1])
    let urgent = #"{"type":"vrrp.state","key":"i","state":"master"}"#
    // The pipes and what the second stage passes are full once nothing moves any more.
    pause(.milliseconds(500))
    first.send(urgent + "\n")
    pause(.milliseconds(100))
    let start = ContinuousClock.now
    var before = 0
    while let line = last.line(), line != urgent { before += 1 }
    let took = ContinuousClock.now - start
    // Two pipes, and what each stage had in hand: not the lines that waited.
    #expect(before > 100)
    #expect(before < 10_000)
    #expect(took < .seconds(5))
    var after = 0
    while after < 100_000, let line = last.line(within: .seconds(5)), !line.contains("\"sync\"") { after += 1 }
    #expect(before + after >= 100_000)
  }

  @Test func `a commit waits in a stage that has not acted, and the stages after it see it in order`() throws {
    let outcome = try run(
      "sh",
      ["-c", "\(try Places.program("test-filter")) | \(try Places.program("test-filter")) --own"],
      input: [
        #"{"type":"reset","from":"ss-config"}"#, FilterTests.check("a"),
        #"{"type":"sync","from":"ss-config","n":"c.1"}"#,
      ].map { $0 + "\n" }.joined())
    #expect(outcome.lines.compactMap { try? Line(parsing: $0).type } == ["reset", "check.state", "sync"])
  }
}
