// Names to addresses by getaddrinfo(3), which can take many seconds and knows no other way than to wait: on a thread of
// its own, which writes what it found into a pipe as text and ends.

internal import CLinux
internal import Glibc
package import Loop
package import Values

package enum Lookup {
  /// What the thread needs, and gives up.
  private final class Task: Sendable {
    let host: String
    let descriptor: Int32

    init(_ host: String, _ descriptor: Int32) {
      self.host = host
      self.descriptor = descriptor
    }
  }

  /// Calls `found` once, from the loop: the addresses, those of IPv6 first, or why there are none.
  package static func begin(
    _ host: String, _ loop: Loop, found: @escaping (Result<[IPAddress], TLSError>) -> Void
  ) throws(SystemError) {
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else { throw .last("pipe") }
    for end in ends { _ = clinux_fcntl(end, F_SETFD, FD_CLOEXEC) }
    let (reader, writer) = (ends[0], ends[1])
    var thread = pthread_t()
    let task = unsafe Unmanaged.passRetained(Task(host, writer))
    let code = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        let task = unsafe Unmanaged<Task>.fromOpaque(argument).takeRetainedValue()
        let text = Array(Lookup.answer(task.host).utf8)
        _ = unsafe text.withUnsafeBytes { unsafe write(task.descriptor, $0.baseAddress, $0.count) }
        close(task.descriptor)
        return nil
      }, task.toOpaque())
    guard code == 0 else {
      unsafe task.release()
      for end in ends { close(end) }
      throw SystemError("pthread_create", code)
    }
    pthread_detach(thread)
    var text: [UInt8] = []
    do throws(SystemError) {
      try loop.watch(reader, .read) { _ in
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(reader, $0.baseAddress, $0.count) }
        if count > 0 { return text += buffer[..<count] }
        loop.unwatch(reader)
        close(reader)
        found(result(String(decoding: text, as: UTF8.self), host))
      }
    } catch {
      close(reader)
      throw error
    }
  }

  /// Addresses, one a line; or `!` and why there are none.
  private static func answer(_ host: String) -> String {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let code = unsafe getaddrinfo(host, nil, &hints, &list)
    guard code == 0 else { return "!\(unsafe String(cString: gai_strerror(code)))" }
    defer { unsafe freeaddrinfo(list) }
    var lines: [String] = []
    var next = unsafe list
    while let entry = unsafe next {
      var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      let info = unsafe entry.pointee
      if unsafe getnameinfo(
        info.ai_addr, info.ai_addrlen, &name, socklen_t(name.count), nil, 0, Int32(NI_NUMERICHOST)) == 0
      {
        lines.append(String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
      }
      unsafe next = info.ai_next
    }
    // What the pipe takes without anybody reading: far more than any name has.
    return lines.prefix(500).joined(separator: "\n")
  }

  private static func result(_ text: String, _ host: String) -> Result<[IPAddress], TLSError> {
    if text.hasPrefix("!") { return .failure(TLSError("\(host): \(text.dropFirst())")) }
    let addresses = text.split(separator: "\n").compactMap { IPAddress(String($0)) }
    guard !addresses.isEmpty else { return .failure(TLSError("\(host) has no address")) }
    return .success(addresses.filter { $0.family == .inet6 } + addresses.filter { $0.family == .inet })
  }
}
