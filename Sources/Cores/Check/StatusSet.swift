// Sets of HTTP status codes as operators write them: numbers and ranges, "200,204,300-399". Kept sorted and merged, so
// two ways of writing one set are one definition.

/// A set of three-digit HTTP statuses (RFC 9110 §15), never empty.
package struct StatusSet: Hashable, Sendable, LosslessStringConvertible {
  /// Every three-digit status: the check asks only for an answer.
  package static let any = StatusSet(ranges: [100...999])
  /// What a check without a criterion takes for healthy: success and redirection.
  package static let standard = StatusSet(ranges: [200...399])

  /// A list with more parts than this is a mistake.
  private static let maximumParts = 64

  private let ranges: [ClosedRange<Int>]

  private init(ranges: [ClosedRange<Int>]) { self.ranges = ranges }

  /// nil for anything but numbers 100 to 999 and rising ranges of them, separated by single commas.
  package init?(_ text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    guard parts.count <= StatusSet.maximumParts else { return nil }
    var merged: [ClosedRange<Int>] = []
    let parsed = parts.map(StatusSet.range).sorted { ($0?.lowerBound ?? 0) < ($1?.lowerBound ?? 0) }
    for range in parsed {
      guard let range else { return nil }
      if let last = merged.last, range.lowerBound <= last.upperBound + 1 {
        merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    ranges = merged
  }

  package func contains(_ status: Int) -> Bool { ranges.contains { $0.contains(status) } }

  package var description: String {
    ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
  }

  private static func range(_ part: Substring.UTF8View) -> ClosedRange<Int>? {
    let ends = part.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard ends.count <= 2, let low = ends.first.flatMap(status) else { return nil }
    guard ends.count == 2 else { return low...low }
    guard let high = status(ends[1]), low <= high else { return nil }
    return low...high
  }

  private static func status(_ digits: Substring.UTF8View) -> Int? {
    guard digits.count == 3, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
    let value = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
    return value >= 100 ? value : nil
  }
}
