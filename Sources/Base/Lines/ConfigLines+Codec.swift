// Vservers and backends from lines and to lines.

internal import Values

extension VserverLine {
  package init(_ line: Line) throws(LineError) {
    if let fault = Schema.fault(in: line) { throw fault }
    self.init(
      name: line.key ?? "", fqdn: try line.optionalString("fqdn"),
      ipv4: try line.optionalParsed("ipv4", as: "a prefix"), ipv6: try line.optionalParsed("ipv6", as: "a prefix"),
      status: try line.word("status", default: .production), isEnabled: try line.bool("enabled"),
      usesFirewallMark: try line.bool("use_fwm", default: false), responsible: try line.optionalString("rp"),
      warnings: try line.strings("warnings"))
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
    if let responsible { members.append(JSONMember("rp", .string(responsible))) }
    members += [
      JSONMember("vips", .array(vips.map(\.json))), JSONMember("entries", .array(entries.map(\.json))),
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
      prefixLength: try object.int("prefix_length", in: 0...address.family.bits))
  }

  var json: JSON {
    .object([
      JSONMember("address", .string(address.description)), JSONMember("kind", .string(kind.rawValue)),
      JSONMember("interface", .string(interface)), JSONMember("prefix_length", .int(Int64(prefixLength))),
    ])
  }
}

extension EntryLine {
  init(_ object: Line) throws(LineError) {
    guard let transport = IPVSProtocol(name: try object.string("protocol")) else {
      throw LineError("an entry's protocol is unknown", key: object.key)
    }
    self.init(
      transport: transport, port: try object.int("port", in: 0...UInt16.max),
      scheduler: try object.optionalString("scheduler") ?? "wlc", mode: try object.word("mode", default: .dsr),
      persistence: try object.int("persistence_s", in: 0...UInt32.max, default: 0),
      onePacket: try object.bool("one_packet", default: false),
      quiescent: try object.bool("quiescent", default: false),
      lowWatermark: Float(object["low_watermark"]?.double ?? 0),
      highWatermark: Float(object["high_watermark"]?.double ?? 0),
      lowerThreshold: try object.int("lower_threshold", in: 0...UInt32.max, default: 0),
      upperThreshold: try object.int("upper_threshold", in: 0...UInt32.max, default: 0))
  }

  var json: JSON {
    .object([
      JSONMember("protocol", .string(transport.name)), JSONMember("port", .int(Int64(port))),
      JSONMember("scheduler", .string(scheduler)), JSONMember("mode", .string(mode.rawValue)),
      JSONMember("persistence_s", .int(Int64(persistence))), JSONMember("one_packet", .bool(onePacket)),
      JSONMember("quiescent", .bool(quiescent)), JSONMember("low_watermark", .ratio(lowWatermark)),
      JSONMember("high_watermark", .ratio(highWatermark)), JSONMember("lower_threshold", .int(Int64(lowerThreshold))),
      JSONMember("upper_threshold", .int(Int64(upperThreshold))),
    ])
  }
}

extension JSON {
  /// A share in single precision, with the digits that a person wrote: 0.3, and not 0.30000001192092896.
  package static func ratio(_ value: Float) -> JSON { .number(Double("\(value)") ?? Double(value)) }
}

extension BackendLine {
  package init(_ line: Line) throws(LineError) {
    if let fault = Schema.fault(in: line) { throw fault }
    self.init(
      vserver: try line.string("vserver"), fqdn: try line.string("fqdn"),
      ipv4: try line.optionalParsed("ipv4", as: "a prefix"), ipv6: try line.optionalParsed("ipv6", as: "a prefix"),
      weight: try line.int("weight", in: 0...65535, default: 1),
      status: try line.word("status", default: .production), isEnabled: try line.bool("enabled"),
      isInService: try line.bool("in_service"))
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
      JSONMember("checks", .array(checks.map(\.json))),
    ]
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
