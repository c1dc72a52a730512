// `ss-config import`: another load balancer's configuration as cluster.pb on standard output, and what could not be
// carried over on standard error.

internal import ArgumentParser
internal import Import
internal import Lines
internal import Loop
internal import Options

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Write another load balancer's configuration as cluster.pb.",
    subcommands: [ImportKeepalived.self, ImportIPVSAdm.self, ImportLdirectord.self])
}

/// What the importers have in common.
struct ImportOptions: ParsableArguments {
  @Flag(help: "Say what could not be carried over as error lines in place of sentences.")
  var lines = false

  func read(_ path: String) throws(Ending) -> ImportFile {
    do throws(SystemError) {
      return ImportFile(name: path, bytes: try Files.read(path, limit: 1 << 26))
    } catch {
      StandardStreams.complain("ss-config", "\(error)")
      throw Ending(.environment)
    }
  }

  /// Writes the result. 1 if something is missing from it.
  func end(_ imported: Imported) throws -> Never {
    var told: [UInt8] = []
    for problem in imported.problems {
      if lines {
        imported.line(problem).write(into: &told)
      } else {
        told += Array("ss-config: \(imported.sentence(problem))".utf8).map { $0 < 0x20 || $0 == 0x7f ? 0x20 : $0 }
        told.append(UInt8(ascii: "\n"))
      }
    }
    // All of them, however many: this form waits for its reader.
    try? Files.append(told, to: 2, path: "standard error")
    if let text = imported.text { try StandardStreams.print(text) }
    throw Ending(imported.isComplete ? .success : .objectFailed)
  }
}

struct ImportKeepalived: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keepalived", abstract: "Read a keepalived.conf: its virtual servers, and no VRRP.")

  @Option(help: "Read conditional lines for this configuration id (default: the first part of the node's name).")
  var configId: String?

  @OptionGroup var options: ImportOptions

  @Argument(help: "The keepalived.conf; - is standard input.")
  var file: String

  func run() throws {
    let surroundings = ImportSurroundings(
      instance: configId ?? Surroundings.shortName, environment: Surroundings.environment, find: Surroundings.files)
    try options.end(Keepalived.read(try options.read(file), surroundings))
  }
}

struct ImportIPVSAdm: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ipvsadm", abstract: "Read a table as ipvsadm --save --numeric writes it.")

  @OptionGroup var options: ImportOptions

  @Argument(help: "The saved table; - or none: standard input.")
  var file = "-"

  func run() throws { try options.end(IPVSAdm.read(try options.read(file))) }
}

struct ImportLdirectord: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "ldirectord", abstract: "Read an ldirectord.cf.")

  @OptionGroup var options: ImportOptions

  @Argument(help: "The ldirectord.cf; - is standard input.")
  var file: String

  func run() throws { try options.end(Ldirectord.read(try options.read(file))) }
}
