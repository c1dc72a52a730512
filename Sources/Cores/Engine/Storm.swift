// The guard against check storms: many checks that fail at once on this node alone, while the other node sees them up,
// are more likely this node's fault than theirs. It is told, and where so configured their failures do not count
// until they are up again, the other node sees them down too, or the storm is over.

import Lines
import Values

struct Storm {
  /// Fewer failures are never a storm.
  private static let least = 5

  /// Checks that turned to failed, in order of time.
  private var failures: [(at: Instant, check: Int)] = []
  private(set) var held: Set<Int> = []
  private var isOn = false
  private var since: Instant?
  private var said: [JSONMember] = []

  var deadline: Instant?

  mutating func fail(_ check: Int, at now: Instant) { failures.append((now, check)) }

  /// - Returns: checks that are held from now on, or no longer.
  mutating func look(_ checks: CheckTable, _ cluster: ClusterLine?, at now: Instant, into changes: inout Changes)
    -> [Int]
  {
    guard let cluster, cluster.stormPercent > 0 else {
      failures = []
      return end(&changes)
    }
    failures.removeAll { $0.at + cluster.stormWindow <= now || checks[$0.check].verdict?.isHealthy != false }
    deadline = failures.first.map { $0.at + cluster.stormWindow }
    let failed = Set(failures.map(\.check))
    let alone = failed.count { checks[$0].peerIsHealthy == true }
    let isStorm =
      failed.count >= Storm.least && failed.count * 100 > cluster.stormPercent * max(1, checks.known)
      && alone * 2 > failed.count
    // What is held counts on, or letting go would be the next storm.
    let stays = held.contains { checks[$0].verdict?.isHealthy == false && checks[$0].peerIsHealthy == true }
    guard isStorm || (isOn && stays) else { return end(&changes) }
    if !isOn { since = now }
    isOn = true
    var changed: [Int] = []
    if cluster.stormAction == .hold {
      for check in failed.sorted() where checks[check].peerIsHealthy == true && held.insert(check).inserted {
        changed.append(check)
      }
    }
    for check in held.sorted() where checks[check].verdict?.isHealthy != false || checks[check].peerIsHealthy != true {
      held.remove(check)
      changed.append(check)
    }
    say(failed: max(failed.count, held.count), alone: max(alone, held.count), of: checks.known, &changes)
    return changed
  }

  private mutating func end(_ changes: inout Changes) -> [Int] {
    guard isOn else { return [] }
    isOn = false
    said = []
    changes.reports.append((.deleted("guard.state", key: "storm"), nil))
    let released = held.sorted()
    held = []
    return released
  }

  private mutating func say(failed: Int, alone: Int, of total: Int, _ changes: inout Changes) {
    let members = [
      JSONMember("state", "storm"), JSONMember("failed", .int(Int64(failed))),
      JSONMember("peer_healthy", .int(Int64(alone))), JSONMember("total", .int(Int64(total))),
      JSONMember("held", .bool(!held.isEmpty)),
    ]
    guard members != said else { return }
    said = members
    changes.reports.append((Line("guard.state", key: "storm", members), since.map { .instant($0) }))
  }
}
