// The one table of the fields of cluster.pb (Seesaw's config.proto): name, number, type, default, required. Readers of
// text and binary form are driven by it, and so is cluster.pb(5). `legacy_backend` (Vserver 6) is reserved there and
// unknown here. The fields of our own are in Fields+Extended.

/// The name of a field, as it is written.
package enum FieldName: String, Sendable, CustomStringConvertible {
  case fqdn, ipv4, ipv6, status
  case host, weight
  case vlan_id
  case type, interval, timeout, port, send, receive, code, mode, method, proxy, tls_verify, retries
  case `protocol`, scheduler, persistence, quiescent, server_low_watermark, server_high_watermark
  case lthreshold, uthreshold, healthcheck, one_packet
  case grantee, role
  case name, member
  case entry_address, rp, use_fwm, vserver_entry, access_grant, warning, backend
  case error_message, value, last_updated, attribute
  case seesaw_vip, node, vmac, bgp_local_asn, bgp_remote_asn, bgp_peer, vserver, vlan, misconfigured_vserver, metadata
  case dedicated_vip_subnet, access_groups
  // Our own.
  case lb_layout, lease, role_timeout_ms, route_table, anycast_on_backup, anycast_range, service_anycast
  case storm_percent, storm_window_ms, storm_action, defaults, address_group, include
  case fwmark, fwmark_family, address, outbound, drain_timeout_ms, vip_interface, vip_external, remote_port
  case scheduler_name, scheduler_flag, tunnel_type, tunnel_port, tunnel_flag, backend_port
  case persistence_prefix_length, persistence_engine, failure_action, quorum, hysteresis, stays_down, sorry_server
  case slow_start_ms, panic_percent, source_nat, when, inhibit
  case rise, fall, interval_ms, timeout_ms

  package var description: String { rawValue }
}

/// The type of a field's values.
package enum FieldType: Hashable, Sendable {
  case string, int32, uint32, int64, float, bool
  case choice(Choices)
  case message(MessageType)
}

package struct FieldRule: Hashable, Sendable {
  package enum Label: String, Sendable { case required, optional, repeated }

  package let name: FieldName
  package let number: Int
  package let type: FieldType
  package let label: Label
  /// What an unset field means, where a value can say the same.
  package let fallback: Value?

  init(_ name: FieldName, _ number: Int, _ type: FieldType, _ label: Label = .optional, _ fallback: Value? = nil) {
    self.name = name
    self.number = number
    self.type = type
    self.label = label
    self.fallback = fallback
  }
}

package enum MessageType: String, CaseIterable, Sendable {
  case cluster = "Cluster", host = "Host", backend = "Backend", vlan = "Vlan", healthcheck = "Healthcheck"
  case vserverEntry = "VserverEntry", accessGrant = "AccessGrant", accessGroup = "AccessGroup", vserver = "Vserver"
  case misconfiguredVserver = "MisconfiguredVserver", attribute = "Attribute", metadata = "Metadata"
  case defaults = "Defaults", addressGroup = "AddressGroup", outbound = "Outbound", sorryServer = "SorryServer"

  package func rule(_ name: FieldName) -> FieldRule? { fields.first { $0.name == name } }

  package var fields: [FieldRule] {
    switch self {
    case .cluster: Self.clusterFields
    case .host: Self.hostFields
    case .backend: Self.backendFields
    case .vlan: Self.vlanFields
    case .healthcheck: Self.healthcheckFields
    case .vserverEntry: Self.entryFields
    case .accessGrant: Self.grantFields
    case .accessGroup: Self.groupFields
    case .vserver: Self.vserverFields
    case .misconfiguredVserver: Self.misconfiguredFields
    case .attribute: Self.attributeFields
    case .metadata: Self.metadataFields
    case .defaults: Self.defaultsFields
    case .addressGroup: Self.addressGroupFields
    case .outbound: Self.outboundFields
    case .sorryServer: Self.sorryFields
    }
  }
}

