// The name of an object over all types, and the fold of state lines: the newest line of each object.

package struct StateKey: Hashable, Comparable, Sendable {
  package var type: String
  package var key: String

  package init(type: String, key: String) {
    self.type = type
    self.key = key
  }

  /// Byte for byte: the contract knows no other likeness of strings.
  package static func == (a: StateKey, b: StateKey) -> Bool { a.key.isSame(as: b.key) && a.type.isSame(as: b.type) }

  package static func < (a: StateKey, b: StateKey) -> Bool {
    a.type.isSame(as: b.type)
      ? a.key.utf8.lexicographicallyPrecedes(b.key.utf8) : a.type.utf8.lexicographicallyPrecedes(b.type.utf8)
  }
}

/// The newest line of each object.
package struct Fold: Sendable {
  private var lines: [StateKey: Line] = [:]

  package init() {}

  /// Takes a state line. False if it changes nothing: the same line again, or the end of what is not there.
  package mutating func take(_ line: Line) -> Bool {
    guard let key = line.key else { return false }
    let name = StateKey(type: line.type, key: key)
    if line.isDeleted { return lines.removeValue(forKey: name) != nil }
    guard let old = lines.updateValue(line, forKey: name) else { return true }
    // Lines are equal by characters; only those that are need be compared byte for byte.
    return old != line || old.bytes != line.bytes
  }

  /// In the order of their keys.
  package var sorted: [Line] { lines.sorted { $0.key < $1.key }.map(\.value) }
}
