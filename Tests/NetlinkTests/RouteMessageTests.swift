// Address messages against those of iproute2 6.1 (recorded with strace): ours add only the protocol that marks them.
// What the kernel tells of interfaces and addresses was recorded from Linux 6.1 and 6.18.

import Netlink
import Testing
import Values

@Suite struct RouteMessageTests {
  private func serialized(_ message: RouteMessage) -> String {
    var datagram: [UInt8] = []
    // NLM_F_REQUEST and NLM_F_ACK
    #expect(message.serialize(into: &datagram, flags: 5, sequence: 0x6b07_13fd))
    return hex(datagram)
  }

  @Test func `an address is added as ip does it, with our protocol`() throws {
    let prefix = try #require(Prefix("192.0.2.1/24"))
    #expect(
      serialized(.addAddress(index: 1, prefix, origin: 83))
        == "30000000" + "14000506fd13076b00000000" + "0218000001000000" + "08000200c0000201" + "08000100c0000201"
        + "05000b0053000000")
  }

  @Test func `an IPv6 address is added without duplicate detection, and deprecated`() throws {
    let prefix = try #require(Prefix("2001:db8::1/64"))
    #expect(
      serialized(.addAddress(index: 1, prefix, origin: 83))
        == "5c000000" + "14000506fd13076b00000000" + "0a40020001000000"
        + "1400020020010db8000000000000000000000001" + "1400010020010db8000000000000000000000001"
        + "1400060000000000ffffffff0000000000000000"
        + "05000b0053000000")
  }

  @Test func `an address is removed by address, length and interface, as ip does it`() throws {
    let prefix = try #require(Prefix("192.0.2.1/24"))
    #expect(
      serialized(.removeAddress(index: 1, prefix))
        == "28000000" + "15000500fd13076b00000000" + "0218000001000000" + "08000200c0000201" + "08000100c0000201")
  }

  @Test func `an address is put back with every byte that the kernel told of it`() {
    let message = bytes("0218800001000000" + "08000200c0000201" + "0600030065740000")
    #expect(serialized(.restoreAddress(message: message)).hasSuffix(hex(message)))
  }

  @Test func `an address is read with its protocol, and our own end of a point-to-point one`() throws {
    let plain = bytes(
      "02188000" + "02000000" + "08000100c0000201" + "08000200c0000201" + "0800080080000000" + "05000b0053000000")
    let address = try KernelAddress(parsing: plain.span)
    #expect(address.index == 2)
    #expect(address.address.description == "192.0.2.1/24")
    #expect(address.origin == 83)
    #expect(!address.isSecondary)
    #expect(address.message == plain)
    let peer = bytes("02208100" + "02000000" + "08000100c0000209" + "08000200c0000201" + "0800080081000000")
    #expect(try KernelAddress(parsing: peer.span).address.description == "192.0.2.1/32")
    #expect(try KernelAddress(parsing: peer.span).isSecondary)
  }

  @Test func `an interface is read with its kind and alias`() throws {
    let payload = bytes(
      "00000100" + "07000000" + "c3000100" + "00000000" + "0b00030064756d6d79370000" + "0b0014007365657361770000"
        + "10001200" + "0a00010064756d6d79000000")
    let link = try KernelLink(parsing: payload.span)
    #expect(link == KernelLink(index: 7, name: "dummy7", kind: "dummy", isUp: true, alias: "seesaw"))
  }

  @Test func `nothing that is cut or changed is a trap`() {
    let address = bytes("0a408000" + "02000000" + "1400010020010db8000000000000000000000001" + "05000b0053000000")
    let link = bytes("00000100" + "07000000" + "c3000100" + "00000000" + "0b00030064756d6d79370000" + "10001200")
    var refused = 0
    for original in [address, link] {
      for length in 0...original.count {
        let cut = Array(original[..<length])
        do { _ = try KernelAddress(parsing: cut.span) } catch { refused += 1 }
        do { _ = try KernelLink(parsing: cut.span) } catch { refused += 1 }
      }
      for index in original.indices {
        for value in [0, 1, 3, 4, 0x7f, 0xff] as [UInt8] {
          var changed = original
          changed[index] = value
          do { _ = try KernelAddress(parsing: changed.span) } catch { refused += 1 }
          do { _ = try KernelLink(parsing: changed.span) } catch { refused += 1 }
        }
      }
    }
    #expect(refused > 100)
  }
}
