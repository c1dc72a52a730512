// `--schema` and the LINES sections of the man pages against the schema that lines are checked by. SEESAW_GOLDEN=1
// writes the sections anew.

import Lines
import Support
import Testing

@Suite struct SchemaPageTests {
  static let commands = names(in: Places.package + "/Sources/Commands")

  /// What stands between the marks, and the page with something else there.
  static func section(of page: String) -> (text: String, replaced: (String) -> String)? {
    guard let begin = page.range(between: ".\\\" schema begin\n", and: ".\\\" schema end\n") else { return nil }
    return (String(page[begin]), { page.replacing(begin, with: $0) })
  }

  static func compare(_ file: String, with expected: String) throws {
    let path = "\(Places.package)/man/\(file)"
    let page = try #require(text(of: path), "no page: \(file)")
    let section = try #require(Self.section(of: page), "no marks of the schema: \(file)")
    if variable("SEESAW_GOLDEN") != nil { write(section.replaced(expected), to: path) }
    #expect(section.text == expected || variable("SEESAW_GOLDEN") != nil, "make golden writes \(file) anew")
  }

  @Test(arguments: commands)
  func `what a command prints as its schema is the schema, and so is its page`(command: String) throws {
    let outcome = try run(command, ["--schema"])
    #expect(outcome.status == 0)
    let lines = outcome.lines.compactMap { try? Line(parsing: $0) }
    #expect(lines.count == outcome.lines.count)
    for line in lines { #expect(Schema.fault(in: line) == nil) }
    let reads = lines.filter { $0["use"]?.string == "reads" }.compactMap { $0["of"]?.string }
    #expect(outcome.text == SchemaText.lines(command: command, reads: reads))
    try Self.compare("\(command).8", with: SchemaText.page(command: command, reads: reads))
  }

  @Test func `the page of the contract has the types that all commands say`() throws {
    try Self.compare("ss-lines.7", with: SchemaText.controlPage)
  }
}

extension String {
  /// From behind the first mark to before the second.
  fileprivate func range(between first: String, and second: String) -> Range<Index>? {
    guard let start = firstRange(of: first)?.upperBound, let end = self[start...].firstRange(of: second)?.lowerBound
    else { return nil }
    return start..<end
  }

  fileprivate func replacing(_ range: Range<Index>, with text: String) -> String {
    var copy = self
    copy.replaceSubrange(range, with: text)
    return copy
  }
}
