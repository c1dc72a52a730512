// The folder for locks and state, `/run/seesaw` unless SEESAW_RUN names another, and the lock that keeps two processes
// from one job in one network namespace.

internal import CLinux
internal import Glibc

package enum RunFolder {
  package static var path: String {
    guard let value = unsafe getenv("SEESAW_RUN") else { return "/run/seesaw" }
    let text = unsafe String(cString: value)
    return text.isEmpty ? "/run/seesaw" : text
  }

  /// Makes the folder, mode 0750, if it is missing.
  package static func make() throws(SystemError) {
    guard unsafe mkdir(path, 0o750) < 0, errno != EEXIST else { return }
    throw .last("mkdir", path)
  }

  /// A name of the network namespace: its cookie, or before Linux 5.14 the number of its file.
  private static var namespace: String {
    let cookie = clinux_netns_cookie()
    if cookie != 0 { return String(cookie, radix: 16) }
    var status = stat()
    return unsafe stat("/proc/self/ns/net", &status) == 0 ? "ns\(status.st_ino)" : ""
  }

  /// Takes the lock of a command, role and network namespace, held until the process ends.
  /// - Returns: false if another process holds it.
  package static func lock(_ command: String, role: String = "") throws(SystemError) -> Bool {
    try make()
    let name = [command, role, namespace].filter { !$0.isEmpty }.joined(separator: ".")
    let file = "\(path)/\(name).lock"
    let descriptor = unsafe clinux_open(file, O_RDWR | O_CREAT, 0o640)
    guard descriptor >= 0 else { throw .last("open", file) }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
    guard errno == EWOULDBLOCK else { throw .last("flock", file) }
    close(descriptor)
    return false
  }
}
