// The binary form of files, ready to be served: made again when they change, and kept where they cannot be used.

internal import Loop
internal import Supply

package final class Pantry {
  private let source: FileSource
  private let coder: any BinaryCoder
  private let interpret: Edition.Interpreter
  private var id: String?
  private var bytes: [UInt8]?
  /// What was told last.
  private var told: Fault?

  package init(_ source: FileSource, _ coder: any BinaryCoder, interpret: @escaping Edition.Interpreter) {
    self.source = source
    self.coder = coder
    self.interpret = interpret
  }

  /// Nil where the files could never be used.
  package func form() -> [UInt8]? {
    do throws(FileSource.Failure) {
      let parts = try source.read()
      guard parts.id != id else { return bytes }
      id = parts.id
      take(parts)
    } catch {
      // They are looked at again with the next question.
      id = nil
      tell(error.fault)
    }
    return bytes
  }

  private func take(_ parts: [Part]) {
    let edition = interpret(parts)
    for sentence in edition.sentences { StandardStreams.complain("ss-config", sentence) }
    if let obstacle = edition.obstacle { return tell(obstacle) }
    do throws(Failing) {
      bytes = try coder.binaryForm(of: parts.filter { !source.isSettings($0) })
      told = nil
    } catch {
      tell(error.fault)
    }
  }

  private func tell(_ fault: Fault) {
    guard told != fault else { return }
    told = fault
    StandardStreams.complain("ss-config", fault.reason)
  }
}
