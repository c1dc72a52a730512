// An operation as the line that `ss-ipvs plan` prints: what is done to which object, and only the members that say it.

package import Lines

extension IPVSOperation {
  package var line: Line {
    let new = object.line
    var members = [
      JSONMember("operation", .string(action.rawValue)), JSONMember("of", .string(new.type)),
      JSONMember("key", .string(new.key ?? "")),
    ]
    switch action {
    case .add: members.append(JSONMember("new", .object(new.members)))
    case .remove: members.append(JSONMember("old", .object(new.members)))
    case .change:
      let before = old?.line.members ?? []
      members.append(JSONMember("old", .object(before.filter { !new.members.contains($0) })))
      members.append(JSONMember("new", .object(new.members.filter { !before.contains($0) })))
    }
    return Line("ipvs.operation", members)
  }
}
