// What the block `defaults` of cluster.pb gives to vservers, entries, backends and healthchecks: each of its fields
// that the object does not set itself. A repeated field or a message is inherited whole or not at all, and nothing is
// that the object says in another way. A fault within the block is everybody's, so nothing of the file is used.

extension MessageType {
  /// Whether objects of the type can inherit, so that what one lacks is known only with what it is given.
  package var inherits: Bool { Inheritance.heirs.contains { $0.type == self } }
}

struct Inheritance {
  static let heirs: [(type: MessageType, field: FieldName)] = [
    (.vserver, .vserver), (.vserverEntry, .vserver_entry), (.backend, .backend), (.healthcheck, .healthcheck),
  ]

  /// What makes an object itself.
  private static let own: [MessageType: [FieldName]] = [
    .vserver: [.name, .entry_address, .address, .address_group, .fwmark, .vserver_entry, .backend],
    .backend: [.host],
  ]

  /// Fields that are not inherited where the object itself sets one of these, which say the same or decide it.
  private static let alternatives: [FieldName: [FieldName]] = [
    .scheduler: [.scheduler_name], .scheduler_name: [.scheduler], .scheduler_flag: [.scheduler, .scheduler_name],
    .quiescent: [.failure_action], .failure_action: [.quiescent], .tunnel_port: [.tunnel_type],
    .tunnel_flag: [.tunnel_type], .interval: [.interval_ms], .interval_ms: [.interval], .timeout: [.timeout_ms],
    .timeout_ms: [.timeout], .retries: [.fall], .fall: [.retries], .code: [.status], .status: [.code],
  ]

  private var parents: [MessageType: Message] = [:]

  init(_ tree: Message, findings: inout Findings) {
    guard let defaults = tree.message(.defaults) else { return }
    for fault in defaults.allFaults { findings.refuse(fault.kind, at: fault.position, "defaults: \(fault.sentence)") }
    for (type, name) in Self.heirs {
      guard let parent = defaults.message(name) else { continue }
      for field in parent.fields where Self.own[type]?.contains(field.name) == true {
        findings.refuse(.badValue, at: field.position, "defaults cannot give \(field.name): it is each \(name)'s own")
      }
      parents[type] = parent
    }
  }

  /// Gives the message and all within it what they inherit, and notes what is missing then; false if that changed
  /// nothing.
  @discardableResult
  func complete(_ message: inout Message) -> Bool {
    var changed = false
    if let parent = parents[message.type] {
      let given = Set(message.fields.map(\.name) + message.unreadable)
      for field in parent.fields where !given.contains(field.name) {
        guard Self.alternatives[field.name]?.contains(where: given.contains) != true else { continue }
        message.inherit(field)
        changed = true
      }
    }
    for index in message.fields.indices where message.fields[index].name != .defaults {
      guard case .message(var inner) = message.fields[index].value, complete(&inner) else { continue }
      message.replace(index, by: inner)
      changed = true
    }
    guard message.type.inherits else { return changed }
    let faults = message.faults.count
    message.noteMissing()
    return changed || message.faults.count > faults
  }
}
