// Keys of services and destinations as text.

import Testing
import Values

@Suite struct IPVSKeyTests {
  @Test(arguments: [
    "tcp/192.0.2.1:80", "udp/[2001:db8::1]:53", "sctp/0.0.0.0:0", "fwmark/256/inet", "fwmark/4294967295/inet6",
  ])
  func `a key of a service reads back as it is written`(text: String) {
    #expect(IPVSServiceKey(text)?.description == text)
    #expect(IPVSDestinationKey(text + "/198.51.100.1:8080")?.description == text + "/198.51.100.1:8080")
    #expect(IPVSDestinationKey(text + "/[2001:db8::]:0")?.description == text + "/[2001:db8::]:0")
  }

  @Test(arguments: [
    "", "/", "tcp", "tcp/", "tcp/192.0.2.1", "tcp/192.0.2.1:", "tcp/192.0.2.1:65536", "tcp/192.0.2.1:080",
    "tcp/192.0.2.1:+80", "tcp/2001:db8::1:53", "tcp/[192.0.2.1]:80", "tcp/[2001:db8::1:53", "TCP/192.0.2.1:80",
    "icmp/192.0.2.1:80", "fwmark/0/inet", "fwmark/256", "fwmark/256/inet4", "fwmark/4294967296/inet",
    "fwmark/0256/inet", "tcp/192.0.2.1:80/198.51.100.1:80",
  ])
  func `text that is no key of a service is refused`(text: String) {
    #expect(IPVSServiceKey(text) == nil)
  }

  @Test(arguments: [
    "", "/", "tcp/192.0.2.1:80", "tcp/192.0.2.1:80/", "tcp/192.0.2.1:80/198.51.100.1", "x/198.51.100.1:80",
  ])
  func `text that is no key of a destination is refused`(text: String) {
    #expect(IPVSDestinationKey(text) == nil)
  }

  @Test func `services sort by address, port and protocol, and marks come last`() {
    let texts = ["udp/192.0.2.1:53", "fwmark/1/inet", "tcp/192.0.2.1:53", "tcp/[::1]:1", "tcp/192.0.2.1:9"]
    #expect(
      texts.compactMap { IPVSServiceKey($0) }.sorted().map(\.description) == [
        "tcp/192.0.2.1:9", "tcp/192.0.2.1:53", "udp/192.0.2.1:53", "tcp/[::1]:1", "fwmark/1/inet",
      ])
  }
}
