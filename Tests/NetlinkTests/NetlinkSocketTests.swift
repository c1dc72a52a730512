// A socket on this host's own kernel. It asks for what must fail, so that nothing changes.

import Netlink
import Testing
import Values

@Suite struct NetlinkSocketTests {
  /// An interface that does not exist, and who may not ask is told so for each: all fail.
  private func refused(_ count: Int) throws -> [RouteMessage] {
    let prefix = try #require(Prefix("192.0.2.1/32"))
    return Array(repeating: .removeAddress(index: .max, prefix), count: count)
  }

  @Test func `a batch of which every request fails is answered whole, again and again`() throws {
    var connection = try RouteConnection()
    for _ in 0..<3 {
      let answers = try connection.apply(refused(RouteConnection.batch))
      #expect(answers.count == 128)
      #expect(answers.allSatisfy { $0.errno != 0 })
    }
  }

  @Test func `a queue too small for the answers takes more turns and loses none`() throws {
    // Socket(7): what is below 2,304 is taken as that, which a few answers fill.
    var connection = try RouteConnection(queue: 1)
    for count in [128, 1, 3, 127] {
      let answers = try connection.apply(refused(count))
      #expect(answers.count == count)
      #expect(answers.allSatisfy { $0.errno != 0 })
    }
  }
}
