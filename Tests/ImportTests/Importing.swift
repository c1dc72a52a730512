// What the tests of the importers share: reading a text as ss-config does, and a folder that exists only in the test.

import Import
import Support

extension Imported {
  /// `LINE:COLUMN error: sentence`, with the file's name where there are several.
  var told: [String] {
    problems.map { problem in
      let text = sentence(problem)
      return files.count == 1 ? String(text.dropFirst(files[0].utf8.count + 1)) : text
    }
  }

  var string: String? { text.map { String(decoding: $0, as: UTF8.self) } }

  /// The values of the lines that set this field; messages are none.
  func values(of field: String) -> [String] {
    (string ?? "").split(separator: "\n").compactMap { line in
      let text = line.drop { $0 == " " }
      return text.hasPrefix("\(field): ") && text.last != "<" ? String(text.dropFirst(field.count + 2)) : nil
    }
  }
}

func keepalived(
  _ text: String, instance: String = "main", environment: [String: String] = [:], files: [String: String] = [:]
) -> Imported {
  keepalived(Array(text.utf8), instance: instance, environment: environment, files: files)
}

func keepalived(
  _ bytes: [UInt8], instance: String = "main", environment: [String: String] = [:], files: [String: String] = [:]
) -> Imported {
  let surroundings = ImportSurroundings(instance: instance, environment: environment) {
    (pattern, folder) throws(ImportSurroundings.Refusal) in
    let full = pattern.hasPrefix("/") || folder == "." ? pattern : "\(folder)/\(pattern)"
    let parts = full.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
    let names = files.keys.filter { name in
      parts.count == 1 ? name == full : name.hasPrefix(parts[0]) && name.hasSuffix(parts[1])
    }
    if names.isEmpty { throw ImportSurroundings.Refusal("no file matches \(full)") }
    return names.sorted().map { ImportFile(name: $0, bytes: Array((files[$0] ?? "").utf8)) }
  }
  return Keepalived.read(ImportFile(name: "k.conf", bytes: bytes), surroundings)
}

/// A virtual server that has nothing of interest but what is put into it.
func service(_ inner: String, real: String = "real_server 198.51.100.1 80 { }") -> String {
  "virtual_server 192.0.2.1 80 {\nlvs_sched rr\nlvs_method NAT\nprotocol TCP\n\(real)\n\(inner)\n}\n"
}
