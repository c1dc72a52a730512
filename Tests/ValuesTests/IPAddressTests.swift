// Addresses and prefixes: canonical text, and text that is refused.

import Testing
import Values

@Suite struct IPAddressTests {
  @Test(arguments: [
    ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
    ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("::", "::"), ("::1", "::1"), ("1::", "1::"),
    ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
    ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
    ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("2001:db8::", "2001:db8::"),
  ])
  func `an address is shown in its canonical form`(text: String, canonical: String) {
    #expect(IPAddress(text)?.description == canonical)
  }

  @Test(arguments: [
    "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.", "1.2.3.4 ", "+1.2.3.4", ":", ":::", "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", "::1.2.3", "1:2:3:4:5:6:7::8", "1.2.3.4::", "fe80::1%eth0",
    "192.0.2.1/24", "10.0.0.300",
  ])
  func `text that is no address is refused`(text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test func `bytes are in network order`() {
    #expect(IPAddress("192.0.2.1")?.bytes == [192, 0, 2, 1])
    #expect(IPAddress(bytes: [0x20, 0x01, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 12))?.description == "2001:db8::")
    #expect(IPAddress(bytes: [1, 2, 3]) == nil)
  }

  @Test func `IPv4 sorts before IPv6 and by number within`() {
    let sorted = ["::1", "10.0.0.10", "10.0.0.9", "::"].compactMap { IPAddress($0) }.sorted()
    #expect(sorted.map(\.description) == ["10.0.0.9", "10.0.0.10", "::", "::1"])
  }
}

@Suite struct PrefixTests {
  @Test func `a prefix keeps its host bits and knows its network`() {
    let prefix = Prefix("192.0.2.77/26")
    #expect(prefix?.description == "192.0.2.77/26")
    #expect(prefix?.network.description == "192.0.2.64/26")
    #expect(Prefix("2001:db8::1/0")?.network.description == "::/0")
    #expect(Prefix("10.1.2.3/0")?.network.description == "0.0.0.0/0")
  }

  @Test func `a network contains its own addresses and no other family's`() throws {
    let network = try #require(Prefix("192.0.2.0/24"))
    #expect(network.contains(.v4(0xc000_02ff)))
    #expect(!network.contains(.v4(0xc000_0300)))
    #expect(!network.contains(.v6(0xc000_02ff)))
  }

  @Test(arguments: ["192.0.2.1", "192.0.2.1/", "192.0.2.1/33", "::/129", "192.0.2.1/-1", "192.0.2.1/024", "/24", "a/8"])
  func `a bad prefix is refused`(text: String) {
    #expect(Prefix(text) == nil)
  }
}
