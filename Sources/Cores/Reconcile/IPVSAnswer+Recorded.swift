// The kernel's answers in a recording: every attribute as a number of the kernel's, since lines leave out what has no
// meaning for a reader, and a replay must compare exactly what was compared.

package import Lines
import Values

extension IPVSAnswer: Recordable {
  package var recorded: JSON {
    switch self {
    case .services(let services): .object([JSONMember("services", .array(services.map(\.recorded)))])
    case .destinations(let destinations):
      .object([
        JSONMember(
          "destinations",
          .object(
            destinations.sorted { $0.key < $1.key }.map {
              JSONMember($0.key.description, .array($0.value.map(\.recorded)))
            }))
      ])
    case .outcomes(let outcomes): .object([JSONMember("outcomes", .array(outcomes.map(\.recorded)))])
    case .lost(let reason): .object([JSONMember("lost", .string(reason))])
    }
  }

  package init(recorded: JSON) throws(LineError) {
    if let values = recorded["services"]?.array {
      var services: [IPVSService] = []
      for value in values { services.append(try IPVSService(recorded: value)) }
      self = .services(services)
    } else if case .object(let members)? = recorded["destinations"] {
      var destinations: [IPVSServiceKey: [IPVSDestination]] = [:]
      for member in members {
        guard let key = IPVSServiceKey(member.name), let values = member.value.array else {
          throw LineError("not a recorded answer: \(member.name)")
        }
        for value in values { destinations[key, default: []].append(try IPVSDestination(recorded: value)) }
        if values.isEmpty { destinations[key] = [] }
      }
      self = .destinations(destinations)
    } else if let values = recorded["outcomes"]?.array {
      var outcomes: [KernelOutcome] = []
      for value in values { outcomes.append(try KernelOutcome(recorded: value)) }
      self = .outcomes(outcomes)
    } else if let reason = recorded["lost"]?.string {
      self = .lost(reason: reason)
    } else {
      throw LineError("not a recorded answer: \(recorded.text)")
    }
  }
}

extension KernelOutcome: Recordable {
  package var recorded: JSON {
    switch self {
    case .done: .null
    case .failed(let errno, let sentence): .array([.string(errno), .string(sentence)])
    }
  }

  package init(recorded: JSON) throws(LineError) {
    if case .null = recorded {
      self = .done
    } else if let pair = recorded.array, pair.count == 2, let errno = pair[0].string, let sentence = pair[1].string {
      self = .failed(errno: errno, sentence: sentence)
    } else {
      throw LineError("not a recorded outcome: \(recorded.text)")
    }
  }
}

extension JSON {
  fileprivate func number<T: FixedWidthInteger>(_ name: String, _ type: T.Type = T.self) throws(LineError) -> T {
    guard let value = self[name]?.int.flatMap(T.init(exactly:)) else {
      throw LineError("no number \"\(name)\" in a recorded answer: \(text)")
    }
    return value
  }
}

extension IPVSService {
  fileprivate var recorded: JSON {
    var members = [
      JSONMember("key", .string(key.description)), JSONMember("scheduler", .string(scheduler)),
      JSONMember("flags", .int(Int64(flags.rawValue))), JSONMember("timeout", .int(Int64(timeout))),
    ]
    switch granularity {
    case .prefix(let length): members.append(JSONMember("prefix", .int(Int64(length))))
    case .mask(let mask): members.append(JSONMember("mask", .int(Int64(mask))))
    }
    if let engine = persistenceEngine { members.append(JSONMember("engine", .string(engine))) }
    return .object(members)
  }

  fileprivate init(recorded: JSON) throws(LineError) {
    guard let key = recorded["key"]?.string.flatMap({ IPVSServiceKey($0) }), let name = recorded["scheduler"]?.string
    else {
      throw LineError("not a recorded service: \(recorded.text)")
    }
    let granularity: Granularity =
      recorded["mask"] == nil ? .prefix(try recorded.number("prefix")) : .mask(try recorded.number("mask"))
    self.init(
      key: key, scheduler: name, flags: Flags(rawValue: try recorded.number("flags")),
      timeout: try recorded.number("timeout"), granularity: granularity,
      persistenceEngine: recorded["engine"]?.string)
  }
}

extension IPVSDestination {
  fileprivate var recorded: JSON {
    var members = [
      JSONMember("endpoint", .string(endpoint.description)),
      JSONMember("forwarding", .int(Int64(forwarding.rawValue))), JSONMember("weight", .int(Int64(weight))),
      JSONMember("upper", .int(Int64(upperThreshold))), JSONMember("lower", .int(Int64(lowerThreshold))),
    ]
    switch tunnel {
    case .ipip: break
    case .gue(let port, let checksum):
      members += [
        JSONMember("gue", .int(Int64(port))), JSONMember("checksum", .int(Int64(checksum.rawValue))),
      ]
    case .gre(let checksum): members.append(JSONMember("gre", .int(Int64(checksum.rawValue))))
    }
    return .object(members)
  }

  fileprivate init(recorded: JSON) throws(LineError) {
    guard let endpoint = recorded["endpoint"]?.string.flatMap({ IPVSEndpoint($0) }),
      let forwarding = IPVSForwarding(rawValue: try recorded.number("forwarding"))
    else {
      throw LineError("not a recorded destination: \(recorded.text)")
    }
    var tunnel = IPVSTunnel.ipip
    if recorded["gue"] != nil {
      tunnel = .gue(
        port: try recorded.number("gue"), IPVSTunnel.Checksum(rawValue: try recorded.number("checksum")))
    } else if recorded["gre"] != nil {
      tunnel = .gre(IPVSTunnel.Checksum(rawValue: try recorded.number("gre")))
    }
    self.init(
      endpoint: endpoint, forwarding: forwarding, weight: try recorded.number("weight"),
      upperThreshold: try recorded.number("upper"), lowerThreshold: try recorded.number("lower"), tunnel: tunnel)
  }
}
