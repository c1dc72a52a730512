// What a stretch of the pipeline has been told, folded by the shortest reading of the contract: an own reading beside
// that of Base/Lines, so that the two must agree.

import Lines
import Values

struct Told {
  private(set) var services: [String: IPAddress] = [:]
  /// VIPs of standing `ipvs.failed` lines.
  private(set) var failures: [String: IPAddress] = [:]
  /// Keys that were ever asked for, deleted since or not.
  private(set) var everServices: Set<String> = []
  private var pending: [(key: String, vip: IPAddress?)] = []
  private var isSet = false
  private var rest: [UInt8] = []
  /// Whether lines count at their `sync` only.
  let waits: Bool

  init(waits: Bool) { self.waits = waits }

  mutating func take(_ bytes: [UInt8]) {
    rest += bytes
    guard let end = rest.lastIndex(of: 0x0a) else { return }
    let whole = rest[...end]
    rest = Array(rest[(end + 1)...])
    for text in whole.split(separator: 0x0a) {
      let text = Array(text)
      guard let head = try? LineHead(scanning: text.span) else { continue }
      switch (head.type(in: text.span), head.from(in: text.span)) {
      case ("ipvs.service", _), ("ipvs.failed", _):
        if let line = try? Line(parsing: text.span) { take(line) }
      case ("reset", "ss-engine"):
        pending = []
        isSet = true
      case ("sync", "ss-engine"): commit()
      default: break
      }
    }
  }

  private mutating func take(_ line: Line) {
    let vip = line.isDeleted ? nil : line["vip"]?.string.flatMap { IPAddress($0) }
    let key = line.key ?? ""
    guard line.type == "ipvs.service" else { return failures[key] = vip }
    if waits { pending.append((key, vip)) } else { services[key] = vip }
    if vip != nil { everServices.insert(key) }
  }

  private mutating func commit() {
    guard waits else { return }
    if isSet { services = [:] }
    isSet = false
    for (key, vip) in pending { services[key] = vip }
    pending = []
  }
}
