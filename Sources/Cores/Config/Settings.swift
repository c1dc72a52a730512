// What seesaw.cfg says about this node (BEHAVIOUR of Seesaw's engine.cfg), from entries that someone else has read. One
// table of settings holds names, types and defaults. The servers of configuration and the sync, archive and CLI
// settings of other programs are accepted and not used here.

package import Values

/// One `name = value`, names in lower case.
package struct SettingEntry: Hashable, Sendable {
  package let section: String
  package let name: String
  package let value: String
  package let position: Position
  package let valuePosition: Position

  package init(section: String, name: String, value: String, position: Position, valuePosition: Position) {
    self.section = section
    self.name = name
    self.value = value
    self.position = position
    self.valuePosition = valuePosition
  }
}

/// A value and where it was given; nil position for a default.
package struct Placed<Value: Sendable>: Sendable {
  package let value: Value
  package let position: Position?

  package init(_ value: Value, at position: Position? = nil) {
    self.value = value
    self.position = position
  }
}

extension Placed: Equatable where Value: Equatable {}

package struct Settings: Sendable {
  package var name = Placed("")
  package var anycastEnabled = true
  package var vip: [AddressFamily: Placed<IPAddress>] = [:]
  package var node: [AddressFamily: Placed<IPAddress>] = [:]
  package var peer: [AddressFamily: Placed<IPAddress>] = [:]
  package var usesVirtualMAC = true
  /// Seconds between gratuitous ARPs of the master.
  package var garpInterval = 10
  package var virtualRouter = 60
  package var nodeInterface = "eth0"
  package var lbInterface = "eth1"
  package var configServers: [String] = []
  /// Anycast addresses that are announced without a vserver.
  package var extraAnycast: [Placed<IPAddress>] = []
  package var anycastRanges = Settings.seesawAnycastRanges { didSet { givesAnycastRanges = true } }
  package private(set) var givesAnycastRanges = false
  /// Whether a file was read at all.
  package var isGiven = false

  package init() {}

  /// The ranges that Seesaw holds to be anycast: 192.168.255.0/24 and 2015:cafe:ffff::/64.
  package static let seesawAnycastRanges = ["192.168.255.0/24", "2015:cafe:ffff::/64"].compactMap { Prefix($0) }
}

// MARK: The table

/// One setting that is known.
package struct SettingRule: Sendable {
  package let section: String
  package let name: String
  /// As it would be written; empty if unset means nothing.
  package let fallback: String
  package let meaning: String
  let read: @Sendable (SettingEntry, inout Settings) -> String?
}

extension Settings {
  package static let rules: [SettingRule] = [
    SettingRule(section: "cluster", name: "name", fallback: "", meaning: "name of the cluster") { entry, settings in
      settings.name = Placed(entry.value, at: entry.valuePosition)
      return isName(entry.value) ? nil : "the cluster's name is empty or holds white space, control characters or /"
    },
    truth("cluster", "anycast_enabled", \.anycastEnabled, "true", "announce anycast VIPs by BGP"),
    truth("cluster", "use_vmac", \.usesVirtualMAC, "true", "use the virtual MAC of VRRP on the LB interface"),
    number("cluster", "garp_interval_sec", \.garpInterval, 1...86_400, "10", "seconds between gratuitous ARPs"),
    number("cluster", "vrid", \.virtualRouter, 1...255, "60", "virtual router id of VRRP"),
    address("cluster", "vip_ipv4", \.vip, .inet, "the cluster's own VIP"),
    address("cluster", "vip_ipv6", \.vip, .inet6, "the cluster's own VIP"),
    address("cluster", "node_ipv4", \.node, .inet, "this node"),
    address("cluster", "node_ipv6", \.node, .inet6, "this node"),
    address("cluster", "peer_ipv4", \.peer, .inet, "the other node"),
    address("cluster", "peer_ipv6", \.peer, .inet6, "the other node"),
    SettingRule(
      section: "cluster", name: "anycast_ranges", fallback: "192.168.255.0/24, 2015:cafe:ffff::/64",
      meaning: "networks whose VIPs are anycast; not known to Seesaw"
    ) { entry, settings in
      let parts = entry.value.split { $0 == "," || $0 == " " || $0 == "\t" }.map { Prefix(String($0)) }
      settings.anycastRanges = parts.compactMap { $0?.network }
      return parts.contains(nil) ? "\"\(entry.value)\" is no list of networks (ADDRESS/LENGTH, …)" : nil
    },
    server("primary"), server("secondary"), server("tertiary"),
    interface("node", \.nodeInterface, "eth0", "interface of the node's own address"),
    interface("lb", \.lbInterface, "eth1", "interface of the VIPs"),
  ]

