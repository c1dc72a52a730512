// What an importer found: the text that it made, and all that could not be carried over, each with its place in the
// files that were read. Nothing is left out silently: whatever has no equivalent is a problem here.

package import Lines

/// A byte's place in a source: which of the files, line and column from 1. A column is a character of UTF-8, as editors
/// count; a tab is one.
package struct Place: Hashable, Comparable, Sendable {
  package var file: Int
  package var line: Int
  package var column: Int

  package init(file: Int = 0, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  package static func < (a: Place, b: Place) -> Bool {
    (a.file, a.line, a.column) < (b.file, b.line, b.column)
  }
}

/// Something that was not carried over as it stands.
package struct ImportProblem: Hashable, Sendable {
  package enum Severity: String, Sendable {
    /// Something of the source is missing from the result.
    case error
    /// All is there, but it was hardly meant so, or is not quite the same.
    case warning
  }

  package let severity: Severity
  package let place: Place
  /// What was wrong, and what was done instead.
  package let sentence: String
  /// The other half: the first of two duplicates.
  package let also: Place?
}

/// The result of an import.
package struct Imported: Sendable {
  /// The names of the files, as places count them.
  package internal(set) var files: [String] = []
  /// cluster.pb; nil where the source fell apart, so that nobody can tell what is missing from it.
  package internal(set) var text: [UInt8]?
  package internal(set) var problems: [ImportProblem] = []

  package var isComplete: Bool { text != nil && !problems.contains { $0.severity == .error } }

  /// `FILE:LINE:COLUMN: error: sentence`.
  package func sentence(_ problem: ImportProblem) -> String {
    "\(name(problem.place)): \(problem.severity.rawValue): \(reason(problem))"
  }

  package func line(_ problem: ImportProblem) -> Line {
    var members = [
      JSONMember("from", .string("ss-config")), JSONMember("reason", .string(reason(problem))),
      JSONMember("line", .int(Int64(problem.place.line))), JSONMember("file", .string(file(problem.place))),
      JSONMember("column", .int(Int64(problem.place.column))),
    ]
    if problem.severity == .warning { members.append(JSONMember("severity", .string("warning"))) }
    return Line("error", members)
  }

  private func reason(_ problem: ImportProblem) -> String {
    problem.sentence + (problem.also.map { " (see \(name($0)))" } ?? "")
  }

  private func file(_ place: Place) -> String { files.indices.contains(place.file) ? files[place.file] : "-" }
  func name(_ place: Place) -> String { "\(file(place)):\(place.line):\(place.column)" }
}

/// Problems as they are found.
struct ImportFindings: Sendable {
  private(set) var problems: [ImportProblem] = []
  /// The text cannot be divided any more, or part of it could not be read.
  private(set) var isRefused = false

  mutating func error(_ place: Place, _ sentence: String, also: Place? = nil) {
    problems.append(ImportProblem(severity: .error, place: place, sentence: sentence, also: also))
  }

  mutating func warn(_ place: Place, _ sentence: String, also: Place? = nil) {
    problems.append(ImportProblem(severity: .warning, place: place, sentence: sentence, also: also))
  }

  /// An error that makes the whole of no use.
  mutating func refuse(_ place: Place, _ sentence: String) {
    isRefused = true
    error(place, sentence + "; nothing is imported")
  }

  /// Each once, in the order of the files.
  var sorted: [ImportProblem] {
    var seen = Set<ImportProblem>()
    return problems.enumerated()
      .sorted { ($0.element.place, $0.offset) < ($1.element.place, $1.offset) }
      .map(\.element).filter { seen.insert($0).inserted }
  }
}
