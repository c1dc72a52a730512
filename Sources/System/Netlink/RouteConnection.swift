// The kernel's interfaces and addresses of this network namespace: changes in batches, and pictures that are whole but
// for entries that cannot be read, which are counted.

import CNetlink
package import Values

package struct RouteConnection: ~Copyable {
  private var socket: NetlinkSocket

  /// Changes that `apply` takes at once.
  package static let batch = NetlinkSocket.batch

  /// - Parameter queue: bytes of the queue of answers.
  package init(queue: Int32? = nil) throws(NetlinkError) {
    socket = try NetlinkSocket(protocol: NETLINK_ROUTE, name: "rtnetlink", queue: queue ?? NetlinkSocket.queue)
  }

  /// Makes at most `batch` changes, in order, each whether or not those before it succeeded.
  package mutating func apply(_ messages: [RouteMessage]) throws(NetlinkError) -> [KernelAnswer] {
    try socket.transact(messages.count, object: "rtnetlink") { index, datagram, flags, sequence in
      messages[index].serialize(into: &datagram, flags: flags, sequence: sequence)
    }
  }

  /// Entries of one kind, and how many more there are that could not be read.
  package typealias Entries<Entry> = (read: [Entry], unreadable: Int)

  package mutating func links() throws(NetlinkError) -> Entries<KernelLink> {
    try whole(Int32(RTM_GETLINK), ifinfomsg(), "interfaces") { (payload) throws(NetlinkError) in
      try KernelLink(parsing: payload)
    }
  }

  package mutating func addresses() throws(NetlinkError) -> Entries<KernelAddress> {
    try whole(Int32(RTM_GETADDR), ifaddrmsg(), "addresses") { (payload) throws(NetlinkError) in
      try KernelAddress(parsing: payload)
    }
  }

  /// Dumps until the kernel does not say that its table changed on the way; the fifth is taken as it is.
  private mutating func whole<Header: BitwiseCopyable, Entry>(
    _ type: Int32, _ header: Header, _ object: String, _ parse: (Span<UInt8>) throws(NetlinkError) -> Entry
  ) throws(NetlinkError) -> Entries<Entry> {
    var entries: [Entry] = []
    var unreadable = 0
    for _ in 0..<5 {
      entries = []
      let outcome = try socket.dump(object: object) { datagram, flags, sequence in
        guard var message = NetlinkMessage(type: type, flags: flags, sequence: sequence) else { return false }
        message.header(header)
        return message.append(to: &datagram)
      } _: { (_, payload) throws(NetlinkError) in
        entries.append(try parse(payload))
      }
      unreadable = outcome.unreadable
      if !outcome.wasInterrupted { break }
    }
    return (entries, unreadable)
  }
}
