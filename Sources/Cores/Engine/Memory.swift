// What an earlier run said: the sides of the hysteresis, what was healthy, what was in a slow start, since when.

import Lines
import Values

struct Memory {
  struct Destination {
    var health: Health?
    var rampSince: Instant?
  }

  private(set) var services: [String: Health] = [:]
  private(set) var destinations: [String: Destination] = [:]
  private(set) var vservers: [String: (word: String, since: String)] = [:]
  private(set) var backends: [String: (word: String, since: String)] = [:]

  init() {}

  init(_ lines: [Line], run: FilterRun) {
    for line in lines {
      guard let key = line.key, let word = line["state"]?.string else { continue }
      let since = line["since"]?.string ?? ""
      switch line.type {
      case "vserver.state":
        vservers[key] = (word, since)
        for service in line["services"]?.array ?? [] {
          if let key = service["service"]?.string { services[key] = Memory.health(service) }
        }
      case "backend.state":
        backends[key] = (word, since)
        for destination in line["destinations"]?.array ?? [] {
          guard let key = destination["destination"]?.string else { continue }
          let ramp = destination["slow_start_since"]?.string.flatMap { Timestamp.unixNanoseconds($0) }
          destinations[key] = Destination(
            health: Memory.health(destination), rampSince: ramp.map { run.instant(unixNanoseconds: $0) })
        }
      default: continue
      }
    }
  }

  private static func health(_ object: JSON) -> Health? {
    let health = object["state"]?.string.flatMap { Health(rawValue: $0) }
    return health == .unknown ? nil : health
  }
}
