// The archive of generations that were in use, and what of it is thrown away: Seesaw's limits, counted from the newest.

package struct ArchiveEntry: Hashable, Sendable {
  private static let beginning = "cluster.pb."

  /// The file's name: `cluster.pb.SECONDS`, or `cluster.pb.SECONDS.N` for a further one of that second.
  package var name: String
  /// Seconds since 1970 at which it was put there, and the number within that second.
  package var time: Int64
  package var number: Int64
  package var size: Int64

  /// nil for a file of somebody else.
  package init?(name: String, size: Int64) {
    guard name.hasPrefix(Self.beginning) else { return nil }
    let words = name.dropFirst(Self.beginning.count).split(separator: ".", omittingEmptySubsequences: false)
    let numbers = words.compactMap { word in Int64(word).flatMap { String($0) == word && $0 >= 0 ? $0 : nil } }
    guard numbers.count == words.count, (1...2).contains(numbers.count) else { return nil }
    self.name = name
    self.size = size
    time = numbers[0]
    number = numbers.count == 2 ? numbers[1] : 0
  }

  package static func name(_ time: Int64, _ number: Int = 0) -> String {
    number == 0 ? "\(beginning)\(time)" : "\(beginning)\(time).\(number)"
  }
}

package struct ArchiveLimits: Hashable, Sendable {
  /// Files, bytes, and seconds. Seesaw's.
  package var count = 1_500
  package var bytes: Int64 = 10 << 30
  package var age: Int64 = 60 * 86_400

  package init() {}

  /// The names of what is to go: the first that is beyond a limit, the newest first, and all that are older.
  package func excess(of entries: [ArchiveEntry], at time: Int64) -> [String] {
    let sorted = entries.sorted { ($0.time, $0.number) > ($1.time, $1.number) }
    var total: Int64 = 0
    for (index, entry) in sorted.enumerated() {
      total = total.addingReportingOverflow(entry.size).partialValue
      if index >= count || total > bytes || time - entry.time > age { return sorted[index...].map(\.name) }
    }
    return []
  }
}
