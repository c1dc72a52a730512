// What differs between two sets of lines, for people: an object that is gone, that is new, or whose members differ.

package import Lines

package enum LineDifference {
  /// One line each, by type and key; empty if nothing differs.
  package static func text(from old: [Line], to new: [Line]) -> String {
    let (before, after) = (byName(old), byName(new))
    var text = ""
    for name in Set(before.keys).union(after.keys).sorted() {
      switch (before[name], after[name]) {
      case (let line?, nil): text += "- \(name) \(line.rest)\n"
      case (nil, let line?): text += "+ \(name) \(line.rest)\n"
      case (let one?, let other?) where one != other: text += changes(name, one, other)
      default: continue
      }
    }
    return text
  }

  private static func byName(_ lines: [Line]) -> [String: Line] {
    var names: [String: Line] = [:]
    for line in lines { names["\(line.type) \(line.key ?? "")"] = line }
    return names
  }

  private static func changes(_ name: String, _ old: Line, _ new: Line) -> String {
    var members: [String] = []
    for member in old.members + new.members where !members.contains(member.name) { members.append(member.name) }
    return members.filter { old[$0] != new[$0] }.map { member in
      "* \(name) \(member): \(old[member]?.text ?? "-") -> \(new[member]?.text ?? "-")\n"
    }.joined()
  }
}

extension Line {
  fileprivate var rest: String { JSON.object(members).text }
}
