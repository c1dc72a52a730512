// A cluster as Seesaw's own dump of it (config.jsonl): to compare what we mean with what Seesaw means.

import Config
import Lines
import Values

enum SeesawForm {
  static func cluster(_ cluster: Cluster) -> JSON {
    .object([
      JSONMember(
        "access_groups", .object(cluster.accessGroups.map { JSONMember($0.name, strings($0.members)) })),
      JSONMember("bgp_local_asn", .int(Int64(cluster.bgpLocalASN))),
      JSONMember("bgp_peers", .array(cluster.bgpPeers.map(host))),
      JSONMember("bgp_remote_asn", .int(Int64(cluster.bgpRemoteASN))),
      // Seesaw's zero time.
      JSONMember("last_update", .int(cluster.lastUpdated ?? -62_135_596_800)),
      JSONMember("nodes", .array(cluster.nodes.map(node))),
      JSONMember("site", .string(cluster.settings.name.value)),
      JSONMember("status_warnings", strings(cluster.warnings)),
      JSONMember("vip", host(cluster.vip)),
      JSONMember("vip_subnets", strings(cluster.dedicatedSubnets.map(\.description))),
      JSONMember("vlans", .array(cluster.vlans.map(vlan))),
      JSONMember("vservers", .array(cluster.vservers.map(vserver))),
    ])
  }

  static func healthcheck(_ check: Healthcheck) -> JSON {
    .object([
      JSONMember("code", .int(Int64(check.code))), JSONMember("interval_s", .int(check.interval.components.seconds)),
      JSONMember("method", .string(check.method)), JSONMember("mode", .string(check.mode.rawValue)),
      JSONMember("name", .string(check.name)), JSONMember("port", .int(Int64(check.port))),
      JSONMember("proxy", .bool(check.isProxied)),
      JSONMember("receive", .string(String(decoding: check.receive, as: UTF8.self))),
      JSONMember("retries", .int(Int64(check.retries))),
      JSONMember("send", .string(String(decoding: check.send, as: UTF8.self))),
      JSONMember("timeout_s", .int(check.timeout.components.seconds)),
      JSONMember("tls_verify", .bool(check.verifiesTLS)), JSONMember("type", .string(check.type.rawValue)),
    ])
  }

  private static func strings(_ strings: [String]) -> JSON { .array(strings.map { .string($0) }) }

  private static func host(_ host: Host) -> JSON {
    .object([JSONMember("fqdn", .string(host.fqdn))] + addresses(host))
  }

  private static func addresses(_ host: Host) -> [JSONMember] {
    [
      JSONMember("ipv4", host.ipv4.map { .string($0.description) } ?? .null),
      JSONMember("ipv6", host.ipv6.map { .string($0.description) } ?? .null),
    ]
  }

  private static func node(_ node: Node) -> JSON {
    .object(
      [
        JSONMember("anycast_enabled", .bool(node.anycastEnabled)), JSONMember("bgp_enabled", .bool(node.bgpEnabled)),
        JSONMember("fqdn", .string(node.host.fqdn)),
        JSONMember("ha_state", .string(node.takesPart ? "UNKNOWN" : "DISABLED")),
      ] + addresses(node.host) + [
        JSONMember("priority", .int(Int64(node.priority))), JSONMember("vservers_enabled", .bool(node.vserversEnabled)),
      ])
  }

  private static func vlan(_ vlan: Vlan) -> JSON {
    let counts = { (counts: [AddressFamily: Int]) -> JSON in
      .object([
        JSONMember("ipv4", .int(Int64(counts[.inet] ?? 0))), JSONMember("ipv6", .int(Int64(counts[.inet6] ?? 0))),
      ])
    }
    return .object(
      [JSONMember("backend_count", counts(vlan.backends)), JSONMember("fqdn", .string(vlan.host.fqdn))]
        + addresses(vlan.host) + [
          JSONMember("vip_count", counts(vlan.vips)), JSONMember("vlan_id", .int(Int64(vlan.id))),
        ])
  }

  private static func vserver(_ vserver: Vserver) -> JSON {
    .object([
      JSONMember("access_grants", strings(vserver.grants.map(\.key))),
      JSONMember("backends", .array(vserver.backends.map(backend))),
      JSONMember("enabled", .bool(vserver.isEnabled)),
      JSONMember("entries", .array(vserver.entries.sorted { $0.key < $1.key }.map(entry))),
      JSONMember("healthchecks", .array(vserver.checks.sorted { $0.name < $1.name }.map(healthcheck))),
      JSONMember("host", host(vserver.host)), JSONMember("name", .string(vserver.name)),
      JSONMember("use_fwm", .bool(vserver.usesFirewallMark)),
      JSONMember(
        "vips",
        .array(
          vserver.vips.map {
            .object([
              JSONMember("ip", .string($0.address.description)),
              JSONMember("type", .string($0.kind.rawValue.capitalised)),
            ])
          })),
      JSONMember("warnings", vserver.warnings.isEmpty ? .null : strings(vserver.warnings)),
    ])
  }

  private static func backend(_ backend: Backend) -> JSON {
    .object(
      [
        JSONMember("enabled", .bool(backend.isEnabled)), JSONMember("fqdn", .string(backend.host.fqdn)),
        JSONMember("in_service", .bool(backend.isInService)),
      ] + addresses(backend.host) + [JSONMember("weight", .int(Int64(backend.weight)))])
  }

  private static func entry(_ entry: Entry) -> JSON {
    .object([
      JSONMember("healthchecks", .array(entry.checks.sorted { $0.name < $1.name }.map(healthcheck))),
      JSONMember("high_watermark", number(entry.highWatermark)), JSONMember("key", .string(entry.key)),
      JSONMember("low_watermark", number(entry.lowWatermark)),
      JSONMember("lthreshold", .int(Int64(entry.lowerThreshold))), JSONMember("mode", .string(entry.mode.rawValue)),
      JSONMember("one_packet", .bool(entry.isOnePacket)), JSONMember("persistence_s", .int(Int64(entry.persistence))),
      JSONMember("port", .int(Int64(entry.port))), JSONMember("proto", .string(entry.transport.rawValue)),
      JSONMember("scheduler", .string(entry.scheduler)),
      JSONMember("uthreshold", .int(Int64(entry.upperThreshold))),
    ])
  }

  private static func number(_ value: Double) -> JSON { Int64(exactly: value).map { .int($0) } ?? .number(value) }
}

extension String {
  fileprivate var capitalised: String { prefix(1).uppercased() + dropFirst() }
}
