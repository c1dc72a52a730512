// What a vserver_entry means: one port and protocol, how it is scheduled, and when it counts as up.

extension Reading {
  func readEntries(of vserver: inout Vserver, _ message: Message, _ own: inout Findings) {
    let messages = message.messages(.vserver_entry)
    if vserver.usesFirewallMark, messages.isEmpty {
      own.error(
        .missing, at: message.position, "a firewall-mark vserver needs a vserver_entry, which marks its packets")
    }
    var keys = Set<String>()
    for message in messages {
      let entry = entry(message, isMarked: vserver.usesFirewallMark, &own)
      // Two of the same port and protocol are told by `noteRepeats`.
      guard keys.insert(entry.key).inserted else { continue }
      vserver.entries.append(entry)
    }
    vserver.entries.sort { ($0.port, $0.transport.rawValue) < ($1.port, $1.transport.rawValue) }
  }

  /// A second entry of the same port and protocol is left out, and the vserver is not wrong by it.
  func noteRepeats(in message: Message, _ own: inout Findings) {
    var first: [String: Position] = [:]
    for message in message.messages(.vserver_entry) {
      let transport: Transport = message.choice(.protocol)
      let key = "\(message.integer(.port))/\(transport.rawValue)"
      if let earlier = first[key] {
        own.error(
          .duplicate, at: message.position, "entry \(key) is given twice; the first is kept", also: earlier)
      } else {
        first[key] = message.position
      }
    }
  }

  private func entry(_ message: Message, isMarked: Bool, _ own: inout Findings) -> Entry {
    for problem in message.faults { own.add(problem) }
    let port = message.integer(.port)
    let persistence = ranged(.persistence, 0...Self.longestPersistence, message, &own)
    if message.field(.port) != nil, !(0...65535).contains(port) {
      own.error(.outOfRange, at: message.position(of: .port), "port \(port) is outside 1 to 65535")
    } else if port == 0, persistence == 0, !isMarked, message.field(.port) != nil {
      // Linux drops every connection to a service of all ports that is not persistent.
      own.error(.outOfRange, at: message.position(of: .port), "port 0, which is every port, needs persistence")
    }
    var entry = Entry(
      transport: message.choice(.protocol), port: UInt16(clamping: port), scheduler: "", mode: message.choice(.mode),
      persistence: persistence, isOnePacket: message.truth(.one_packet), lowWatermark: 0, highWatermark: 0,
      lowerThreshold: ranged(.lthreshold, 0...Int64(Int32.max), message, &own),
      upperThreshold: ranged(.uthreshold, 0...Int64(Int32.max), message, &own), position: message.position)
    readWatermarks(of: &entry, message, &own)
    // The kernel refuses it (ip_vs_ctl.c: ERANGE).
    if entry.lowerThreshold > entry.upperThreshold {
      own.error(
        .contradiction, at: message.position(of: .lthreshold),
        "lthreshold \(entry.lowerThreshold) is above uthreshold \(entry.upperThreshold)")
    }
    if entry.isOnePacket, entry.transport != .udp {
      own.warn(.withoutEffect, at: message.position(of: .one_packet), "one_packet has an effect on UDP only")
    }
    readOptions(of: &entry, message, &own)
    entry.checks = healthchecks(message.messages(.healthcheck), for: .entry(entry), &own)
    return entry
  }

  /// ipvsadm's limit for persistence: 31 days, in seconds.
  static let longestPersistence: Int64 = 31 * 86_400

  /// Seesaw raises a high watermark below the low one. An unset low one means the high one, as Seesaw says and does not
  /// do.
  private func readWatermarks(of entry: inout Entry, _ message: Message, _ own: inout Findings) {
    let low = message.real(.server_low_watermark)
    let high = message.real(.server_high_watermark)
    for (name, value) in [(FieldName.server_low_watermark, low), (.server_high_watermark, high)] {
      guard let value, !(0...1).contains(value) else { continue }
      own.error(.outOfRange, at: message.position(of: name), "\(name) \(Self.short(value)) is outside 0 to 1")
    }
    entry.lowWatermark = low ?? high ?? 0
    entry.highWatermark = max(high ?? 0, entry.lowWatermark)
    if let low, let high, high < low {
      own.warn(
        .contradiction, at: message.position(of: .server_high_watermark),
        "server_high_watermark \(Self.short(high)) is below server_low_watermark \(Self.short(low)), "
          + "which is used for both"
      )
    }
  }

  /// `7.5`, and `2` for 2.0.
  private static func short(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// A whole number within a range, else a fault and the range's lower end.
  func ranged(_ name: FieldName, _ range: ClosedRange<Int64>, _ message: Message, _ own: inout Findings) -> Int {
    let value = message.integer(name)
    if range.contains(value) { return Int(value) }
    own.error(
      .outOfRange, at: message.position(of: name),
      "\(name) \(value) is outside \(range.lowerBound) to \(range.upperBound)")
    return Int(range.lowerBound)
  }
}
