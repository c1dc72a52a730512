// Seesaw's own fixtures and its reading of them, from `../shared/seesaw` beside the package, which the package does not
// need otherwise.

import Config
import ConfigText
import Lines
import Support
import Testing

private let folder = Places.shared("seesaw")
let isSeesawThere = folder != nil

/// One line of a file of vectors; shown by its name alone.
struct Vector: Sendable, CustomTestStringConvertible {
  let name: String
  let value: JSON
  var testDescription: String { name }

  subscript(_ member: String) -> JSON? { value[member] }

  static func all(_ file: String) -> [Vector] {
    let text = folder.flatMap { Support.text(of: "\($0)/vectors/\(file)") } ?? ""
    return text.split(separator: "\n").compactMap { line in
      guard let value = try? JSONReader.parse(String(line)) else { return nil }
      return Vector(name: value["file"]?.string ?? value["case"]?.string ?? "", value: value)
    }
  }
}

@Suite(.enabled(if: isSeesawThere, "../shared/seesaw is missing")) struct SeesawVectorTests {
  /// Differences from Seesaw that are meant: what is told of the file.
  private static let meant: [String: [Problem.Kind]] = [
    "vservers2.pb": [.noNetwork], "vipsubnets2.pb": [.duplicate],
    // Grants to groups that are none.
    "vservers1.pb": [.missing, .missing],
    "cluster.pb.example": [Problem.Kind](repeating: .missing, count: 8),
  ]

  @Test(arguments: Vector.all("config.jsonl"))
  func `every fixture of Seesaw is read as Seesaw reads it`(vector: Vector) throws {
    let file = vector.name.replacing("re-ip/", with: "re-ip_").split(separator: "/").last.map(String.init) ?? ""
    let contents = try #require(bytes(of: "\(folder ?? "")/config/\(file)"))
    if let expected = vector["healthcheck"] {
      var check = try #require(readHealthcheck(contents))
      check.name = ""
      #expect(SeesawForm.healthcheck(check).text == expected.text)
      return
    }
    let reading = read(contents)
    #expect(errors(reading).map(\.kind) == Self.meant[file] ?? [], "\(errors(reading).map(\.text))")
    guard let expected = vector["cluster"] else { return }
    let groups = reading.cluster.accessGroups.map { "group:\($0.name)" }
    #expect(difference(SeesawForm.cluster(reading.cluster), Self.withoutNobody(expected, groups)) == nil)
  }
}

extension SeesawVectorTests {
  /// Without grants to groups that are none: Seesaw keeps them, and nobody has them.
  private static func withoutNobody(_ value: JSON, _ groups: [String]) -> JSON {
    switch value {
    case .array(let elements): .array(elements.map { withoutNobody($0, groups) })
    case .object(let members):
      .object(
        members.map { member in
          guard member.name == "access_grants", case .array(let grants) = member.value else {
            return JSONMember(member.name, withoutNobody(member.value, groups))
          }
          let kept = grants.filter { grant in
            !(grant.string?.hasPrefix("group:") ?? false) || groups.contains(grant.string ?? "")
          }
          return JSONMember(member.name, .array(kept))
        })
    default: value
    }
  }
}

/// The first place where two values differ.
func difference(_ ours: JSON, _ theirs: JSON, _ path: String = "") -> String? {
  switch (ours, theirs) {
  case (.object(let a), .object(let b)) where a.map(\.name) == b.map(\.name):
    for (x, y) in zip(a, b) {
      if let found = difference(x.value, y.value, "\(path).\(x.name)") { return found }
    }
    return nil
  case (.array(let a), .array(let b)) where a.count == b.count:
    for (index, (x, y)) in zip(a, b).enumerated() {
      if let found = difference(x, y, "\(path)[\(index)]") { return found }
    }
    return nil
  default: return ours == theirs ? nil : "\(path): \(ours.text.prefix(200)) is not \(theirs.text.prefix(200))"
  }
}
