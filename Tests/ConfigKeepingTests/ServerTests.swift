// Seesaw's configuration protocol between a client and a server of ours, and each with somebody else's: what is
// refused, which server answers, and how long is waited.

import ConfigKeeping
import Loop
import Sockets
import Supply
import Support
import TLS
import Testing
import Values
import Wire

/// A form that is its text with a mark before it.
private struct FixedCoder: BinaryCoder {
  static let bytes: [UInt8] = [0x0a, 0x02, 0x68, 0x69]

  func readBinary(_ bytes: [UInt8]) throws(Failing) -> Part {
    guard bytes == Self.bytes else { throw Failing(Fault("the binary form is damaged")) }
    return Part("server.pb", Array("hi".utf8))
  }

  func binaryForm(of parts: [Part]) throws(Failing) -> [UInt8] { Self.bytes }
}

private let type = "application/x-protobuffer"

/// Runs a loop until it is stopped, for 10 s at most.
private func run(_ loop: Loop) {
  let end = loop.now() + .seconds(10)
  loop.addTimer(deadline: { end }) { _ in loop.stop(.differs) }
  _ = loop.run()
}

@Suite(.enabled(if: Certificates.hasOpenSSL, "needs openssl: make deps-test")) struct ServerTests {
  private let certificates: Certificates

  init() throws { certificates = try Certificates() }

  private func context(
    _ side: TLSContext.Side, authority: String? = "ca", identity: String? = nil
  ) throws -> TLSContext {
    try TLSContext(
      side, authorities: authority.map { certificates.path("\($0).crt") }, identity: identity.map(certificates.identity)
    )
  }

  /// What a client is given by the answers of servers that stand in for those of its list.
  private func ask(
    _ answers: [HTTPAnswer], host: String = "127.0.0.1", authority: String = "ca", showing: String? = nil,
    server identity: String = "server", serverAuthority: String? = nil
  ) throws -> String {
    let loop = try Loop()
    var servers: [HTTPServer] = []
    var asked: [String] = []
    for answer in answers {
      let listener = try Listener(try #require(IPAddress(host == "localhost" ? "127.0.0.1" : host)), port: 0)
      let server = try HTTPServer(
        loop, listener, try context(.server, authority: serverAuthority, identity: identity)
      ) { method, target in
        asked.append("\(method) \(target)")
        return answer
      }
      servers.append(server)
    }
    let client = HTTPClient(loop)
    let trusted = try context(.client, authority: authority, identity: showing)
    let targets = servers.map { HTTPTarget(host: host, port: $0.port, tls: trusted) }
    let source = Servers(client, targets, cluster: "lab", form: FixedCoder())
    var words = "nothing"
    source.ask { result in
      switch result {
      case .success(let part): words = String(decoding: part.bytes, as: UTF8.self)
      case .failure(let failing): words = failing.fault.reason
      }
      loop.stop(.success)
    }
    run(loop)
    #expect(asked.allSatisfy { $0 == "GET /config/lab" })
    // Ports are what they are.
    for server in servers { words = words.split(separator: ":\(server.port)").joined(separator: ":PORT") }
    return withExtendedLifetime(servers) { words }
  }

  private let good = HTTPAnswer(200, type: type, body: FixedCoder.bytes)

  @Test(arguments: ["127.0.0.1", "::1", "localhost"]) func `a server that is whom it says answers`(host: String) throws
  {
    guard host != "::1" || (try? Listener(.v6(1), port: 0).port) != nil else { return }
    #expect(try ask([good], host: host) == "hi")
  }

  @Test func `each refusal has its reason`() throws {
    #expect(
      try ask([HTTPAnswer(302, type: type, fields: ["Location: /x"])])
        == "server: 127.0.0.1:PORT: a redirect (status 302) is refused")
    #expect(try ask([HTTPAnswer(404)]) == "server: 127.0.0.1:PORT: status 404 in place of 200")
    #expect(
      try ask([HTTPAnswer(200, type: "text/html", body: FixedCoder.bytes)])
        == "server: 127.0.0.1:PORT: Content-Type text/html in place of application/x-protobuffer")
    #expect(try ask([HTTPAnswer(200, type: type, body: [1])]) == "server: the binary form is damaged")
  }

  @Test func `a certificate of another authority, or of another host, is refused`() throws {
    let stranger = try ask([good], authority: "stranger")
    #expect(stranger.hasPrefix("server: 127.0.0.1:PORT: certificate: "), "\(stranger)")
    #expect(try ask([good], server: "other") == "server: 127.0.0.1:PORT: certificate: IP address mismatch")
    #expect(
      try ask([good], host: "localhost", server: "other") == "server: localhost:PORT: certificate: hostname mismatch")
  }

  @Test func `a server may want to know who asks`() throws {
    #expect(try ask([good], showing: "client", serverAuthority: "ca") == "hi")
    #expect(try ask([good], serverAuthority: "ca").hasPrefix("server: 127.0.0.1:PORT: "))
    #expect(try ask([good], showing: "client", serverAuthority: "stranger").hasPrefix("server: 127.0.0.1:PORT: "))
  }

  @Test func `the next server is asked where one fails, and all reasons are told`() throws {
    #expect(try ask([HTTPAnswer(503), HTTPAnswer(404), good]) == "hi")
    #expect(
      try ask([HTTPAnswer(503), HTTPAnswer(404)])
        == "server: 127.0.0.1:PORT: status 503 in place of 200; 127.0.0.1:PORT: status 404 in place of 200")
  }

  @Test func `nobody there, and no such name, are reasons too`() throws {
    let loop = try Loop()
    let trusted = try context(.client)
    let free = try Loopback(.tcp)
    free.stop()
    let source = Servers(
      HTTPClient(loop),
      [
        HTTPTarget(host: "127.0.0.1", port: free.port, tls: trusted),
        HTTPTarget(host: "nobody.invalid", port: 1, tls: trusted),
      ], cluster: "lab", form: FixedCoder())
    var reason = ""
    source.ask { result in
      if case .failure(let failing) = result { reason = failing.fault.reason }
      loop.stop(.success)
    }
    run(loop)
    let parts = reason.split(separator: "; ")
    #expect(parts.first == "server: 127.0.0.1:\(free.port): connect: Connection refused")
    #expect(parts.last?.hasPrefix("nobody.invalid: ") == true, "\(reason)")
  }

  @Test func `a server that says nothing is given up in time`() throws {
    let loop = try Loop()
    let mute = try Loopback(.tcp) { _ in .nothing }
    let client = HTTPClient(loop)
    let trusted = try context(.client)
    var reason = ""
    let start = loop.now()
    _ = client.ask(
      HTTPTarget(host: "127.0.0.1", port: mute.port, tls: trusted), [], within: .milliseconds(300)
    ) { event in
      if case .failed(let sentence) = event { reason = sentence }
      loop.stop(.success)
    }
    run(loop)
    #expect(reason == "127.0.0.1:\(mute.port) does not answer in time")
    #expect(loop.now() - start < .seconds(5))
    mute.stop()
  }

  @Test(.enabled(if: Places.installed("curl") != nil, "needs curl"))
  func `curl is answered, and refused, as a node is`() throws {
    let loop = try Loop()
    let server = try HTTPServer(
      loop, try Listener(.v4(0x7f00_0001), port: 0), try context(.server, authority: nil, identity: "server")
    ) { method, target in
      let status = ConfigProtocol.status(method: method, path: target, cluster: "lab")
      return status == 200 ? HTTPAnswer(200, type: type, body: FixedCoder.bytes) : HTTPAnswer(status)
    }
    let url = "https://127.0.0.1:\(server.port)/config"
    let child = try Child(
      "sh",
      [
        "-c",
        """
        form=' %{http_code} %{content_type}\n'
        get() { curl --silent --show-error --cacert ca.crt --max-time 5 --write-out "$form" "$@"; }
        get \(url)/lab | od -An -c; get \(url)/other; get --data x \(url)/lab; get --head \(url)/lab | tail -n 1
        curl --silent --cacert stranger.crt \(url)/lab || echo refused
        """,
      ], folder: certificates.folder.path, input: .null)
    var output: [String] = []
    try loop.watch(child.output, .read) { _ in
      if let line = child.line(within: .zero) { output.append(line) } else { loop.stop(.success) }
    }
    run(loop)
    child.wait()
    while let line = child.line(within: .milliseconds(100)) { output.append(line) }
    let text = output.joined(separator: "\n")
    #expect(text.contains("\\n 002   h   i       2   0   0"), "\(text)")
    #expect(text.contains(" 404 text/plain"))
    #expect(text.contains(" 405 text/plain"))
    #expect(text.contains(" 200 application/x-protobuffer"))
    #expect(text.contains("refused"))
  }

  @Test func `openssl's server is understood`() throws {
    let body = "hi"
    certificates.folder.file("answer", "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nContent-Length: 2\r\n\r\n\(body)")
    let free = try Loopback(.tcp)
    free.stop()
    let child = try Child(
      "openssl",
      [
        "s_server", "-accept", "127.0.0.1:\(free.port)", "-cert", "server.crt", "-key", "server.key", "-HTTP",
        "-tls1_2",
      ], folder: certificates.folder.path, input: .null)
    #expect(child.line { $0.hasPrefix("ACCEPT") } != nil)
    let loop = try Loop()
    let client = HTTPClient(loop)
    var received: [UInt8] = []
    var types: [String] = []
    _ = client.ask(
      HTTPTarget(host: "127.0.0.1", port: free.port, tls: try context(.client)),
      Array("GET /answer HTTP/1.0\r\n\r\n".utf8), within: .seconds(5)
    ) { event in
      switch event {
      case .head(let head):
        types = head.fields.filter { $0.isNamed("content-type") }.map { String(decoding: $0.value, as: UTF8.self) }
      case .body(let bytes): received += bytes
      case .end: loop.stop(.success)
      case .failed(let sentence):
        Issue.record("\(sentence)")
        loop.stop(.success)
      }
    }
    run(loop)
    #expect(received == Array("hi".utf8))
    #expect(types == [type])
  }

  @Test func `files of certificates that are missing are named`() throws {
    #expect(throws: TLSError.self) { try context(.client, authority: "missing") }
    #expect(throws: TLSError.self) { try context(.server, identity: "missing") }
  }

  // MARK: What is served

  @Test func `what cannot be read any more leaves what was served`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("cluster.pb", "good")
    let source = FileSource([path], sizeLimit: 100, isSettings: { _ in false }, includes: { _ in [] })
    let pantry = Pantry(source, FixedCoder()) { parts in
      let isBad = parts.contains { $0.bytes.starts(with: "bad".utf8) }
      return Edition(parts: parts, lines: [], obstacle: isBad ? Fault("bad") : nil)
    }
    #expect(pantry.form() == FixedCoder.bytes)
    write("bad", to: path)
    #expect(pantry.form() == FixedCoder.bytes)
    _ = try run("rm", [path])
    #expect(pantry.form() == FixedCoder.bytes)
  }
}
