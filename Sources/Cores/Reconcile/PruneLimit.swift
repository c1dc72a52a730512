// How much one prune may remove before somebody has to confirm it (man 7 ss-lines, rule 6): a configuration that came
// out nearly empty must not empty the kernel.

package struct PruneLimit: Hashable, Sendable {
  /// Of what is owned and held.
  package var percent: Int
  /// So few may always go.
  package var alwaysAllowed: Int

  package init(percent: Int = 50, alwaysAllowed: Int = 10) {
    self.percent = percent
    self.alwaysAllowed = alwaysAllowed
  }

  package func allows(removing count: Int, of total: Int) -> Bool {
    count <= alwaysAllowed || count * 100 <= total * percent
  }
}
