// `ss-config serve`: Seesaw's configuration protocol from the other side, `/config/CLUSTER` by TLS. Each question reads
// the files again; what cannot be read then leaves the last good form, as a node that reads them itself would.

internal import ArgumentParser
internal import ConfigKeeping
internal import ConfigText
internal import Glibc
internal import Loop
internal import Options
internal import Sockets
internal import Supply
internal import TLS
internal import Values

struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Answer configuration questions of Seesaw's nodes and ours by TLS.")

  @OptionGroup var tls: TLSOptions

  @Option(help: ArgumentHelp("Address and port to listen on.", valueName: "address:port"))
  var listen = "[::]:10255"

  @Option(help: ArgumentHelp("The cluster's name, if not that of seesaw.cfg.", valueName: "name"))
  var cluster: String?

  @Flag(help: "Check for a single node: no peer is expected.")
  var standalone = false

  @Argument(help: "The cluster.pb, with what it includes; a seesaw.cfg names the cluster and is not served.")
  var files: [String]

  func validate() throws {
    guard tls.certificate != nil else { throw ValidationError("--certificate and --certificate-key are missing") }
    guard ServerName(listen, port: Servers.port, takesAnyPort: true).flatMap({ IPAddress($0.host) }) != nil else {
      throw ValidationError("--listen takes ADDRESS:PORT")
    }
  }

  func run() throws {
    let loop = try Loop()
    guard let place = ServerName(listen, port: Servers.port, takesAnyPort: true), let address = IPAddress(place.host)
    else { return }
    let source = FileSource(
      files, sizeLimit: TextReader.sizeLimit, isSettings: Interpretation.isSettings, includes: Interpretation.includes)
    guard let name = cluster ?? Interpretation.clusterName((try? source.settings()) ?? []) else {
      throw ValidationError("--cluster is missing: no seesaw.cfg names the cluster")
    }
    let standalone = self.standalone
    let pantry = Pantry(source, ClusterCoder()) { Interpretation.edition($0, standalone: standalone) }
    guard pantry.form() != nil else { throw Ending(.environment) }
    let server = try HTTPServer(
      loop, try Listener(address, port: place.port), try tls.context(.server)
    ) { method, target in
      let status = ConfigProtocol.status(method: method, path: target, cluster: name)
      guard status == 200 else { return HTTPAnswer(status, fields: status == 405 ? ["Allow: GET, HEAD"] : []) }
      guard let body = pantry.form() else { return HTTPAnswer(503) }
      return HTTPAnswer(200, type: ConfigProtocol.type, body: body)
    }
    server.complain = { StandardStreams.complain("ss-config", $0) }
    try loop.onSignals([SIGTERM, SIGINT]) { _ in loop.stop(.success) }
    try StandardStreams.print(Array("serving \(name) on port \(server.port)\n".utf8))
    throw Ending(withExtendedLifetime(server) { loop.run() })
  }
}
