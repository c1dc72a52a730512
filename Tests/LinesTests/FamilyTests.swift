// Lines of the families ipvs and link as typed values: what contradicts itself or what the kernel would take for
// something else is refused.

import Lines
import Testing
import Values

@Suite struct FamilyTests {
  private static func service(_ members: String, key: String = "tcp/192.0.2.1:80") -> String {
    #"{"type":"ipvs.service","key":"\#(key)",\#(members)}"#
  }

  private static let web = #""protocol":"tcp","address":"192.0.2.1","port":80,"#

  @Test(arguments: [
    ("255.255.255.0", IPVSService.Granularity.prefix(24)), ("255.255.255.255", .prefix(32)), ("0.0.0.0", .prefix(0)),
    ("255.0.255.0", .mask(0xff00_ff00)), ("0.0.0.255", .mask(0xff)),
  ])
  func `a persistence mask without holes is the prefix length that the kernel shows`(
    mask: String, granularity: IPVSService.Granularity
  ) throws {
    let text = Self.service(
      Self.web + #""family":"inet","scheduler":"rr","persistence_s":60,"persistence_mask":"\#(mask)""#)
    #expect(try IPVSServiceLine(Line(parsing: text)).service.granularity == granularity)
  }

  @Test(arguments: [
    (service(web + #""family":"inet6","scheduler":"rr""#), "family"),
    (service(web + #""family":"inet","fwmark":7,"scheduler":"rr""#), "fwmark"),
    (service(#""family":"inet","fwmark":7,"port":80,"scheduler":"rr""#, key: "fwmark/7/inet"), "fwmark"),
    (service(#""family":"inet","fwmark":7,"address":"192.0.2.1","scheduler":"rr""#, key: "fwmark/7/inet"), "fwmark"),
    (service(#""family":"inet","fwmark":7,"protocol":"tcp","scheduler":"rr""#, key: "fwmark/7/inet"), "fwmark"),
    (
      service(web + #""family":"inet","scheduler":"rr","persistence_prefix_length":8,"persistence_mask":"255.0.0.0""#),
      "persistence_mask"
    ),
    (service(web + #""family":"inet","scheduler":"rr\u0000x""#), "scheduler"),
    (service(web + #""family":"inet","scheduler":"rr\n""#), "scheduler"),
    (service(web + #""family":"inet","scheduler":"rr","persistence_engine":"sip\u0000""#), "persistence_engine"),
  ])
  func `a service that contradicts itself or hides bytes in a name is refused`(text: String, member: String) throws {
    let line = try Line(parsing: text)
    #expect(Schema.fault(in: line) == nil)
    let error = try #require(throws: LineError.self) { try IPVSServiceLine(line) }
    #expect(error.reason.contains("\"\(member)\""), "\(error.reason)")
  }

  @Test(arguments: ["d%d", "50%", "a\u{e0}", "a b", "a/b", "a:b", "..", "", "sixteen-letters-"])
  func `a name that the kernel refuses or takes for a template is no interface's`(name: String) {
    #expect(InterfaceName.fault(name) != nil)
  }

  @Test(arguments: ["eth0", "eth0.100", "br-1", "\u{e9}th"])
  func `any other is`(name: String) { #expect(InterfaceName.fault(name) == nil) }
}
