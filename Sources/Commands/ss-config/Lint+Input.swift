// What `ss-config check` says beyond what every reading says: what is hardly meant, and what two nodes disagree in.

internal import ArgumentParser
internal import Config
internal import ConfigText

extension Input {
  /// All that is wrong or hardly meant, in the order of the text.
  func checked(standalone: Bool) -> [Problem] {
    let generation = Generation(self, standalone: standalone)
    guard let cluster = generation.cluster else { return generation.problems }
    return (generation.problems + Lint(cluster).findings.problems).sorted
  }

  /// The same of both nodes, and what their settings disagree in.
  func pairProblems() throws -> [Problem] {
    let settings = sources.indices.filter { sources[$0].isSettings }
    guard settings.count == 2, sources.count > 2 else {
      throw ValidationError("--pair takes the seesaw.cfg of two nodes, and a cluster.pb")
    }
    let one = Generation(self, standalone: false, without: [settings[1]])
    let other = Generation(self, standalone: false, without: [settings[0]])
    var problems = one.problems + other.problems
    if let mine = one.cluster, let theirs = other.cluster {
      problems += Lint(mine).findings.problems + PairLint(mine, theirs).findings.problems
    }
    return problems.sorted
  }
}

extension [Problem] {
  fileprivate var sorted: [Problem] {
    var findings = Findings()
    for problem in self { findings.add(problem) }
    return findings.sorted
  }
}
