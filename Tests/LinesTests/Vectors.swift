// The files of Tests/Fixtures/lines, as this implementation reads them. Their README says what they mean.

import Lines
import Support
import Testing

/// The lines of one file.
func vectors(_ name: String) -> [JSON] {
  let text = Support.text(of: "\(Places.package)/Tests/Fixtures/lines/\(name).jsonl") ?? ""
  return text.split(separator: "\n").compactMap { try? JSONReader.parse(String($0)) }
}

/// One named case of a file, shown by its name.
struct Vector: CustomTestStringConvertible, Sendable {
  let value: JSON
  var testDescription: String { self["name"] }
  subscript(_ member: String) -> String { value[member]?.string ?? "" }
  func strings(_ member: String) -> [String] { value[member]?.array?.compactMap(\.string) ?? [] }

  static func all(_ name: String) -> [Vector] { vectors(name).map(Vector.init) }
}

extension String {
  /// Its bytes, for what takes a span.
  var bytes: [UInt8] { Array(utf8) }
}

extension LineChange {
  /// As `commits.jsonl` says it.
  var words: String {
    switch self {
    case .set(let line): "set \(line.key ?? "")"
    case .deleted(let name): "deleted \(name.key)"
    case .forgotten(let name): "forgotten \(name.key)"
    case .unusable(let name, _, _): "unusable \(name.key)"
    }
  }
}
