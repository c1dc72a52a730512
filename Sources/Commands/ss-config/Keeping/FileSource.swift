// Files as a source: all that are named and all that they include, read as one value or not at all. A file that is
// missing or cannot be read, an include that finds nothing, and files that change while they are read give nothing, so
// that what is half there never counts as what was meant.

internal import Loop
internal import Storage
package import Supply

package final class FileSource {
  /// An include of a text: the pattern, and where it stands.
  package struct Include {
    package var pattern: String
    package var line: Int
    package var column: Int

    package init(_ pattern: String, line: Int, column: Int) {
      self.pattern = pattern
      self.line = line
      self.column = column
    }
  }

  package struct Failure: Error {
    package let fault: Fault
    /// What is missing is the environment's doing; else the texts are wrong.
    package let isEnvironment: Bool
  }

  /// Set here: far more than any configuration has.
  private static let fileLimit = 10_000
  /// Readings of files that change meanwhile, before giving up until they are changed again.
  private static let attempts = 3

  private let paths: [String]
  private let sizeLimit: Int
  private let includes: (Part) -> [Include]
  package let isSettings: (Part) -> Bool
  /// What cannot be read twice: standard input and other pipes.
  private var streams: [String: [UInt8]] = [:]
  private var stamps: [String: FileStamp] = [:]
  private var parts: [Part] = []
  /// Where changes have to be watched, as of the last reading that was whole and all since.
  package private(set) var folders: Set<String> = []

  package init(
    _ paths: [String], sizeLimit: Int, isSettings: @escaping (Part) -> Bool, includes: @escaping (Part) -> [Include]
  ) {
    self.paths = paths
    self.sizeLimit = sizeLimit
    self.isSettings = isSettings
    self.includes = includes
  }

  /// Everything, in the order of the names: each file, and what it includes after it.
  package func read() throws(Failure) -> [Part] {
    // A reading that fails has not seen all folders: those of the one before it count too.
    let before = folders
    var isWhole = false
    defer { if !isWhole { folders.formUnion(before) } }
    folders = []
    for _ in 0..<Self.attempts {
      (parts, stamps) = ([], [:])
      for path in paths { try read(path) }
      if stamps.allSatisfy({ (try? FileStamp($0.key)) == $0.value }) {
        isWhole = true
        return parts
      }
    }
    throw Failure(fault: Fault("the files change while they are read: they are read again"), isEnvironment: true)
  }

  /// The settings among the files alone, for a configuration that comes from elsewhere.
  package func settings() throws(Failure) -> [Part] {
    var settings: [Part] = []
    for path in paths {
      do throws(SystemError) {
        let part = Part(path, try bytes(of: path))
        if isSettings(part) { settings.append(part) }
      } catch {
        guard path.hasSuffix(".cfg") else { continue }
        throw Failure(fault: Fault("\(error)", file: path), isEnvironment: true)
      }
    }
    return settings
  }

  private func read(_ path: String) throws(Failure) {
    // A file that is named twice, or includes the folder that it lies in, counts once.
    guard stamps[path] == nil, !parts.contains(where: { $0.name == path }) else { return }
    guard parts.count < Self.fileLimit else {
      throw Failure(fault: Fault("more than \(Self.fileLimit) files", file: path), isEnvironment: false)
    }
    note(path)
    let part: Part
    do throws(SystemError) {
      part = Part(path, try bytes(of: path))
    } catch {
      throw Failure(fault: Fault("\(error)", file: path), isEnvironment: true)
    }
    parts.append(part)
    guard !isSettings(part) else { return }
    for include in includes(part) { try read(include, of: path) }
  }

  private func bytes(of path: String) throws(SystemError) -> [UInt8] {
    if let bytes = streams[path] { return bytes }
    let stamp = path == "-" ? nil : try? FileStamp(path)
    let bytes = try Files.read(path, limit: sizeLimit)
    if path == "-" || stamp?.isRegular == false {
      streams[path] = bytes
    } else {
      if let stamp { stamps[path] = stamp } else { stamps[path] = try FileStamp(path) }
    }
    return bytes
  }

  private func read(_ include: Include, of path: String) throws(Failure) {
    let folder = Self.folder(of: path)
    let pattern = include.pattern.hasPrefix("/") || folder == "." ? include.pattern : "\(folder)/\(include.pattern)"
    folders.insert(Self.fixedFolder(of: pattern))
    func failure(_ reason: String) -> Failure {
      Failure(
        fault: Fault(reason, file: path, line: include.line, column: include.column), isEnvironment: false)
    }
    let found: [String]
    do throws(SystemError) {
      found = try Folder.find(pattern)
    } catch {
      throw failure("include \"\(include.pattern)\": \(error)")
    }
    if found.isEmpty { throw failure("include \"\(include.pattern)\" matches no file") }
    for file in found { try read(file) }
  }

  /// Watches the folder of the file, and that of where it leads to.
  private func note(_ path: String) {
    guard path != "-" else { return }
    folders.insert(Self.folder(of: path))
    if let real = Folder.resolved(path) { folders.insert(Self.folder(of: real)) }
  }

  /// The deepest folder that the pattern names without a wildcard.
  private static func fixedFolder(of pattern: String) -> String {
    var folder = Self.folder(of: pattern)
    while folder.contains(where: { "*?[".contains($0) }) { folder = Self.folder(of: folder) }
    return folder
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
