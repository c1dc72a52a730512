// What a generation serves, as far as the guard against blast radius compares it: which vservers and which backends
// are there to be used. Read from the lines that the generation makes, so that it counts what would act.

package import Lines

package struct Inventory: Hashable, Sendable {
  /// Vservers that are enabled, with a VIP, an entry and a backend that is given connections.
  package private(set) var vservers: Set<String> = []
  /// Backends, by VSERVER/FQDN, that are given connections.
  package private(set) var backends: Set<String> = []

  package init(vservers: Set<String> = [], backends: Set<String> = []) {
    self.vservers = vservers
    self.backends = backends
  }

  /// From `config.*` lines; others are passed over. A cluster that is not in service serves nothing.
  package init(_ lines: [Line]) {
    var served = Set<String>()
    for line in lines where line.type == "config.backend" {
      guard let key = line.key, line["enabled"]?.bool == true, line["weight"]?.int != 0 else { continue }
      backends.insert(key)
      if let vserver = line["vserver"]?.string { served.insert(vserver) }
    }
    for line in lines {
      switch line.type {
      case "config.vserver":
        guard let key = line.key, line["enabled"]?.bool == true, served.contains(key) else { continue }
        guard line["entries"]?.array?.isEmpty == false else { continue }
        // Packets that somebody else marks need no VIP.
        guard line["vips"]?.array?.isEmpty == false || line["fwmark"] != nil else { continue }
        vservers.insert(key)
      case "config.cluster":
        guard let status = line["status"]?.string, !["PRODUCTION", "TESTING"].contains(status) else { continue }
        self = Inventory()
        return
      default: continue
      }
    }
  }
}

/// How much one change may take away without being asked about.
package struct Guard: Hashable, Sendable {
  /// Share of what is there above which a change is held; 100 holds nothing.
  package var percent: Int
  /// Fewer lost objects than these are never held, whatever their share. From the operator's point of view: a small
  /// cluster is changed by hand and watched.
  package static let least = 5
  /// What is named of what would be lost.
  private static let named = 5

  package init(percent: Int = 25) { self.percent = percent }

  /// Why the change is held; nil for one that is not.
  package func objection(to new: Inventory, after old: Inventory) -> String? {
    let reasons = [
      excess("vservers", old.vservers, new.vservers), excess("backends", old.backends, new.backends),
    ].compactMap { $0 }
    return reasons.isEmpty ? nil : reasons.joined(separator: "; ")
  }

  private func excess(_ what: String, _ old: Set<String>, _ new: Set<String>) -> String? {
    let lost = old.subtracting(new)
    guard lost.count >= Self.least, lost.count * 100 > percent * old.count else { return nil }
    let names = lost.sorted().prefix(Self.named).joined(separator: ", ")
    let more = lost.count > Self.named ? ", and \(lost.count - Self.named) more" : ""
    return
      "it would remove, disable or empty \(lost.count) of \(old.count) \(what), more than \(percent) %: \(names)\(more)"
  }
}
