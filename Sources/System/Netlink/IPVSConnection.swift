// The kernel's IPVS of this network namespace: changes in batches, dumps in a stream. It loads no module.

import CNetlink
package import Values

package struct IPVSConnection: ~Copyable {
  private var socket: NetlinkSocket
  private let family: Int32

  /// Changes that `apply` takes at once.
  package static let batch = NetlinkSocket.batch

  /// Fails with `familyMissing` where the kernel has no IPVS.
  package init() throws(NetlinkError) {
    let socket = try NetlinkSocket(protocol: NETLINK_GENERIC, name: "generic netlink")
    guard let family = socket.family("IPVS") else { throw .familyMissing("IPVS") }
    self.socket = socket
    self.family = family
  }

  /// Makes at most `batch` changes, in order, each whether or not those before it succeeded.
  package mutating func apply(_ messages: [IPVSMessage]) throws(NetlinkError) -> [KernelAnswer] {
    let number = family
    return try socket.transact(messages.count, object: "IPVS") { index, datagram, flags, sequence in
      messages[index].serialize(into: &datagram, family: number, flags: flags, sequence: sequence)
    }
  }

  /// All services of the namespace, each given to `body` as it comes.
  package mutating func services(_ body: (IPVSHeldService) -> Void) throws(NetlinkError) -> DumpOutcome {
    try dump(IPVSMessage(.getService), serviceFamily: .inet) { reply in
      if case .service(let held) = reply { body(held) }
    }
  }

  /// The destinations of a service. A service that is not there fails with ESRCH.
  package mutating func destinations(
    of service: IPVSServiceKey, _ body: (IPVSHeldDestination) -> Void
  ) throws(NetlinkError) -> DumpOutcome {
    try dump(IPVSMessage(.getDestination, service: .key(service)), serviceFamily: service.family) { reply in
      if case .destination(let held) = reply { body(held) }
    }
  }

  package mutating func information() throws(NetlinkError) -> IPVSInformation? {
    let number = family
    var result: IPVSInformation?
    try socket.ask(object: "IPVS") { datagram, flags, sequence in
      IPVSMessage(.getInformation).serialize(into: &datagram, family: number, flags: flags, sequence: sequence)
    } _: { (payload) throws(NetlinkError) in
      if case .information(let information) = try IPVSReply(parsing: payload) { result = information }
    }
    return result
  }

  private mutating func dump(
    _ message: IPVSMessage, serviceFamily: AddressFamily, _ body: (IPVSReply) -> Void
  ) throws(NetlinkError) -> DumpOutcome {
    let number = family
    return try socket.dump(object: message.service?.key.description ?? "IPVS") { datagram, flags, sequence in
      message.serialize(into: &datagram, family: number, flags: flags, sequence: sequence)
    } _: { (_, payload) throws(NetlinkError) in
      body(try IPVSReply(parsing: payload, serviceFamily: serviceFamily))
    }
  }
}
