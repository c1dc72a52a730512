// Facts as data: the links of the chain that makes a vserver or a backend what it is, and the figures behind them.

import Lines
import Values

extension JSON {
  static func fact(
    _ fact: String, of object: String? = nil, key: String? = nil, state: String? = nil, ok: Bool? = nil,
    value: JSON? = nil, total: JSON? = nil, needed: JSON? = nil, reason: String? = nil, since: String? = nil
  ) -> JSON {
    var members = [JSONMember("fact", .string(fact))]
    let more: [(String, JSON?)] = [
      ("of", object.map { .string($0) }), ("key", key.map { .string($0) }), ("state", state.map { .string($0) }),
      ("ok", ok.map { .bool($0) }), ("value", value), ("total", total), ("needed", needed),
      ("reason", reason.map { .string($0) }), ("since", since.flatMap { $0.isEmpty ? nil : .string($0) }),
    ]
    for (name, value) in more {
      if let value { members.append(JSONMember(name, value)) }
    }
    return .object(members)
  }
}

extension CheckTable.Check {
  var fact: JSON {
    guard let verdict else { return .fact("check", key: key, state: "unknown") }
    if isHeld { return .fact("guard", key: key, state: "held", ok: true, reason: verdict.reason) }
    return .fact(
      "check", key: key, state: verdict.isHealthy ? "healthy" : "failed", ok: verdict.isHealthy,
      reason: verdict.reason, since: verdict.since)
  }
}

extension VIPModel {
  func summary(_ book: Book) -> JSON {
    let address = heldObjects.first { $0.line.type == "link.address" }
    var members = [
      JSONMember("address", .string(vip.address.description)), JSONMember("kind", .string(vip.kind.rawValue)),
      JSONMember("state", .string(health.rawValue)),
      JSONMember("held", .bool(address.map { book.isSaid($0) } ?? false)),
      JSONMember("announced", .bool(route.map { book.isSaid($0) } ?? false)),
    ]
    if let instance = vip.instance { members.append(JSONMember("instance", .string(instance))) }
    return .object(members)
  }
}

extension ServiceModel {
  /// The arithmetic in words.
  var reason: String {
    let threshold = rules.watermarks.threshold(from: lastKnown)
    let needed = threshold > 0 ? "of which \(threshold) must be" : "of which one must be"
    let sentence = "\(key.key): \(tally.healthy) of \(tally.inService) backends healthy, \(needed)"
    guard rules.quorum.weight > 0 else { return sentence }
    return sentence + "; weight \(tally.healthyWeight) of the \(rules.quorum.needed(from: lastKnown)) that it takes"
  }

  var summary: JSON {
    var members = [
      JSONMember("service", .string(key.key)), JSONMember("state", .string(health.rawValue)),
      JSONMember("healthy", .int(Int64(tally.healthy))), JSONMember("unknown", .int(Int64(tally.unknown))),
      JSONMember("in_service", .int(Int64(tally.inService))),
      JSONMember("threshold", .ratio(rules.watermarks.threshold(from: lastKnown))),
    ]
    if rules.quorum.weight > 0 {
      members.append(JSONMember("weight", .int(Int64(clamping: tally.healthyWeight))))
      members.append(JSONMember("quorum", .int(Int64(clamping: rules.quorum.needed(from: lastKnown)))))
    }
    if form == .sorry { members.append(JSONMember("sorry", true)) }
    if isPanicking { members.append(JSONMember("panic", true)) }
    return .object(members)
  }

  var facts: [JSON] {
    let share = rules.watermarks.state(of: tally, from: lastKnown)
    var facts = [
      JSON.fact(
        "watermark", of: key.key, ok: share == .up, value: .int(Int64(tally.healthy)),
        total: .int(Int64(tally.inService)), needed: .ratio(rules.watermarks.threshold(from: lastKnown)))
    ]
    if rules.quorum.weight > 0 {
      facts.append(
        .fact(
          "quorum", of: key.key, ok: rules.quorum.state(of: tally, from: lastKnown) == .up,
          value: .int(Int64(clamping: tally.healthyWeight)),
          needed: .int(Int64(clamping: rules.quorum.needed(from: lastKnown)))))
    }
    if isPanicking { facts.append(.fact("panic", of: key.key, ok: true, needed: .int(Int64(rules.panicPercent)))) }
    if form == .sorry { facts.append(.fact("sorry_server", of: key.key, ok: false)) }
    if isTaken { facts.append(.fact("apply", of: key.key, ok: false, reason: "another vserver serves it")) }
    return facts
  }
}

extension DestinationModel {
  func summary(_ checks: CheckTable, _ run: FilterRun) -> JSON {
    var members = [JSONMember("destination", .string(key.key)), JSONMember("state", .string(health.rawValue))]
    if let said { members.append(JSONMember("weight", .int(Int64(said.destination.weight)))) }
    if let rampSince {
      let (time, overflow) = rampSince.nanoseconds.addingReportingOverflow(run.epoch)
      members.append(
        JSONMember("slow_start_since", .string(Timestamp.text(unixNanoseconds: overflow ? .max : time))))
    }
    if let decidingCheck { members.append(JSONMember("check", .string(checks[decidingCheck].key))) }
    return .object(members)
  }
}
