// The documented list of what a probe can find, and what each finding says about the backend. The words are part of
// `check.state` lines: they are only ever added to. Kinds of check that come later bring their classes here.

/// Why a probe ended as it did, in one dotted word that programs may compare.
package enum ResultClass: String, Sendable, CaseIterable {
  case ok = "ok"
  /// The host answered that nothing listens: a reset for TCP, ICMP port unreachable for UDP.
  case connectRefused = "connect.refused"
  /// A router, or the own kernel that found no neighbour, answered that the host cannot be reached.
  case connectUnreachable = "connect.unreachable"
  /// No connection within the timeout of the check.
  case connectTimeout = "connect.timeout"
  /// Any other fault of connecting.
  case connectFailed = "connect.failed"
  /// Connected, or sent, but the whole answer did not come within the timeout.
  case timeout = "timeout"
  /// The peer ended the connection in order, before its answer was whole.
  case receiveClosed = "receive.closed"
  /// The connection was reset, or broke, before the answer was whole.
  case receiveReset = "receive.reset"
  /// An answer came and is not the expected one.
  case receiveMismatch = "receive.mismatch"
  /// The answer is not HTTP/1.x, or goes beyond the limits of the reader.
  case httpMalformed = "http.malformed"
  case httpStatus = "http.status"
  case httpBody = "http.body"
  /// This node has no route to the target, or an interface or rule that forbids it.
  case localRoute = "local.route"
  /// The source address is not, or no longer, on this node.
  case localAddress = "local.address"
  case localPort = "local.port"
  case localDescriptor = "local.fd"
  case localMemory = "local.memory"
  /// A local filter or a missing capability kept the probe from being sent.
  case localPermission = "local.permission"

  /// What a finding says of the backend.
  package enum Bearing: Sendable {
    case success
    case failure
    /// The probe was never sent, for a reason that lies in this process or node alone.
    case nothing
  }

  /// Route and address errors count against the backend, because forwarded traffic meets them as well; a shortage of
  /// this node's own resources says nothing about anybody else.
  package var bearing: Bearing {
    switch self {
    case .ok: .success
    case .localPort, .localDescriptor, .localMemory, .localPermission: .nothing
    case .connectRefused, .connectUnreachable, .connectTimeout, .connectFailed, .timeout, .receiveClosed, .receiveReset,
      .receiveMismatch, .httpMalformed, .httpStatus, .httpBody, .localRoute, .localAddress:
      .failure
    }
  }
}

/// What one probe found.
package struct Outcome: Hashable, Sendable {
  package let resultClass: ResultClass
  /// A few words for people. No times and no ports of our own; bytes from outside are quoted and cut.
  package let reason: String

  package init(_ resultClass: ResultClass, _ reason: String) {
    self.resultClass = resultClass
    self.reason = reason
  }
}
