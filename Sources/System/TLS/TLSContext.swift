// What a side of TLS trusts and shows, by OpenSSL 3: TLS 1.2 at least, the other side's chain verified against the
// given authorities. Left out: session resumption and early data, which a question a minute does not need.

internal import CTLS
internal import Loop

package struct TLSError: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }

  /// ERR_SYSTEM_FLAG: the rest is an errno.
  private static let errorOfSystem: UInt = 0x8000_0000

  /// With the reason that OpenSSL left, if it left one.
  static func last(_ what: String) -> TLSError {
    // The first of the queue is the cause; what follows it says who passed it on.
    let code = ERR_get_error()
    ERR_clear_error()
    guard code & errorOfSystem == 0 else {
      return TLSError("\(what): \(errnoText(Int32(truncatingIfNeeded: code & ~errorOfSystem)))")
    }
    guard code != 0, let text = unsafe ERR_reason_error_string(code) else { return TLSError(what) }
    return TLSError("\(what): \(unsafe String(cString: text))")
  }
}

/// Files of a certificate with its chain and of its key, in PEM.
package struct TLSIdentity: Hashable, Sendable {
  package var certificate: String
  package var key: String

  package init(certificate: String, key: String) {
    self.certificate = certificate
    self.key = key
  }
}

@safe package final class TLSContext {
  package enum Side: Sendable { case client, server }

  let side: Side
  let context: OpaquePointer

  /// - Parameter authorities: file of the authorities that the other side's certificate must come from. A client
  ///   without one trusts the system's; a server without one asks for no certificate.
  package init(_ side: Side, authorities: String?, identity: TLSIdentity?) throws(TLSError) {
    self.side = side
    let method = unsafe side == .client ? TLS_client_method() : TLS_server_method()
    guard let context = unsafe SSL_CTX_new(method) else { throw .last("TLS") }
    unsafe self.context = context
    guard unsafe SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil) == 1 else {
      throw .last("TLS")
    }
    if let authorities {
      guard unsafe SSL_CTX_load_verify_file(context, authorities) == 1 else { throw .last(authorities) }
    } else if side == .client {
      _ = unsafe SSL_CTX_set_default_verify_paths(context)
    }
    if side == .client || authorities != nil {
      unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
    }
    guard let identity else { return }
    guard unsafe SSL_CTX_use_certificate_chain_file(context, identity.certificate) == 1 else {
      throw .last(identity.certificate)
    }
    guard unsafe SSL_CTX_use_PrivateKey_file(context, identity.key, SSL_FILETYPE_PEM) == 1 else {
      throw .last(identity.key)
    }
    guard unsafe SSL_CTX_check_private_key(context) == 1 else { throw .last(identity.key) }
  }

  deinit { unsafe SSL_CTX_free(context) }
}
