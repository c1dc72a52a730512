// Addresses and ports as the kernel wants them: sockaddr_in and sockaddr_in6, in network order (ip(7), ipv6(7)).

internal import Glibc
internal import Values

enum SocketAddress {
  static func domain(_ family: AddressFamily) -> Int32 { family == .inet ? AF_INET : AF_INET6 }

  /// Calls `body` with the kernel's form of an address and port.
  static func with<Result>(
    _ address: IPAddress, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    switch address {
    case .v4(let number):
      var form = sockaddr_in()
      form.sin_family = sa_family_t(AF_INET)
      form.sin_port = port.bigEndian
      form.sin_addr.s_addr = number.bigEndian
      return unsafe withUnsafePointer(to: &form) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    case .v6:
      var form = sockaddr_in6()
      form.sin6_family = sa_family_t(AF_INET6)
      form.sin6_port = port.bigEndian
      unsafe withUnsafeMutableBytes(of: &form.sin6_addr) {
        unsafe $0.storeBytes(of: address.number.bigEndian, as: UInt128.self)
      }
      return unsafe withUnsafePointer(to: &form) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
        }
      }
    }
  }

  /// The address in a kernel's form of either family, as bytes; nil for anything else.
  static func address(in form: ArraySlice<UInt8>) -> IPAddress? {
    guard form.count >= 2 else { return nil }
    let family = Int32(form[form.startIndex]) | Int32(form[form.startIndex + 1]) << 8
    switch family {
    case AF_INET: return IPAddress(bytes: form.dropFirst(4).prefix(4))
    case AF_INET6: return IPAddress(bytes: form.dropFirst(8).prefix(16))
    default: return nil
    }
  }
}
