// Files as a source: all of them or nothing (CASES A27), and what has to be watched.

import ConfigKeeping
import Supply
import Support
import Testing

@Suite struct FileSourceTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Texts whose lines `include PATTERN` are includes.
  private func source(_ names: String...) -> FileSource {
    FileSource(
      names.map { "\(folder.path)/\($0)" }, sizeLimit: 100, isSettings: { $0.name.hasSuffix(".cfg") }
    ) { part in
      String(decoding: part.bytes, as: UTF8.self).split(separator: "\n").enumerated().compactMap { index, line in
        line.hasPrefix("include ") ? FileSource.Include(String(line.dropFirst(8)), line: index + 1, column: 1) : nil
      }
    }
  }

  private func names(_ parts: [Part]) -> [String] { parts.map { String($0.name.dropFirst(folder.path.count + 1)) } }

  private func fault(_ source: FileSource) -> Fault? {
    do throws(FileSource.Failure) {
      _ = try source.read()
      return nil
    } catch {
      return error.fault
    }
  }

  @Test func `includes follow the file that names them, in the order of names, each once`() throws {
    folder.file("main.pb", "x\ninclude services.d/*.pb\ninclude *.pb\n")
    folder.file("other.pb", "y")
    #expect(try run("mkdir", [folder.path + "/services.d"]).status == 0)
    folder.file("services.d/2.pb", "2\ninclude ../other.pb")
    folder.file("services.d/1.pb", "1")
    let source = source("main.pb", "other.pb")
    #expect(
      names(try source.read()) == [
        "main.pb", "services.d/1.pb", "services.d/2.pb", "services.d/../other.pb", "other.pb",
      ])
    #expect(source.folders.contains(folder.path))
    #expect(source.folders.contains(folder.path + "/services.d"))
  }

  @Test func `an include that finds nothing refuses the whole, and names file and line`() {
    folder.file("main.pb", "x\ninclude services.d/*\n")
    #expect(
      fault(source("main.pb"))
        == Fault("include \"services.d/*\" matches no file", file: folder.path + "/main.pb", line: 2, column: 1))
  }

  @Test func `a file that is missing or too large refuses the whole`() {
    folder.file("main.pb", "x")
    #expect(fault(source("main.pb", "b.pb"))?.reason == "open \(folder.path)/b.pb: No such file or directory")
    folder.file("b.pb", String(repeating: "x", count: 101))
    #expect(fault(source("main.pb", "b.pb"))?.reason == "read \(folder.path)/b.pb: File too large")
  }

  @Test func `a file that is missing is watched for`() {
    let source = source("main.pb")
    #expect(fault(source) != nil)
    #expect(source.folders == [folder.path])
  }

  @Test func `where a link leads to is watched too`() throws {
    #expect(try run("mkdir", [folder.path + "/real"]).status == 0)
    folder.file("real/main.pb", "x")
    _ = try run("ln", ["-s", "real/main.pb", folder.path + "/main.pb"])
    let source = source("main.pb")
    _ = try source.read()
    #expect(source.folders.contains(folder.path))
    #expect(source.folders.contains { $0.hasSuffix("/real") })
  }

  @Test func `settings have no includes, and can be read alone`() throws {
    folder.file("main.pb", "include nothing")
    folder.file("seesaw.cfg", "include nothing")
    #expect(names(try source("main.pb", "seesaw.cfg").settings()) == ["seesaw.cfg"])
    #expect(names(try source("gone.pb", "seesaw.cfg").settings()) == ["seesaw.cfg"])
    #expect(throws: FileSource.Failure.self) { try source("gone.cfg").settings() }
  }
}
