// The services of one import together: duplicates told, and the text written in the order of the source, each vserver
// under a comment with its place. The cluster itself, its nodes and its own address are no part of it: they stand in
// another file that is read with this one.

internal import Values

struct ImportedCluster {
  var groups: [ImportedAddressGroup] = []
  var vservers: [ImportedVserver] = []
  private var names: [String: Place] = [:]

  init() {}

  /// Of two with one name the first is kept.
  mutating func add(_ vserver: ImportedVserver, _ findings: inout ImportFindings) {
    if let earlier = names[vserver.name] {
      findings.error(vserver.place, "\(vserver.title) is given twice; the first is kept", also: earlier)
      return
    }
    names[vserver.name] = vserver.place
    vservers.append(vserver)
  }

  func text(_ imported: Imported, from source: String) -> [UInt8] {
    var text = ClusterText()
    text.comment("Imported from \(source). To be read together with a file that has seesaw_vip and node.")
    for group in groups {
      text.blankLine()
      text.comment("\(imported.name(group.place)): virtual_server_group \(group.name)")
      group.write(to: &text)
    }
    for vserver in vservers {
      text.blankLine()
      text.comment("\(imported.name(vserver.place)): \(vserver.title)")
      vserver.write(to: &text)
    }
    return text.bytes
  }
}

extension ImportedVserver {
  /// Of two backends with one address and port the first is kept.
  mutating func add(_ backend: ImportedBackend, _ findings: inout ImportFindings) {
    let endpoint = IPVSEndpoint(address: backend.address, port: backend.port ?? 0)
    if let earlier = places[endpoint] {
      findings.error(
        backend.place, "real server \(backend.name) of \(title) is given twice; the first is kept", also: earlier)
      return
    }
    places[endpoint] = backend.place
    backends.append(backend)
  }
}
