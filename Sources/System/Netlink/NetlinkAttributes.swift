// Reading what the kernel sends: messages and attributes (linux/netlink.h; RFC 3549 §2.3). Every length is checked
// against what is there before it is used, so that no answer can make us read past it. Numbers are in host order.

import CNetlink

/// NLA_ALIGN and NLMSG_ALIGN: both align to four bytes.
private func aligned(_ length: Int) -> Int { (length + 3) & ~3 }

/// One message's header and where its payload lies.
struct NetlinkHeader: Hashable {
  var type: UInt16
  var flags: UInt16
  var sequence: UInt32
}

/// Calls `body` for each message of a datagram. A length that does not fit ends it with an error.
func eachMessage(
  _ bytes: Span<UInt8>, _ body: (NetlinkHeader, Span<UInt8>) throws(NetlinkError) -> Void
) throws(NetlinkError) {
  var offset = 0
  while bytes.count - offset >= 16 {
    let length = Int(try bytes.number(UInt32.self, at: offset, "message length"))
    guard length >= 16, length <= bytes.count - offset else { throw .malformed(field: "message length") }
    let header = NetlinkHeader(
      type: try bytes.number(UInt16.self, at: offset + 4, "message type"),
      flags: try bytes.number(UInt16.self, at: offset + 6, "message flags"),
      sequence: try bytes.number(UInt32.self, at: offset + 8, "sequence"))
    try body(header, bytes.extracting(offset + 16..<offset + length))
    offset += aligned(length)
  }
}

/// Calls `body` with the type (flag bits removed) and payload of each attribute. Trailing bytes too few for a header
/// are ignored, as the kernel's own nla_for_each_attr does.
func eachAttribute(
  _ bytes: Span<UInt8>, _ body: (Int, Span<UInt8>) throws(NetlinkError) -> Void
) throws(NetlinkError) {
  var offset = 0
  while bytes.count - offset >= 4 {
    let length = Int(try bytes.number(UInt16.self, at: offset, "attribute length"))
    guard length >= 4, length <= bytes.count - offset else { throw .malformed(field: "attribute length") }
    // NLA_F_NESTED and NLA_F_NET_BYTEORDER are the two highest bits; kernels set them or not.
    let type = Int(try bytes.number(UInt16.self, at: offset + 2, "attribute type") & 0x3fff)
    try body(type, bytes.extracting(offset + 4..<offset + length))
    offset += aligned(length)
  }
}

extension Span where Element == UInt8 {
  /// A number in host order at an offset, or an error that names the field.
  func number<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type, at offset: Int = 0, _ field: StaticString
  ) throws(NetlinkError) -> T {
    guard offset >= 0, count - offset >= MemoryLayout<T>.size else { throw .malformed(field: "\(field)") }
    return unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: type)
  }

  /// A number in network order.
  func networkNumber<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type, _ field: StaticString
  ) throws(NetlinkError) -> T {
    T(bigEndian: try number(type, field))
  }

  /// Text up to the first NUL or the end: senders differ on whether they count the NUL.
  func text() -> String {
    var end = 0
    while end < count, self[end] != 0 { end += 1 }
    return String(decoding: extracting(0..<end).copy(), as: UTF8.self)
  }

  func copy() -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(count)
    for index in indices { result.append(self[index]) }
    return result
  }
}
