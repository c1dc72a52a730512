// The repository's files, as TidyTests read them: those that are committed, told by their folders, since a copy of the
// sources need not have git.

import Glibc
import Support
import Testing

struct File: CustomTestStringConvertible, Sendable {
  /// From the package's folder.
  let path: String
  let text: String

  var testDescription: String { path }
  var name: String { path.split(separator: "/").last.map(String.init) ?? path }
  var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
}

enum Repository {
  static let all: [File] = {
    var files: [File] = []
    for top in [".ci", "Makefile", "Package.swift", "README.md", "Sources", "Tests", "bin-scripts", "etc", "man"] {
      collect(top, into: &files)
    }
    return files
  }()

  static func files(below folder: String) -> [File] { all.filter { $0.path.hasPrefix(folder + "/") } }

  static let swift = all.filter { $0.path.hasSuffix(".swift") }
  static let sources = swift.filter { $0.path.hasPrefix("Sources/") }
  /// Names of commands.
  static let commands = names(in: Places.package + "/Sources/Commands")

  private static func collect(_ path: String, into files: inout [File]) {
    let full = Places.package + "/" + path
    let within = names(in: full)
    for name in within { collect(path + "/" + name, into: &files) }
    if within.isEmpty, let text = text(of: full) { files.append(File(path: path, text: text)) }
  }
}
