// The import of a keepalived.conf: of its IPVS half all that cluster.pb can say, and a problem for everything else.
// Where keepalived itself corrects what was written, the result is what keepalived would do, and a warning says so.

package enum Keepalived {
  /// - Parameter surroundings: finds the files that are included.
  package static func read(_ file: ImportFile, _ surroundings: ImportSurroundings) -> Imported {
    var lines = KeepalivedLines(surroundings)
    lines.read(file)
    var findings = lines.findings
    var imported = Imported()
    imported.files = lines.files
    if !findings.isRefused {
      let tree = KeepalivedTree(lines.pieces, &findings)
      if !findings.isRefused {
        var reader = KeepalivedReader(findings: findings)
        reader.read(tree.statements)
        findings = reader.findings
        imported.text = reader.cluster.text(imported, from: "keepalived's configuration")
      }
    }
    imported.problems = findings.sorted
    return imported
  }
}

/// Goes through the blocks.
struct KeepalivedReader {
  var findings: ImportFindings
  var cluster = ImportedCluster()
  /// virtual_server_group by name.
  var groups: [String: AddressGroup] = [:]

  init(findings: ImportFindings) { self.findings = findings }

  mutating func read(_ statements: [Statement]) {
    for statement in statements where statement.keyword == "virtual_server_group" { readGroup(statement) }
    for statement in statements {
      switch statement.keyword {
      case "virtual_server_group": break
      case "virtual_server": readVirtualServer(statement)
      case "global_defs": readGlobals(statement)
      case "SSL": leaveOut(statement, "certificates of checks cannot be said")
      case let word where Self.election.contains(word): leaveOut(statement, "it belongs to keepalived's VRRP half")
      case "bfd_instance": leaveOut(statement, "it belongs to keepalived's BFD half")
      default: unknown(statement)
      }
    }
  }

  private static let election: Set<String> = [
    "garp_group", "interface_up_down_delays", "linkbeat_interfaces", "linkbeat_use_polling", "static_address",
    "static_ipaddress", "static_routes", "static_rules", "track_file", "track_group", "vrrp_instance", "vrrp_script",
    "vrrp_sync_group", "vrrp_track_file", "vrrp_track_process",
  ]

  // MARK: What holds for all

  /// Of global_defs only what concerns IPVS and the checks changes anything that is imported.
  private mutating func readGlobals(_ block: Statement) {
    for statement in block.block ?? [] {
      let word = statement.keyword
      let concernsService = Self.serviceGlobals.contains { word == $0 || word.hasPrefix($0 + "_") }
      if concernsService {
        leaveOut(statement, "it cannot be said")
      } else {
        findings.warn(statement.place, "\(word) of global_defs is left out: it changes nothing that is imported")
      }
    }
  }

  private static let serviceGlobals = [
    "lvs_timeouts", "lvs_flush", "lvs_sync_daemon", "lvs_notify_fifo", "smtp_alert", "smtp_alert_checker", "checker",
    "nftables_ipvs", "net_namespace", "net_namespace_ipvs", "update_nftables", "default_interface",
  ]

  // MARK: What the blocks have in common

  mutating func leaveOut(_ statement: Statement, _ reason: String) {
    findings.error(statement.place, "\(statement.title) is left out: \(reason)")
  }

  mutating func unknown(_ statement: Statement) {
    findings.error(statement.place, "\(statement.title) is left out: keepalived has no such word here")
  }

  /// keepalived takes no heed of words after those that it expects.
  mutating func noMore(_ statement: Statement, than count: Int) {
    guard let word = statement.word(count) else { return }
    findings.warn(word.place, "\"\(word.text)\" has no effect after \(statement.keyword)")
  }

  /// The number after the keyword; nil, and told, if it is none.
  mutating func number(_ statement: Statement, _ range: ClosedRange<Int64>) -> Int64? {
    noMore(statement, than: 2)
    guard let word = statement.word(1) else {
      findings.error(statement.place, "\(statement.keyword) is left out: it has no value")
      return nil
    }
    guard let value = Int64(word.text), range.contains(value) else {
      let bounds = "\(range.lowerBound) to \(range.upperBound)"
      findings.error(word.place, "\(statement.title) is left out: \"\(word.text)\" is no number from \(bounds)")
      return nil
    }
    return value
  }

  mutating func text(_ statement: Statement) -> String? {
    noMore(statement, than: 2)
    if let word = statement.word(1), !word.text.isEmpty { return word.text }
    findings.error(statement.place, "\(statement.keyword) is left out: it has no value")
    return nil
  }

  /// `on` where nothing follows.
  mutating func truth(_ statement: Statement) -> Bool? {
    noMore(statement, than: 2)
    switch statement.word(1)?.text {
    case nil, "on", "true", "yes": return true
    case "off", "false", "no": return false
    case let other?:
      findings.error(statement.place, "\(statement.title) is left out: \"\(other)\" is neither on nor off")
      return nil
    }
  }

  /// Seconds with a fraction, as milliseconds. What is finer is rounded up.
  mutating func timer(_ statement: Statement, allowsZero: Bool = false) -> Int64? {
    noMore(statement, than: 2)
    guard let word = statement.word(1) else {
      findings.error(statement.place, "\(statement.keyword) is left out: it has no value")
      return nil
    }
    guard let time = Milliseconds(word.text), time.value > 0 || allowsZero else {
      findings.error(word.place, "\(statement.title) is left out: \"\(word.text)\" is no time in seconds")
      return nil
    }
    if time.isRounded { findings.warn(word.place, "\(statement.title) is rounded up to \(time.value) ms") }
    return time.value
  }
}

/// `2.5` seconds as 2,500 ms.
struct Milliseconds {
  let value: Int64
  let isRounded: Bool

  /// What 32 bits of milliseconds can say, in seconds.
  private static let longest: Int64 = 4_294_967

  init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), parts.contains(where: { !$0.isEmpty }) else { return nil }
    guard parts.allSatisfy({ $0.utf8.allSatisfy(\.isDigit) }) else { return nil }
    guard let seconds = parts[0].isEmpty ? 0 : Int64(parts[0]), seconds < Self.longest else { return nil }
    let fraction = parts.count == 2 ? parts[1] : ""
    let padded = fraction.prefix(3) + String(repeating: "0", count: 3 - fraction.prefix(3).count)
    isRounded = fraction.dropFirst(3).contains { $0 != "0" }
    value = seconds * 1000 + (Int64(padded) ?? 0) + (isRounded ? 1 : 0)
  }
}
