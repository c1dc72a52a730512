// The fields of cluster.pb that are ours: numbered from 1000, which Seesaw's readers of the binary form skip, and the
// messages that only these fields hold.

internal import Lines
internal import Values

extension MessageType {
  static let clusterExtension = [
    FieldRule(.lb_layout, 1000, .choice(LinkLayout.choices)),
    FieldRule(.lease, 1001, .int32, .optional, .integer(10)),
    FieldRule(.role_timeout_ms, 1002, .uint32),
    FieldRule(.route_table, 1003, .uint32, .optional, .integer(2)),
    FieldRule(.anycast_on_backup, 1004, .bool, .optional, .truth(true)),
    FieldRule(.anycast_range, 1005, .string, .repeated),
    FieldRule(.service_anycast, 1006, .string, .repeated),
    FieldRule(.storm_percent, 1007, .uint32, .optional, .integer(0)),
    FieldRule(.storm_window_ms, 1008, .uint32, .optional, .integer(10_000)),
    FieldRule(.storm_action, 1009, .choice(ClusterLine.StormAction.choices)),
    FieldRule(.defaults, 1010, .message(.defaults)),
    FieldRule(.address_group, 1011, .message(.addressGroup), .repeated),
    FieldRule(.include, 1012, .string, .repeated),
  ]
  static let vserverExtension = [
    FieldRule(.fwmark, 1000, .uint32),
    FieldRule(.fwmark_family, 1001, .choice(AddressFamily.choices), .repeated),
    FieldRule(.role, 1002, .string),
    FieldRule(.address, 1003, .string, .repeated),
    FieldRule(.address_group, 1004, .string, .repeated),
    FieldRule(.outbound, 1005, .message(.outbound), .repeated),
    FieldRule(.drain_timeout_ms, 1006, .uint32, .optional, .integer(0)),
    FieldRule(.vip_interface, 1007, .string),
    FieldRule(.vip_external, 1008, .bool, .optional, .truth(false)),
  ]
  static let entryExtension =
    [FieldRule(.scheduler_name, 1000, .string), FieldRule(.scheduler_flag, 1001, .string, .repeated)]
    + tunnelFields(from: 1002) + [
      FieldRule(.backend_port, 1005, .int32),
      FieldRule(.persistence_prefix_length, 1006, .uint32),
      FieldRule(.persistence_engine, 1007, .string),
      FieldRule(.failure_action, 1008, .choice(FailureAction.choices)),
      FieldRule(.quorum, 1009, .uint32, .optional, .integer(0)),
      FieldRule(.hysteresis, 1010, .uint32, .optional, .integer(0)),
      FieldRule(.stays_down, 1011, .bool, .optional, .truth(false)),
      FieldRule(.sorry_server, 1012, .message(.sorryServer)),
      FieldRule(.slow_start_ms, 1013, .uint32, .optional, .integer(0)),
      FieldRule(.panic_percent, 1014, .uint32, .optional, .integer(0)),
      FieldRule(.source_nat, 1015, .bool),
    ]
  static let backendExtension =
    [FieldRule(.port, 1000, .int32), FieldRule(.mode, 1001, .choice(ForwardingMode.choices))]
    + tunnelFields(from: 1002) + [
      FieldRule(.failure_action, 1005, .choice(FailureAction.choices)),
      FieldRule(.lthreshold, 1006, .int32),
      FieldRule(.uthreshold, 1007, .int32),
      FieldRule(.healthcheck, 1008, .message(.healthcheck), .repeated),
    ]
  static let healthcheckExtension = [
    FieldRule(.rise, 1000, .int32, .optional, .integer(1)),
    FieldRule(.fall, 1001, .int32),
    FieldRule(.host, 1002, .string),
    FieldRule(.status, 1003, .string),
    FieldRule(.interval_ms, 1004, .uint32),
    FieldRule(.timeout_ms, 1005, .uint32),
  ]

  private static func tunnelFields(from number: Int) -> [FieldRule] {
    [
      FieldRule(.tunnel_type, number, .choice(TunnelType.choices)),
      FieldRule(.tunnel_port, number + 1, .int32),
      FieldRule(.tunnel_flag, number + 2, .string, .repeated),
    ]
  }

  // MARK: Messages

  static let defaultsFields = [
    FieldRule(.vserver, 1, .message(.vserver)),
    FieldRule(.vserver_entry, 2, .message(.vserverEntry)),
    FieldRule(.backend, 3, .message(.backend)),
    FieldRule(.healthcheck, 4, .message(.healthcheck)),
  ]
  static let addressGroupFields = [
    FieldRule(.name, 1, .string, .required),
    FieldRule(.address, 2, .string, .repeated),
  ]
  static let outboundFields = [
    FieldRule(.protocol, 1, .choice(Transport.choices), .required),
    FieldRule(.remote_port, 2, .int32, .required),
    FieldRule(.fwmark, 3, .uint32),
  ]
  static let sorryFields = [
    FieldRule(.ipv4, 1, .string),
    FieldRule(.ipv6, 2, .string),
    FieldRule(.port, 3, .int32),
    FieldRule(.mode, 4, .choice(ForwardingMode.choices)),
    FieldRule(.when, 5, .choice(SorryServerLine.Condition.choices), .optional, .choice(2)),
    FieldRule(.inhibit, 6, .bool, .optional, .truth(false)),
  ]
}
