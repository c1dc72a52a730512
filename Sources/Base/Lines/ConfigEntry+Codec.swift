// Entries from the members of `config.vserver` and to them. What has its default is not said.

internal import Values

extension EntryLine {
  init(_ object: Line) throws(LineError) {
    guard let transport = IPVSProtocol(name: try object.string("protocol")) else {
      throw LineError("an entry's protocol is unknown", key: object.key)
    }
    let scheduler = try object.optionalString("scheduler") ?? "wlc"
    self.init(
      transport: transport, port: try object.int("port", in: 0...UInt16.max), scheduler: scheduler,
      schedulerFlags: try IPVSSchedulerFlags.flags(
        named: object.strings("scheduler_flags"), scheduler: scheduler, key: object.key),
      mode: try object.word("mode", default: .dsr), tunnel: try IPVSDestinationLine.tunnel(object),
      persistence: try object.int("persistence_s", in: 0...UInt32.max, default: 0),
      persistenceEngine: try object.optionalString("persistence_engine"),
      onePacket: try object.bool("one_packet", default: false),
      failureAction: try object.word("failure_action", default: .remove),
      lowWatermark: Float(object["low_watermark"]?.double ?? 0),
      highWatermark: Float(object["high_watermark"]?.double ?? 0),
      quorum: try object.int("quorum", in: 0...UInt32.max, default: 0),
      hysteresis: try object.int("hysteresis", in: 0...UInt32.max, default: 0),
      staysDown: try object.bool("stays_down", default: false),
      slowStart: .milliseconds(try object.int("slow_start_ms", in: 0...Int64(UInt32.max), default: 0)),
      panicPercent: try object.int("panic_percent", in: 0...100, default: 0),
      lowerThreshold: try object.int("lower_threshold", in: 0...UInt32.max, default: 0),
      upperThreshold: try object.int("upper_threshold", in: 0...UInt32.max, default: 0),
      sourceNAT: try object.bool("source_nat", default: false))
    if object["backend_port"] != nil { backendPort = try object.int("backend_port", in: 0...UInt16.max) }
    if object["persistence_prefix_length"] != nil {
      persistenceGranularity = try object.int("persistence_prefix_length", in: 0...128)
    }
    if case .object(let members) = object["sorry_server"] {
      var line = Line(object.type, key: object.key)
      line.members = members
      sorryServer = try SorryServerLine(line)
    }
  }

  var json: JSON {
    var members = [
      JSONMember("protocol", .string(transport.name)), JSONMember("port", .int(Int64(port))),
      JSONMember("scheduler", .string(scheduler)),
    ]
    let flags = IPVSSchedulerFlags.names(of: schedulerFlags, scheduler: scheduler)
    if !flags.isEmpty { members.append(JSONMember("scheduler_flags", .array(flags))) }
    members.append(JSONMember("mode", .string(mode.rawValue)))
    if tunnel != .ipip { members += tunnel.members }
    if let backendPort { members.append(JSONMember("backend_port", .int(Int64(backendPort)))) }
    members.append(JSONMember("persistence_s", .int(Int64(persistence))))
    if let persistenceGranularity {
      members.append(JSONMember("persistence_prefix_length", .int(Int64(persistenceGranularity))))
    }
    if let persistenceEngine { members.append(JSONMember("persistence_engine", .string(persistenceEngine))) }
    members += [
      JSONMember("one_packet", .bool(onePacket)), JSONMember("failure_action", .string(failureAction.rawValue)),
      JSONMember("low_watermark", .ratio(lowWatermark)), JSONMember("high_watermark", .ratio(highWatermark)),
    ]
    for (name, value) in [("quorum", quorum), ("hysteresis", hysteresis)] where value > 0 {
      members.append(JSONMember(name, .int(Int64(value))))
    }
    if staysDown { members.append(JSONMember("stays_down", true)) }
    if let sorryServer { members.append(JSONMember("sorry_server", sorryServer.json)) }
    if slowStart > .zero { members.append(JSONMember("slow_start_ms", .int(slowStart.milliseconds))) }
    if panicPercent > 0 { members.append(JSONMember("panic_percent", .int(Int64(panicPercent)))) }
    members += [
      JSONMember("lower_threshold", .int(Int64(lowerThreshold))),
      JSONMember("upper_threshold", .int(Int64(upperThreshold))),
    ]
    if sourceNAT { members.append(JSONMember("source_nat", true)) }
    return .object(members)
  }
}

extension SorryServerLine {
  init(_ object: Line) throws(LineError) {
    self.init()
    ipv4 = try object.optionalParsed("ipv4", as: "an address")
    ipv6 = try object.optionalParsed("ipv6", as: "an address")
    if object["port"] != nil { port = try object.int("port", in: 0...UInt16.max) }
    if object["mode"] != nil { mode = try object.word("mode") }
    when = try object.word("when", default: .noneLeft)
    isInhibited = try object.bool("inhibit", default: false)
  }

  var json: JSON {
    var members: [JSONMember] = []
    if let ipv4 { members.append(JSONMember("ipv4", .string(ipv4.description))) }
    if let ipv6 { members.append(JSONMember("ipv6", .string(ipv6.description))) }
    if let port { members.append(JSONMember("port", .int(Int64(port)))) }
    if let mode { members.append(JSONMember("mode", .string(mode.rawValue))) }
    members.append(JSONMember("when", .string(when.rawValue)))
    if isInhibited { members.append(JSONMember("inhibit", true)) }
    return .object(members)
  }
}

extension OutboundLine {
  init(_ object: Line) throws(LineError) {
    guard let transport = IPVSProtocol(name: try object.string("protocol")) else {
      throw LineError("the protocol of outbound traffic is unknown", key: object.key)
    }
    self.init(
      transport: transport, remotePort: try object.int("remote_port", in: 1...UInt16.max),
      mark: try object.int("fwmark", in: 1...UInt32.max))
  }

  var json: JSON {
    .object([
      JSONMember("protocol", .string(transport.name)), JSONMember("remote_port", .int(Int64(remotePort))),
      JSONMember("fwmark", .int(Int64(mark))),
    ])
  }
}
