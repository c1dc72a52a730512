// Messages to the kernel, byte for byte.

import Netlink
import Testing
import Values

@Suite struct IPVSMessageTests {
  private func serialized(_ message: IPVSMessage, flags: Int32 = 0) -> String {
    var datagram: [UInt8] = []
    #expect(message.serialize(into: &datagram, family: 25, flags: flags))
    return hex(datagram)
  }

  @Test(arguments: IPVSVector.all)
  func `a message has the bytes that Seesaw sends`(vector: IPVSVector) {
    #expect(serialized(vector.message, flags: vector.flags) == vector.bytes, "\(vector.name)")
  }

  @Test(.enabled(if: text(ofFile: shared + "/seesaw/vectors/ipvs_netlink.jsonl") != nil, "no ../shared here"))
  func `every recorded message is among the vectors`() {
    let recorded = (text(ofFile: shared + "/seesaw/vectors/ipvs_netlink.jsonl") ?? "").split(separator: "\n")
      .compactMap { line in member("name", of: line).flatMap { name in member("bytes", of: line).map { (name, $0) } } }
    #expect(recorded.count == 17)
    // Nothing here ever flushes: services of others are never removed.
    for (name, bytes) in recorded where name != "flush" {
      #expect(IPVSVector.all.first { $0.name == name }?.bytes == bytes, "\(name)")
    }
  }

  @Test func `a key is enough to delete, and the kernel reads no more`() throws {
    let key = try #require(IPVSServiceKey("tcp/192.168.36.1:80"))
    #expect(
      serialized(IPVSMessage(.deleteService, service: .key(key)))
        == "440000001900000000000000000000000301000030000180" + "0600010002000000" + "0600020006000000"
        + "14000300c0a82401000000000000000000000000" + "0600040000500000")
  }

  @Test func `a destination of another family than its service says its own`() throws {
    let key = try #require(IPVSServiceKey("tcp/[2001:db8::100]:80"))
    let destination = try #require(IPVSDestination.make("198.51.100.1:80", .tunnel))
    let bytes = serialized(IPVSMessage(.newDestination, service: .key(key), destination: .whole(destination)))
    // The service: AF_INET6 and its own address. The destination: AF_INET in attribute 11.
    #expect(bytes.contains("060001000a000000" + "0600020006000000" + "1400030020010db8"))
    #expect(bytes.hasSuffix("06000b0002000000"))
  }

  @Test func `a tunnel says its type, port and checksum`() throws {
    let key = try #require(IPVSServiceKey("tcp/192.0.2.1:80"))
    var destination = try #require(IPVSDestination.make("198.51.100.1:80", .tunnel))
    destination.tunnel = .gue(port: 6080, [.csum])
    #expect(
      serialized(IPVSMessage(.setDestination, service: .key(key), destination: .whole(destination)))
        .hasSuffix("05000d0001000000" + "06000e0017c00000" + "06000f0001000000"))
    destination.tunnel = .gre([.csum, .remcsum])
    #expect(
      serialized(IPVSMessage(.setDestination, service: .key(key), destination: .whole(destination)))
        .hasSuffix("05000d0002000000" + "06000f0003000000"))
  }

  @Test(arguments: [
    (IPVSService.Granularity.prefix(0), "0800090000000000"), (.prefix(24), "08000900ffffff00"),
    (.prefix(32), "08000900ffffffff"), (.mask(0xff00_ff00), "08000900ff00ff00"),
  ])
  func `a persistence mask is sent as it is, zero included`(granularity: IPVSService.Granularity, end: String) throws {
    var service = try #require(IPVSService.make("tcp/192.0.2.1:80", "rr", [.persistent], timeout: 60))
    service.granularity = granularity
    #expect(serialized(IPVSMessage(.newService, service: .whole(service))).hasSuffix(end))
  }

  @Test func `a persistence engine is named last`() throws {
    var service = try #require(IPVSService.make("udp/192.0.2.1:5060", "rr", [.persistent], timeout: 60))
    service.persistenceEngine = "sip"
    #expect(serialized(IPVSMessage(.newService, service: .whole(service))).hasSuffix("08000b0073697000"))
  }

  @Test func `the flag that is the kernel's own is never sent`() throws {
    let service = try #require(IPVSService.make("tcp/192.0.2.1:80", "rr", [.hashed, .onePacket]))
    #expect(serialized(IPVSMessage(.newService, service: .whole(service))).contains("0c00070004000000ffffffff"))
  }
}
