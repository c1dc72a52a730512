// The part of the schema that is asked for every line that passes: found by the bytes of the type's name, without making
// a string of them, and small enough to be copied at no cost.

/// How a type is routed.
package struct TypeRoute: Sendable {
  package let role: LineRole
  package let isUrgent: Bool
  package let hasKey: Bool

  /// What must be found in a line before it can be routed: its key, its `from`.
  var head: (needsKey: Bool, needsFrom: Bool) { (hasKey, role == .commit) }
}

extension Schema {
  /// In the order of `types`.
  package static let routes: [TypeRoute] = types.map {
    TypeRoute(role: $0.role, isUrgent: $0.isUrgent, hasKey: $0.hasKey)
  }

  private struct Name: Sendable {
    var bytes: [UInt8]
    var position: Int
  }

  /// Names by their length: few types share one.
  private static let names: [[Name]] = {
    var names: [[Name]] = []
    for (position, type) in types.enumerated() {
      let bytes = Array(type.name.utf8)
      while names.count <= bytes.count { names.append([]) }
      names[bytes.count].append(Name(bytes: bytes, position: position))
    }
    return names
  }()

  /// Position in `types` of the type whose name these bytes are.
  package static func position(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Int? {
    guard range.count < names.count else { return nil }
    for name in names[range.count] {
      var offset = 0
      while offset < range.count, name.bytes[offset] == text[range.lowerBound + offset] { offset += 1 }
      if offset == range.count { return name.position }
    }
    return nil
  }

  package static func position(_ name: String) -> Int? {
    let bytes = Array(name.utf8)
    return position(bytes.span, 0..<bytes.count)
  }
}
