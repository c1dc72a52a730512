// Requests of the generic netlink family IPVS, version 1 (linux/ip_vs.h). Layout, each attribute padded to four bytes:
//
//   nlmsghdr, genlmsghdr { command, version 1, 0 }
//   1 service { 1 family, then 5 mark or 2 protocol 3 address 4 port, 6 scheduler 7 flags 8 timeout 9 netmask 11 engine
//   } 2 destination { 1 address 2 port 11 family, 3 forwarding 4 weight 5 upper 6 lower 13 14 15 tunnel }
//
// What the kernel answers is read in IPVSReply. Synchronisation daemons and timeouts are left out.

import CNetlink
package import Values

package struct IPVSMessage: Hashable, Sendable {
  package enum Command: UInt8, Hashable, Sendable {
    case newService = 1
    case setService, deleteService, getService, newDestination, setDestination, deleteDestination, getDestination
    case getInformation = 15
  }

  /// The kernel reads a service's attributes only when it makes or changes one; otherwise the key is enough.
  package enum Service: Hashable, Sendable {
    case key(IPVSServiceKey)
    case whole(IPVSService)
  }

  package enum Destination: Hashable, Sendable {
    case key(IPVSEndpoint)
    case whole(IPVSDestination)
  }

  package var command: Command
  package var service: Service?
  package var destination: Destination?

  package init(_ command: Command, service: Service? = nil, destination: Destination? = nil) {
    self.command = command
    self.service = service
    self.destination = destination
  }

  /// Appends the message to a datagram; false if memory was short.
  package func serialize(
    into datagram: inout [UInt8], family: Int32, flags: Int32 = 0, sequence: UInt32 = 0
  ) -> Bool {
    let built = NetlinkMessage(
      family: family, command: command.rawValue, version: 1, flags: flags, sequence: sequence)
    guard var message = built else { return false }
    var serviceFamily: AddressFamily?
    if let service {
      message.nest(IPVS_CMD_ATTR_SERVICE) { service.put(into: &$0) }
      serviceFamily = service.key.family
    }
    if let destination {
      message.nest(IPVS_CMD_ATTR_DEST) { destination.put(into: &$0, serviceFamily: serviceFamily) }
    }
    return message.append(to: &datagram)
  }
}

// MARK: Services

extension IPVSMessage.Service {
  package var key: IPVSServiceKey {
    switch self {
    case .key(let key): key
    case .whole(let service): service.key
    }
  }

  fileprivate func put(into message: inout NetlinkMessage) {
    message.put(IPVS_SVC_ATTR_AF, key.family.number)
    switch key {
    case .virtual(let transport, let endpoint):
      message.put(IPVS_SVC_ATTR_PROTOCOL, UInt16(transport.rawValue))
      message.put(IPVS_SVC_ATTR_ADDR, bytes: endpoint.address.padded)
      message.put(IPVS_SVC_ATTR_PORT, endpoint.port.bigEndian)
    case .mark(let mark, _):
      message.put(IPVS_SVC_ATTR_PROTOCOL, UInt16(0))
      message.put(IPVS_SVC_ATTR_ADDR, bytes: [UInt8](repeating: 0, count: 16))
      message.put(IPVS_SVC_ATTR_PORT, UInt16(0))
      message.put(IPVS_SVC_ATTR_FWMARK, mark)
    }
    guard case .whole(let service) = self else { return }
    message.put(IPVS_SVC_ATTR_SCHED_NAME, service.scheduler)
    // The mask says which flags are meant: all. The kernel puts its own back.
    message.put(IPVS_SVC_ATTR_FLAGS, ip_vs_flags(flags: service.flags.rawValue, mask: .max))
    message.put(IPVS_SVC_ATTR_TIMEOUT, service.timeout)
    message.put(IPVS_SVC_ATTR_NETMASK, service.netmask)
    if let engine = service.persistenceEngine { message.put(IPVS_SVC_ATTR_PE_NAME, engine) }
  }
}

extension IPVSService {
  /// IPv4: the mask in network order. IPv6: the prefix length.
  fileprivate var netmask: UInt32 {
    switch granularity {
    case .mask(let mask): return mask.bigEndian
    case .prefix(let length):
      guard key.family == .inet else { return UInt32(clamping: length) }
      return length <= 0 ? 0 : (UInt32.max << UInt32(max(0, 32 - length))).bigEndian
    }
  }
}

// MARK: Destinations

extension IPVSMessage.Destination {
  private var endpoint: IPVSEndpoint {
    switch self {
    case .key(let endpoint): endpoint
    case .whole(let destination): destination.endpoint
    }
  }

  fileprivate func put(into message: inout NetlinkMessage, serviceFamily: AddressFamily?) {
    message.put(IPVS_DEST_ATTR_ADDR, bytes: endpoint.address.padded)
    message.put(IPVS_DEST_ATTR_PORT, endpoint.port.bigEndian)
    if case .whole(let destination) = self {
      message.put(IPVS_DEST_ATTR_FWD_METHOD, destination.forwarding.rawValue)
      message.put(IPVS_DEST_ATTR_WEIGHT, destination.weight)
      message.put(IPVS_DEST_ATTR_U_THRESH, destination.upperThreshold)
      message.put(IPVS_DEST_ATTR_L_THRESH, destination.lowerThreshold)
      destination.tunnel.put(into: &message)
    }
    // Without this attribute the kernel takes the service's family: it is needed only where they differ.
    if let serviceFamily, serviceFamily != endpoint.address.family {
      message.put(IPVS_DEST_ATTR_ADDR_FAMILY, endpoint.address.family.number)
    }
  }
}

extension IPVSTunnel {
  /// IPIP is what the kernel assumes when nothing is said.
  fileprivate func put(into message: inout NetlinkMessage) {
    switch self {
    case .ipip: break
    case .gue(let port, let checksum):
      message.put(IPVS_DEST_ATTR_TUN_TYPE, UInt8(IP_VS_CONN_F_TUNNEL_TYPE_GUE))
      message.put(IPVS_DEST_ATTR_TUN_PORT, port.bigEndian)
      message.put(IPVS_DEST_ATTR_TUN_FLAGS, checksum.rawValue)
    case .gre(let checksum):
      message.put(IPVS_DEST_ATTR_TUN_TYPE, UInt8(IP_VS_CONN_F_TUNNEL_TYPE_GRE))
      message.put(IPVS_DEST_ATTR_TUN_FLAGS, checksum.rawValue)
    }
  }
}

// MARK: Numbers

extension AddressFamily {
  /// AF_INET or AF_INET6, as IPVS sends it.
  var number: UInt16 { UInt16(self == .inet ? AF_INET : AF_INET6) }

  init?(number: UInt16) {
    switch Int32(number) {
    case AF_INET: self = .inet
    case AF_INET6: self = .inet6
    default: return nil
    }
  }
}

extension IPAddress {
  /// union nf_inet_addr: 16 bytes, an IPv4 address in the first four.
  fileprivate var padded: [UInt8] { bytes + [UInt8](repeating: 0, count: 16 - bytes.count) }
}
