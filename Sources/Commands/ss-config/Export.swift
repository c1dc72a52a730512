// `ss-config export`: what the kernel's table would be if every backend were healthy. The engine itself says it, told
// of every check that it succeeds, in a time of its own.

internal import ArgumentParser
internal import Config
internal import ConfigText
internal import Engine
internal import Import
internal import Lines
internal import Loop
internal import Options
internal import Values

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a configuration as another program reads it.",
    subcommands: [ExportIPVSAdm.self])
}

struct ExportIPVSAdm: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ipvsadm", abstract: "The kernel's table with every backend healthy, for ipvsadm --restore.")

  @Flag(help: "For a single node: no peer is expected.")
  var standalone = false

  @OptionGroup var form: FormOption

  @Argument(help: "Files to read, as for writing; - or none: standard input.")
  var files: [String] = []

  func run() throws {
    let input = try Input(files.isEmpty ? ["-"] : files, form: form)
    let generation = Generation(input, standalone: standalone)
    for problem in generation.problems {
      let word = problem.severity == .warning ? "warning: " : ""
      let place = input.sources.place(problem.position).map { "\($0): " } ?? ""
      StandardStreams.complain("ss-config", place + word + input.sentence(problem))
    }
    guard let lines = generation.lines else { throw Ending(.objectFailed) }
    var rehearsal = Rehearsal()
    let table = rehearsal.table(of: lines)
    try StandardStreams.print(IPVSAdm.text(of: table))
    let isComplete = !generation.problems.contains { $0.severity == .error } && rehearsal.complaints.isEmpty
    for complaint in rehearsal.complaints { StandardStreams.complain("ss-config", complaint) }
    throw Ending(isComplete ? .success : .objectFailed)
  }
}

/// An engine that is told a configuration and that all is well.
private struct Rehearsal {
  private var driver = FilterDriver(
    command: "ss-engine", core: Engine(settings: Engine.Settings()), start: "export", epoch: 0, passes: false)
  private var now = Instant(nanoseconds: 0)
  private var number = 0
  private var desired = Fold()
  private(set) var complaints: [String] = []

  /// Waiting times of the engine, such as slow starts, are over by then.
  private static let end = Instant(nanoseconds: 0) + .seconds(7 * 86_400)
  /// Of timers; an engine that never comes to rest is no reason to.
  private static let limit = 100_000

  mutating func table(of lines: [Line]) -> [Line] {
    driver.begin(memory: [], at: now)
    tell("ss-config", lines)
    let since = "1970-01-01T00:00:00Z"
    let checks = lines.filter { $0.type == "check" }.compactMap(\.key).map { key in
      CheckState(key: key, isHealthy: true, reasonClass: "ok", reason: "taken as healthy", since: since).line
    }
    tell("ss-check", checks)
    for _ in 0..<Self.limit {
      guard let deadline = driver.deadline, deadline <= Self.end else { break }
      now = max(now, deadline)
      driver.timer(at: now)
      drain()
    }
    return desired.sorted
  }

  /// A complete set of one writer.
  private mutating func tell(_ writer: String, _ lines: [Line]) {
    let from = JSONMember("from", .string(writer))
    let begin = Line("reset", [from, JSONMember("lines", .int(Schema.version))])
    for line in [begin] + lines + [Line("sync", [from, JSONMember("n", "export.1")])] {
      number += 1
      let bytes = Array(line.bytes.dropLast())
      driver.line(bytes.span, number: number, at: now)
    }
    drain()
  }

  private mutating func drain() {
    complaints += driver.takeComplaints()
    while true {
      let piece = Array(driver.queue.next(limit: 1 << 20))
      if piece.isEmpty { return }
      driver.queue.wrote(piece.count)
      for text in piece.split(separator: UInt8(ascii: "\n")) {
        guard let line = try? Line(parsing: Array(text).span), line.type.hasPrefix("ipvs.") else { continue }
        _ = desired.take(line)
      }
    }
  }
}
