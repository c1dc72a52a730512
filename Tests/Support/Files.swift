// Small files: read whole, written whole, and a folder that vanishes with its owner.

import Glibc

/// The file's bytes, nil if it cannot be read. Also for /proc, whose files have no size.
package func bytes(of path: String) -> [UInt8]? {
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return nil }
  defer { _ = close(descriptor) }
  var all: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65536)
  while true {
    let count = unsafe read(descriptor, &chunk, chunk.count)
    if count < 0 { return nil }
    if count == 0 { return all }
    all += chunk.prefix(count)
  }
}

/// The file's text, nil if it cannot be read.
package func text(of path: String) -> String? { bytes(of: path).map { String(decoding: $0, as: UTF8.self) } }

/// Writes the whole file, made if it is missing; false if that failed.
@discardableResult
package func write(_ text: String, to path: String) -> Bool { write(Array(text.utf8), to: path) }

@discardableResult
package func write(_ bytes: [UInt8], to path: String) -> Bool {
  let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode_t(0o644))
  guard descriptor >= 0 else { return false }
  defer { _ = close(descriptor) }
  var left = bytes[...]
  while !left.isEmpty {
    let count = unsafe left.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
    guard count > 0 else { return false }
    left = left.dropFirst(count)
  }
  return true
}

/// The names in a folder, sorted; empty if there is none.
package func names(in folder: String) -> [String] {
  guard let stream = unsafe opendir(folder) else { return [] }
  defer { unsafe closedir(stream) }
  var names: [String] = []
  while let entry = unsafe readdir(stream) {
    let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { raw in
      unsafe String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names.sorted()
}

/// A new folder, removed with all that is in it when its owner lets go of it.
package final class TemporaryFolder {
  package let path: String

  package init() throws {
    var template = Array(((variable("TMPDIR") ?? "/tmp") + "/seesaw-test.XXXXXX").utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw SpawnError(program: "mkdtemp", code: errno) }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit { remove(path) }

  /// Writes a file in it, and returns the file's path.
  @discardableResult
  package func file(_ name: String, _ text: String) -> String {
    write(text, to: path + "/" + name)
    return path + "/" + name
  }

  private func remove(_ path: String) {
    if unsafe unlink(path) == 0 { return }
    for name in names(in: path) { remove(path + "/" + name) }
    _ = unsafe rmdir(path)
  }
}
