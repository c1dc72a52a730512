// Sources elsewhere as the command line names them: configuration servers, etcd, and what TLS trusts and shows.

internal import ArgumentParser
internal import ConfigKeeping
internal import ConfigText
internal import Loop
internal import Options
internal import Supply
internal import TLS

/// What is shown to the other side of TLS, and what is trusted of it.
struct TLSOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Authorities that the other side's certificate must come from.", valueName: "file"))
  var ca: String?

  @Option(help: ArgumentHelp("Certificate to show, with its chain.", valueName: "file"))
  var certificate: String?

  @Option(help: ArgumentHelp("Key of the certificate.", valueName: "file"))
  var certificateKey: String?

  func validate() throws {
    guard (certificate == nil) == (certificateKey == nil) else {
      throw ValidationError("--certificate and --certificate-key go together")
    }
  }

  func context(_ side: TLSContext.Side) throws -> TLSContext {
    var identity: TLSIdentity?
    if let certificate, let certificateKey { identity = TLSIdentity(certificate: certificate, key: certificateKey) }
    do throws(TLSError) {
      return try TLSContext(side, authorities: ca, identity: identity)
    } catch {
      StandardStreams.complain("ss-config", "\(error)")
      throw Ending(.environment)
    }
  }
}

struct EtcdOptions: ParsableArguments {
  static let defaultPort: UInt16 = 2379

  @Option(help: ArgumentHelp("A server of etcd; several are tried in turn.", valueName: "url"))
  var etcd: [String] = []

  @Option(help: ArgumentHelp("The key that holds the cluster.pb.", valueName: "key"))
  var etcdKey = "seesaw/cluster.pb"

  func source(_ loop: Loop, _ client: HTTPClient, _ tls: TLSOptions) throws -> Etcd? {
    guard !etcd.isEmpty else { return nil }
    var context: TLSContext?
    var targets: [HTTPTarget] = []
    for text in etcd {
      guard let url = ServerName(url: text, port: Self.defaultPort) else {
        throw ValidationError("\(text) is no URL such as http://127.0.0.1:2379 or https://etcd.example")
      }
      if url.isEncrypted, context == nil { context = try tls.context(.client) }
      targets.append(HTTPTarget(host: url.host, port: url.port, tls: url.isEncrypted ? context : nil))
    }
    return Etcd(loop, client, targets, key: etcdKey)
  }
}

struct ServerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("A configuration server: HOST or HOST:PORT; several are tried in turn.", valueName: "host"))
  var server: [String] = []

  @Option(help: ArgumentHelp("The cluster's name on the server, if not that of seesaw.cfg.", valueName: "name"))
  var cluster: String?

  func validate() throws {
    guard server.count <= 3 else { throw ValidationError("--server may be given three times") }
    guard cluster.map(Self.isName) ?? true else { throw ValidationError("--cluster is no name for a path") }
  }

  /// What may stand in a path without being escaped (RFC 3986 §3.3).
  static func isName(_ name: String) -> Bool {
    let signs = "-._~!$&'()*+,;=:@".utf8
    return !name.isEmpty
      && name.utf8.allSatisfy { byte in
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
          || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || signs.contains(byte)
      }
  }

  /// - Parameter name: the cluster's name in the files, as far as they tell it.
  func source(_ client: HTTPClient, _ tls: TLSOptions, name: String?) throws -> Servers? {
    guard !server.isEmpty else { return nil }
    guard let cluster = cluster ?? name, Self.isName(cluster) else {
      throw ValidationError("--cluster is missing: no seesaw.cfg names the cluster")
    }
    let context = try tls.context(.client)
    let targets = try server.map { text in
      guard let name = ServerName(text, port: Servers.port) else {
        throw ValidationError("\(text) is no server's name")
      }
      return HTTPTarget(host: name.host, port: name.port, tls: context)
    }
    return Servers(client, targets, cluster: cluster, form: ClusterCoder())
  }
}

struct Publish: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "publish", abstract: "Check a cluster.pb and put it into etcd, unless somebody changes it meanwhile.")

  @OptionGroup var etcd: EtcdOptions
  @OptionGroup var tls: TLSOptions

  @Option(
    help: ArgumentHelp(
      "Only if the key was last changed at this revision; 0: if it does not exist.", valueName: "n"))
  var ifRevision: Int64?

  @Flag(help: "Check for a single node: no peer is expected.")
  var standalone = false

  @Argument(help: "The cluster.pb; a seesaw.cfg is checked with it and not published.")
  var files: [String]

  func validate() throws {
    guard !etcd.etcd.isEmpty else { throw ValidationError("--etcd is missing") }
  }

  func run() throws {
    let parts = try Interpretation.parts(of: files)
    let texts = parts.filter { !Interpretation.isSettings($0) }
    if let part = texts.first(where: { !Interpretation.includes($0).isEmpty }) {
      StandardStreams.complain("ss-config", "\(part.name) includes files, which the readers of etcd do not have")
      throw Ending(.objectFailed)
    }
    let edition = Interpretation.edition(parts, standalone: standalone)
    for sentence in edition.sentences { StandardStreams.complain("ss-config", sentence) }
    if let obstacle = edition.obstacle { StandardStreams.complain("ss-config", obstacle.reason) }
    guard edition.obstacle == nil, !edition.lacksObjects else { throw Ending(.objectFailed) }
    throw Ending(try publish(Array(texts.map(\.bytes).joined(separator: [0x0a]))))
  }

  private func publish(_ text: [UInt8]) throws -> ExitStatus {
    let loop = try Loop()
    let client = HTTPClient(loop)
    guard let source = try etcd.source(loop, client, tls) else { return .usage }
    func fail(_ sentence: String, _ status: ExitStatus) {
      StandardStreams.complain("ss-config", sentence)
      loop.stop(status)
    }
    let key = etcd.etcdKey
    func put(at revision: Int64) {
      source.put(text, ifChangedAt: revision) { result in
        switch result {
        case .success(true): loop.stop(.success)
        case .success(false): fail("\(key) was changed by somebody else: nothing is published", .objectFailed)
        case .failure(let failing): fail(failing.fault.reason, .environment)
        }
      }
    }
    if let ifRevision {
      put(at: ifRevision)
    } else {
      source.get { result in
        switch result {
        case .success(let held): put(at: held?.changed ?? 0)
        case .failure(let failing): fail(failing.fault.reason, .environment)
        }
      }
    }
    return loop.run()
  }
}
