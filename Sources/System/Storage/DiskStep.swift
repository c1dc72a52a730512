// Changes of what is on disk as steps, each of which is done or not done whatever happens meanwhile. A folder that is
// changed by steps alone can be looked at after any number of them, as after a kill or a loss of power.

internal import CLinux
internal import Glibc
package import Loop

package enum DiskStep: Hashable, Sendable {
  /// Makes a file anew and has its bytes on disk. Not whole until done: give it a name that nobody reads.
  case write(String, [UInt8])
  /// Puts a file in the place of another.
  case rename(String, to: String)
  /// Gives a file a second name; nothing if the file is missing.
  case link(String, to: String)
  /// Nothing if it is missing.
  case remove(String)
  /// Has the folder's names on disk.
  case sync(String)

  /// Replaces a file: a reader or a crash sees the old one or the new one.
  package static func replace(_ path: String, with bytes: [UInt8]) -> [DiskStep] {
    [.write("\(path).new", bytes), .rename("\(path).new", to: path), .sync(folder(of: path))]
  }

  package static func delete(_ path: String) -> [DiskStep] { [.remove(path), .sync(folder(of: path))] }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  package func run() throws(SystemError) {
    switch self {
    case .write(let path, let bytes): try Self.fill(path, bytes)
    case .rename(let path, let new):
      guard unsafe Glibc.rename(path, new) == 0 else { throw .last("rename", path) }
    case .link(let path, let new):
      guard unsafe Glibc.link(path, new) == 0 || errno == ENOENT else { throw .last("link", new) }
    case .remove(let path):
      guard unsafe unlink(path) == 0 || errno == ENOENT else { throw .last("unlink", path) }
    case .sync(let path):
      let descriptor = unsafe clinux_open(path, O_RDONLY | O_DIRECTORY, 0)
      guard descriptor >= 0 else { throw .last("open", path) }
      defer { close(descriptor) }
      guard fsync(descriptor) == 0 else { throw .last("fsync", path) }
    }
  }

  private static func fill(_ path: String, _ bytes: [UInt8]) throws(SystemError) {
    let descriptor = unsafe clinux_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o640)
    guard descriptor >= 0 else { throw .last("open", path) }
    defer { close(descriptor) }
    try Files.append(bytes, to: descriptor, path: path)
    guard fsync(descriptor) == 0 else { throw .last("fsync", path) }
  }
}
