// The family `link`: interfaces and addresses that the host should hold.

package import Values

/// An address that an interface should hold.
package struct LinkAddress: Hashable, Sendable {
  package var interface: String
  package var address: Prefix
  /// The VIP that it is, so that a failed service keeps it away.
  package var vip: IPAddress?

  package init(interface: String, address: Prefix, vip: IPAddress? = nil) {
    self.interface = interface
    self.address = address
    self.vip = vip
  }

  /// `eth0/192.0.2.1/32`: interface names hold no slash.
  package var key: String { "\(interface)/\(address)" }
}

extension LinkAddress {
  package init(_ line: Line) throws(LineError) {
    if let fault = Schema.fault(in: line) { throw fault }
    self.init(
      interface: try line.string("interface"),
      address: try line.parsed("address", as: "an address with a prefix length"),
      vip: try line.optionalParsed("vip", as: "an address"))
    if let fault = InterfaceName.fault(interface) { throw LineError(fault, key: line.key) }
    guard line.key == key else {
      throw LineError("the key does not agree with the members, which make \(key)", key: line.key)
    }
  }

  package var line: Line {
    var members = [
      JSONMember("interface", .string(interface)), JSONMember("address", .string(address.description)),
    ]
    if let vip { members.append(JSONMember("vip", .string(vip.description))) }
    return Line("link.address", key: key, members)
  }
}

/// An interface that should exist.
package struct LinkInterface: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case dummy
  }

  package var name: String
  package var kind: Kind
  package var isUp: Bool

  package init(name: String, kind: Kind, isUp: Bool = true) {
    self.name = name
    self.kind = kind
    self.isUp = isUp
  }

  package init(_ line: Line) throws(LineError) {
    if let fault = Schema.fault(in: line) { throw fault }
    self.init(name: line.key ?? "", kind: try line.word("kind"), isUp: try line.bool("up", default: true))
    if let fault = InterfaceName.fault(name) { throw LineError(fault, key: line.key) }
  }

  package var line: Line {
    Line("link.interface", key: name, [JSONMember("kind", .string(kind.rawValue)), JSONMember("up", .bool(isUp))])
  }
}

package enum InterfaceName {
  /// Why the kernel would refuse the name (dev_valid_name): 1 to 15 bytes, no slash, colon or white space, which is
  /// Latin-1's there, not `.` or `..`. Nor may it hold `%`: the kernel takes that for a template (dev_alloc_name) and
  /// makes another name of it, each time anew.
  package static func fault(_ name: String) -> String? {
    let bytes = name.utf8
    guard (1...15).contains(bytes.count), name != ".", name != ".." else {
      return "not a name of an interface: \"\(name)\""
    }
    let isRefused = bytes.contains { $0 == 0x2f || $0 == 0x3a || $0 == 0x25 || $0 == 0xa0 || $0 <= 0x20 }
    return isRefused ? "not a name of an interface: \"\(name)\"" : nil
  }
}

extension Schema {
  static let linkTypes: [TypeSchema] = [
    TypeSchema(
      "link.interface", writer: .one("ss-engine"), key: "the interface's name", "an interface that should exist",
      members: [
        MemberSchema("kind", .word(LinkInterface.Kind.allCases.map(\.rawValue)), required: true, "what it is"),
        MemberSchema("up", .boolean, default: true, "administratively up"),
      ]),
    TypeSchema(
      "link.address", writer: .one("ss-engine"), key: "INTERFACE/ADDRESS/LENGTH", "an address that should be held",
      members: [
        MemberSchema("interface", .string, required: true, "name of the interface"),
        MemberSchema("address", .prefix, required: true, "the address and its prefix length"),
        MemberSchema("vip", .address, "the VIP that it is: not brought up while a service of it stands as failed"),
      ]),
    operation("link", by: "ss-link"),
    applied("link", by: "ss-link"),
    failed("link", by: "ss-link"),
  ]
}
