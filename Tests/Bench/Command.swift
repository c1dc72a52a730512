// bench-tool: the measurements of `bin-scripts/bench` that a shell cannot make, each a subcommand that prints numbers
// for it. Not installed, and no test. The script says what is compared with what; here is only how it is measured.

import Support

@main enum Command {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    let rest = Array(arguments.dropFirst())
    do {
      switch arguments.first {
      case "make": try make(rest)
      case "codec": try codec()
      case "start": try start(rest)
      case "idle": try idle(rest)
      case "whole": try whole(rest)
      case "steps": try steps(rest)
      case "urgent": try urgent(rest)
      case "engine": try engine(rest)
      default: throw Unusable("bench-tool make|codec|start|idle|whole|steps|urgent|engine ...")
      }
    } catch {
      complain("\(error)")
      leave(2)
    }
  }
}

/// A measurement that cannot be made.
struct Unusable: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

extension Array where Element == Double {
  var median: Double {
    let sorted = self.sorted()
    return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
  }
}
