// Vservers and backends from lines and to lines.

internal import Values

extension VserverLine {
  /// From a line that the schema allows.
  package init(_ line: Line) throws(LineError) {
    self.init(
      name: line.key ?? "", fqdn: try line.optionalString("fqdn"),
      ipv4: try line.optionalParsed("ipv4", as: "a prefix"), ipv6: try line.optionalParsed("ipv6", as: "a prefix"),
      status: try line.word("status", default: .production), isEnabled: try line.bool("enabled"),
      usesFirewallMark: try line.bool("use_fwm", default: false), responsible: try line.optionalString("rp"),
      warnings: try line.strings("warnings"))
    if line["fwmark"] != nil { mark = try line.int("fwmark", in: 1...UInt32.max) }
    role = try line.optionalString("role")
    drainTimeout = .milliseconds(try line.int("drain_timeout_ms", in: 0...Int64.max / 1_000_000, default: 0))
    for word in try line.strings("fwmark_families") {
      if let family = AddressFamily(rawValue: word) { markFamilies.append(family) }
    }
    for object in try line.objects("outbound") { outbound.append(try OutboundLine(object)) }
    for object in try line.objects("vips") { vips.append(try VIPLine(object)) }
    for object in try line.objects("entries") { entries.append(try EntryLine(object)) }
    for object in try line.objects("access_grants") {
      accessGrants.append(
        AccessGrantLine(
          grantee: try object.string("grantee"), role: try object.string("role"), type: try object.string("type")))
    }
  }

  package var line: Line {
    var members: [JSONMember] = []
    if let fqdn { members.append(JSONMember("fqdn", .string(fqdn))) }
    if let ipv4 { members.append(JSONMember("ipv4", .string(ipv4.description))) }
    if let ipv6 { members.append(JSONMember("ipv6", .string(ipv6.description))) }
    members += [
      JSONMember("status", .string(status.rawValue)), JSONMember("enabled", .bool(isEnabled)),
      JSONMember("use_fwm", .bool(usesFirewallMark)),
    ]
    if let mark { members.append(JSONMember("fwmark", .int(Int64(mark)))) }
    if !markFamilies.isEmpty { members.append(JSONMember("fwmark_families", .words(markFamilies))) }
    if let responsible { members.append(JSONMember("rp", .string(responsible))) }
    if let role { members.append(JSONMember("role", .string(role))) }
    members += [
      JSONMember("vips", .array(vips.map(\.json))), JSONMember("entries", .array(entries.map(\.json))),
    ]
    if !outbound.isEmpty { members.append(JSONMember("outbound", .array(outbound.map(\.json)))) }
    if drainTimeout > .zero { members.append(JSONMember("drain_timeout_ms", .int(drainTimeout.milliseconds))) }
    members += [
      JSONMember(
        "access_grants",
        .array(
          accessGrants.map {
            .object([
              JSONMember("grantee", .string($0.grantee)), JSONMember("role", .string($0.role)),
              JSONMember("type", .string($0.type)),
            ])
          })),
      JSONMember("warnings", .array(warnings.map { .string($0) })),
    ]
    return Line("config.vserver", key: name, members)
  }
}

extension VIPLine {
  init(_ object: Line) throws(LineError) {
    let address: IPAddress = try object.parsed("address", as: "an address")
    self.init(
      address: address, kind: try object.word("kind"), interface: try object.string("interface"),
      prefixLength: try object.int("prefix_length", in: 0...address.family.bits),
      instance: try object.optionalString("instance"))
  }

  var json: JSON {
    .object(
      [
        JSONMember("address", .string(address.description)), JSONMember("kind", .string(kind.rawValue)),
        JSONMember("interface", .string(interface)), JSONMember("prefix_length", .int(Int64(prefixLength))),
      ] + (instance.map { [JSONMember("instance", .string($0))] } ?? []))
  }
}

extension JSON {
  /// A share in single precision, with the digits that a person wrote: 0.3, and not 0.30000001192092896.
  package static func ratio(_ value: Float) -> JSON { .number(Double("\(value)") ?? Double(value)) }

  static func words<Word: RawRepresentable>(_ words: [Word]) -> JSON where Word.RawValue == String {
    .array(words.map { .string($0.rawValue) })
  }
}

extension BackendLine {
  /// From a line that the schema allows.
  package init(_ line: Line) throws(LineError) {
    self.init(
      vserver: try line.string("vserver"), fqdn: try line.string("fqdn"),
      ipv4: try line.optionalParsed("ipv4", as: "a prefix"), ipv6: try line.optionalParsed("ipv6", as: "a prefix"),
      weight: try line.int("weight", in: 0...65535, default: 1),
      status: try line.word("status", default: .production), isEnabled: try line.bool("enabled"),
      isInService: try line.bool("in_service"))
    if line["port"] != nil { port = try line.int("port", in: 0...UInt16.max) }
    if line["mode"] != nil { mode = try line.word("mode") }
    if line["tunnel_type"] != nil { tunnel = try IPVSDestinationLine.tunnel(line) }
    if line["failure_action"] != nil { failureAction = try line.word("failure_action") }
    if line["lower_threshold"] != nil { lowerThreshold = try line.int("lower_threshold", in: 0...UInt32.max) }
    if line["upper_threshold"] != nil { upperThreshold = try line.int("upper_threshold", in: 0...UInt32.max) }
    for object in try line.objects("checks") {
      checks.append(
        CheckReference(
          check: try object.string("check"), family: try object.word("family"),
          entry: try object.optionalString("entry"), name: try object.optionalString("name")))
    }
    guard line.key == key else {
      throw LineError("the key does not agree with the members, which make \(key)", key: line.key)
    }
  }

  package var line: Line {
    var members = [JSONMember("vserver", .string(vserver)), JSONMember("fqdn", .string(fqdn))]
    if let ipv4 { members.append(JSONMember("ipv4", .string(ipv4.description))) }
    if let ipv6 { members.append(JSONMember("ipv6", .string(ipv6.description))) }
    members += [
      JSONMember("weight", .int(Int64(weight))), JSONMember("status", .string(status.rawValue)),
      JSONMember("enabled", .bool(isEnabled)), JSONMember("in_service", .bool(isInService)),
    ]
    if let port { members.append(JSONMember("port", .int(Int64(port)))) }
    if let mode { members.append(JSONMember("mode", .string(mode.rawValue))) }
    if let tunnel { members += tunnel.members }
    if let failureAction { members.append(JSONMember("failure_action", .string(failureAction.rawValue))) }
    if let lowerThreshold { members.append(JSONMember("lower_threshold", .int(Int64(lowerThreshold)))) }
    if let upperThreshold { members.append(JSONMember("upper_threshold", .int(Int64(upperThreshold)))) }
    members.append(JSONMember("checks", .array(checks.map(\.json))))
    return Line("config.backend", key: key, members)
  }
}

extension CheckReference {
  var json: JSON {
    var members = [JSONMember("check", .string(check)), JSONMember("family", .string(family.rawValue))]
    if let entry { members.append(JSONMember("entry", .string(entry))) }
    if let name { members.append(JSONMember("name", .string(name))) }
    return .object(members)
  }
}
