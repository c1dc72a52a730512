// A connected, non-blocking stream, in plain text or by TLS. It never waits: each call says what it needs to be ready
// before the next one. The descriptor is the caller's.

internal import CTLS
internal import Glibc
package import Loop

@safe package final class Stream {
  package enum Progress: Sendable {
    /// So many bytes.
    case moved(Int)
    /// Call again when the descriptor is ready for this.
    case wait(Loop.Interest)
    /// The other side has ended its half in order.
    case ended
    case failed(String)
  }

  private let descriptor: Int32
  private let session: OpaquePointer?
  /// Keeps the context that the session belongs to.
  private let context: TLSContext?

  /// In plain text.
  package init(_ descriptor: Int32) {
    self.descriptor = descriptor
    unsafe session = nil
    context = nil
  }

  /// By TLS. A client verifies that the certificate is of `host`, a name or an address.
  package init(_ descriptor: Int32, _ context: TLSContext, host: String = "", isAddress: Bool = false) throws(TLSError)
  {
    self.descriptor = descriptor
    self.context = context
    guard let session = unsafe SSL_new(context.context) else { throw .last("TLS") }
    unsafe self.session = session
    // Written in part, from wherever the rest lies then.
    _ = unsafe SSL_ctrl(
      session, SSL_CTRL_MODE, Int(SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER), nil)
    guard unsafe SSL_set_fd(session, descriptor) == 1 else { throw .last("TLS") }
    guard context.side == .client else {
      unsafe SSL_set_accept_state(session)
      return
    }
    unsafe SSL_set_connect_state(session)
    if isAddress {
      guard unsafe X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host) == 1 else { throw .last(host) }
    } else {
      guard unsafe SSL_set1_host(session, host) == 1 else { throw .last(host) }
      // RFC 6066 §3: a name, never an address.
      var name = Array(host.utf8) + [0]
      _ = unsafe name.withUnsafeMutableBytes {
        unsafe SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name), $0.baseAddress)
      }
    }
  }

  deinit { if let session = unsafe session { unsafe SSL_free(session) } }

  /// Brings the handshake forward; `moved` when it is done.
  package func shake() -> Progress {
    guard let session = unsafe session else { return .moved(0) }
    ERR_clear_error()
    let result = unsafe SSL_do_handshake(session)
    if result == 1 { return .moved(0) }
    let verdict = unsafe SSL_get_verify_result(session)
    if verdict != Int(X509_V_OK), let text = unsafe X509_verify_cert_error_string(verdict) {
      return .failed("certificate: \(unsafe String(cString: text))")
    }
    return progress(result, "TLS handshake")
  }

  package func receive(into buffer: inout [UInt8]) -> Progress {
    guard let session = unsafe session else {
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
      return plain(count, .read, "receive")
    }
    ERR_clear_error()
    let size = Int32(clamping: buffer.count)
    let count = unsafe buffer.withUnsafeMutableBytes { unsafe SSL_read(session, $0.baseAddress, size) }
    return count > 0 ? .moved(Int(count)) : progress(count, "receive")
  }

  package func send(_ bytes: ArraySlice<UInt8>) -> Progress {
    guard !bytes.isEmpty else { return .moved(0) }
    guard let session = unsafe session else {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      return plain(count, .write, "send")
    }
    ERR_clear_error()
    let count = unsafe bytes.withUnsafeBytes { unsafe SSL_write(session, $0.baseAddress, Int32(clamping: $0.count)) }
    return count > 0 ? .moved(Int(count)) : progress(count, "send")
  }

  /// Tells the other side, if that is possible at once, that nothing more comes.
  package func close() {
    if let session = unsafe session {
      ERR_clear_error()
      _ = unsafe SSL_shutdown(session)
    }
    _ = shutdown(descriptor, Int32(SHUT_WR))
  }

  private func plain(_ count: Int, _ interest: Loop.Interest, _ what: String) -> Progress {
    if count > 0 { return .moved(count) }
    if count == 0 { return .ended }
    if errno == EAGAIN || errno == EINTR { return .wait(interest) }
    return .failed("\(what): \(errnoText(errno))")
  }

  private func progress(_ result: Int32, _ what: String) -> Progress {
    guard let session = unsafe session else { return .ended }
    let number = errno
    switch unsafe SSL_get_error(session, result) {
    case SSL_ERROR_WANT_READ: return .wait(.read)
    case SSL_ERROR_WANT_WRITE: return .wait(.write)
    case SSL_ERROR_ZERO_RETURN: return .ended
    case SSL_ERROR_SYSCALL:
      return .failed("\(what): \(number == 0 ? "the connection was cut off" : errnoText(number))")
    default: return .failed(TLSError.last(what).description)
    }
  }
}
