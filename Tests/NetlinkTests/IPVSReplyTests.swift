// What the kernel answers, whole, cut and changed.

import Netlink
import Testing
import Values

@Suite struct IPVSReplyTests {
  /// The answer in a message of the vectors: what follows the netlink header.
  private func reply(_ message: String, family: AddressFamily = .inet) throws(NetlinkError) -> IPVSReply {
    let payload = Array(bytes(message).dropFirst(16))
    return try IPVSReply(parsing: payload.span, serviceFamily: family)
  }

  private func service(_ message: String) throws -> IPVSHeldService? {
    guard case .service(let held) = try reply(message) else { return nil }
    return held
  }

  private func destination(_ attributes: String, family: AddressFamily = .inet) throws -> IPVSHeldDestination? {
    let body = bytes(attributes)
    let length = UInt8(body.count + 4)
    let payload = [5, 1, 0, 0, length, 0, 2, 0] + body
    guard case .destination(let held) = try IPVSReply(parsing: payload.span, serviceFamily: family) else { return nil }
    return held
  }

  static let recorded =
    "c400000016000200b0b3c8557902000001010000b0000100060001000200000006000200110000001400030001020304"
    + "000000000000000000000000060004003500000007000600727200000c00070002000000ffffffff0800080000000000"
    + "08000900ffffffff5c000a000800010003000000080002000c00000008000300000000000c0004001a04000000000000"
    + "0c0005000000000000000000080006000000000008000700010000000800080000000000080009005400000008000a00"
    + "00000000"

  @Test func `a service is read with its counters`() throws {
    let held = try #require(try service(Self.recorded))
    #expect(held.service == IPVSService.make("udp/1.2.3.4:13568", "rr"))
    #expect(held.statistics.total.connections == 3)
    #expect(held.statistics.total.packetsIn == 12)
    #expect(held.statistics.total.bytesIn == 0x41a)
    #expect(held.statistics.rate.packetsIn == 1)
    #expect(held.statistics.rate.bytesIn == 0x54)
    #expect(held.statistics.total.packetsOut == 0)
    #expect(!held.statistics.is64Bit)
  }

  @Test(arguments: IPVSVector.all.filter { $0.message.command == .newService })
  func `what is sent is read back, with and without the nested flag`(vector: IPVSVector) throws {
    guard case .whole(let sent)? = vector.message.service else { return }
    #expect(try service(vector.bytes)?.service == sent)
    var plain = bytes(vector.bytes)
    #expect(plain[23] == 0x80)
    plain[23] = 0
    #expect(try service(hex(plain))?.service == sent)
  }

  @Test func `information gives version and table size`() throws {
    let answer = try reply("2400000019000000c620c855332800000e01000008000100010201000800020000100000")
    guard case .information(let information) = answer else { return #expect(Bool(false), "\(answer)") }
    #expect(information.version == 0x10201)
    #expect(information.tableSize == 4096)
  }

  @Test func `a string without its NUL is whole`() throws {
    let message = IPVSVector.all[0].bytes.replacing("08000600776c6300", with: "07000600776c6300")
    #expect(try service(message)?.service.scheduler == "wlc")
  }

  @Test(arguments: [("02", "0.0.0.0"), ("0a", "::")])
  func `a service without an address has the unspecified one of its family`(number: String, address: String) throws {
    let held = try service(
      "0000000000000000000000000000000001010000" + "24000100" + "06000100\(number)000000" + "0600020006000000"
        + "0600040000500000" + "060006007272" + "0000")
    guard case .virtual(_, let endpoint)? = held?.service.key else { return #expect(Bool(false)) }
    #expect(endpoint.address.description == address)
  }

  @Test(arguments: ["2001:db8::", "2000::", "fd00::", "2001:db8::1"])
  func `an IPv6 address that ends in zeros stays IPv6`(text: String) throws {
    let address = try #require(IPAddress(text))
    let held = try destination("14000100" + hex(address.bytes) + "0600020000500000", family: .inet6)
    #expect(held?.destination.endpoint.address.description == text)
  }

  @Test func `a destination is read with what it holds`() throws {
    let held = try #require(
      try destination(
        "140001002002000000000000000000000000cafe0600020000350000" + "08000300f3f3f2f1" + "0800040001000000"
          + "08000500d0070000" + "08000600e8030000" + "080007004e61bc00" + "08000800b17f3905" + "08000900d2040000"
          + "06000b000a000000"))
    #expect(held.destination == IPVSDestination.make("[2002::cafe]:53", .route, upper: 2000, lower: 1000))
    #expect(held.connections.active == 12_345_678)
    #expect(held.connections.inactive == 87_654_321)
    #expect(held.connections.persistent == 1234)
  }

  @Test(arguments: [false, true])
  func `the 64-bit counters win in whatever order they come`(wideFirst: Bool) throws {
    let narrow = "0c000a00" + "0800010007000000"
    let wide = "10000c00" + "0c00010001000000" + "01000000"
    let held = try destination(
      "14000100c0a8250200000000000000000000000006000200" + "00500000" + (wideFirst ? wide + narrow : narrow + wide))
    #expect(held?.statistics.total.connections == 0x1_0000_0001)
    #expect(held?.statistics.is64Bit == true)
  }

  @Test func `a mask with holes is kept as a mask`() throws {
    let message = IPVSVector.all[0].bytes.replacing("08000900ffffffff", with: "08000900ff00ff00")
    #expect(try service(message)?.service.granularity == .mask(0xff00_ff00))
    let zero = IPVSVector.all[0].bytes.replacing("08000900ffffffff", with: "0800090000000000")
    #expect(try service(zero)?.service.granularity == .prefix(0))
  }

  @Test func `nothing that is cut or changed is a trap`() {
    let originals = [Self.recorded] + IPVSVector.all.map(\.bytes)
    var refused = 0
    for original in originals {
      let payload = Array(bytes(original).dropFirst(16))
      for length in 0...payload.count {
        do { _ = try IPVSReply(parsing: Array(payload[..<length]).span) } catch { refused += 1 }
      }
      for index in payload.indices {
        for value in [0, 1, 3, 4, 0x7f, 0xff] as [UInt8] {
          var changed = payload
          changed[index] = value
          do { _ = try IPVSReply(parsing: changed.span) } catch { refused += 1 }
        }
      }
    }
    #expect(refused > 1000)
  }
}
