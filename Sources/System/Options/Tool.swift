// What every command does the same way around its options: set up its process, parse, run, and end with one of the five
// statuses and a sentence on standard error. The commands differ in what is here a requirement.

package import ArgumentParser
internal import Lines
package import Loop

/// A command of this package.
package protocol Tool: ParsableCommand {
  /// Types of lines that it acts on. What it writes is in the schema.
  static var reads: [String] { get }
  /// The capabilities that its job needs; all others are dropped at start.
  static var capabilities: [Capability] { get }
  /// A sentence about an error of the environment that only this command knows; nil for any other error.
  static func environmentFault(_ error: any Error) -> String?
}

/// Thrown by `run` to end with a status.
package struct Ending: Error {
  package let status: ExitStatus

  package init(_ status: ExitStatus) { self.status = status }
}

extension Tool {
  package static var capabilities: [Capability] { [] }
  package static func environmentFault(_ error: any Error) -> String? { nil }

  package static var name: String { configuration.commandName ?? "" }

  package static func main() {
    ProcessSetUp.prepare()
    ProcessSetUp.keep(only: capabilities)
    do {
      var command = try parseAsRoot()
      try command.run()
      StandardStreams.exit(.success)
    } catch let ending as Ending {
      StandardStreams.exit(ending.status)
    } catch let error as SystemError {
      end(.environment, [error.description])
    } catch let error as LineError {
      end(.usage, [error.description])
    } catch {
      if let sentence = environmentFault(error) { end(.environment, [sentence]) }
      // Help, the version and the schema end well; the rest is a wrong command line.
      if exitCode(for: error) == .success {
        let text = fullMessage(for: error)
        do throws(SystemError) {
          if !text.isEmpty { try StandardStreams.print(Array("\(text)\n".utf8)) }
        } catch {
          end(.environment, [error.description])
        }
        StandardStreams.exit(.success)
      }
      end(.usage, ["\(message(for: error))", "see \(name) --help"])
    }
  }

  private static func end(_ status: ExitStatus, _ sentences: [String]) -> Never {
    for sentence in sentences { StandardStreams.complain(name, sentence) }
    StandardStreams.exit(status)
  }
}
