// Requests of rtnetlink for interfaces and addresses (rtnetlink(7)). Layouts after the netlink header:
//
//   address    ifaddrmsg { family, prefix length, flags, scope, interface }, 2 local 1 address 6 lifetimes 11 protocol
//   interface  ifinfomsg { family, type, index, flags, change }, 3 name, 18 { 1 kind }, 20 alias
//
// libnl-route knows no IFA_PROTO (Linux 5.18), which marks what is ours, so the messages are built here. Routes, rules
// and interfaces other than dummies are left out.

import CNetlink
package import Values

package enum RouteMessage: Hashable, Sendable {
  /// `origin` marks whose it is. IPv6 addresses skip duplicate detection: nobody else may have a VIP while we do. They
  /// are deprecated for ever, so that the node never speaks from one by itself: a probe or a tunnel from a VIP would
  /// not come back from a backend that holds it too. (IPv4 prefers the address that was there first.)
  case addAddress(index: Int32, Prefix, origin: UInt8)
  /// Puts back an address that fell, as the kernel told of it.
  case restoreAddress(message: [UInt8])
  case removeAddress(index: Int32, Prefix)
  case addLink(name: String, kind: String)
  /// Leaves a word on an interface.
  case markLink(name: String, alias: String)
  case setLink(name: String, up: Bool)
  case removeLink(index: Int32)

  /// IFF_UP of net/if.h.
  static let up: UInt32 = 0x1

  /// Appends the message to a datagram; false if memory was short.
  package func serialize(into datagram: inout [UInt8], flags: Int32 = 0, sequence: UInt32 = 0) -> Bool {
    let built = NetlinkMessage(type: type, flags: flags | creation, sequence: sequence)
    guard var message = built else { return false }
    switch self {
    case .addAddress(let index, let prefix, let origin):
      var header = RouteMessage.header(index, prefix)
      if prefix.family == .inet6 { header.ifa_flags = UInt8(IFA_F_NODAD) }
      message.header(header)
      RouteMessage.put(prefix, into: &message)
      if prefix.family == .inet6 {
        message.put(IFA_CACHEINFO, ifa_cacheinfo(ifa_prefered: 0, ifa_valid: .max, cstamp: 0, tstamp: 0))
      }
      message.put(IFA_PROTO, origin)
    case .removeAddress(let index, let prefix):
      message.header(RouteMessage.header(index, prefix))
      RouteMessage.put(prefix, into: &message)
    case .restoreAddress(let bytes): message.append(bytes)
    case .addLink(let name, let kind):
      message.header(ifinfomsg())
      message.put(IFLA_IFNAME, name)
      message.nest(IFLA_LINKINFO) { $0.put(IFLA_INFO_KIND, kind) }
    case .markLink(let name, let alias):
      message.header(ifinfomsg())
      message.put(IFLA_IFNAME, name)
      message.put(IFLA_IFALIAS, alias)
    case .setLink(let name, let isUp):
      var header = ifinfomsg()
      header.ifi_flags = isUp ? RouteMessage.up : 0
      header.ifi_change = RouteMessage.up
      message.header(header)
      message.put(IFLA_IFNAME, name)
    case .removeLink(let index):
      var header = ifinfomsg()
      header.ifi_index = index
      message.header(header)
    }
    return message.append(to: &datagram)
  }

  private var type: Int32 {
    switch self {
    case .addAddress, .restoreAddress: Int32(RTM_NEWADDR)
    case .removeAddress: Int32(RTM_DELADDR)
    case .addLink: Int32(RTM_NEWLINK)
    case .markLink, .setLink: Int32(RTM_SETLINK)
    case .removeLink: Int32(RTM_DELLINK)
    }
  }

  /// What is made must not have been there.
  private var creation: Int32 {
    switch self {
    case .addAddress, .restoreAddress, .addLink: NLM_F_CREATE | NLM_F_EXCL
    case .removeAddress, .markLink, .setLink, .removeLink: 0
    }
  }

  private static func header(_ index: Int32, _ prefix: Prefix) -> ifaddrmsg {
    ifaddrmsg(
      ifa_family: UInt8(clamping: prefix.family.number), ifa_prefixlen: UInt8(clamping: prefix.length), ifa_flags: 0,
      ifa_scope: UInt8(RT_SCOPE_UNIVERSE.rawValue), ifa_index: UInt32(bitPattern: index))
  }

  /// Both attributes: without the address the kernel removes whatever length the local address has.
  private static func put(_ prefix: Prefix, into message: inout NetlinkMessage) {
    message.put(IFA_LOCAL, bytes: prefix.address.bytes)
    message.put(IFA_ADDRESS, bytes: prefix.address.bytes)
  }
}

// MARK: What the kernel tells

extension KernelLink {
  /// Reads RTM_NEWLINK from the ifinfomsg on.
  package init(parsing payload: Span<UInt8>) throws(NetlinkError) {
    self.init(
      index: try payload.number(Int32.self, at: 4, "interface index"), name: "",
      isUp: try payload.number(UInt32.self, at: 8, "interface flags") & RouteMessage.up != 0)
    guard payload.count >= 16 else { throw .malformed(field: "interface header") }
    var name = "", kind = "", alias = ""
    try eachAttribute(payload.extracting(16..<payload.count)) { (type, value) throws(NetlinkError) in
      switch type {
      case IFLA_IFNAME: name = value.text()
      case IFLA_IFALIAS: alias = value.text()
      case IFLA_LINKINFO:
        try eachAttribute(value) { (type, value) throws(NetlinkError) in
          if type == IFLA_INFO_KIND { kind = value.text() }
        }
      default: break
      }
    }
    guard !name.isEmpty else { throw .malformed(field: "interface name") }
    self.name = name
    self.kind = kind.isEmpty ? nil : kind
    self.alias = alias.isEmpty ? nil : alias
  }
}

extension KernelAddress {
  /// Reads RTM_NEWADDR from the ifaddrmsg on.
  package init(parsing payload: Span<UInt8>) throws(NetlinkError) {
    guard payload.count >= 8 else { throw .malformed(field: "address header") }
    guard let family = AddressFamily(number: UInt16(payload[0])) else { throw .malformed(field: "address family") }
    var flags = UInt32(payload[2])
    var origin: UInt8 = 0
    // On a point-to-point interface IFA_ADDRESS is the other end and IFA_LOCAL is ours.
    var local: [UInt8]?
    var address: [UInt8]?
    try eachAttribute(payload.extracting(8..<payload.count)) { (type, value) throws(NetlinkError) in
      switch type {
      case IFA_LOCAL: local = value.copy()
      case IFA_ADDRESS: address = value.copy()
      case IFA_FLAGS: flags = try value.number(UInt32.self, "address flags")
      case IFA_PROTO: origin = try value.number(UInt8.self, "address protocol")
      default: break
      }
    }
    guard let found = (local ?? address).flatMap({ IPAddress(bytes: $0) }), found.family == family,
      let prefix = Prefix(found, length: Int(payload[1]))
    else { throw .malformed(field: "address") }
    self.init(
      index: try payload.number(Int32.self, at: 4, "address's interface"), address: prefix, origin: origin,
      isSecondary: family == .inet && flags & UInt32(IFA_F_SECONDARY) != 0, message: payload.copy())
  }
}
