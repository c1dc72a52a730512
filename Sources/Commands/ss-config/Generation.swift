// One reading of all files: what they mean together, or why they mean nothing. Files whose text falls apart, as one
// that is half written does, make no configuration at all, because nobody can tell what is missing from them; nor do
// those that leave it uncertain where VIPs are held.

internal import Config
internal import ConfigText
internal import Lines
internal import Loop
internal import Options

/// The files as they were read.
struct Input {
  let sources: [SourceText]

  init(_ sources: [SourceText]) { self.sources = sources }

  init(_ paths: [String], form: FormOption = FormOption()) throws(Ending) {
    var sources: [SourceText] = []
    for path in paths {
      do throws(SystemError) {
        let bytes = try Files.read(path, limit: TextReader.sizeLimit)
        sources.append(form.source(path, bytes))
      } catch {
        StandardStreams.complain("ss-config", "\(error)")
        throw Ending(.environment)
      }
    }
    self.sources = sources
  }

  /// For what concerns no place in particular.
  var names: String { sources.map(\.name).joined(separator: ",") }

  /// The sentence, with the place of the other half.
  func sentence(_ problem: Problem) -> String {
    problem.text + (sources.place(problem.also).map { " (see \($0))" } ?? "")
  }
}

struct Generation {
  /// In the order of the text.
  let problems: [Problem]
  /// Nil if no part can be used.
  let lines: [Line]?
  /// What the files mean; nil without a cluster.pb.
  let cluster: Cluster?

  /// Why no part can be used: the first reason.
  var obstacle: Problem? { problems.first { $0.kind == .malformed || $0.leavesNothing } }

  /// Whether anything was left out.
  var hasErrors: Bool { problems.contains { $0.severity == .error } }

  /// Without the sources of these numbers.
  init(_ input: Input, standalone: Bool, without left: Set<Int> = []) {
    var findings = Findings()
    var isMalformed = false
    var entries: [SettingEntry] = []
    var tree: Message?
    for (index, source) in input.sources.enumerated() where !left.contains(index) {
      if source.isSettings {
        let reader = SettingsReader(source.bytes, source: index)
        isMalformed = isMalformed || reader.isMalformed
        for fault in reader.faults { findings.add(fault) }
        entries += reader.settings
      } else {
        var reader = TextReader(source.bytes, source: index)
        let message = reader.read(.cluster)
        isMalformed = isMalformed || reader.isMalformed || source.notes.contains(where: \.isDamage)
        for problem in source.problems(index) { findings.add(problem) }
        tree?.merge(message)
        tree = tree ?? message
      }
    }
    let hasSettings = input.sources.indices.contains { input.sources[$0].isSettings && !left.contains($0) }
    let settings = hasSettings ? Settings(entries, findings: &findings) : Settings()
    guard var tree else {
      problems = findings.sorted
      lines = nil
      cluster = nil
      return
    }
    tree.noteMissing()
    let reading = Reading(tree, settings: settings, standalone: standalone)
    for problem in reading.findings.problems { findings.add(problem) }
    let statement = Statement(reading.cluster, findings: &findings)
    cluster = reading.cluster
    problems = findings.sorted
    lines = isMalformed || findings.leavesNothing ? nil : statement.lines
  }
}
