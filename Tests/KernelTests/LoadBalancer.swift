// ss-lb in the topology's first director: its configuration, its processes, and what the kernel holds for it.

import Glibc
import Support

final class LoadBalancer {
  let lab: Topology
  let folder: TemporaryFolder
  private var child: Child?

  var director: Namespace { lab.directors[0] }
  private var clusterFile: String { folder.path + "/cluster.pb" }
  private var settingsFile: String { folder.path + "/seesaw.cfg" }
  private var run: String { folder.path + "/run" }

  /// - Parameter vservers: the vserver blocks of cluster.pb.
  init(_ lab: Topology, vservers: [String]) throws {
    self.lab = lab
    folder = try TemporaryFolder()
    configure(vservers)
    write(
      """
      [cluster]
      anycast_enabled = false
      name = lab
      node_ipv4 = 10.0.0.2
      node_ipv6 = fd00::2
      peer_ipv4 = 10.0.0.3
      vip_ipv4 = 10.0.0.99
      use_vmac = false
      [interface]
      node = eth0
      lb = eth0
      """ + "\n", to: settingsFile)
  }

  func configure(_ vservers: [String]) {
    write(
      """
      seesaw_vip: < fqdn: "vip.lab." ipv4: "10.0.0.99/24" ipv6: "fd00::99/64" status: PRODUCTION >
      node: < fqdn: "d1.lab." ipv4: "10.0.0.2/24" ipv6: "fd00::2/64" status: PRODUCTION >
      node: < fqdn: "d2.lab." ipv4: "10.0.0.3/24" ipv6: "fd00::3/64" status: PRODUCTION >

      """ + vservers.joined(separator: "\n"), to: clusterFile)
  }

  /// A vserver on `10.0.0.LAST` and `fd00::LAST` with TCP and UDP 80 on the three backends, checked by TCP.
  static func vserver(
    _ name: String, last: Int, mode: String, check: String = "type: TCP interval: 1 timeout: 1 port: 80"
  ) -> String {
    let backends = [4, 5, 6].map {
      """
      backend: < host: < fqdn: "r\($0 - 3).lab." ipv4: "10.0.0.\($0)/24" ipv6: "fd00::\($0)/64" status: PRODUCTION > >
      """
    }
    // One-packet connections are gone before the reply comes, so nothing translates it back.
    let datagrams = mode == "NAT" ? "" : " one_packet: true"
    return """
      vserver: <
        name: "\(name)@lab" rp: "lab"
        entry_address: < fqdn: "\(name).lab." ipv4: "10.0.0.\(last)/24" ipv6: "fd00::\(last)/64" status: PRODUCTION >
        vserver_entry: < protocol: TCP port: 80 scheduler: RR mode: \(mode) >
        vserver_entry: < protocol: UDP port: 80 scheduler: RR mode: \(mode)\(datagrams) >
        healthcheck: < \(check) >
        \(backends.joined(separator: "\n  "))
      >

      """
  }

  func start() throws {
    child = try director.start(
      Places.script("ss-lb"), [clusterFile, settingsFile],
      environment: ["SEESAW_RUN": run, "PATH": Places.built + ":/usr/sbin:/usr/bin:/sbin:/bin"], input: .null,
      output: .null, errors: .inherited)
  }

  func forget() { _ = try? Support.run("rm", ["-rf", run]) }

  /// The pipeline's commands by process id.
  func commands() throws -> [String: Int32] {
    var found: [String: Int32] = [:]
    let pids = try must("ip", ["netns", "pids", director.name]).split(separator: "\n").compactMap { Int32($0) }
    for pid in pids {
      guard let name = text(of: "/proc/\(pid)/comm")?.split(separator: "\n").first, name.hasPrefix("ss-"),
        name != "ss-lb"
      else { continue }
      found[String(name)] = pid
    }
    return found
  }

  /// The IPVS table as ipvsadm saves it.
  func table() throws -> [String] { try director.run("ipvsadm", ["--save", "--numeric"]).lines.sorted() }

  func holds(_ address: String) throws -> Bool {
    try director.run("ip", ["-oneline", "address", "show"]).text.contains(" \(address)/")
  }

  /// Waits for that many destinations; false if they do not come.
  func serves(_ destinations: Int, within limit: Duration = .seconds(60)) throws -> Bool {
    try waited(within: limit, every: .milliseconds(200)) {
      try table().count { $0.hasPrefix("-a") } == destinations
    } != nil
  }

  /// Signals the whole process group, as Ctrl-C does.
  func end() {
    child?.signal(SIGTERM)
    child = nil
  }
}
