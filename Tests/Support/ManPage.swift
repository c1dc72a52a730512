// A man page as tests read it: its examples as shell text, and the options that it names. Only what our pages use of
// mdoc(7) is understood, and an escape that is not known is an error, so that no example is run other than it is
// printed.

import Glibc

package struct ManPage: Sendable {
  /// Such as `ss-check`.
  package let name: String
  package let path: String
  /// The text of each literal display of EXAMPLES.
  package let examples: [String]
  /// `--own`, `-v`: what `.Fl` names.
  package let options: Set<String>
  /// What `.Cm` names.
  package let words: Set<String>
  /// Escapes in examples that this reader does not know.
  package let unknownEscapes: [String]

  /// All pages of `man/`.
  package static let all: [ManPage] = names(in: Places.package + "/man").compactMap { ManPage($0) }

  /// Commands whose examples want IPVS or interfaces of their own: run by KernelTests, the others by CommandTests.
  package static let ofKernel: Set<String> = ["ss-ipvs", "ss-link", "ss-lb"]

  init?(_ file: String) {
    path = Places.package + "/man/" + file
    guard let dot = file.lastIndex(of: "."), let source = text(of: path) else { return nil }
    name = String(file[..<dot])
    var section = ""
    var display: [String]?
    var (examples, options, words, unknown): ([String], Set<String>, Set<String>, [String]) = ([], [], [], [])
    for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix(".Ed"), let lines = display {
        examples.append(lines.joined(separator: "\n") + "\n")
        display = nil
      } else if display != nil {
        let (text, bad) = ManPage.unescaped(line)
        display?.append(text)
        unknown += bad
      } else if line.hasPrefix(".Sh ") {
        section = String(line.dropFirst(4))
      } else if line.hasPrefix(".Bd -literal"), section == "EXAMPLES" {
        display = []
      } else if line.hasPrefix("."), !line.hasPrefix(".\\\"") {
        ManPage.read(line, &options, &words)
      }
    }
    (self.examples, self.options, self.words, unknownEscapes) = (examples, options, words, unknown)
  }

  /// The arguments of `Fl` and `Cm` in a line of macros.
  private static func read(_ line: Substring, _ options: inout Set<String>, _ words: inout Set<String>) {
    let parts = line.dropFirst().split(separator: " ")
    for (macro, argument) in zip(parts, parts.dropFirst()) {
      if macro == "Fl", argument.contains(where: \.isLetter) { options.insert("-" + argument) }
      if macro == "Cm" { words.insert(String(argument)) }
    }
  }

  /// Escapes of mandoc_char(7).
  private static func unescaped(_ line: Substring) -> (String, unknown: [String]) {
    var (text, unknown) = ("", [String]())
    var rest = line
    while let character = rest.popFirst() {
      guard character == "\\" else {
        text.append(character)
        continue
      }
      switch rest.popFirst() {
      case "e": text += "\\"
      case "-": text += "-"
      case "&": break
      case "(":
        let name = String(rest.prefix(2))
        rest = rest.dropFirst(2)
        let known = ["aq": "'", "dq": "\"", "ga": "`", "ti": "~", "ha": "^", "rs": "\\"]
        if let character = known[name] { text += character } else { unknown.append("\\(" + name) }
      case let other: unknown.append("\\" + (other.map { String($0) } ?? ""))
      }
    }
    return (text, unknown)
  }
}

/// What a shell that was given an example printed, and what it complained of.
package struct Example: Sendable {
  package let text: String
  package let output: [UInt8]
  package let errors: String
  package let ending: Ending

  /// Runs it with the built commands and scripts in PATH, in a folder with a cluster.pb and a seesaw.cfg. One that does
  /// not end by itself is ended some time after its first line.
  package init(_ text: String, in folder: TemporaryFolder, of namespace: Namespace? = nil) throws {
    self.text = text
    let path = "\(Places.built):\(Places.package)/bin-scripts:\(variable("PATH") ?? ""):/usr/sbin:/sbin:/usr/bin:/bin"
    let environment = ["PATH": path, "SEESAW_RUN": folder.path + "/run"]
    let words = namespace.map { ["ip", "netns", "exec", $0.name, "sh"] } ?? ["sh"]
    let child = try Child(
      words[0], Array(words.dropFirst()) + ["-c", "cd '\(folder.path)' || exit; " + text], environment: environment,
      input: .null)
    _ = ready(child.output, Int32(POLLIN), until: .now + .seconds(60))
    let (output, errors) = child.exchange(within: .seconds(20))
    ending = child.wait(within: .milliseconds(200))
    (self.output, self.errors) = (output, String(decoding: errors, as: UTF8.self))
  }

  /// A folder as the examples want it.
  package static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in ["cluster.pb", "seesaw.cfg"] {
      folder.file(name, Support.text(of: Places.package + "/etc/" + name) ?? "")
    }
    try must("mkdir", [folder.path + "/run"])
    return folder
  }

  /// Why it is not as a reader may expect; nil if it is.
  package var fault: String? {
    if output.isEmpty { return "prints nothing (\(ending))\n\(text)\(errors)" }
    if case .exited(let status) = ending, status != 0 { return "ends with status \(status)\n\(text)\(errors)" }
    return nil
  }
}
