// What a test of the real kernel needs, as traits: a skip names what is missing and where it would run.

import Support
import Testing

extension Trait where Self == ConditionTrait {
  /// Network namespaces, which only root can make.
  static var needsNamespaces: Self {
    .enabled(if: Kernel.hasNamespaces, "needs root and network namespaces: run in bin-scripts/lab-guest")
  }

  /// IPVS in the kernel: any guest, or a host that has it.
  static var needsIPVS: Self {
    .enabled(if: Kernel.hasIPVS, "needs the kernel module ip_vs: run in bin-scripts/lab-guest")
  }

  /// nftables' ip and inet tables beside IPVS: the QEMU guests, or a host that has both.
  static var needsNftables: Self {
    .enabled(
      if: Kernel.hasNftables,
      "needs nftables tables of the ip and inet families: run in bin-scripts/lab-guest --backend tcg (or kvm)")
  }
}
