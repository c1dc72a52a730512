// The pages of man/ against mandoc, against the commands' own parsers, and against a shell.

import Lines
import Support
import Testing

@Suite struct ManPageTests {
  static let pages = ManPage.all
  private static let hasMandoc = Places.installed("mandoc") != nil
  private static let hasJQ = Places.installed("jq") != nil

  @Test func `there are pages, and each has examples of a form that is read`() {
    #expect(!Self.pages.isEmpty)
    for page in Self.pages where page.path.hasSuffix(".8") {
      #expect(!page.examples.isEmpty, "\(page.path)")
      #expect(page.unknownEscapes.isEmpty, "\(page.path)")
    }
  }

  @Test(.enabled(if: hasMandoc, "needs mandoc: make deps-test"), arguments: pages.map(\.path))
  func `mandoc finds no fault with the page`(path: String) throws {
    let outcome = try run("mandoc", ["-T", "lint", "-W", "warning", path])
    #expect(outcome.status == 0)
    #expect(outcome.text == "")
  }

  @Test(
    .enabled(if: hasJQ, "needs jq: make deps-test"),
    arguments: pages.filter { !ManPage.ofKernel.contains($0.name) }.map(\.name))
  func `every example of a man page prints something`(name: String) throws {
    let page = try #require(Self.pages.first { $0.name == name })
    let folder = try Example.folder()
    for text in page.examples {
      let example = try Example(text, in: folder)
      #expect(example.fault == nil)
    }
  }

  // MARK: Options

  /// What the parser knows: options and subcommands, those of help and version left out.
  private func parser(_ command: String) throws -> (options: Set<String>, words: Set<String>) {
    let outcome = try run(command, ["--experimental-dump-help"])
    try #require(outcome.status == 0)
    let dump = try JSONReader.parse(outcome.output.span)
    var found: (options: Set<String>, words: Set<String>) = ([], [])
    collect(try #require(dump["command"]), into: &found)
    return found
  }

  private func collect(_ command: JSON, into found: inout (options: Set<String>, words: Set<String>)) {
    for argument in command["arguments"]?.array ?? [] {
      for name in argument["names"]?.array ?? [] {
        guard let text = name["name"]?.string, !["help", "h", "version"].contains(text) else { continue }
        found.options.insert((name["kind"]?.string == "long" ? "--" : "-") + text)
      }
    }
    for subcommand in command["subcommands"]?.array ?? [] {
      guard let name = subcommand["commandName"]?.string, name != "help" else { continue }
      if name != command["defaultSubcommand"]?.string { found.words.insert(name) }
      collect(subcommand, into: &found)
    }
  }

  @Test(arguments: pages.map(\.name).filter { Places.command($0) != nil })
  func `a page names the options and subcommands that its command has, and no others`(name: String) throws {
    let page = try #require(Self.pages.first { $0.name == name })
    let parser = try parser(name)
    #expect(parser.options.subtracting(page.options) == [], "not in the page")
    #expect(page.options.subtracting(parser.options).subtracting(["--help", "--version"]) == [], "not in the parser")
    #expect(parser.words.subtracting(page.words) == [], "not in the page")
  }

  @Test(arguments: ["ss-config", "ss-check", "ss-engine", "ss-ipvs", "ss-link"])
  func `a command has a page`(name: String) {
    #expect(Self.pages.contains { $0.name == name })
  }
}
