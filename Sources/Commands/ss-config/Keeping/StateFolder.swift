// What ss-config keeps on disk, by default below /var/lib/seesaw, because it must outlive a reboot: the generation in
// use (`current`), one that is held (`held`), what a trial goes back to (`trial`), the order of the sources (`order`),
// the archive, and what operators ask for (`requests/`). Every change is a list of steps that may be cut off anywhere.

internal import Lines
package import Loop
package import Storage
package import Supply
internal import Values

package struct StateFolder: Sendable {
  package static let standard = "/var/lib/seesaw"
  /// Bytes of one record: as many as are read of a file, and a header.
  private static let sizeLimit = 512 << 20
  /// Archived generations that are tried where the one in use cannot be read. Set here.
  private static let triedArchives = 10

  package let path: String
  package var limits = ArchiveLimits()

  package init(_ path: String) { self.path = path }

  package func file(_ name: String) -> String { "\(path)/\(name)" }
  package var requests: String { file("requests") }

  /// Makes the folder and takes it for this process alone; false if another has it.
  package func take() throws(SystemError) -> Bool {
    for folder in [path, file("archive"), requests] { try Folder.make(folder) }
    return try Folder.lock(file("lock"))
  }

  package var isTaken: Bool { Folder.isLocked(file("lock")) }

  // MARK: Changing

  /// - Parameter time: nanoseconds since 1970.
  package func steps(for effect: Keeper<Edition>.Effect, at time: Int64) -> [DiskStep] {
    switch effect {
    case .keep(let current): DiskStep.replace(file("current"), with: Record(current).bytes)
    case .hold(let held): DiskStep.replace(file("held"), with: Record(held).bytes)
    case .release: DiskStep.delete(file("held"))
    case .beginTrial(let trial): DiskStep.replace(file("trial"), with: Record(trial).bytes)
    case .endTrial: DiskStep.delete(file("trial"))
    case .keepOrder(let order):
      DiskStep.replace(file("order"), with: Array(order.map { "\($0)\n" }.joined().utf8))
    case .archive: archiving(at: time / 1_000_000_000)
    case .done(let name): DiskStep.delete("\(requests)/\(name)")
    case .ask, .say, .tell, .status, .giveUp: []
    }
  }

  private func archiving(at time: Int64) -> [DiskStep] {
    let entries = (try? archived()) ?? []
    var steps = limits.excess(of: entries, at: time).map { DiskStep.remove(file("archive/\($0)")) }
    var number = 0
    while Files.exists(file("archive/\(ArchiveEntry.name(time, number))")) { number += 1 }
    steps.append(.link(file("current"), to: file("archive/\(ArchiveEntry.name(time, number))")))
    steps.append(.sync(file("archive")))
    return steps
  }

  // MARK: Looking

  /// The archive, the newest first.
  package func archived() throws(SystemError) -> [ArchiveEntry] {
    try Folder.names(file("archive")).compactMap { name in
      ArchiveEntry(name: name, size: (try? FileStamp(file("archive/\(name)")))?.size ?? 0)
    }.sorted { ($0.time, $0.number) > ($1.time, $1.number) }
  }

  /// The record in a file of the folder; nil if there is none.
  package func record(_ name: String) throws(Unreadable) -> Record? {
    let path = file(name)
    guard Files.exists(path) else { return nil }
    do {
      let last = name.split(separator: "/").last.map(String.init) ?? name
      return try Record(parsing: try Files.read(path, limit: Self.sizeLimit), name: last)
    } catch let error as SystemError {
      throw Unreadable(fault: Fault("\(error)", file: path))
    } catch {
      throw Unreadable(fault: Fault("\(path) is damaged: it is not used", file: path))
    }
  }

  package struct Unreadable: Error { package let fault: Fault }

  /// What was kept, and what of it could not be used.
  package func load(_ interpret: Edition.Interpreter) -> (kept: Kept<Edition>, faults: [Fault]) {
    var kept = Kept<Edition>()
    var faults: [Fault] = []
    func read<Thing>(_ name: String, _ make: (Record, Edition) -> Thing?) -> Thing? {
      do throws(Unreadable) {
        guard let record = try record(name) else { return nil }
        let edition = interpret(record.parts)
        if edition.obstacle == nil, let thing = make(record, edition) { return thing }
        faults.append(Fault("\(file(name)) cannot be used any more", file: file(name)))
      } catch {
        faults.append(error.fault)
      }
      return nil
    }
    kept.current = read("current") { Current($0, $1) }
    if kept.current == nil, !faults.isEmpty {
      for entry in ((try? archived()) ?? []).prefix(Self.triedArchives) where kept.current == nil {
        kept.current = read("archive/\(entry.name)") { Current($0, $1) }
        if kept.current != nil { faults.append(Fault("\(entry.name) of the archive takes its place")) }
      }
    }
    kept.held = read("held") { Held($0, $1) }
    kept.trial = read("trial") { Trial($0, $1) }
    if let bytes = try? Files.read(file("order"), limit: 1 << 10) {
      kept.order = bytes.split(separator: 0x0a).compactMap { Origin(rawValue: String(decoding: $0, as: UTF8.self)) }
    }
    return (kept, faults)
  }
}

// MARK: Records of what is kept

extension Record {
  private init(_ offer: Offer<Edition>, _ members: [JSONMember]) {
    let first = [JSONMember("id", .string(offer.id)), JSONMember("origin", .string(offer.origin.rawValue))]
    self.init(first + members, parts: offer.body.parts)
  }

  private static func members(_ current: Current<Edition>) -> [JSONMember] {
    var members = [JSONMember("since", .int(current.since))]
    if !current.over.isEmpty {
      let over = current.over.sorted { $0.key.rawValue < $1.key.rawValue }
      members.append(JSONMember("over", .object(over.map { JSONMember($0.key.rawValue, .string($0.value)) })))
    }
    return members
  }

  init(_ current: Current<Edition>) { self.init(current.offer, Self.members(current)) }

  init(_ held: Held<Edition>) {
    self.init(held.offer, [JSONMember("since", .int(held.since)), JSONMember("reason", .string(held.reason))])
  }

  init(_ trial: Trial<Edition>) {
    self.init(
      trial.previous.offer,
      Self.members(trial.previous) + [
        JSONMember("until", .int(trial.until)), JSONMember("within_ms", .int(trial.within.milliseconds)),
      ])
  }

  /// Seesaw's archived files say nothing of themselves: they came from files.
  fileprivate func offer(_ edition: Edition) -> Offer<Edition> {
    edition.offer(self["origin"]?.string.flatMap(Origin.init) ?? .files)
  }
}

extension Current<Edition> {
  init(_ record: Record, _ edition: Edition) {
    var over: [Origin: String] = [:]
    for origin in Origin.sources { over[origin] = record["over"]?[origin.rawValue]?.string }
    self.init(record.offer(edition), since: record["since"]?.int ?? 0, over: over)
  }
}

extension Held<Edition> {
  init(_ record: Record, _ edition: Edition) {
    self.init(
      record.offer(edition), since: record["since"]?.int ?? 0, reason: record["reason"]?.string ?? "unknown")
  }
}

extension Trial<Edition> {
  init?(_ record: Record, _ edition: Edition) {
    guard let until = record["until"]?.int, let within = record["within_ms"]?.int else { return nil }
    self.init(previous: Current(record, edition), until: until, within: .milliseconds(within))
  }
}
