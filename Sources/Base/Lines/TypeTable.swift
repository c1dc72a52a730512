// The schema's types by the bytes of their names, so that a line is routed without making a string of its type.

/// A type of the schema, by its place in the table.
package struct KnownType: Hashable, Sendable {
  /// Of `Schema.types`.
  package let index: Int
  package let role: LineRole
  package let isUrgent: Bool
  /// Has no key that would tell who says it: `from` does.
  package let isSaidByMany: Bool

  package var schema: TypeSchema { Schema.types[index] }
  package var name: String { schema.name }
}

struct TypeTable: Sendable {
  private let types: [KnownType]
  private let names: [[UInt8]]
  /// Places in `types` by hash of the name, -1 where there is none; a taken slot sends on to the next.
  private let slots: [Int]

  init(_ schemas: [TypeSchema]) {
    types = schemas.enumerated().map { index, schema in
      KnownType(
        index: index, role: schema.role, isUrgent: schema.isUrgent,
        isSaidByMany: !schema.hasKey && schema.writer == .many)
    }
    names = schemas.map { Array($0.name.utf8) }
    var slots = [Int](repeating: -1, count: 4 * schemas.count.nextPowerOfTwo)
    for (index, name) in names.enumerated() {
      var slot = TypeTable.hash(name.span) & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = index
    }
    self.slots = slots
  }

  func find(_ name: borrowing Span<UInt8>) -> KnownType? {
    var slot = TypeTable.hash(name) & (slots.count - 1)
    while slots[slot] >= 0 {
      if TypeTable.equal(names[slots[slot]], name) { return types[slots[slot]] }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// FNV-1a: names are few, short and ours, so nobody can choose them to collide.
  private static func hash(_ name: borrowing Span<UInt8>) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in name.indices { hash = (hash ^ UInt64(name[index])) &* 0x100_0000_01b3 }
    return Int(truncatingIfNeeded: hash ^ hash >> 32) & Int.max
  }

  private static func equal(_ a: [UInt8], _ b: borrowing Span<UInt8>) -> Bool {
    guard a.count == b.count else { return false }
    for index in a.indices where a[index] != b[index] { return false }
    return true
  }
}

extension Int {
  fileprivate var nextPowerOfTwo: Int { self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount) }
}
