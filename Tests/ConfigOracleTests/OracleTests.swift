// Our reader of protobuf's text form, and our table of fields, against swift-protobuf: every fixture read by both must
// be the same message. Ours is carried over in the binary form, by the numbers and types of the table.

import Config
import ConfigProto
import ConfigText
import Support
import SwiftProtobuf
import Testing

private func files(_ folder: String?) -> [String] {
  guard let folder else { return [] }
  return names(in: folder).filter { $0.contains(".pb") }.map { "\(folder)/\($0)" }
}

/// Seesaw's fixtures are beside the package and may be missing.
private let seesaws = files(Places.shared("seesaw/config"))
private let forms = Places.package + "/Tests/Fixtures/config/forms.pb"
private let ours = files(Places.package + "/Tests/Fixtures/config") + files(Places.package + "/etc")

private func read(_ text: String, _ type: MessageType) -> Config.Message {
  var reader = TextReader(Array(text.utf8), source: 0)
  return reader.read(type)
}

private func compare(_ path: String) throws {
  let contents = try #require(bytes(of: path))
  let text = String(decoding: contents, as: UTF8.self)
  if path.contains("healthcheck") {
    let theirs = try Seesaw_Healthcheck(textFormatString: text)
    let ours = try Seesaw_Healthcheck(serializedBytes: Wire.bytes(read(text, .healthcheck)))
    #expect(ours == theirs)
  } else {
    var theirs = try Seesaw_Cluster(textFormatString: text)
    let ours = try Seesaw_Cluster(serializedBytes: Wire.bytes(read(text, .cluster)), partial: true)
    #expect(ours == theirs)
    #expect(ours.unknownFields.data.isEmpty)
    // What is inherited may lack what makes an object itself.
    theirs.clearDefaults()
    #expect(theirs.isInitialized)
  }
}

@Suite struct OracleTests {
  @Test(arguments: ours) func `our fixtures are read as swift-protobuf reads them`(path: String) throws {
    try compare(path)
  }

  @Test(.enabled(if: !seesaws.isEmpty, "../shared/seesaw is missing"), arguments: seesaws)
  func `Seesaw's fixtures are read as swift-protobuf reads them`(path: String) throws {
    try compare(path)
  }

