// `--memory FILE`: the fold of a core's own state lines, written when it has changed, at most once a second, and given
// back at the next start. A file that cannot be read is told and taken as empty; a line in it that cannot be used is
// left out.

package import Lines
package import Values

package struct MemoryFile {
  /// From one save to the next, and how many times longer than the last save took: a large memory that changes all the
  /// time must not be all that the command does.
  private static let period = Duration.seconds(1)
  private static let rest = 50

  private let path: String
  private var savedVersion = 0
  private var next = Instant.zero
  /// The last save failed, and that was told.
  private var hasFailed = false

  private init(path: String) { self.path = path }

  /// The file, the lines in it, and what was wrong with it.
  package static func open(_ path: String) -> (MemoryFile, [Line], complaint: String?) {
    let file = MemoryFile(path: path)
    guard Files.exists(path) else { return (file, [], nil) }
    do throws(SystemError) {
      var lines: [Line] = []
      var bad = 0
      var framer = LineFramer()
      let bytes = try Files.read(path)
      framer.take(
        bytes.span,
        line: { text, _ in
          if let line = try? Line(parsing: text), Schema.fault(in: line) == nil { lines.append(line) } else { bad += 1 }
        }, fault: { _, _ in bad += 1 })
      framer.end { _, _ in bad += 1 }
      return (file, lines, bad == 0 ? nil : "\(path): \(bad) lines could not be used and were left out")
    } catch {
      return (file, [], "the memory is taken as empty: \(error)")
    }
  }

  /// When to save.
  package func deadline(_ version: Int) -> Instant? { version == savedVersion ? nil : next }

  /// Saves if anything has changed. Gives what went wrong, once until it is right again; what was not saved is tried
  /// again when the next save is due.
  package mutating func save(_ memory: Fold, version: Int) -> String? {
    guard version != savedVersion else { return nil }
    let start = Clock.now()
    defer {
      let end = Clock.now()
      next = max(start + MemoryFile.period, end + (end - start) * MemoryFile.rest)
    }
    var bytes: [UInt8] = []
    for line in memory.sorted { line.write(into: &bytes) }
    do throws(SystemError) {
      try Files.replace(path, with: bytes)
      savedVersion = version
      hasFailed = false
      return nil
    } catch {
      defer { hasFailed = true }
      return hasFailed ? nil : "the memory was not saved: \(error)"
    }
  }
}
