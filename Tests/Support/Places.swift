// Where things are: the package, the commands built beside the test bundle, programs in PATH, and the folder of shared
// facts beside the package. Paths follow from the running bundle, never from the machine that built it.

import Glibc

package enum Places {
  /// The folder of the test bundle, in which the package's commands are built too.
  package static let built: String = {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe readlink("/proc/self/exe", &bytes, bytes.count)
    let path = String(decoding: bytes.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    return path.parentFolder
  }()

  /// The folder of Package.swift: above the bundle or, where the build folder is elsewhere, above the current folder.
  package static let package: String = {
    for start in [built, currentFolder] {
      var folder = start
      while folder != "/", !folder.isEmpty {
        if exists(folder + "/Package.swift"), exists(folder + "/bin-scripts") { return folder }
        folder = folder.parentFolder
      }
    }
    return currentFolder
  }()

  /// A file of `../shared`, which tests compare with where it exists; nil where it is missing.
  package static func shared(_ path: String = "") -> String? {
    let full = package.parentFolder + "/shared" + (path.isEmpty ? "" : "/" + path)
    return exists(full) ? full : nil
  }

  /// A built command such as `ss-ipvs`; nil if it was not built.
  package static func command(_ name: String) -> String? {
    let path = built + "/" + name
    return isExecutable(path) ? path : nil
  }

  /// A script of `bin-scripts`.
  package static func script(_ name: String) -> String { package + "/bin-scripts/" + name }

  /// A program in PATH or in root's folders, nil if it is not installed.
  package static func installed(_ name: String) -> String? {
    let path = (variable("PATH") ?? "") + ":/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin"
    return path.split(separator: ":").map { $0 + "/" + name }.first(where: isExecutable)
  }

  /// What `Child` starts: a path as it is, else a built command, else an installed program.
  package static func program(_ name: String) throws(SpawnError) -> String {
    if name.contains("/") { return name }
    guard let path = command(name) ?? installed(name) else { throw SpawnError(program: name, code: ENOENT) }
    return path
  }

  package static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  private static func isExecutable(_ path: String) -> Bool {
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
    return unsafe access(path, X_OK) == 0
  }

  private static let currentFolder: String = {
    guard let path = unsafe getcwd(nil, 0) else { return "/" }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
  }()
}

extension String {
  /// The path without its last part.
  package var parentFolder: String {
    guard let slash = lastIndex(of: "/") else { return "." }
    return slash == startIndex ? "/" : String(self[..<slash])
  }
}
