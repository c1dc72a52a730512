// Feeds an engine through the same driver as the command, in virtual time, and sees what it writes.

import Engine
import Lines
import Support
import Testing
import Values

struct Harness {
  private var driver: FilterDriver<Engine>
  private var number = 0
  private(set) var now = Instant(nanoseconds: 1_000_000_000)
  /// Own state lines that stand, by type and key.
  private(set) var desired: [StateKey: Line] = [:]
  /// Own lines of the last step.
  private(set) var said: [Line] = []
  /// All that was written, and what it came of.
  private var written: [UInt8] = []
  private var recording: [UInt8] = []

  init(
    settle: Duration = .seconds(10), downStep: Duration = .milliseconds(200), wired: Set<String> = [],
    memory: [String] = [], at now: Instant = Instant(nanoseconds: 1_000_000_000)
  ) throws {
    self.now = now
    let engine = Engine(settings: Engine.Settings(settle: settle, downStep: downStep, wired: wired))
    driver = FilterDriver(command: "ss-engine", core: engine, start: "e", epoch: 0, passes: false)
    let lines = try memory.map { try Line(parsing: $0) }
    var arguments = [
      "--settle-ms", "\(settle.milliseconds)", "--down-step-ms", "\(downStep.milliseconds)",
    ]
    if !wired.isEmpty { arguments += ["--wait-for", wired.sorted().joined(separator: ",")] }
    let header = RecordingHeader(
      command: "ss-engine", version: "", arguments: arguments, start: "e", epoch: 0, at: now, passes: false,
      memory: lines, tellsWrites: false)
    recording = Array(header.line.text.utf8) + [0x0a]
    driver.begin(memory: lines, at: now)
    try drain()
  }

  /// The built command, told the same, writes the same.
  func confirm() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/recording"
    write(String(decoding: recording, as: UTF8.self), to: path)
    let outcome = try run("ss-engine", ["replay", "--own", path])
    #expect(outcome.status == 0)
    #expect(outcome.text == String(decoding: written, as: UTF8.self))
  }

  private mutating func tick() throws {
    RecordedEvent.timer.write(at: now, into: &recording)
    driver.timer(at: now)
    try drain()
  }

  /// Takes lines, then lets the engine look.
  mutating func feed(_ lines: String...) throws { try feed(lines) }

  mutating func feed(_ lines: [String]) throws {
    said = []
    for line in lines {
      number += 1
      let bytes = Array(line.utf8)
      RecordedEvent.input(line, number: number).write(at: now, into: &recording)
      driver.line(bytes.span, number: number, at: now)
    }
    try settleDown()
  }

  /// Lets time pass.
  mutating func wait(_ duration: Duration) throws {
    said = []
    let end = now + duration
    while let deadline = driver.deadline, deadline <= end {
      now = max(now, deadline)
      try tick()
    }
    now = end
  }

  mutating func end() throws {
    said = []
    driver.end(at: now)
    try drain()
  }

  private mutating func settleDown() throws {
    while let deadline = driver.deadline, deadline <= now { try tick() }
    try drain()
  }

  private mutating func drain() throws {
    _ = driver.takeComplaints()
    while true {
      let piece = Array(driver.queue.next(limit: 1 << 20))
      if piece.isEmpty { return }
      driver.queue.wrote(piece.count)
      written += piece
      for text in piece.split(separator: 0x0a) {
        let line = try Line(parsing: Array(text).span)
        said.append(line)
        guard let key = line.key else { continue }
        desired[StateKey(type: line.type, key: key)] = line.isDeleted ? nil : line
      }
    }
  }

  // MARK: Questions

  func keys(_ type: String) -> [String] { desired.keys.filter { $0.type == type }.map(\.key).sorted() }

  /// The commits of the last step, each as `+type key` or `-type key`, reports left out.
  var commits: [[String]] {
    var commits: [[String]] = [[]]
    for line in said where !line.type.hasSuffix(".state") {
      switch line.type {
      case "sync": commits.append([])
      case "prune": commits[commits.count - 1].append("prune \(line["of"]?.string ?? "")")
      case "reset": break
      case "error": commits[commits.count - 1].append("error \(line["reason"]?.string ?? "")")
      default: commits[commits.count - 1].append("\(line.isDeleted ? "-" : "+")\(line.type) \(line.key ?? "")")
      }
    }
    return commits.filter { !$0.isEmpty }
  }

  func state(_ type: String, _ key: String) -> String? { self[type, key]?["state"]?.string }

  subscript(_ type: String, _ key: String) -> Line? { desired[StateKey(type: type, key: key)] }

  /// Destinations as `ADDRESS:PORT=WEIGHT`, of one service.
  func weights(_ service: String = "tcp/192.0.2.1:80") -> [String] {
    keys("ipvs.destination").filter { $0.hasPrefix(service + "/") }.map {
      "\($0.dropFirst(service.utf8.count + 1))=\(self["ipvs.destination", $0]?["weight"]?.int ?? -1)"
    }
  }

  /// What an earlier run leaves to the next.
  var memory: [String] {
    desired.filter { Engine.remembers.contains($0.key.type) }.sorted { $0.key < $1.key }.map(\.value.text)
  }
}

/// Lines in short.
enum Say {
  static let reset = #"{"type":"reset","from":"ss-config","lines":1}"#
  static let sync = #"{"type":"sync","from":"ss-config","n":"c.1"}"#

  static func vserver(
    _ name: String = "v", enabled: Bool = true, vips: [(String, String)] = [("192.0.2.1", "unicast")],
    entries: [String] = [#"{"protocol":"tcp","port":80}"#]
  ) -> String {
    let interface = { (kind: String) in kind == "unicast" ? "eth0" : "dummy0" }
    let length = { (address: String) in address.contains(":") ? 128 : 32 }
    let objects = vips.map {
      #"{"address":"\#($0.0)","kind":"\#($0.1)","interface":"\#(interface($0.1))","prefix_length":\#(length($0.0))}"#
    }
    return
      #"{"type":"config.vserver","key":"\#(name)","enabled":\#(enabled),"vips":[\#(objects.joined(separator: ","))],"#
      + #""entries":[\#(entries.joined(separator: ","))]}"#
  }

  static func backend(
    _ name: String, vserver: String = "v", ipv4: String? = nil, ipv6: String? = nil, weight: Int = 1,
    enabled: Bool = true,
    inService: Bool = true, checks: [String] = []
  ) -> String {
    let addresses = [ipv4.map { #""ipv4":"\#($0)/24","# }, ipv6.map { #""ipv6":"\#($0)/64","# }].compactMap { $0 }
      .joined()
    return
      #"{"type":"config.backend","key":"\#(vserver)/\#(name)","vserver":"\#(vserver)","fqdn":"\#(name)",\#(addresses)"#
      + #""weight":\#(weight),"enabled":\#(enabled),"in_service":\#(inService),"#
      + #""checks":[\#(checks.joined(separator: ","))]}"#
  }

  static func check(_ key: String, _ family: String = "inet", entry: String? = nil) -> String {
    let tail = entry.map { #","entry":"\#($0)""# } ?? ""
    return #"{"check":"\#(key)","family":"\#(family)"\#(tail)}"#
  }

  static func verdict(_ key: String, _ healthy: Bool) -> String {
    #"{"type":"check.state","key":"\#(key)","healthy":\#(healthy),"reason":"\#(healthy ? "ok" : "refused")"}"#
  }
}
