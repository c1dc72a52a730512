// Counters of the kernel as ipvs.stats lines.

import Lines
import Reconcile
import Testing
import Values

@Suite struct IPVSMeterTests {
  private func reading(
    connections: UInt64, packets: UInt64 = 0, bytes: UInt64, wide: Bool = true
  ) -> IPVSStatistics {
    var statistics = IPVSStatistics()
    statistics.total.connections = connections
    statistics.total.packetsIn = packets
    statistics.total.bytesIn = bytes
    statistics.is64Bit = wide
    return statistics
  }

  private func second(_ number: Int64) -> Instant { Instant(nanoseconds: number * 1_000_000_000) }

  private func numbers(_ line: Line) -> [JSON?] {
    ["connections", "bytes_in", "connections_per_s", "bytes_in_per_s"].map { line[$0] }
  }

  @Test func `the first reading has the kernel's rates, the next ones their own`() {
    var meter = IPVSMeter()
    var first = reading(connections: 10, bytes: 1000)
    first.rate.connections = 7
    #expect(numbers(meter.take(first, key: "k", at: second(1))) == [10, 1000, 7, 0])
    meter.endReading()
    #expect(
      numbers(meter.take(reading(connections: 15, bytes: 1001), key: "k", at: second(3))) == [15, 1001, 2.5, 0.5])
  }

  @Test func `an object that was made anew counts from zero`() {
    var meter = IPVSMeter()
    _ = meter.take(reading(connections: 10, bytes: 1000), key: "k", at: second(1))
    #expect(
      numbers(meter.take(reading(connections: 4, bytes: 400), key: "k", at: second(3))) == [4, 400, 2, 200])
  }

  @Test func `an object that was away is a new one`() {
    var meter = IPVSMeter()
    _ = meter.take(reading(connections: 10, bytes: 1000), key: "k", at: second(1))
    meter.endReading()
    meter.endReading()
    #expect(
      numbers(meter.take(reading(connections: 20, bytes: 2000), key: "k", at: second(3))) == [20, 2000, 0, 0])
  }

  @Test func `32-bit counters go on past their end`() {
    var meter = IPVSMeter()
    _ = meter.take(reading(connections: 0xffff_fff0, bytes: 1000, wide: false), key: "k", at: second(1))
    _ = meter.take(reading(connections: 0x10, bytes: 2000, wide: false), key: "k", at: second(2))
    #expect(
      numbers(meter.take(reading(connections: 0x20, bytes: 3000, wide: false), key: "k", at: second(3)))
        == [0x1_0000_0020, 3000, 16, 1000])
  }

  @Test func `counters above what a line can say stay at its end`() {
    var meter = IPVSMeter()
    #expect(
      numbers(meter.take(reading(connections: .max, bytes: 0), key: "k", at: second(1)))[0] == .int(.max))
  }
}