  private static func truth(
    _ section: String, _ name: String, _ path: any WritableKeyPath<Settings, Bool> & Sendable, _ fallback: String,
    _ meaning: String
  ) -> SettingRule {
    SettingRule(section: section, name: name, fallback: fallback, meaning: meaning) { entry, settings in
      switch entry.value.lowercased() {
      case "t", "true", "y", "yes", "on", "1": settings[keyPath: path] = true
      case "f", "false", "n", "no", "off", "0": settings[keyPath: path] = false
      default: return "\"\(entry.value)\" is neither true nor false"
      }
      return nil
    }
  }

  private static func number(
    _ section: String, _ name: String, _ path: any WritableKeyPath<Settings, Int> & Sendable, _ range: ClosedRange<Int>,
    _ fallback: String, _ meaning: String
  ) -> SettingRule {
    SettingRule(section: section, name: name, fallback: fallback, meaning: meaning) { entry, settings in
      guard let value = Int(entry.value), range.contains(value) else {
        return "\"\(entry.value)\" is no number from \(range.lowerBound) to \(range.upperBound)"
      }
      settings[keyPath: path] = value
      return nil
    }
  }

  private static func address(
    _ section: String, _ name: String,
    _ path: any WritableKeyPath<Settings, [AddressFamily: Placed<IPAddress>]> & Sendable, _ family: AddressFamily,
    _ meaning: String
  ) -> SettingRule {
    SettingRule(section: section, name: name, fallback: "", meaning: meaning) { entry, settings in
      guard let address = IPAddress(entry.value), address.family == family else {
        return "\"\(entry.value)\" is no \(family == .inet ? "IPv4" : "IPv6") address"
      }
      settings[keyPath: path][family] = Placed(address, at: entry.valuePosition)
      return nil
    }
  }

  private static func server(_ name: String) -> SettingRule {
    SettingRule(
      section: "config_server", name: name, fallback: "seesaw-config.example.com",
      meaning: "host that serves configuration"
    ) { entry, settings in
      settings.configServers.append(entry.value)
      return entry.value.isEmpty ? "the server's name is empty" : nil
    }
  }

  private static func interface(
    _ name: String, _ path: any WritableKeyPath<Settings, String> & Sendable, _ fallback: String, _ meaning: String
  ) -> SettingRule {
    SettingRule(section: "interface", name: name, fallback: fallback, meaning: meaning) { entry, settings in
      guard isInterface(entry.value) else { return "\"\(entry.value)\" is no interface's name" }
      settings[keyPath: path] = entry.value
      return nil
    }
  }

  /// Linux: 1 to 15 bytes (IFNAMSIZ), without `/`, `:` and white space, and neither `.` nor `..`.
  static func isInterface(_ name: String) -> Bool {
    (1...15).contains(name.utf8.count) && name != "." && name != ".."
      && name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":") }
  }
}

/// Whether a name can be part of a key: not empty, at most 255 bytes, no white space, control character or `/`.
func isName(_ name: String) -> Bool {
  (1...255).contains(name.utf8.count) && name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "/") }
}
