// What an operator asks of a running ss-config through its state folder: `confirm`, `apply`, `source`.

internal import ArgumentParser
internal import ConfigKeeping
internal import ConfigText
internal import Lines
internal import Loop
internal import Options
internal import Storage
internal import Supply
internal import Values

/// The state folder of the ss-config that is meant.
struct StateOption: ParsableArguments {
  @Option(help: ArgumentHelp("The state folder of the ss-config that is meant.", valueName: "folder"))
  var state = StateFolder.standard

  var folder: StateFolder { StateFolder(state) }

  /// How long a request may take before it is left to itself.
  private static let patience = Duration.seconds(10)

  /// Asks, and waits until it has been dealt with. False if nobody is there to do so.
  func ask(_ asked: Asked) throws -> Bool {
    let name = try asked.put(into: folder)
    guard folder.isTaken else {
      StandardStreams.complain(
        "ss-config", "no ss-config runs with \(state): it takes effect when one starts")
      return false
    }
    let end = Clock.now() + Self.patience
    while Files.exists("\(folder.requests)/\(name)") {
      guard Clock.now() < end else {
        StandardStreams.complain("ss-config", "the running ss-config has not answered: it is still asked")
        throw Ending(.environment)
      }
      Clock.pause(.milliseconds(10))
    }
    return true
  }

  /// A record of the folder; a sentence and an end where it cannot be read.
  func record(_ name: String) throws -> Record? {
    do throws(StateFolder.Unreadable) {
      return try folder.record(name)
    } catch {
      StandardStreams.complain("ss-config", error.fault.reason)
      throw Ending(.environment)
    }
  }
}

struct Confirm: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "confirm", abstract: "Use what the guard holds, or keep what is on trial.")

  @OptionGroup var place: StateOption

  @Argument(help: "The generation that is meant; whichever it is if none is named.")
  var generation: String?

  func run() throws {
    let held = try place.record("held")?["id"]?.string
    let tried = try place.record("trial").flatMap { _ in try place.record("current")?["id"]?.string }
    guard let meant = [held, tried].compactMap({ $0 }).first(where: { generation == nil || $0 == generation }) else {
      StandardStreams.complain(
        "ss-config", generation.map { "\($0) is neither held nor on trial" } ?? "nothing is held and nothing on trial")
      throw Ending(.objectFailed)
    }
    _ = try place.ask(.confirm(meant))
  }
}

struct Apply: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Use these files until a source gives something else.")

  @OptionGroup var place: StateOption

  @Option(
    help: ArgumentHelp("Go back after this time (such as 60s or 5m) unless it is confirmed.", valueName: "time"),
    transform: Seconds.init)
  var confirmWithin: Seconds?

  @Flag(help: "Check for a single node: no peer is expected.")
  var standalone = false

  @Argument(help: "Files to use; settings that are in use stay if no seesaw.cfg is among them.")
  var files: [String]

  func run() throws {
    let parts = try Interpretation.parts(of: files)
    try Apply.apply(parts, within: confirmWithin?.duration, at: place, standalone: standalone)
  }

  /// Checks the texts together with the settings in use, and has them used if nothing is wrong.
  static func apply(_ parts: [Part], within: Duration?, at place: StateOption, standalone: Bool) throws {
    var whole = parts
    if !parts.contains(where: Interpretation.isSettings) {
      whole = (try place.record("current")?.parts.filter(Interpretation.isSettings) ?? []) + parts
    }
    let edition = Interpretation.edition(whole, standalone: standalone)
    for sentence in edition.sentences { StandardStreams.complain("ss-config", sentence) }
    if let obstacle = edition.obstacle { StandardStreams.complain("ss-config", obstacle.reason) }
    guard edition.obstacle == nil, !edition.lacksObjects else { throw Ending(.objectFailed) }
    guard try place.ask(.apply(parts, within: within)) else { return }
    guard let held = try place.record("held"), held["id"]?.string == whole.id else { return }
    StandardStreams.complain(
      "ss-config", "held: \(held["reason"]?.string ?? "unknown"); use it by: ss-config confirm \(whole.id)")
    throw Ending(.objectFailed)
  }
}

/// A time as people type it: `60`, `60s`, `5m`, `1h`.
struct Seconds {
  let duration: Duration

  init(_ text: String) throws {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600]
    let unit = text.last.flatMap { units[$0] }
    guard let number = Int64(unit == nil ? text : String(text.dropLast())), (1...86_400).contains(number) else {
      throw ValidationError("\(text) is no time from 1s to 86400s, such as 60s, 5m or 1h")
    }
    duration = .seconds(number * (unit ?? 1))
  }
}

struct Source: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "source", abstract: "Show which configuration is in use, or have other sources come first.")

  @OptionGroup var place: StateOption

  @Argument(help: "The sources that come first: files, server, etcd.")
  var first: [String] = []

  func validate() throws {
    for name in first where !Origin.sources.map(\.rawValue).contains(name) {
      throw ValidationError("\(name) is no source: \(Origin.sources.map(\.rawValue).joined(separator: ", "))")
    }
  }

  func run() throws {
    let order = first.compactMap(Origin.init)
    guard order.isEmpty else {
      _ = try place.ask(.choose(order))
      return
    }
    guard let current = try place.record("current") else {
      StandardStreams.complain("ss-config", "\(place.state) holds no configuration")
      throw Ending(.objectFailed)
    }
    var text = "in use: \(words(current))\n"
    if let held = try place.record("held") {
      text += "held: \(words(held)): \(held["reason"]?.string ?? "unknown")\n"
    }
    if let trial = try place.record("trial"), let until = trial["until"]?.int {
      text += "on trial until \(Timestamp.text(unixNanoseconds: until)); before: \(words(trial))\n"
    }
    try StandardStreams.print(Array(text.utf8))
  }

  private func words(_ record: Record) -> String {
    let since = record["since"]?.int.map { ", since \(Timestamp.text(unixNanoseconds: $0))" } ?? ""
    return "\(record["id"]?.string ?? record.parts.id) from \(record["origin"]?.string ?? "files")\(since)"
  }
}
