// The rules of style that a machine can hold the repository to. A check is on or gone: none has a list of exceptions.

import Support
import Testing

@Suite struct TidyTests {
  // MARK: Imports

  static let base = Set(names(in: Places.package + "/Sources/Base"))
  static let system = Set(names(in: Places.package + "/Sources/System"))
  static let c = Set(names(in: Places.package + "/Sources/C"))

  /// The modules that a file imports.
  static func imports(of file: File) -> [String] {
    file.lines.compactMap { line in
      let words = line.split(separator: " ")
      guard let index = words.firstIndex(of: "import"), index + 1 < words.count else { return nil }
      let before = words[..<index].allSatisfy { $0.hasPrefix("@") || ["internal", "package", "private"].contains($0) }
      guard before, line.first != " " else { return nil }
      return String(words[index + 1].prefix { $0 != "." })
    }
  }

  static func strangers(in folder: String, allowed: Set<String>) -> [String] {
    Repository.files(below: folder).filter { $0.path.hasSuffix(".swift") }.flatMap { file in
      imports(of: file).filter { !allowed.contains($0) }.map { "\(file.path): \($0)" }
    }
  }

  @Test func `values import nothing, and the rest of the base only what is in the base`() {
    #expect(!Self.base.isEmpty)
    #expect(Self.strangers(in: "Sources/Base/Values", allowed: []) == [])
    #expect(Self.strangers(in: "Sources/Base", allowed: Self.base) == [])
  }

  @Test func `a core imports the base, and never another core`() {
    #expect(Self.strangers(in: "Sources/Cores", allowed: Self.base) == [])
  }

  @Test func `the system imports the base, itself, C and the option parser`() {
    let allowed = Self.base.union(Self.system).union(Self.c).union(["Glibc", "ArgumentParser"])
    #expect(Self.strangers(in: "Sources/System", allowed: allowed) == [])
  }

  @Test func `nothing that ships imports Foundation`() {
    // Generated code names Foundation's bytes, because swift-protobuf does.
    let found = Repository.sources.filter { file in
      !file.path.hasSuffix(".pb.swift") && Self.imports(of: file).contains { $0.hasPrefix("Foundation") }
    }
    #expect(found.map(\.path) == [])
  }

  @Test func `base and cores have no clock, no chance, no task and no class`() {
    let banned = [
      "ContinuousClock", "SuspendingClock", "SystemRandomNumberGenerator", ".random(", ".randomElement(", ".shuffled(",
      "Task {", "Task.", "DispatchQueue", "Mutex<", "final class ", "actor ", "print(", "fatalError(", "try!",
    ]
    let files = Repository.files(below: "Sources/Base") + Repository.files(below: "Sources/Cores")
    let found = files.flatMap { file in
      file.lines.filter { line in !line.drop { $0 == " " }.hasPrefix("//") && banned.contains { line.contains($0) } }
        .map { "\(file.path): \($0)" }
    }
    #expect(found == [])
  }

  // MARK: Sizes

  @Test func `files have at most 400 lines, each of at most 120 columns`() {
    // Generated code, data and manuals are as long as they are.
    let files = Repository.all.filter {
      !$0.path.hasPrefix("Tests/Fixtures/") && !$0.path.hasPrefix("man/") && !$0.path.hasSuffix(".pb.swift")
        && $0.name != "LICENSE"
    }
    #expect(files.filter { $0.lines.count > 401 }.map(\.path) == [])
    let wide = files.filter { $0.path.hasSuffix(".swift") }.flatMap { file in
      file.lines.filter { $0.count > 120 }.map { "\(file.path): \($0)" }
    }
    #expect(wide == [])
  }

  @Test func `functions have at most 60 lines`() {
    let long = Repository.swift.filter { !$0.path.hasSuffix(".pb.swift") }.flatMap { file in
      FunctionScanner.functions(in: file.text).filter { $0.length > 60 }.map { "\(file.path):\($0.line): \($0.length)" }
    }
    #expect(long == [])
  }

  @Test func `every source opens with a paragraph that says what it is`() {
    let mute = Repository.swift.filter { !$0.text.hasPrefix("// ") }
    #expect(mute.map(\.path) == [])
  }

  // MARK: Beside the sources

  @Test func `every command has a man page and is named in README`() {
    let readme = text(of: Places.package + "/README.md") ?? ""
    #expect(!Repository.commands.isEmpty)
    for command in Repository.commands {
      #expect((1...8).contains { Places.exists("\(Places.package)/man/\(command).\($0)") }, "no man page: \(command)")
      #expect(readme.contains("`\(command)`"), "not in README.md: \(command)")
    }
  }

  @Test func `every example in etc is read by a test`() {
    let tests = Repository.swift.filter { $0.path.hasPrefix("Tests/") && !$0.path.hasPrefix("Tests/TidyTests/") }
    let examples = Repository.files(below: "etc")
    #expect(!examples.isEmpty)
    let unread = examples.filter { example in !tests.contains { $0.text.contains(example.path) } }
    #expect(unread.map(\.path) == [])
  }

  @Test func `nothing names a machine's folders, and nothing is left to do`() {
    let banned = ["/wor" + "k/", "/hom" + "e/", "/Use" + "rs/", "TO" + "DO", "FIX" + "ME"]
    let found = Repository.all.flatMap { file in
      banned.filter { file.text.contains($0) }.map { "\(file.path): \($0)" }
    }
    #expect(found == [])
  }

  @Test func `every script says how it is used and stops at an error`() {
    let scripts = Repository.files(below: "bin-scripts") + Repository.files(below: ".ci")
    #expect(!scripts.isEmpty)
    for script in scripts {
      let lines = script.lines
      #expect(lines.count > 4 && lines[1].hasPrefix("# \(script.name): "), "no description: \(script.path)")
      let usage = lines.prefix(12).contains { $0.hasPrefix("#   ") && $0.contains(script.name) }
      #expect(usage, "no usage: \(script.path)")
      guard lines[0].hasSuffix("sh") else { continue }
      #expect(lines.contains("set -eu") || lines.contains("set -euo pipefail"), "no set -eu: \(script.path)")
    }
  }
}

@Suite struct FunctionScannerTests {
  @Test func `a function is as long as from its name to its brace`() {
    let text = """
      protocol P { func a()
        func b() }
      struct S {
        init(x: Int = { 1 }()) {
          let y = "}\\(x + { "{" }().count)}" + #"\\"}"#
        }
        func c(_ d: () -> Void) { d() }
        var e: Int { 1 }
        func f() {
          // }
          self.init(x: 1)
        }
      }
      """
    let found = FunctionScanner.functions(in: text)
    #expect(found.map(\.line) == [4, 7, 9])
    #expect(found.map(\.length) == [3, 1, 4])
  }
}
