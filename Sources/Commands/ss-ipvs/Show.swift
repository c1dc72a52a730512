// ss-ipvs show and ss-ipvs stats: what the kernel holds, and what it has counted, as lines.

internal import ArgumentParser
internal import Lines
internal import Loop
internal import Netlink
internal import Options
internal import Reconcile
internal import Values

struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print the services and destinations that the kernel holds.")

  func run() throws {
    let kernel = try Kernel()
    for held in try kernel.services().sorted(by: { $0.service.key < $1.service.key }) {
      var out = IPVSObject.service(held.service).line.bytes
      let destinations = try kernel.destinations(of: held.service.key) ?? []
      for found in destinations.sorted(by: { $0.destination.endpoint < $1.destination.endpoint }) {
        IPVSObject.destination(found.destination, of: held.service.key).line.write(into: &out)
      }
      guard try StandardStreams.print(out) else { return }
    }
  }
}

struct Stats: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats", abstract: "Print counters and rates of every service and destination.")

  @Option(help: ArgumentHelp("Print again every so many seconds, until the reader has gone.", valueName: "seconds"))
  var interval: Double?

  func validate() throws {
    if let interval, !(0.1...86_400).contains(interval) {
      throw ValidationError("--interval is 0.1 to 86400")
    }
  }

  func run() throws {
    let kernel = try Kernel()
    var meter = IPVSMeter()
    guard let interval else {
      try StandardStreams.print(try Stats.read(kernel, &meter, at: .zero))
      return
    }
    let period = Duration.milliseconds(Int64(interval * 1000))
    let loop = try Loop()
    // Readings keep to the times that they began with, however long one takes.
    var next = loop.now()
    var failure: (any Error)?
    try loop.watch(1, []) { _ in loop.stop(.success) }
    loop.addTimer(deadline: { next }) { now in
      while next <= now { next = next + period }
      do {
        if try !StandardStreams.print(try Stats.read(kernel, &meter, at: now)) { loop.stop(.success) }
      } catch {
        failure = error
        loop.stop(.environment)
      }
    }
    let status = loop.run()
    if let failure { throw failure }
    throw Ending(status)
  }

  private static func read(_ kernel: Kernel, _ meter: inout IPVSMeter, at now: Instant) throws(NetlinkError) -> [UInt8]
  {
    var out: [UInt8] = []
    for held in try kernel.services().sorted(by: { $0.service.key < $1.service.key }) {
      let key = held.service.key
      meter.take(held.statistics, key: key.description, at: now).write(into: &out)
      let destinations = try kernel.destinations(of: key) ?? []
      for found in destinations.sorted(by: { $0.destination.endpoint < $1.destination.endpoint }) {
        let name = IPVSDestinationKey(service: key, endpoint: found.destination.endpoint).description
        meter.take(found.statistics, found.connections, key: name, at: now).write(into: &out)
      }
    }
    meter.endReading()
    return out
  }
}
