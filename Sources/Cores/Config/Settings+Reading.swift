// From entries of seesaw.cfg to settings: unknown names, values given twice, and the addresses of
// `[extra_service_anycast]`, whose names are free.

internal import Values

extension Settings {
  /// The sections whose names are free, or that other programs read.
  private static let freeSections: Set<String> = ["extra_service_anycast"]

  package init(_ entries: [SettingEntry], findings: inout Findings) {
    self.init()
    isGiven = true
    var first: [String: SettingEntry] = [:]
    for entry in entries {
      let key = "[\(entry.section)] \(entry.name)"
      if let earlier = first[key] {
        findings.error(.duplicate, at: entry.position, "\(key) is given twice", also: earlier.position)
        continue
      }
      first[key] = entry
      if Self.freeSections.contains(entry.section) {
        addAnycast(entry, &findings)
      } else if let rule = Self.rules.first(where: { $0.section == entry.section && $0.name == entry.name }) {
        if let fault = rule.read(entry, &self) {
          tell(.badValue, "\(key): \(fault)", about: entry, at: entry.valuePosition, &findings)
        }
      } else {
        let isSection = Self.rules.contains { $0.section == entry.section }
        tell(
          .unknownField,
          isSection ? "section [\(entry.section)] has no \"\(entry.name)\"" : "there is no section [\(entry.section)]",
          about: entry, at: entry.position, &findings)
      }
    }
    if first["[cluster] name"] == nil {
      findings.error(.missing, at: entries.first?.position, "[cluster] name is missing")
    }
  }

  /// Without what says where VIPs are held, the default would hold them elsewhere.
  private func tell(
    _ kind: Problem.Kind, _ sentence: String, about entry: SettingEntry, at position: Position,
    _ findings: inout Findings
  ) {
    if entry.section == "interface" || (entry.section, entry.name) == ("cluster", "anycast_ranges") {
      findings.refuse(kind, at: position, sentence)
    } else {
      findings.error(kind, at: position, sentence)
    }
  }

  private mutating func addAnycast(_ entry: SettingEntry, _ findings: inout Findings) {
    guard let address = IPAddress(entry.value) else {
      findings.error(.badAddress, at: entry.valuePosition, "\(entry.name): \"\(entry.value)\" is no address")
      return
    }
    extraAnycast.append(Placed(address, at: entry.valuePosition))
  }
}