  @Test func `the fixture of all forms holds every field of the table`() throws {
    let tree = read(String(decoding: try #require(bytes(of: forms)), as: UTF8.self), .cluster)
    var seen: [MessageType: Set<FieldName>] = [:]
    func collect(_ message: Config.Message) {
      #expect(message.faults.isEmpty)
      for field in message.fields {
        seen[message.type, default: []].insert(field.name)
        if case .message(let inner) = field.value { collect(inner) }
      }
    }
    collect(tree)
    for type in MessageType.allCases {
      #expect(seen[type, default: []] == Set(type.fields.map(\.name)), "\(type)")
    }
  }

  @Test func `defaults are those of the schema`() {
    let check = Config.Message(.healthcheck, at: Position(source: 0, offset: 0))
    #expect(check.integer(.interval) == Int64(Seesaw_Healthcheck().interval))
    #expect(check.integer(.timeout) == Int64(Seesaw_Healthcheck().timeout))
    #expect(check.truth(.tls_verify) == Seesaw_Healthcheck().tlsVerify)
    #expect(check.choice(.mode, HealthcheckMode.self).rawValue == "\(Seesaw_Healthcheck().mode)".uppercased())
    let entry = Config.Message(.vserverEntry, at: Position(source: 0, offset: 0))
    #expect(entry.choice(.scheduler, Scheduler.self).rawValue == "\(Seesaw_VserverEntry().scheduler)".uppercased())
    #expect(entry.choice(.mode, ForwardingMode.self).rawValue == "\(Seesaw_VserverEntry().mode)".uppercased())
    let cluster = Config.Message(.cluster, at: Position(source: 0, offset: 0))
    #expect(cluster.integer(.bgp_local_asn) == Int64(Seesaw_Cluster().bgpLocalAsn))
    #expect(cluster.text(.vmac) == Seesaw_Cluster().vmac)
    #expect(cluster.integer(.lease) == Int64(Seesaw_Cluster().lease))
    #expect(cluster.integer(.route_table) == Int64(Seesaw_Cluster().routeTable))
    #expect(cluster.integer(.storm_window_ms) == Int64(Seesaw_Cluster().stormWindowMs))
    #expect(cluster.truth(.anycast_on_backup) == Seesaw_Cluster().anycastOnBackup)
    #expect(check.integer(.rise) == Int64(Seesaw_Healthcheck().rise))
    #expect(
      Config.Message(.backend, at: Position(source: 0, offset: 0)).integer(.weight) == Int64(Seesaw_Backend().weight))
    #expect(Config.Message(.host, at: Position(source: 0, offset: 0)).choice(.status, Status.self) == .production)
  }

  /// What swift-protobuf refuses, ours must tell; duplicates and missing fields, which it takes, ours tells as well.
  @Test(arguments: [
    "node: < fqdn 'a' >", "node: < fqdn: 'a' }", "node: < fqdn: 'a'", "nod: 1", "bgp_local_asn: -1",
    "bgp_local_asn: 1.0",
    "bgp_local_asn: 0x1G", "bgp_local_asn: 08", "vmac: 'a", "vmac: \"a\nb\"", "vmac: '\\q'", "vmac: 1", "node: 'x'",
    "node: < fqdn: 'a' status: NONE >", "node: < fqdn: 'a' status: 0 >", "vmac: ['a']", "node: [ < fqdn: 'a' >",
    "vmac: 'a',, bgp_local_asn: 1", "vmac: '\\ud800'", "vmac: '\\xff'",
    "metadata: < last_updated: 9223372036854775808 >",
  ])
  func `what swift-protobuf refuses is a fault`(text: String) {
    #expect(throws: (any Error).self) { try Seesaw_Cluster(textFormatString: text) }
    let tree = read(text, .cluster)
    let reading = Reading(tree, settings: Settings(), standalone: true)
    let expected = Set(["Cluster has no seesaw_vip", "Host has no fqdn"])
    let isBytes = tree.field(.vmac).map { if case .bytes = $0.value { true } else { false } } ?? false
    #expect(isBytes || reading.findings.problems.contains { $0.severity == .error && !expected.contains($0.sentence) })
  }
}

/// The binary form (protobuf.dev, "Encoding") of a tree.
private enum Wire {
  static func bytes(_ message: Config.Message) -> [UInt8] {
    var out: [UInt8] = []
    for field in message.fields {
      guard let rule = message.type.rule(field.name) else { continue }
      let tag = { (type: UInt64) in varint(UInt64(rule.number) << 3 | type, &out) }
      switch field.value {
      case .integer(let value):
        tag(0)
        varint(UInt64(bitPattern: value), &out)
      case .truth(let value):
        tag(0)
        varint(value ? 1 : 0, &out)
      case .choice(let number):
        tag(0)
        varint(UInt64(number), &out)
      case .real(let value):
        tag(5)
        let bits = Float(value).bitPattern
        out += (0..<4).map { UInt8(truncatingIfNeeded: bits >> ($0 * 8)) }
      case .text(let text):
        tag(2)
        counted(Array(text.utf8), &out)
      case .bytes(let bytes):
        tag(2)
        counted(bytes, &out)
      case .message(let inner):
        tag(2)
        counted(bytes(inner), &out)
      }
    }
    return out
  }

  private static func counted(_ bytes: [UInt8], _ out: inout [UInt8]) {
    varint(UInt64(bytes.count), &out)
    out += bytes
  }

  private static func varint(_ value: UInt64, _ out: inout [UInt8]) {
    var rest = value
    while rest >= 0x80 {
      out.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    out.append(UInt8(truncatingIfNeeded: rest))
  }
}
