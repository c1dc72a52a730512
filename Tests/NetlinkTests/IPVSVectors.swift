// The generic netlink messages that Seesaw sends, with the values that they stand for. The bytes were recorded from
// Seesaw's own code with family number 25; its node asks for the service attributes in every message.

import Netlink
import Values

struct IPVSVector: Sendable {
  let name: String
  let bytes: String
  let message: IPVSMessage
  var flags: Int32 = 0
}

extension IPVSService {
  static func make(
    _ key: String, _ scheduler: String, _ flags: IPVSService.Flags = [], timeout: UInt32 = 0
  ) -> IPVSService? {
    IPVSServiceKey(key).map { IPVSService(key: $0, scheduler: scheduler, flags: flags, timeout: timeout) }
  }
}

extension IPVSDestination {
  static func make(
    _ endpoint: String, _ forwarding: IPVSForwarding, weight: UInt32 = 1, upper: UInt32 = 0, lower: UInt32 = 0
  ) -> IPVSDestination? {
    IPVSEndpoint(endpoint).map {
      IPVSDestination(
        endpoint: $0, forwarding: forwarding, weight: weight, upperThreshold: upper, lowerThreshold: lower)
    }
  }
}

extension IPVSVector {
  static func make(
    _ name: String, _ command: IPVSMessage.Command, _ service: IPVSService? = nil,
    _ destination: IPVSDestination? = nil, flags: Int32 = 0, sends bytes: String
  ) -> IPVSVector {
    let message = IPVSMessage(
      command, service: service.map { .whole($0) }, destination: destination.map { .whole($0) })
    return IPVSVector(name: name, bytes: bytes, message: message, flags: flags)
  }

  private static let web = IPVSService.make("tcp/192.168.36.1:80", "wlc")
  private static let names = IPVSService.make(
    "udp/[2015:cafe:36::1]:53", "wrr", [.persistent, .onePacket], timeout: 120)
  /// NLM_F_DUMP
  private static let dump: Int32 = 0x300

  private static let webBytes =
    "540001800600010002000000060002000600000014000300c0a824010000000000000000000000000600040000500000"
    + "08000600776c63000c00070000000000ffffffff080008000000000008000900ffffffff"
  private static let namesBytes =
    "540001800600010" + "00a0000000600020011000000140003002015cafe0036000000000000000000010600040000350000"
    + "08000600777272000c00070005000000ffffffff08000800780000000800090080000000"

  static let all: [IPVSVector] = [
    .make(
      "new-service tcp4 192.168.36.1:80 wlc", .newService, web,
      sends: "6800000019000000000000000000000001010000" + webBytes),
    .make(
      "new-service udp6 [2015:cafe:36::1]:53 wrr persistent 120 ops", .newService, names,
      sends: "6800000019000000000000000000000001010000" + namesBytes),
    .make(
      "new-service tcp4 :443 mh fallback+port", .newService,
      .make("tcp/192.168.36.1:443", "mh", [.scheduler1, .scheduler2]),
      sends: "6800000019000000000000000000000001010000540001800600010002000000060002000600000014000300c0a8240100"
        + "000000000000000000000006000400" + "01bb0000070006006d6800000c00070018000000ffffffff0800080000000000"
        + "08000900ffffffff"),
    .make(
      "new-service fwm4 256 rr", .newService, .make("fwmark/256/inet", "rr"),
      sends: "70000000190000000000000000000000010100005c0001800600010002000000060002000000000014000300000000000000"
        + "00000000000000000000060004000000000008000500000100000700060072720000" + "0c00070000000000ffffffff"
        + "080008000000000008000900ffffffff"),
    .make(
      "new-service fwm6 65536 rr", .newService, .make("fwmark/65536/inet6", "rr"),
      sends: "70000000190000000000000000000000010100005c000180060001000a000000060002000000000014000300000000000000"
        + "00000000000000000000060004000000000008000500000001000700060072720000" + "0c00070000000000ffffffff"
        + "08000800000000000800090080000000"),
    .make(
      "set-service tcp4 192.168.36.1:80 wlc", .setService, web,
      sends: "6800000019000000000000000000000002010000" + webBytes),
    .make(
      "del-service tcp4 192.168.36.1:80 wlc", .deleteService, web,
      sends: "6800000019000000000000000000000003010000" + webBytes),
    .make(
      "get-service tcp4 192.168.36.1:80 wlc", .getService, web,
      sends: "6800000019000000000000000000000004010000" + webBytes),
    .make("get-service dump", .getService, flags: dump, sends: "1400000019000003000000000000000004010000"),
    .make(
      "new-dest tcp4 dsr w5 l10 u20", .newDestination, web,
      .make("192.168.37.2:80", .route, weight: 5, upper: 20, lower: 10),
      sends: "a800000019000000000000000000000005010000" + webBytes
        + "4000028014000100c0a8250200000000000000000000000006000200005000000800030003000000080004000500000008"
        + "00050014000000080006000a000000"),
    .make(
      "set-dest tcp4 nat w1", .setDestination, web, .make("192.168.37.2:80", .masq),
      sends: "a800000019000000000000000000000006010000" + webBytes
        + "4000028014000100c0a8250200000000000000000000000006000200005000000800030000000000080004000100000008"
        + "0005000000000008000600" + "00000000"),
    .make(
      "del-dest tcp4 dsr", .deleteDestination, web,
      .make("192.168.37.2:80", .route, weight: 5, upper: 20, lower: 10),
      sends: "a800000019000000000000000000000007010000" + webBytes
        + "4000028014000100c0a8250200000000000000000000000006000200005000000800030003000000080004000500000008"
        + "00050014000000080006000a000000"),
    .make(
      "new-dest udp6 tun", .newDestination, names, .make("[2015:cafe:37::2]:53", .tunnel),
      sends: "a800000019000000000000000000000005010000" + namesBytes
        + "40000280140001002015cafe0037000000000000000000020600020000350000080003000200000008000400010000000800"
        + "0500000000000800060000000000"),
    // Seesaw lets a negative weight through. Here it has no value to come from but the number itself.
    .make(
      "new-dest weight -1", .newDestination, web, .make("192.168.37.2:80", .route, weight: .max),
      sends: "a800000019000000000000000000000005010000" + webBytes
        + "4000028014000100c0a82502000000000000000000000000060002000050000008000300030000000800" + "0400ffffffff08"
        + "0005000000000008000600" + "00000000"),
    .make(
      "get-dest dump tcp4", .getDestination, web, flags: dump,
      sends: "6800000019000003000000000000000008010000" + webBytes),
    .make("get-info", .getInformation, sends: "140000001900000000000000000000000f010000"),
  ]
}
