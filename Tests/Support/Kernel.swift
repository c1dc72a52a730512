// What the running kernel can do, as the traits of KernelTests ask: IPVS, namespaces, nftables beside IPVS. Each is
// asked once.

import Glibc

package enum Kernel {
  /// The guest that the tests run in ("uml", "tcg", "kvm"); nil on the host.
  package static let guest = variable("LAB_BACKEND")

  package static let isRoot = geteuid() == 0

  /// Root, and `ip netns` works.
  package static let hasNamespaces: Bool = {
    guard isRoot, let namespace = try? Namespace("probe") else { return false }
    return (try? namespace.ip("-oneline link show lo")) != nil
  }()

  /// IPVS is in this kernel, or its module could be loaded.
  package static let hasIPVS: Bool = {
    if isRoot, !Places.exists("/proc/net/ip_vs") { _ = try? run("modprobe", ["--quiet", "ip_vs"]) }
    return Places.exists("/proc/net/ip_vs")
  }()

  /// nftables has tables of the ip, ip6 and inet families: not in a UML guest, which has bridge tables only.
  package static let hasNftables: Bool = {
    guard hasNamespaces, let namespace = try? Namespace("probe") else { return false }
    return (try? namespace.run("nft", ["add", "table", "inet", "probe"]).status) == 0
  }()

  /// Loads modules, those that are built in or missing included; what is missing shows in what needs it.
  package static func load(_ modules: String...) {
    for module in modules { _ = try? run("modprobe", ["--quiet", module]) }
  }
}
