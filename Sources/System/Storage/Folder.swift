// Folders: making them, listing them, finding files by a pattern, and the lock that keeps a folder one process's own.

internal import CLinux
internal import Glibc
package import Loop

/// What tells one version of a file from another without reading it.
package struct FileStamp: Hashable, Sendable {
  package let isRegular: Bool
  package let size: Int64
  private let device: UInt
  private let node: UInt
  private let changed: [Int]

  /// Of the file that the path leads to.
  package init(_ path: String) throws(SystemError) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw .last("stat", path) }
    isRegular = status.st_mode & S_IFMT == S_IFREG
    size = Int64(status.st_size)
    device = UInt(status.st_dev)
    node = UInt(status.st_ino)
    changed = [
      status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
    ]
  }
}

package enum Folder {
  /// Makes the folder and those above it, mode 0750, where they are missing.
  package static func make(_ path: String) throws(SystemError) {
    if unsafe mkdir(path, 0o750) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
      throw .last("mkdir", path)
    }
    try make(String(path[..<slash]))
    guard unsafe mkdir(path, 0o750) == 0 || errno == EEXIST else { throw .last("mkdir", path) }
  }

  /// The names in it, sorted.
  package static func names(_ path: String) throws(SystemError) -> [String] {
    guard let stream = unsafe opendir(path) else { throw .last("opendir", path) }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(stream) else { break }
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { raw in
        unsafe String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    guard errno == 0 else { throw .last("readdir", path) }
    return names.sorted()
  }

  /// The files that glob(7) finds, in its order, those of folders left out. A folder that cannot be read is an error,
  /// so that it is never taken for an empty one.
  package static func find(_ pattern: String) throws(SystemError) -> [String] {
    var found = unsafe glob_t()
    defer { unsafe globfree(&found) }
    errno = 0
    let result = unsafe glob(pattern, GLOB_MARK | GLOB_ERR, nil, &found)
    // A folder that does not exist is told as an error.
    if result == GLOB_NOMATCH || result == GLOB_ABORTED && errno == ENOENT { return [] }
    guard result == 0 else { throw SystemError("glob", errno == 0 ? EIO : errno, pattern) }
    var paths: [String] = []
    for index in 0..<Int(unsafe found.gl_pathc) {
      guard let path = unsafe found.gl_pathv[index] else { continue }
      let text = unsafe String(cString: path)
      if !text.hasSuffix("/") { paths.append(text) }
    }
    return paths
  }

  /// Where the path leads, without links.
  package static func resolved(_ path: String) -> String? {
    guard let real = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }

  /// Takes the lock file, held until the process ends. False if another process holds it.
  package static func lock(_ path: String) throws(SystemError) -> Bool {
    let descriptor = unsafe clinux_open(path, O_RDWR | O_CREAT, 0o640)
    guard descriptor >= 0 else { throw .last("open", path) }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
    guard errno == EWOULDBLOCK else { throw .last("flock", path) }
    close(descriptor)
    return false
  }

  /// Whether a process holds the lock file.
  package static func isLocked(_ path: String) -> Bool {
    let descriptor = unsafe clinux_open(path, O_RDONLY, 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }
}
