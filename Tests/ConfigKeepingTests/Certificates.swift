// Certificates of a test's own, made by openssl(1): an authority, a server of `localhost` and the loopback addresses,
// one of another name, a client, and an authority that nobody trusts.

import Support
import TLS
import Testing

struct Certificates {
  static let hasOpenSSL = Places.installed("openssl") != nil

  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for authority in ["ca", "stranger"] {
      try openssl(
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", "/CN=\(authority)", "-keyout", path("\(authority).key"), "-out", path("\(authority).crt"))
    }
    try sign("server", names: "DNS:localhost,IP:127.0.0.1,IP:::1")
    try sign("other", names: "DNS:other.example")
    try sign("client", names: "DNS:client.example")
  }

  func path(_ name: String) -> String { "\(folder.path)/\(name)" }

  func identity(_ name: String) -> TLSIdentity {
    TLSIdentity(certificate: path("\(name).crt"), key: path("\(name).key"))
  }

  private func sign(_ name: String, names: String) throws {
    try openssl(
      "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=\(name)",
      "-keyout", path("\(name).key"), "-out", path("\(name).csr"))
    folder.file("\(name).ext", "subjectAltName=\(names)\n")
    try openssl(
      "x509", "-req", "-in", path("\(name).csr"), "-CA", path("ca.crt"), "-CAkey", path("ca.key"), "-CAcreateserial",
      "-days", "1", "-extfile", path("\(name).ext"), "-out", path("\(name).crt"))
  }

  private func openssl(_ arguments: String...) throws {
    let outcome = try run("openssl", arguments)
    try #require(outcome.status == 0, "\(outcome.errorText)")
  }
}
