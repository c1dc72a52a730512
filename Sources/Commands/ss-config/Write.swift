// `ss-config`, without a word: the configuration as lines, and again whenever it changes.

internal import ArgumentParser
internal import ConfigKeeping
internal import ConfigText
internal import Loop
internal import Options
internal import Supply
internal import TLS

struct Write: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "write",
    abstract: "Say the configuration as lines, and again when it changes, until the reader has gone (default).")

  @Flag(help: "Single node: no peer and no election; what is wanted is held.")
  var standalone = false

  @Flag(help: "End when all is written.")
  var once = false

  @Option(help: ArgumentHelp("Keep in this folder what has to outlive a restart.", valueName: "folder"))
  var state: String?

  @Option(help: ArgumentHelp("From one look at the sources to the next.", valueName: "n"))
  var intervalMs: Int64 = 60_000

  @Option(
    help: ArgumentHelp("Hold a change that takes away more than this share of vservers or backends.", valueName: "n"))
  var guardPercent = 25

  @Argument(
    help:
      "Files to read: seesaw.cfg by its suffix .cfg or its sections, others as cluster.pb; - or none: standard input.")
  var files: [String] = []

  @OptionGroup var form: FormOption
  @OptionGroup var servers: ServerOptions
  @OptionGroup var etcd: EtcdOptions
  @OptionGroup var tls: TLSOptions
  @OptionGroup var schema: SchemaOption<Command>

  func validate() throws {
    guard (100...86_400_000).contains(intervalMs) else {
      throw ValidationError("--interval-ms takes 100 to 86400000")
    }
    guard (1...100).contains(guardPercent) else { throw ValidationError("--guard-percent takes 1 to 100") }
  }

  func run() throws {
    let loop = try Loop()
    let client = HTTPClient(loop)
    let isLocal = servers.server.isEmpty && etcd.etcd.isEmpty
    let source = FileSource(
      files.isEmpty && isLocal ? ["-"] : files, sizeLimit: TextReader.sizeLimit,
      isSettings: Interpretation.isSettings, includes: Interpretation.includes)
    // Beside another source, files may be settings alone: then they are no source themselves.
    let read = try? source.read()
    let isSettingsOnly = read?.allSatisfy(Interpretation.isSettings) ?? files.allSatisfy { $0.hasSuffix(".cfg") }
    if isSettingsOnly, isLocal, read != nil {
      throw ValidationError("no cluster.pb is among the files: nothing is to be served")
    }
    let name = Interpretation.clusterName((try? source.settings()) ?? [])
    let remotes: [(any Remote)?] = [
      try etcd.source(loop, client, tls), try servers.source(client, tls, name: name),
    ]
    let options = Supplier.Options(
      order: remotes.compactMap { $0?.origin } + (isSettingsOnly && !isLocal ? [] : [.files]),
      interval: .milliseconds(intervalMs), limit: Guard(percent: guardPercent), once: once,
      state: once ? nil : state.map { StateFolder($0) })
    let supplier = Supplier(loop, options, files: source, remotes: remotes.compactMap { $0 }) {
      [standalone, form] parts in
      Interpretation.edition(parts, standalone: standalone, isBinary: form.binary)
    }
    throw Ending(try supplier.run())
  }
}
