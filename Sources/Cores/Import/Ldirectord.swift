// The import of an ldirectord.cf: virtual services, real and fallback servers, and the checks that can be said. Names
// of hosts are not looked up. Where ldirectord compares the body with a regular expression the check asks for the
// status alone, and a problem says so.

internal import Values

package enum Ldirectord {
  package static func read(_ file: ImportFile) -> Imported {
    var findings = ImportFindings()
    let text = LdirectordText(file.bytes, &findings)
    var reader = LdirectordReader(findings: findings)
    reader.read(text)
    var imported = Imported()
    imported.files = [file.name]
    imported.text = reader.cluster.text(imported, from: "ldirectord's configuration")
    imported.problems = reader.findings.sorted
    return imported
  }
}

struct LdirectordReader {
  /// What a virtual service can have of its own, and else has of the whole.
  struct Shared {
    /// Seconds.
    var checkTimeout: Int64?
    var negotiateTimeout: Int64?
    var interval: Int64?
    var failures: Int64?
    var isQuiescent: Bool?
    var fallback: LdirectordSetting?

    func over(_ outer: Shared) -> Shared {
      Shared(
        checkTimeout: checkTimeout ?? outer.checkTimeout,
        negotiateTimeout: negotiateTimeout ?? outer.negotiateTimeout, interval: interval ?? outer.interval,
        failures: failures ?? outer.failures, isQuiescent: isQuiescent ?? outer.isQuiescent,
        fallback: fallback ?? outer.fallback)
    }
  }

  var findings: ImportFindings
  var cluster = ImportedCluster()
  private(set) var shared = Shared()
  private(set) var fallback6: LdirectordSetting?
  private(set) var forks = false

  init(findings: ImportFindings) { self.findings = findings }

  mutating func read(_ text: LdirectordText) {
    var shared = Shared()
    for setting in text.globals {
      if takeShared(setting, into: &shared) { continue }
      switch setting.key.text {
      case "fallback": shared.fallback = setting
      case "fallback6": fallback6 = setting
      case "fork": forks = truth(setting) ?? forks
      case "autoreload", "cleanstop", "logfile", "readdquiescent", "supervised":
        findings.warn(setting.key.place, "\(setting.title) is left out: it is about ldirectord itself")
      case "callback", "checkcount", "emailalert", "emailalertfreq", "emailalertfrom", "emailalertstatus", "execute",
        "fallbackcommand", "maintenancedir", "smtp":
        leaveOut(setting, "it cannot be said")
      default: leaveOut(setting, "ldirectord has no such setting")
      }
    }
    self.shared = shared
    for section in text.sections { readSection(section) }
  }

  mutating func takeShared(_ setting: LdirectordSetting, into shared: inout Shared) -> Bool {
    switch setting.key.text {
    case "checktimeout": shared.checkTimeout = number(setting, 1...4_294_967) ?? shared.checkTimeout
    case "negotiatetimeout": shared.negotiateTimeout = number(setting, 1...4_294_967) ?? shared.negotiateTimeout
    case "checkinterval": shared.interval = number(setting, 1...4_294_967) ?? shared.interval
    case "failurecount": shared.failures = number(setting, 1...999_999) ?? shared.failures
    case "quiescent": shared.isQuiescent = truth(setting) ?? shared.isQuiescent
    default: return false
    }
    return true
  }

  // MARK: Values

  mutating func leaveOut(_ setting: LdirectordSetting, _ reason: String) {
    findings.error(setting.key.place, "\(setting.title) is left out: \(reason)")
  }

  mutating func number(_ setting: LdirectordSetting, _ range: ClosedRange<Int64>) -> Int64? {
    if let number = Int64(setting.value.text), range.contains(number) { return number }
    findings.error(
      setting.value.place,
      "\(setting.title) is left out: it is no number from \(range.lowerBound) to \(range.upperBound)")
    return nil
  }

  mutating func truth(_ setting: LdirectordSetting) -> Bool? {
    switch setting.value.text {
    case "yes": return true
    case "no": return false
    default:
      findings.error(setting.value.place, "\(setting.title) is left out: it is neither yes nor no")
      return nil
    }
  }
}
