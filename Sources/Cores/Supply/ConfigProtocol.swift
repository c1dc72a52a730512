// Seesaw's configuration protocol: what of an answer is refused, and what a server answers.

package enum ConfigProtocol {
  package static let type = "application/x-protobuffer"

  /// Why an answer cannot be used; nil for one that can.
  package static func objection(status: Int, types: [String]) -> String? {
    if (300..<400).contains(status) { return "a redirect (status \(status)) is refused" }
    guard status == 200 else { return "status \(status) in place of 200" }
    // Exactly so: Seesaw compares the whole value.
    guard types == [type] else {
      return "Content-Type \(types.isEmpty ? "is missing" : types.joined(separator: ", ")) in place of \(type)"
    }
    return nil
  }

  /// What a request head asks for: the status of the answer.
  package static func status(method: String, path: String, cluster: String) -> Int {
    guard path == "/config/\(cluster)" else { return 404 }
    return method == "GET" || method == "HEAD" ? 200 : 405
  }
}
