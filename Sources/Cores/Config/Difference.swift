// What differs between two configurations: by object, known by its key as the reading knows it, and by field, where
// unset is what the field's default says and what is inherited counts. The order of the text, of lists and of objects
// makes no difference.

/// One field that differs, or one object that is in one configuration only.
package struct Difference: Hashable, Sendable {
  package enum Change: String, Hashable, Sendable, CaseIterable { case added, removed, changed }

  /// The field that holds an object and, where there may be several, the object's key.
  package struct Step: Hashable, Sendable {
    package let field: FieldName
    package let key: String?
  }

  /// From the outside in.
  package let object: [Step]
  /// The field and its type of message; for an object that is added or removed, the field that holds it.
  package let field: FieldName
  package let type: MessageType
  package let before: Field?
  package let after: Field?
  /// Holds a password.
  package let isSecret: Bool

  package var change: Change { before == nil ? .added : after == nil ? .removed : .changed }

  /// Whether an object as a whole is meant.
  package var isObject: Bool { if case .message? = (before ?? after)?.value { true } else { false } }

  package static func between(_ old: Message, _ new: Message) -> [Difference] {
    var comparison = Comparison()
    comparison.compare(completed(old), completed(new), at: [])
    return comparison.differences
  }

  private static func completed(_ tree: Message) -> Message {
    var tree = tree
    var findings = Findings()
    Inheritance(tree, findings: &findings).complete(&tree)
    return tree
  }
}

private struct Comparison {
  var differences: [Difference] = []

  mutating func compare(_ old: Message, _ new: Message, at object: [Difference.Step]) {
    let before = Dictionary(grouping: old.fields, by: \.name)
    let after = Dictionary(grouping: new.fields, by: \.name)
    // What is inherited is in every object already.
    for rule in old.type.fields where rule.name != .defaults {
      let (before, after) = (before[rule.name] ?? [], after[rule.name] ?? [])
      guard !before.isEmpty || !after.isEmpty else { continue }
      let place = Place(object: object, rule: rule, type: old.type, isSecret: Self.isSecret(rule.name, old, new))
      switch (rule.type, rule.label) {
      case (.message, .repeated): compareObjects(before, after, place)
      case (.message, _):
        if case .message(let a)? = before.first?.value, case .message(let b)? = after.first?.value {
          compare(a, b, at: object + [Difference.Step(field: rule.name, key: nil)])
        } else {
          add(before.first, after.first, place)
        }
      case (_, .repeated):
        let (old, new) = (Set(before.map(\.value)), Set(after.map(\.value)))
        for field in unique(before) where !new.contains(field.value) { add(field, nil, place) }
        for field in unique(after) where !old.contains(field.value) { add(nil, field, place) }
      default:
        guard before.first?.value ?? rule.fallback != after.first?.value ?? rule.fallback else { continue }
        add(before.first, after.first, place)
      }
    }
  }

  private struct Place {
    var object: [Difference.Step]
    var rule: FieldRule
    var type: MessageType
    var isSecret: Bool
  }

  /// Seesaw puts user, password and secret of RADIUS into one field.
  private static func isSecret(_ name: FieldName, _ messages: Message...) -> Bool {
    name == .send && messages.contains { $0.type == .healthcheck && $0.choice(.type) == HealthcheckType.radius }
  }

  private mutating func add(_ before: Field?, _ after: Field?, _ place: Place) {
    differences.append(
      Difference(
        object: place.object, field: place.rule.name, type: place.type, before: before, after: after,
        isSecret: place.isSecret))
  }

  private func unique(_ fields: [Field]) -> [Field] {
    var seen = Set<Value>()
    return fields.filter { seen.insert($0.value).inserted }
  }

  // MARK: Objects of which there may be several

  private mutating func compareObjects(_ before: [Field], _ after: [Field], _ place: Place) {
    let old = Dictionary(grouping: before.filter { $0.message != nil }) { $0.message?.key ?? "" }
    let new = Dictionary(grouping: after.filter { $0.message != nil }) { $0.message?.key ?? "" }
    for key in Set(old.keys).union(new.keys).sorted() {
      var inner = place
      inner.object.append(Difference.Step(field: place.rule.name, key: key))
      var (old, new) = (old[key] ?? [], new[key] ?? [])
      if old.count > 1 || new.count > 1 { Self.removeEqual(&old, &new) }
      for (a, b) in zip(old, new) {
        if let a = a.message, let b = b.message { compare(a, b, at: inner.object) }
      }
      for field in old.dropFirst(new.count) { add(field, nil, inner) }
      for field in new.dropFirst(old.count) { add(nil, field, inner) }
    }
  }

  /// Of several with one key, such as healthchecks, those that are in both.
  private static func removeEqual(_ old: inout [Field], _ new: inout [Field]) {
    old.removeAll { field in
      let index = new.firstIndex { other in
        guard let a = field.message, let b = other.message else { return false }
        var comparison = Comparison()
        comparison.compare(a, b, at: [])
        return comparison.differences.isEmpty
      }
      if let index { new.remove(at: index) }
      return index != nil
    }
  }
}

extension Field {
  fileprivate var message: Message? { if case .message(let message) = value { message } else { nil } }
}

extension Message {
  /// What tells it from others beside it.
  fileprivate var key: String {
    switch type {
    case .host: text(.fqdn)
    case .backend: message(.host)?.text(.fqdn) ?? ""
    case .vlan: "\(integer(.vlan_id))"
    case .vserverEntry: "\(integer(.port))/\(choice(.protocol, Transport.self).rawValue)"
    case .outbound: "\(integer(.remote_port))/\(choice(.protocol, Transport.self).rawValue)"
    case .healthcheck: "\(choice(.type, HealthcheckType.self).rawValue)/\(integer(.port))"
    case .accessGrant: "\(choice(.type, GranteeType.self).rawValue.lowercased()):\(text(.grantee))"
    case .vserver, .accessGroup, .addressGroup, .misconfiguredVserver, .attribute: text(.name)
    case .cluster, .metadata, .defaults, .sorryServer: ""
    }
  }
}
