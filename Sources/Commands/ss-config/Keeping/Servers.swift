// Seesaw's configuration servers as a source: `https://HOST:10255/config/CLUSTER`, up to three in turn. What is refused
// is Seesaw's: another authority, a redirect, another status or type, more than 20 s.

package import Supply
package import TLS
internal import Values
internal import Wire

/// The binary form of a cluster, which the wire carries, and the text of it.
package protocol BinaryCoder {
  func readBinary(_ bytes: [UInt8]) throws(Failing) -> Part
  func binaryForm(of parts: [Part]) throws(Failing) -> [UInt8]
}

package final class Servers: Remote {
  package static let port: UInt16 = 10_255
  package let origin = Origin.server
  package var changed: () -> Void = {}

  /// For one server, all of its addresses together. Seesaw's.
  private static let patience = Duration.seconds(20)
  /// Set here: a thousand times a large cluster.
  private static let sizeLimit = 256 << 20

  private let client: HTTPClient
  private let targets: [HTTPTarget]
  private let cluster: String
  private let form: any BinaryCoder

  package init(_ client: HTTPClient, _ targets: [HTTPTarget], cluster: String, form: any BinaryCoder) {
    self.client = client
    self.targets = targets
    self.cluster = cluster
    self.form = form
  }

  package func ask(_ answer: @escaping (Result<Part, Failing>) -> Void) { ask(from: 0, reasons: [], answer) }

  private func ask(from index: Int, reasons: [String], _ answer: @escaping (Result<Part, Failing>) -> Void) {
    guard index < targets.count else {
      return answer(.failure(Failing(Fault("server: \(reasons.joined(separator: "; "))"))))
    }
    get(targets[index]) { [unowned self] result in
      do throws(Failing) {
        answer(.success(try form.readBinary(try result.get())))
      } catch {
        ask(from: index + 1, reasons: reasons + [error.fault.reason], answer)
      }
    }
  }

  private func get(_ target: HTTPTarget, _ answer: @escaping (Result<[UInt8], Failing>) -> Void) {
    let request = """
      GET /config/\(cluster) HTTP/1.1\r
      Host: \(target.authority)\r
      Accept: \(ConfigProtocol.type)\r
      Connection: close\r
      \r

      """
    var received: [UInt8] = []
    var number = 0
    func refuse(_ reason: String) {
      client.cancel(number)
      answer(.failure(Failing(Fault(reason))))
    }
    number = client.ask(target, Array(request.utf8), within: Self.patience) { event in
      switch event {
      case .head(let head):
        let types = head.fields.filter { $0.isNamed("content-type") }.map { String(decoding: $0.value, as: UTF8.self) }
        if let objection = ConfigProtocol.objection(status: head.status, types: types) {
          refuse("\(target.authority): \(objection)")
        }
      case .body(let bytes):
        received += bytes
        if received.count > Self.sizeLimit { refuse("\(target.authority): more than \(Self.sizeLimit) bytes") }
      case .end: answer(.success(received))
      case .failed(let sentence): answer(.failure(Failing(Fault(sentence))))
      }
    }
  }
}