extension MessageType {
  private static let clusterFields =
    [
      FieldRule(.seesaw_vip, 1, .message(.host), .required),
      FieldRule(.node, 2, .message(.host), .repeated),
      FieldRule(.vmac, 3, .string, .optional, .text("00:00:5E:00:01:01")),
      FieldRule(.bgp_local_asn, 4, .uint32, .optional, .integer(64512)),
      FieldRule(.bgp_remote_asn, 5, .uint32, .optional, .integer(0)),
      FieldRule(.bgp_peer, 6, .message(.host), .repeated),
      FieldRule(.vserver, 7, .message(.vserver), .repeated),
      FieldRule(.vlan, 8, .message(.vlan), .repeated),
      FieldRule(.misconfigured_vserver, 9, .message(.misconfiguredVserver), .repeated),
      FieldRule(.metadata, 10, .message(.metadata)),
      FieldRule(.dedicated_vip_subnet, 11, .string, .repeated),
      FieldRule(.access_groups, 12, .message(.accessGroup), .repeated),
    ] + clusterExtension
  private static let hostFields = [
    FieldRule(.fqdn, 1, .string, .required),
    FieldRule(.ipv4, 2, .string),
    FieldRule(.ipv6, 3, .string),
    FieldRule(.status, 4, .choice(Status.choices), .optional, .choice(1)),
  ]
  private static let backendFields =
    [
      FieldRule(.host, 1, .message(.host), .required),
      FieldRule(.weight, 2, .int32, .optional, .integer(1)),
    ] + backendExtension
  private static let vlanFields = [
    FieldRule(.vlan_id, 1, .int32, .required),
    FieldRule(.host, 2, .message(.host), .required),
  ]
  private static let healthcheckFields =
    [
      FieldRule(.type, 1, .choice(HealthcheckType.choices), .required),
      FieldRule(.interval, 2, .int32, .optional, .integer(10)),
      FieldRule(.timeout, 3, .int32, .optional, .integer(5)),
      FieldRule(.port, 4, .int32),
      FieldRule(.send, 5, .string),
      FieldRule(.receive, 6, .string),
      FieldRule(.code, 7, .int32, .optional, .integer(0)),
      FieldRule(.mode, 8, .choice(HealthcheckMode.choices), .optional, .choice(1)),
      FieldRule(.method, 9, .string),
      FieldRule(.proxy, 10, .bool, .optional, .truth(false)),
      FieldRule(.tls_verify, 11, .bool, .optional, .truth(true)),
      FieldRule(.retries, 12, .int32, .optional, .integer(0)),
    ] + healthcheckExtension
  private static let entryFields =
    [
      FieldRule(.protocol, 1, .choice(Transport.choices), .required),
      FieldRule(.port, 2, .int32, .required),
      FieldRule(.scheduler, 5, .choice(Scheduler.choices), .optional, .choice(4)),
      FieldRule(.mode, 6, .choice(ForwardingMode.choices), .optional, .choice(1)),
      FieldRule(.persistence, 7, .int32, .optional, .integer(0)),
      FieldRule(.quiescent, 8, .bool, .optional, .truth(false)),
      FieldRule(.server_low_watermark, 9, .float),
      FieldRule(.server_high_watermark, 10, .float),
      FieldRule(.lthreshold, 11, .int32, .optional, .integer(0)),
      FieldRule(.uthreshold, 12, .int32, .optional, .integer(0)),
      FieldRule(.healthcheck, 13, .message(.healthcheck), .repeated),
      FieldRule(.one_packet, 14, .bool, .optional, .truth(false)),
    ] + entryExtension
  private static let grantFields = [
    FieldRule(.grantee, 1, .string, .required),
    FieldRule(.role, 2, .choice(GrantRole.choices), .required),
    FieldRule(.type, 3, .choice(GranteeType.choices), .required),
  ]
  private static let groupFields = [
    FieldRule(.name, 1, .string, .required),
    FieldRule(.member, 2, .string, .repeated),
  ]
  private static let vserverFields =
    [
      FieldRule(.name, 1, .string, .required),
      FieldRule(.entry_address, 2, .message(.host), .required),
      FieldRule(.rp, 3, .string, .required),
      FieldRule(.use_fwm, 4, .bool, .optional, .truth(false)),
      FieldRule(.vserver_entry, 5, .message(.vserverEntry), .repeated),
      FieldRule(.healthcheck, 7, .message(.healthcheck), .repeated),
      FieldRule(.access_grant, 8, .message(.accessGrant), .repeated),
      FieldRule(.warning, 9, .string, .repeated),
      FieldRule(.backend, 10, .message(.backend), .repeated),
    ] + vserverExtension
  private static let misconfiguredFields = [
    FieldRule(.name, 1, .string),
    FieldRule(.error_message, 2, .string),
  ]
  private static let attributeFields = [
    FieldRule(.name, 1, .string),
    FieldRule(.value, 2, .string),
  ]
  private static let metadataFields = [
    FieldRule(.last_updated, 1, .int64, .required),
    FieldRule(.attribute, 2, .message(.attribute), .repeated),
  ]
}
