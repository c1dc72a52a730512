// From Seesaw's words to the kernel's: the one place where an entry and a backend become a service and a destination
// (the flags and modes that Seesaw gives them).

import Lines
import Values

enum Translation {
  static func service(_ entry: EntryLine, vip: IPAddress) -> IPVSServiceLine {
    var flags: IPVSService.Flags = []
    if entry.persistence > 0 { flags.insert(.persistent) }
    if entry.onePacket { flags.insert(.onePacket) }
    flags.formUnion(entry.schedulerFlags)
    let key = IPVSServiceKey.virtual(entry.transport, IPVSEndpoint(address: vip, port: entry.port))
    return IPVSServiceLine(
      service: IPVSService(key: key, scheduler: entry.scheduler, flags: flags, timeout: entry.persistence), vip: vip)
  }

  static func destination(
    _ entry: EntryLine, backend: BackendLine, address: IPAddress, service: IPVSServiceLine
  ) -> IPVSDestinationLine {
    return IPVSDestinationLine(
      service: service.service.key,
      destination: IPVSDestination(
        endpoint: IPVSEndpoint(address: address, port: entry.port), forwarding: entry.mode.forwarding,
        weight: backend.weight,
        upperThreshold: entry.upperThreshold, lowerThreshold: entry.lowerThreshold),
      vip: service.vip)
  }
}
