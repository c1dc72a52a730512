// What the configuration says to the other commands: lines in an order that depends on the configuration alone. What
// is wrong is left out, and so is what has no place in a line.

package import Lines
internal import Values

/// The complete set of state lines that a configuration makes.
package struct Statement: Sendable {
  /// cluster, nodes, VLANs, access groups, then each vserver with its backends, then checks; each by key.
  package let lines: [Line]

  package init(_ given: Cluster, findings: inout Findings) {
    var cluster = given
    var gauge = Gauge()
    var lines = [cluster.line]
    if let length = gauge.excess(of: cluster.line) {
      findings.refuse(
        .exhausted, at: nil, "the cluster's line would have \(length) bytes, more than \(LineFramer.maxLength)")
    }
    lines += cluster.nodes.map(\.line)
    lines += cluster.vlans.map(\.line)
    for group in cluster.accessGroups {
      let name = ObjectName(.accessGroup, group.name)
      if let line = gauge.fitting(group.line, name, at: nil, &findings) { lines.append(line) }
    }
    // A vserver that is left out has no checks.
    let vserverLines = cluster.vservers.indices.map { Self.line(of: &cluster.vservers[$0], &gauge, &findings) }
    let checks = Checks(cluster, findings: &findings)
    for (index, vserver) in cluster.vservers.enumerated() {
      guard let line = vserverLines[index] else { continue }
      lines.append(line)
      for (backend, references) in zip(vserver.backends, checks.references[index]) {
        guard let references else { continue }
        let line = backend.line(of: vserver, references)
        let name = ObjectName(.backend, "\(vserver.name)/\(backend.host.fqdn)")
        if let line = gauge.fitting(line, name, at: backend.position, &findings) { lines.append(line) }
      }
    }
    self.lines = lines + checks.lines
  }

  /// nil for a vserver that is wrong, as one is whose line is too long even without its access grants.
  private static func line(of vserver: inout Vserver, _ gauge: inout Gauge, _ findings: inout Findings) -> Line? {
    guard !vserver.isWrong else { return nil }
    let line = vserver.line
    guard gauge.excess(of: line) != nil else { return line }
    let name = ObjectName(.vserver, vserver.name)
    let grants = vserver.grants.count
    vserver.grants = []
    guard let line = gauge.fitting(vserver.line, name, at: vserver.position, &findings) else {
      vserver.isWrong = true
      return nil
    }
    var own = Findings()
    own.error(
      .exhausted, at: vserver.position,
      "its \(grants) access grants have no place in a line of \(LineFramer.maxLength) bytes: they are left out")
    findings.take(own, about: name)
    return line
  }
}

/// Measures lines. The lines of checks are short by the limits of their parts; those of nodes and VLANs have few.
private struct Gauge {
  private var text: [UInt8] = []

  /// The length of a line that is longer than a line may be, without its newline.
  mutating func excess(of line: Line) -> Int? {
    text.removeAll(keepingCapacity: true)
    line.write(into: &text)
    return text.count - 1 > LineFramer.maxLength ? text.count - 1 : nil
  }

  /// The line if it is short enough; else it is told that the object is left out.
  mutating func fitting(
    _ line: Line, _ object: ObjectName, at position: Position?, _ findings: inout Findings
  ) -> Line? {
    guard let length = excess(of: line) else { return line }
    var own = Findings()
    own.error(
      .exhausted, at: position,
      "its line would have \(length) bytes, more than \(LineFramer.maxLength): it is left out")
    findings.take(own, about: object)
    return nil
  }
}
