// cluster.pb(5) and seesaw.cfg(5) against the tables of fields and settings.

import Config
import Support
import Testing

/// The lines of one subsection of a man page.
private func section(_ title: String, of page: String) throws -> [String] {
  let contents = try #require(bytes(of: "\(Places.package)/man/\(page)"))
  let lines = String(decoding: contents, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map(
    String.init)
  let start = try #require(lines.firstIndex(of: ".Ss \(title)"), "\(title)")
  return Array(lines[(start + 1)...].prefix { !$0.hasPrefix(".Ss") && !$0.hasPrefix(".Sh") })
}

private func word(_ type: FieldType, _ name: FieldName) -> String? {
  switch type {
  case .string: "string"
  case .int32: "int32"
  case .uint32: "uint32"
  case .int64: "int64"
  case .float: "float"
  case .bool: "bool"
  case .message(let type): type.rawValue
  // An enumeration is named after its field.
  case .choice: name.rawValue.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
}

private func fallback(_ rule: FieldRule) -> String? {
  switch (rule.fallback, rule.type) {
  case (.integer(let number), _): "\(number)"
  case (.text(let text), _): text
  case (.truth(let truth), _): "\(truth)"
  case (.choice(let number), .choice(let choices)): choices.members[number - 1]
  default: nil
  }
}

@Suite struct ManTests {
  @Test(arguments: MessageType.allCases) func `every field is in the page as it is in the table`(type: MessageType)
    throws
  {
    let items = try section(type.rawValue, of: "cluster.pb.5").filter { $0.hasPrefix(".It Va ") }
    #expect(items.count == type.fields.count)
    for (item, rule) in zip(items, type.fields) {
      let start = ".It Va \(rule.name) Pq \(rule.number), \(word(rule.type, rule.name) ?? "")"
      #expect(item.hasPrefix(start), "\(item) begins with \(start)")
      #expect(item.hasSuffix(", required") == (rule.label == .required), "\(item)")
      #expect(item.hasSuffix(", repeated") == (rule.label == .repeated), "\(item)")
      if let fallback = fallback(rule) { #expect(item == start + ", default \(fallback)") }
    }
  }

  @Test func `every setting is in the page with its default`() throws {
    for name in Set(Settings.rules.map(\.section)) {
      let items = try section("[\(name)]", of: "seesaw.cfg.5").filter { $0.hasPrefix(".It Va ") }
      let rules = Settings.rules.filter { $0.section == name }
      let expected = rules.map { ".It Va \($0.name)" + ($0.fallback.isEmpty ? "" : " Pq default \($0.fallback)") }
      #expect(items == expected)
    }
  }
}
