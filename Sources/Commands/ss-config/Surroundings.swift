// What an importer asks of the machine that it runs on: its name, its environment, and the files of a pattern. Includes
// are found by glob(3) with braces, as keepalived finds them.

internal import Glibc
internal import Import
internal import Loop

enum Surroundings {
  /// uname(2)'s node name as far as its first dot.
  static var shortName: String {
    var name = utsname()
    guard unsafe uname(&name) == 0 else { return "" }
    let full = unsafe withUnsafeBytes(of: name.nodename) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    return String(full.prefix { $0 != "." })
  }

  static var environment: [String: String] {
    var variables: [String: String] = [:]
    var entry = unsafe environ
    while let text = unsafe entry.pointee {
      let parts = unsafe String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
      unsafe entry += 1
    }
    return variables
  }

  /// The files that glob(3) finds, those of folders left out, each read whole.
  static func files(_ pattern: String, _ folder: String) throws(ImportSurroundings.Refusal) -> [ImportFile] {
    let full = pattern.hasPrefix("/") || folder == "." ? pattern : "\(folder)/\(pattern)"
    var found = unsafe glob_t()
    defer { unsafe globfree(&found) }
    let result = unsafe glob(full, GLOB_MARK | GLOB_BRACE, nil, &found)
    guard result == 0 else {
      let reason = result == GLOB_NOMATCH ? "no file matches \(full)" : "\(full) cannot be searched"
      throw ImportSurroundings.Refusal(reason)
    }
    var files: [ImportFile] = []
    for index in 0..<Int(unsafe found.gl_pathc) {
      guard let text = unsafe found.gl_pathv[index] else { continue }
      let path = unsafe String(cString: text)
      if path.hasSuffix("/") { continue }
      do throws(SystemError) {
        files.append(ImportFile(name: path, bytes: try Files.read(path, limit: 1 << 26)))
      } catch {
        throw ImportSurroundings.Refusal("\(error)")
      }
    }
    return files
  }
}
