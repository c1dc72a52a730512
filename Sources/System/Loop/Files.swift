// Whole files: read with a bound, and replaced so that a reader or a crash sees the old one or the new one.

internal import CLinux
internal import Glibc

package enum Files {
  /// The file's bytes, `-` being standard input; refuses more than `limit`.
  package static func read(_ path: String, limit: Int = 1 << 30) throws(SystemError) -> [UInt8] {
    let descriptor = path == "-" ? 0 : unsafe clinux_open(path, O_RDONLY, 0)
    guard descriptor >= 0 else { throw .last("open", path) }
    defer { if descriptor > 0 { close(descriptor) } }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN {
        StandardStreams.wait(for: descriptor, POLLIN)
        continue
      }
      guard count >= 0 else { throw .last("read", path) }
      if count == 0 { return bytes }
      guard bytes.count + count <= limit else { throw SystemError("read", EFBIG, path) }
      bytes.append(contentsOf: buffer[..<count])
    }
  }

  /// Writes a file beside the old one and renames it over. Not synced to disk: for files below /run.
  package static func replace(_ path: String, with bytes: [UInt8]) throws(SystemError) {
    let temporary = "\(path).\(getpid())"
    let descriptor = unsafe clinux_open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0o640)
    guard descriptor >= 0 else { throw .last("open", temporary) }
    defer { close(descriptor) }
    do throws(SystemError) {
      try append(bytes, to: descriptor, path: temporary)
      guard unsafe rename(temporary, path) == 0 else { throw .last("rename", path) }
    } catch {
      _ = unsafe unlink(temporary)
      throw error
    }
  }

  package static func append(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(SystemError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .last("write", path) }
      rest = rest.dropFirst(count)
    }
  }

  package static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  /// Opens a file for writing from its beginning, new ones for the owner alone.
  package static func create(_ path: String) throws(SystemError) -> Int32 {
    let descriptor = unsafe clinux_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard descriptor >= 0 else { throw .last("open", path) }
    return descriptor
  }
}
