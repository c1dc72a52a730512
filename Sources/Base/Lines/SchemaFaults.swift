// Whether a line may be used: its type's members present where they must be, of their JSON type, within their range.
// Sentences are made only for what is wrong, are short whatever the line holds, and never show a secret.

internal import Values

extension Schema {
  /// Longest key, in bytes. A key is part of error lines, which must not become over-long themselves.
  package static let maxKey = 1024

  /// Members that any line may have beside those of its type.
  private static let common: Set<String> = ["type", "key", "deleted", "needs", "vip"]

  /// The first thing about the line that the schema does not allow; nil if it may be used. Unknown types and unknown
  /// members are allowed; members named by `needs` must be known.
  package static func fault(in line: Line) -> LineError? {
    guard let type = type(line.type) else { return nil }
    if let key = line.key {
      guard key.utf8.count <= maxKey else { return LineError("its key is longer than \(maxKey) bytes") }
      if type.hasKey, key.isEmpty { return LineError("its key is empty") }
    } else if type.hasKey {
      return LineError("it has no key")
    }
    if line.isDeleted, type.hasKey { return nil }
    var members = line.members
    // Types without a key may have a member of that name, the key of the object that they are about.
    if !type.hasKey, let key = line.key { members.append(JSONMember("key", .string(key))) }
    if let fault = fault(in: members, of: type.members, path: "") { return LineError(fault, key: line.key) }
    guard let needs = line["needs"] else { return nil }
    for name in needs.array ?? [needs] where !isKnown(name.string, in: type) {
      return LineError("it needs \(name.excerpt), which is not known here", key: line.key)
    }
    return nil
  }

  private static func isKnown(_ name: String?, in type: TypeSchema) -> Bool {
    guard let name else { return false }
    return common.contains(name) || type.members.contains { $0.name == name }
  }

  private static func fault(in members: [JSONMember], of schema: [MemberSchema], path: String) -> String? {
    for member in schema {
      guard let value = members.first(where: { $0.name == member.name })?.value else {
        if member.isRequired { return "member \"\(path)\(member.name)\" is missing" }
        continue
      }
      if fits(value, member.kind) { continue }
      if member.isSecret { return "member \"\(path)\(member.name)\" is not usable" }
      return sentence(value, member.kind, path: path + member.name)
    }
    return nil
  }

  private static func fits(_ value: JSON, _ kind: MemberKind) -> Bool {
    switch (kind, value) {
    case (.string, .string), (.boolean, .bool): true
    case (.integer(let range), .int(let number)): range.contains(number)
    case (.number(let range), _): value.double.map(range.contains) ?? false
    case (.word(let words), .string(let word)): words.contains(word)
    case (.address, .string(let text)): IPAddress(text) != nil
    case (.prefix, .string(let text)): Prefix(text) != nil
    case (.time, .string(let text)): Timestamp.isValid(text)
    case (.array(let element), .array(let values)): values.allSatisfy { fits($0, element) }
    case (.object(let schema), .object(let members)): fault(in: members, of: schema, path: "") == nil
    default: false
    }
  }

  /// What is wrong with a value that does not fit.
  private static func sentence(_ value: JSON, _ kind: MemberKind, path: String) -> String {
    switch (kind, value) {
    case (.array(let element), .array(let values)):
      guard let position = values.firstIndex(where: { !fits($0, element) }) else { break }
      return sentence(values[position], element, path: "\(path)[\(position)]")
    case (.object(let schema), .object(let members)):
      return fault(in: members, of: schema, path: path + ".") ?? "member \"\(path)\" is not usable"
    default: break
    }
    return "member \"\(path)\" is not \(kind.wanted): \(value.excerpt)"
  }
}

extension MemberKind {
  /// What a value should have been, with its article.
  fileprivate var wanted: String {
    switch self {
    case .string: "a string"
    case .boolean: "true or false"
    case .integer(let range): "an integer from \(range.lowerBound) to \(range.upperBound)"
    case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
    case .word(let words): "one of \(words.joined(separator: ", "))"
    case .address: "an address"
    case .prefix: "an address with a prefix length"
    case .time: "a time such as 2026-01-02T03:04:05Z"
    case .array: "an array"
    case .object: "an object"
    }
  }
}
