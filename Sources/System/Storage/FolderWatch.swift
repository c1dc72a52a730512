// What happens in folders, by inotify(7). Folders are watched and not files, so that a file that is renamed over
// another is seen, and so is one that did not exist. What exactly happened is not told: who is told looks.

internal import CLinux
internal import Glibc
package import Loop

package final class FolderWatch {
  package enum Change: Sendable {
    /// A file has been written to, and is still open.
    case writing
    case settled
  }

  private static let mask = UInt32(
    IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_CREATE | IN_DELETE | IN_ATTRIB | IN_DELETE_SELF
      | IN_MOVE_SELF | IN_ONLYDIR)

  private let descriptor: Int32
  private var watches: [String: Int32] = [:]

  package init(_ loop: Loop, told: @escaping (Change) -> Void) throws(SystemError) {
    descriptor = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
    guard descriptor >= 0 else { throw .last("inotify_init1") }
    try loop.watch(descriptor, .read) { [unowned self] _ in if let change = read() { told(change) } }
  }

  /// Watches these folders and no others; gives those that could not be watched. One that was replaced is watched anew
  /// by being named again.
  package func watch(_ folders: Set<String>) -> [SystemError] {
    for (folder, number) in watches where !folders.contains(folder) {
      _ = inotify_rm_watch(descriptor, number)
      watches[folder] = nil
    }
    var failures: [SystemError] = []
    for folder in folders.sorted() {
      let number = unsafe inotify_add_watch(descriptor, folder, Self.mask)
      if number < 0 { failures.append(.last("inotify_add_watch", folder)) }
      watches[folder] = number < 0 ? nil : number
    }
    return failures
  }

  /// Reads all events: the last one counts.
  private func read() -> Change? {
    var change: Change?
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return change }
      var rest = buffer[..<count]
      // inotify_event: descriptor, mask, cookie and length of the name, 4 bytes each; then the name.
      while rest.count >= 16 {
        let (mask, length) = (Self.word(rest, 4), Self.word(rest, 12))
        if mask & UInt32(IN_IGNORED) == 0 { change = mask & UInt32(IN_MODIFY) != 0 ? .writing : .settled }
        rest = rest.dropFirst(16 + Int(length))
      }
    }
  }

  private static func word(_ bytes: ArraySlice<UInt8>, _ offset: Int) -> UInt32 {
    unsafe bytes.withUnsafeBytes { unsafe $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self) }
  }
}
