// What the engine says of its decisions: `vserver.state` and `backend.state`, with the reason as a sentence and as the
// chain of facts that makes it so. Said when they change; `since` is when the state word changed.

import Lines
import Values

/// What reports need besides the vserver.
struct Circumstances {
  var site: Site
  var roles: [String: String]
  var failing: [IPAddress: [String: String]]
  var memory: Memory
  var run: FilterRun
  var now: Instant
}

extension VserverModel {
  /// Reports what has changed since the last time.
  mutating func takeReports(
    _ checks: CheckTable, _ book: Book, _ circumstances: Circumstances, into changes: inout Changes
  ) {
    guard let line else { return withdrawReports(into: &changes) }
    reportVserver(line, book, circumstances, into: &changes)
    for member in dirtyMembers.sorted() where members.indices.contains(member) {
      report(members[member], checks, circumstances, into: &changes)
    }
    dirtyMembers = []
    guard report.backends.count > members.count else { return }
    let names = Set(members.map(\.line.fqdn))
    for name in report.backends.keys.sorted() where !names.contains(name) {
      report.backends[name] = nil
      changes.reports.append((.deleted("backend.state", key: "\(self.name)/\(name)"), nil))
    }
  }

  /// The vserver has gone from the configuration.
  private mutating func withdrawReports(into changes: inout Changes) {
    dirtyMembers = []
    guard !report.word.isEmpty else { return }
    changes.reports.append((.deleted("vserver.state", key: name), nil))
    for backend in report.backends.keys.sorted() {
      changes.reports.append((.deleted("backend.state", key: "\(name)/\(backend)"), nil))
    }
    report = Report()
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

  // MARK: The vserver

  private mutating func reportVserver(
    _ line: VserverLine, _ book: Book, _ circumstances: Circumstances, into changes: inout Changes
  ) {
    let (word, reason) = verdict(line, circumstances.site)
    let members = [
      JSONMember("state", .string(word)), JSONMember("reason", .string(reason)),
      JSONMember("vips", .array(vips.map { $0.summary(book) })),
      JSONMember("services", .array(services.map(\.summary))),
      JSONMember("why", .array(why(line, circumstances))),
    ]
    guard members != report.state else { return }
    report.since = since(word, report.word, report.since, circumstances.memory.vservers[name], circumstances.now)
    report.word = word
    report.state = members
    changes.reports.append((Line("vserver.state", key: name, members), report.since))
  }

  private func verdict(_ line: VserverLine, _ site: Site) -> (word: String, reason: String) {
    if let reason = site.reason { return ("disabled", reason) }
    guard isEnabled else {
      return ("disabled", override.map(\.sentence) ?? "status \(line.status.rawValue)")
    }
    if vips.isEmpty, services.isEmpty { return ("down", "no VIP") }
    if line.entries.isEmpty { return ("down", "no entry") }
    let up = services.count { $0.health == .up }
    let reason = "\(up) of \(services.count) services up"
    let states = vips.isEmpty ? services.map(\.health) : vips.map(\.health)
    if states.contains(.up) { return ("up", reason) }
    if states.contains(.unknown) { return ("unknown", "waiting for verdicts: \(reason)") }
    return ("down", services.first { $0.health == .down }?.reason ?? reason)
  }

  private func why(_ line: VserverLine, _ circumstances: Circumstances) -> [JSON] {
    var facts: [JSON] = []
    if let reason = circumstances.site.reason { facts.append(.fact("node", ok: false, reason: reason)) }
    if !line.isEnabled { facts.append(.fact("status", state: line.status.rawValue, ok: false)) }
    if let override { facts.append(override.fact) }
    for service in services { facts += service.facts }
    for instance in Set(vips.compactMap(\.vip.instance)).sorted() {
      let role = circumstances.roles[instance] ?? "backup"
      facts.append(.fact("role", key: instance, state: role, ok: role == "master"))
    }
    for vip in vips {
      for (key, reason) in (circumstances.failing[vip.vip.address] ?? [:]).sorted(by: { $0.key < $1.key }) {
        facts.append(.fact("apply", key: key, ok: false, reason: reason))
      }
    }
    return facts
  }

  // MARK: Backends

  private mutating func report(
    _ member: MemberModel, _ checks: CheckTable, _ circumstances: Circumstances, into changes: inout Changes
  ) {
    let destinations = member.destinations.map { services[$0.service].destinations[$0.index] }
    let (word, reason) = verdict(member, destinations, checks)
    let members = [
      JSONMember("state", .string(word)), JSONMember("reason", .string(reason)),
      JSONMember("destinations", .array(destinations.map { $0.summary(checks, circumstances.run) })),
      JSONMember("why", .array(why(member, destinations, checks))),
    ]
    let old = report.backends[member.line.fqdn]
    if old?.members == members { return }
    let key = "\(name)/\(member.line.fqdn)"
    let since = since(word, old?.word ?? "", old?.since, circumstances.memory.backends[key], circumstances.now)
    report.backends[member.line.fqdn] = (members, word, since)
    changes.reports.append((Line("backend.state", key: key, members), since))
  }

  private func verdict(
    _ member: MemberModel, _ destinations: [DestinationModel], _ checks: CheckTable
  ) -> (word: String, reason: String) {
    if let override = member.override, override.disables { return ("disabled", override.sentence) }
    guard member.line.isEnabled || member.override?.line.state == .enabled else {
      return ("disabled", "status \(member.line.status.rawValue)")
    }
    if let down = destinations.first(where: { $0.health == .down }) {
      guard let number = down.decidingCheck else { return ("down", "a destination of it is disabled") }
      let check = checks[number]
      return ("down", check.verdict.map { "\(check.key): \($0.reason)" } ?? "no verdict in time on \(check.key)")
    }
    if let unknown = destinations.first(where: { $0.health == .unknown }) {
      return ("unknown", "no verdict yet on \(unknown.decidingCheck.map { checks[$0].key } ?? "")")
    }
    if destinations.isEmpty {
      return isEnabled
        ? ("down", "no address of a family that the vserver has") : ("unknown", "its vserver is disabled")
    }
    return ("up", destinations.contains { !$0.checks.isEmpty } ? "all checks healthy" : "no checks")
  }

  private func why(_ member: MemberModel, _ destinations: [DestinationModel], _ checks: CheckTable) -> [JSON] {
    var facts: [JSON] = []
    if !member.line.isEnabled { facts.append(.fact("status", state: member.line.status.rawValue, ok: false)) }
    if let override = member.override { facts.append(override.fact) }
    if member.leavesBy != nil { facts.append(.fact("drain", state: "draining", reason: "no longer configured")) }
    var seen: Set<Int> = []
    for destination in destinations {
      for number in destination.checks where seen.insert(number).inserted { facts.append(checks[number].fact) }
    }
    return facts
  }
}

extension Override {
  fileprivate var sentence: String {
    let state = line.state?.rawValue ?? "weight"
    return "override \(state)" + (line.owner.isEmpty ? "" : " by \(line.owner)")
      + (line.reason.isEmpty ? "" : ": \(line.reason)")
  }

  fileprivate var fact: JSON {
    var members = [JSONMember("fact", "override"), JSONMember("key", .string(line.key))]
    if let state = line.state { members.append(JSONMember("state", .string(state.rawValue))) }
    if let weight = line.weight { members.append(JSONMember("value", .int(Int64(weight)))) }
    if !line.owner.isEmpty { members.append(JSONMember("owner", .string(line.owner))) }
    if !line.reason.isEmpty { members.append(JSONMember("reason", .string(line.reason))) }
    return .object(members)
  }
}
