// From readings of the kernel's counters to `ipvs.stats` lines: totals that do not wrap, and rates between two
// readings. Kernels that give 32-bit counters wrap; bytes are 64 bits wide in either form, so fewer bytes than before
// mean that the object was made again, and everything counts from there.

package import Lines
package import Values

package struct IPVSMeter {
  private struct Reading {
    var raw: IPVSStatistics
    var total: IPVSStatistics.Counters
    var at: Instant
  }

  private var readings: [String: Reading] = [:]
  private var seen: Set<String> = []

  package init() {}

  /// One object's reading.
  package mutating func take(
    _ statistics: IPVSStatistics, _ connections: IPVSConnectionCounts? = nil, key: String, at now: Instant
  ) -> Line {
    seen.insert(key)
    var total = statistics.total
    // The first reading has the kernel's own estimate, an average over some seconds.
    var rates = Rates(statistics.rate)
    if let last = readings[key] {
      let difference = IPVSMeter.difference(from: last.raw, to: statistics)
      total = difference.map { last.total + $0 } ?? statistics.total
      rates = Rates(difference ?? statistics.total, over: now - last.at)
    }
    readings[key] = Reading(raw: statistics, total: total, at: now)
    return IPVSMeter.line(key, total, rates, connections)
  }

  /// Forgets the objects that were not read since the last call: an object that comes back is a new one.
  package mutating func endReading() {
    readings = readings.filter { seen.contains($0.key) }
    seen = []
  }

  /// What was counted between two readings; nil if counting began again.
  private static func difference(
    from old: IPVSStatistics, to new: IPVSStatistics
  ) -> IPVSStatistics.Counters? {
    let (a, b) = (old.total, new.total)
    guard b.bytesIn >= a.bytesIn, b.bytesOut >= a.bytesOut else { return nil }
    var result = IPVSStatistics.Counters()
    result.bytesIn = b.bytesIn - a.bytesIn
    result.bytesOut = b.bytesOut - a.bytesOut
    for counter in [\IPVSStatistics.Counters.connections, \.packetsIn, \.packetsOut] {
      let (before, after) = (a[keyPath: counter], b[keyPath: counter])
      if after < before, new.is64Bit { return nil }
      // Modulo 2^32 where that is all the kernel says.
      result[keyPath: counter] = new.is64Bit ? after - before : (after &- before) & 0xffff_ffff
    }
    return result
  }

  private static func line(
    _ key: String, _ total: IPVSStatistics.Counters, _ rates: Rates, _ connections: IPVSConnectionCounts?
  ) -> Line {
    let integer = { (value: UInt64) in JSON.int(Int64(clamping: value)) }
    var members = [
      JSONMember("connections", integer(total.connections)), JSONMember("packets_in", integer(total.packetsIn)),
      JSONMember("packets_out", integer(total.packetsOut)), JSONMember("bytes_in", integer(total.bytesIn)),
      JSONMember("bytes_out", integer(total.bytesOut)),
      JSONMember("connections_per_s", rates.connections), JSONMember("packets_in_per_s", rates.packetsIn),
      JSONMember("packets_out_per_s", rates.packetsOut), JSONMember("bytes_in_per_s", rates.bytesIn),
      JSONMember("bytes_out_per_s", rates.bytesOut),
    ]
    if let connections {
      members += [
        JSONMember("active_connections", .int(Int64(connections.active))),
        JSONMember("inactive_connections", .int(Int64(connections.inactive))),
        JSONMember("persistent_connections", .int(Int64(connections.persistent))),
      ]
    }
    return Line("ipvs.stats", key: key, members)
  }
}

/// Rates per second, as numbers of a line.
private struct Rates {
  var connections: JSON
  var packetsIn: JSON
  var packetsOut: JSON
  var bytesIn: JSON
  var bytesOut: JSON

  init(_ counters: IPVSStatistics.Counters, over time: Duration = .seconds(1)) {
    let nanoseconds = max(1, time.nanoseconds)
    // To a thousandth; in 128 bits, so that no count and no time can be too large.
    let rate = { (count: UInt64) -> JSON in
      let thousandths = (UInt128(count) * 1_000_000_000_000 + UInt128(nanoseconds) / 2) / UInt128(nanoseconds)
      let (whole, rest) = thousandths.quotientAndRemainder(dividingBy: 1000)
      return rest == 0 ? .int(Int64(clamping: whole)) : .number(Double(thousandths) / 1000)
    }
    connections = rate(counters.connections)
    packetsIn = rate(counters.packetsIn)
    packetsOut = rate(counters.packetsOut)
    bytesIn = rate(counters.bytesIn)
    bytesOut = rate(counters.bytesOut)
  }
}

extension IPVSStatistics.Counters {
  /// Totals stay at the end of their range.
  fileprivate static func + (a: Self, b: Self) -> Self {
    var sum = a
    for counter in [\Self.connections, \.packetsIn, \.packetsOut, \.bytesIn, \.bytesOut] {
      let (value, overflow) = a[keyPath: counter].addingReportingOverflow(b[keyPath: counter])
      sum[keyPath: counter] = overflow ? .max : value
    }
    return sum
  }
}
