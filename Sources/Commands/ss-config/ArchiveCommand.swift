// `ss-config archive`: the generations that were in use. They can be listed, shown, compared and used again.

internal import ArgumentParser
internal import Config
internal import ConfigKeeping
internal import Lines
internal import Loop
internal import Options
internal import Storage
internal import Supply

struct ArchiveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "archive", abstract: "Look at the generations that were in use, and use one again.",
    subcommands: [List.self, ShowArchived.self, Difference.self, Restore.self])

  /// A generation by its id, by its name in the archive or the number at that name's end, or `current` or `held`.
  static func record(_ word: String, at place: StateOption) throws -> Record {
    if ["current", "held"].contains(word), let record = try place.record(word) { return record }
    for entry in try place.folder.archived() {
      let name = "archive/\(entry.name)"
      if entry.name == word || entry.name == "cluster.pb.\(word)", let record = try place.record(name) { return record }
      // One that is damaged is not what is looked for by its id.
      if let record = try? place.folder.record(name), record["id"]?.string == word { return record }
    }
    StandardStreams.complain("ss-config", "\(place.state) has no generation \(word)")
    throw Ending(.objectFailed)
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "One line each, the newest first: time, generation, source, bytes, name.")

    @OptionGroup var place: StateOption

    func run() throws {
      var text = ""
      for entry in try place.folder.archived() {
        let record = try? place.folder.record("archive/\(entry.name)")
        let time = Timestamp.text(
          unixNanoseconds: entry.time.multipliedReportingOverflow(by: 1_000_000_000).partialValue)
        let id = record.map { $0["id"]?.string ?? $0.parts.id } ?? "damaged"
        text += "\(time) \(id) \(record?["origin"]?.string ?? "-") \(entry.size) \(entry.name)\n"
      }
      try StandardStreams.print(Array(text.utf8))
    }
  }

  struct ShowArchived: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Print the texts of a generation, each after a line with its name.")

    @OptionGroup var place: StateOption

    @Argument(help: "A generation, a name of the archive, current or held.")
    var generation: String

    func run() throws {
      var bytes: [UInt8] = []
      for part in try ArchiveCommand.record(generation, at: place).parts {
        bytes += Array("# \(part.name)\n".utf8) + part.bytes
        if bytes.last != 0x0a { bytes.append(0x0a) }
      }
      try StandardStreams.print(bytes)
    }
  }

  struct Difference: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "diff", abstract: "Print what differs between two generations, by object; exit 4 if anything does.")

    @OptionGroup var place: StateOption

    @Argument(help: "The one that is taken as the old one.")
    var old: String

    @Argument(help: "The new one.")
    var new = "current"

    func run() throws {
      let trees = try [old, new].map { Interpretation.tree(try ArchiveCommand.record($0, at: place).parts) }
      let differences = Config.Difference.between(trees[0], trees[1])
      try StandardStreams.print(Array(differences.map { $0.sentence + "\n" }.joined().utf8))
      throw Ending(differences.isEmpty ? .success : .differs)
    }
  }

  struct Restore: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "restore", abstract: "Use an archived generation again, with the settings in use.")

    @OptionGroup var place: StateOption

    @Option(
      help: ArgumentHelp("Go back after this time (such as 60s or 5m) unless it is confirmed.", valueName: "time"),
      transform: Seconds.init)
    var confirmWithin: Seconds?

    @Flag(help: "Check for a single node: no peer is expected.")
    var standalone = false

    @Argument(help: "A generation, or a name of the archive.")
    var generation: String

    func run() throws {
      let parts = try ArchiveCommand.record(generation, at: place).parts.filter { !Interpretation.isSettings($0) }
      try Apply.apply(parts, within: confirmWithin?.duration, at: place, standalone: standalone)
    }
  }
}
