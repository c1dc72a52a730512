// From texts to what a source gives: the generation that they make, as lines and sentences.

internal import Config
internal import ConfigBinary
internal import ConfigKeeping
internal import ConfigText
internal import Lines
internal import Loop
internal import Options
internal import Supply

enum Interpretation {
  /// What is told on standard error at most. Set here: the lines and `check` tell all.
  private static let sentenceLimit = 100

  /// The texts of files and of what they include, read once and whole; ends the command if any cannot be.
  static func parts(of files: [String]) throws -> [Part] {
    let source = FileSource(files, sizeLimit: TextReader.sizeLimit, isSettings: isSettings, includes: includes)
    do throws(FileSource.Failure) {
      return try source.read()
    } catch {
      StandardStreams.complain("ss-config", error.fault.reason)
      throw Ending(error.isEnvironment ? .environment : .objectFailed)
    }
  }

  static func isSettings(_ part: Part) -> Bool { SourceText(part).isSettings }

  private static func source(_ part: Part, isBinary: Bool = false) -> SourceText {
    let text = SourceText(part)
    guard !text.isSettings else { return text }
    return BinaryForm.source(name: part.name, bytes: part.bytes, isBinary: isBinary ? true : nil)
  }

  /// The includes of a cluster.pb in text form; the binary form has none.
  static func includes(_ part: Part) -> [FileSource.Include] {
    guard mentionsIncludes(part.bytes), !BinaryForm.isLikely(part.bytes) else { return [] }
    let source = SourceText(part)
    var reader = TextReader(part.bytes, source: 0)
    return reader.read(.cluster).texts(.include).map { text, position in
      let (line, column) = source.locate(position.offset)
      return FileSource.Include(text, line: line, column: column)
    }
  }

  /// Most files have none, and are not read twice for them.
  private static func mentionsIncludes(_ bytes: [UInt8]) -> Bool {
    let word = Array("include".utf8)
    guard bytes.count >= word.count else { return false }
    for start in 0...(bytes.count - word.count) where bytes[start] == word[0] && bytes[start + 2] == word[2] {
      if bytes[start..<(start + word.count)].elementsEqual(word) { return true }
    }
    return false
  }

  /// Files and what they include as one tree, without the includes: what other forms and comparisons are made of.
  static func tree(_ parts: [Part]) -> Message {
    var whole = Message(.cluster, at: Position(source: 0, offset: 0))
    for (index, part) in parts.enumerated() where !isSettings(part) {
      var reader = TextReader(source(part).bytes, source: index)
      for field in reader.read(.cluster).fields where field.name != .include { whole.append(field) }
    }
    return whole
  }

  /// The cluster's name as seesaw.cfg has it.
  static func clusterName(_ settings: [Part]) -> String? {
    settings.flatMap { SettingsReader($0.bytes, source: 0).settings }
      .first { $0.section == "cluster" && $0.name == "name" }?.value
  }

  static func edition(_ parts: [Part], standalone: Bool, isBinary: Bool = false) -> Edition {
    let input = Input(parts.map { source($0, isBinary: isBinary) })
    let generation = Generation(input, standalone: standalone)
    var sentences = generation.problems.prefix(sentenceLimit).map { problem in
      let word = problem.severity == .warning ? "warning: " : ""
      return (input.sources.place(problem.position).map { "\($0): " } ?? "") + word + input.sentence(problem)
    }
    if generation.problems.count > sentenceLimit {
      sentences.append("\(generation.problems.count - sentenceLimit) more problems; ss-config check lists all")
    }
    return Edition(
      parts: parts, lines: generation.lines ?? [], errors: generation.problems.map { $0.line(input) },
      sentences: sentences, lacksObjects: generation.hasErrors, obstacle: obstacle(generation, input))
  }

  private static func obstacle(_ generation: Generation, _ input: Input) -> Fault? {
    guard generation.lines == nil else { return nil }
    guard let obstacle = generation.obstacle else {
      return Fault("no cluster.pb is among the files: nothing is to be served")
    }
    let place = input.sources.place(obstacle.position) ?? input.names
    var fault = Fault("nothing is written, because of \(place)")
    if let position = obstacle.position, input.sources.indices.contains(position.source) {
      fault.file = input.sources[position.source].name
    }
    return fault
  }
}

extension SourceText {
  init(_ part: Part) { self.init(name: part.name, bytes: part.bytes) }
}

extension Problem {
  /// The error line.
  fileprivate func line(_ input: Input) -> Line {
    var members = [
      JSONMember("from", .string("ss-config")), JSONMember("reason", .string(input.sentence(self))),
    ]
    if let object { members.append(JSONMember("key", .string(object.key))) }
    if let position, input.sources.indices.contains(position.source) {
      let (line, column) = input.sources[position.source].locate(position.offset)
      members += [
        JSONMember("line", .int(Int64(line))), JSONMember("file", .string(input.sources[position.source].name)),
        JSONMember("column", .int(Int64(column))),
      ]
    }
    if severity == .warning { members.append(JSONMember("severity", .string("warning"))) }
    return Line("error", members)
  }
}
