// Times as lines carry them: RFC 3339 in UTC, with milliseconds. Made from nanoseconds since 1970 without any library,
// by counting days in 400-year cycles of the Gregorian calendar.

package enum Timestamp {
  /// `2026-01-02T03:04:05.678Z` for a count of nanoseconds since the epoch.
  package static func text(unixNanoseconds: Int64) -> String {
    let (days, second) = floorDivide(floorDivide(unixNanoseconds, 1_000_000_000).quotient, 86_400)
    let millisecond = floorDivide(unixNanoseconds, 1_000_000_000).remainder / 1_000_000
    let (year, month, day) = date(daysSinceEpoch: days)
    let clock = [second / 3600, second / 60 % 60, second % 60].map { pad($0, 2) }.joined(separator: ":")
    return "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))T\(clock).\(pad(millisecond, 3))Z"
  }

  /// Whether the text is a time of the form that `text(unixNanoseconds:)` gives; the fraction may be absent or of any
  /// length. A leap second is allowed in any minute, since nobody knows all of them.
  package static func isValid(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes.last == UInt8(ascii: "Z") else { return false }
    for (byte, sign) in zip(bytes, "dddd-dd-ddTdd:dd:dd".utf8) {
      guard sign == UInt8(ascii: "d") ? (48...57).contains(byte) : byte == sign else { return false }
    }
    let fraction = bytes[19..<(bytes.count - 1)]
    guard fraction.isEmpty || fraction.count > 1 && fraction.first == UInt8(ascii: "."),
      fraction.dropFirst().allSatisfy({ (48...57).contains($0) })
    else { return false }
    let number = { (range: Range<Int>) in bytes[range].reduce(0) { $0 * 10 + Int($1 - 48) } }
    return (1...12).contains(number(5..<7))
      && (1...days(ofMonth: number(5..<7), year: number(0..<4))).contains(number(8..<10))
      && number(11..<13) < 24 && number(14..<16) < 60 && number(17..<19) <= 60
  }

  /// Nanoseconds since the epoch, of a text that `isValid`, between the years 1678 and 2262; nil for anything else. A
  /// leap second is the one after it.
  package static func unixNanoseconds(_ text: String) -> Int64? {
    guard isValid(text) else { return nil }
    let bytes = Array(text.utf8)
    let number = { (range: Range<Int>) in bytes[range].reduce(Int64(0)) { $0 * 10 + Int64($1 - 48) } }
    let (year, month, day) = (number(0..<4), number(5..<7), number(8..<10))
    guard (1678...2261).contains(year) else { return nil }
    let clock = number(11..<13) * 3600 + number(14..<16) * 60 + number(17..<19)
    var fraction = Int64(0)
    for index in 20..<29 {
      fraction = fraction * 10 + (index < bytes.count - 1 ? Int64(bytes[index] - 48) : 0)
    }
    return (daysSinceEpoch(year, month, day) * 86_400 + clock) * 1_000_000_000 + fraction
  }

  /// The inverse of `date`.
  private static func daysSinceEpoch(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shiftedYear = month <= 2 ? year - 1 : year
    let (cycle, yearOfCycle) = floorDivide(shiftedYear, 400)
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return cycle * 146_097 + yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear - 719_468
  }

  private static func days(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  private static func date(daysSinceEpoch: Int64) -> (year: Int64, month: Int64, day: Int64) {
    // Years are counted from 1 March of year 0, so that the leap day is the last of its year.
    let (cycle, dayOfCycle) = floorDivide(daysSinceEpoch + 719_468, 146_097)
    let yearOfCycle = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
    let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }

  private static func pad(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
