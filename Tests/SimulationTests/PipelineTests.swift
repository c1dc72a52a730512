// The single-node pipeline by seed. SEESAW_SOAK=1 runs many more seeds, SEESAW_SEED=N the one that failed.

import Support
import Testing

@Suite struct PipelineTests {
  private static let seeds = variable("SEESAW_SOAK") == nil ? 40 : 10_000
  private static let lanes = 2

  @Test(arguments: 0..<lanes)
  func `whatever happens, the kernel ends as it is wanted, and nothing comes too early or goes for nothing`(
    lane: Int
  ) {
    if let seed = variable("SEESAW_SEED").flatMap({ Int($0) }) {
      if lane == 0 { run(seed) }
      return
    }
    for seed in stride(from: lane, to: Self.seeds, by: Self.lanes) where !run(seed) { return }
  }

  /// - Returns: whether all held.
  @discardableResult
  private func run(_ seed: Int) -> Bool {
    var simulation = Simulation(seed: seed)
    simulation.live(events: 12)
    guard !simulation.faults.isEmpty else { return true }
    let text = (simulation.story + simulation.faults.prefix(8).map { "FAULT \($0)" }).joined(separator: "\n")
    Issue.record(
      "\(text)\nto repeat it: SEESAW_SEED=\(seed) swift test --disable-xctest --filter SimulationTests")
    return false
  }
}
