// The lab's topology (bin-scripts/lab-netns, which draws it), brought up for one owner and gone with it.

package final class Topology {
  package let prefix: String
  /// The client on the backends' network, and the one behind the first director.
  package let client: Namespace
  package let farClient: Namespace
  package let directors: [Namespace]
  package let backends: [Namespace]

  /// Builds it under a prefix that no other owner has; several may exist side by side.
  package init() throws {
    prefix = Namespace.freshName("l") + "-"
    try must(Places.script("lab-netns"), ["--prefix", prefix, "up"], within: .seconds(120))
    let named = { [prefix] (node: String) in Namespace(existing: prefix + node) }
    client = named("c")
    farClient = named("c2")
    directors = ["d1", "d2"].map(named)
    backends = ["r1", "r2", "r3"].map(named)
  }

  deinit { _ = try? run(Places.script("lab-netns"), ["--prefix", prefix, "down"]) }

  /// `lab-netns ACTION NODE`: "stop-backend", "start-backend", "cut", "mend".
  package func lab(_ action: String, _ node: String) throws {
    try must(Places.script("lab-netns"), ["--prefix", prefix, action, node])
  }
}
