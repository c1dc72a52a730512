// What the engine says of its decisions: `vserver.state` and `backend.state`, with the reason as a sentence and the
// figures behind it. Said when they change; `since` is when the state word changed.

import Lines
import Values

extension VserverModel {
  /// Reports what has changed since the last time.
  mutating func takeReports(
    verdicts: [String: Verdict], memory: Memory, into changes: inout Changes, at now: Instant
  ) {
    guard let line else { return }
    reportVserver(line, memory: memory, into: &changes, at: now)
    reportBackends(line, verdicts: verdicts, memory: memory, into: &changes, at: now)
  }

  /// The vserver has gone from the configuration.
  mutating func withdrawReports(name: String, into changes: inout Changes) {
    guard !report.word.isEmpty else { return }
    changes.reports.append((.deleted("vserver.state", key: name), nil))
    for backend in report.backends.keys.sorted() {
      changes.reports.append((.deleted("backend.state", key: "\(name)/\(backend)"), nil))
    }
    report = Report()
  }

  private mutating func reportVserver(
    _ line: VserverLine, memory: Memory, into changes: inout Changes, at now: Instant
  ) {
    let (word, reason) = verdict(line)
    let members = [
      JSONMember("state", .string(word)), JSONMember("reason", .string(reason)),
      JSONMember(
        "vips",
        .array(
          vips.map {
            .object([
              JSONMember("address", .string($0.vip.address.description)),
              JSONMember("state", .string($0.health.rawValue)),
            ])
          })),
      JSONMember("services", .array(vips.flatMap(\.services).map(\.summary))),
    ]
    guard members != report.state else { return }
    report.since = since(word, report.word, report.since, memory.vservers[line.name], now)
    report.word = word
    report.state = members
    changes.reports.append((Line("vserver.state", key: line.name, members), report.since))
  }

  private func since(
    _ word: String, _ oldWord: String, _ oldSince: Since?, _ remembered: (word: String, since: String)?, _ now: Instant
  ) -> Since {
    if word == oldWord, let oldSince { return oldSince }
    if oldWord.isEmpty, let remembered, remembered.word == word, !remembered.since.isEmpty {
      return .text(remembered.since)
    }
    return .instant(now)
  }

  private func verdict(_ line: VserverLine) -> (word: String, reason: String) {
    guard line.isEnabled else { return ("disabled", "status \(line.status.rawValue)") }
    if vips.isEmpty { return ("down", "no VIP") }
    if line.entries.isEmpty { return ("down", "no entry") }
    let services = vips.flatMap(\.services)
    let up = services.count { $0.health == .up }
    let reason = "\(up) of \(services.count) services up"
    if vips.contains(where: { $0.health == .up }) { return ("up", reason) }
    if vips.contains(where: { $0.health == .unknown }) { return ("unknown", "waiting for verdicts: \(reason)") }
    return ("down", services.first { $0.health == .down }?.reason ?? reason)
  }

  private mutating func reportBackends(
    _ line: VserverLine, verdicts: [String: Verdict], memory: Memory, into changes: inout Changes, at now: Instant
  ) {
    var destinations = [[DestinationModel]](repeating: [], count: backends.count)
    for vip in vips {
      for service in vip.services {
        for destination in service.destinations { destinations[destination.backend].append(destination) }
      }
    }
    for (index, backend) in backends.enumerated() {
      let (word, reason) = verdict(backend, destinations[index], verdicts)
      let members = [
        JSONMember("state", .string(word)), JSONMember("reason", .string(reason)),
        JSONMember("destinations", .array(destinations[index].map(\.summary))),
      ]
      let old = report.backends[backend.fqdn]
      if old?.members == members { continue }
      let since = since(word, old?.word ?? "", old?.since, memory.backends[backend.key], now)
      report.backends[backend.fqdn] = (members, word, since)
      changes.reports.append((Line("backend.state", key: backend.key, members), since))
    }
    for name in report.backends.keys.sorted() where !backends.contains(where: { $0.fqdn == name }) {
      report.backends[name] = nil
      changes.reports.append((.deleted("backend.state", key: "\(line.name)/\(name)"), nil))
    }
  }

  private func verdict(
    _ backend: BackendLine, _ destinations: [DestinationModel], _ verdicts: [String: Verdict]
  ) -> (word: String, reason: String) {
    guard backend.isEnabled else { return ("disabled", "status \(backend.status.rawValue)") }
    if let down = destinations.first(where: { $0.health == .down }) {
      let check = down.decidingCheck ?? ""
      return ("down", verdicts[check].map { "\(check): \($0.reason)" } ?? "no verdict in time on \(check)")
    }
    if let unknown = destinations.first(where: { $0.health == .unknown }) {
      return ("unknown", "no verdict yet on \(unknown.decidingCheck ?? "")")
    }
    if destinations.isEmpty { return ("down", "no address of a family that the vserver has") }
    return ("up", destinations.contains { !$0.checks.isEmpty } ? "all checks healthy" : "no checks")
  }
}

extension ServiceModel {
  /// The arithmetic in words.
  var reason: String {
    let threshold = watermarks.threshold(from: lastKnown)
    let needed = threshold > 0 ? "of which \(threshold) must be" : "of which one must be"
    return "\(key.key): \(tally.healthy) of \(tally.inService) backends healthy, \(needed)"
  }

  fileprivate var summary: JSON {
    .object([
      JSONMember("service", .string(key.key)), JSONMember("state", .string(health.rawValue)),
      JSONMember("healthy", .int(Int64(tally.healthy))), JSONMember("unknown", .int(Int64(tally.unknown))),
      JSONMember("in_service", .int(Int64(tally.inService))),
      JSONMember("threshold", .ratio(watermarks.threshold(from: lastKnown))),
    ])
  }
}

extension DestinationModel {
  fileprivate var summary: JSON {
    var members = [JSONMember("destination", .string(key.key)), JSONMember("state", .string(health.rawValue))]
    if let decidingCheck { members.append(JSONMember("check", .string(decidingCheck))) }
    return .object(members)
  }
}
