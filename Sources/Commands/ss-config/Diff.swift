// `ss-config diff`: what differs between two cluster.pb, for people and as lines.

internal import ArgumentParser
internal import Config
internal import ConfigText
internal import Lines
internal import Loop
internal import Options

struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Tell what differs between two cluster.pb; exit 4 if anything does.")

  @Flag(help: "As lines.")
  var json = false

  @OptionGroup var form: FormOption

  @Argument(help: "The one file, in text or binary form.")
  var old: String

  @Argument(help: "The other file.")
  var new: String

  func run() throws {
    let input = try Input([old, new], form: form)
    let trees = try input.trees()
    let differences = Difference.between(trees[0], trees[1])
    var text: [UInt8] = []
    for difference in differences {
      if json { difference.line.write(into: &text) } else { text += (difference.sentence + "\n").utf8 }
    }
    try StandardStreams.print(text)
    throw Ending(differences.isEmpty ? .success : .differs)
  }
}

extension Input {
  /// The trees of files that are all cluster.pb; what cannot be read of one is told, and ends the command.
  func trees() throws -> [Message] {
    var trees: [Message] = []
    var findings = Findings()
    for (index, source) in sources.enumerated() {
      guard !source.isSettings else { throw ValidationError("\(source.name) is a seesaw.cfg, not a cluster.pb") }
      for problem in source.problems(index) { findings.add(problem) }
      var reader = TextReader(source.bytes, source: index)
      let tree = reader.read(.cluster)
      for problem in tree.allFaults { findings.add(problem) }
      trees.append(tree)
    }
    for problem in findings.sorted {
      let word = problem.severity == .warning ? "warning: " : ""
      StandardStreams.complain("ss-config", "\(sources.place(problem.position) ?? names): \(word)\(problem.text)")
    }
    guard findings.errors == 0 else { throw Ending(.objectFailed) }
    return trees
  }
}

extension Difference {
  private static let hidden = "(secret)"

  /// A value as it is written in the text, but a string as it is.
  private func text(_ field: Field?, quoted: Bool) -> String? {
    guard let field, !isObject else { return nil }
    if isSecret { return Self.hidden }
    if !quoted, case .text(let text) = field.value { return text }
    return String(decoding: TextWriter.value(field.value, type.rule(field.name)), as: UTF8.self)
  }

  /// `~ vserver "web" vserver_entry "80/TCP" scheduler: WLC -> RR`.
  var sentence: String {
    let sign = change == .added ? "+" : change == .removed ? "-" : "~"
    var words = [sign]
    words += object.map { step in step.field.rawValue + (step.key.map { " \"\($0)\"" } ?? "") }
    if isObject, object.last?.field != field { words.append(field.rawValue) }
    guard !isObject else { return words.joined(separator: " ") }
    let before = text(before, quoted: true)
    let after = text(after, quoted: true)
    let isList = type.rule(field)?.label == .repeated
    let values = isList ? before ?? after ?? "" : "\(before ?? "unset") -> \(after ?? "unset")"
    if !isList { words[0] = "~" }
    return (words + ["\(field): \(values)"]).joined(separator: " ")
  }

  private var words: [String] {
    let words = object.flatMap { [$0.field.rawValue] + ($0.key.map { [$0] } ?? []) }
    return isObject && object.last?.field != field ? words + [field.rawValue] : words
  }

  fileprivate var line: Line {
    var members = [
      JSONMember("object", .array(words.map { .string($0) })), JSONMember("change", .string(change.rawValue)),
    ]
    if !isObject { members.append(JSONMember("field", .string(field.rawValue))) }
    if let before = text(before, quoted: false) { members.append(JSONMember("before", .string(before))) }
    if let after = text(after, quoted: false) { members.append(JSONMember("after", .string(after))) }
    return Line("config.difference", members)
  }
}
