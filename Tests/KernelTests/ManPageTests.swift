// The examples of pages whose commands want IPVS, interfaces or root: run one after the other in a namespace of their
// own.

import Support
import Testing

@Suite(.needsNamespaces, .needsIPVS) struct ManPageTests {
  @Test(
    .enabled(if: Places.installed("jq") != nil, "needs jq: make deps-test"),
    arguments: ManPage.all.map(\.name).filter { ManPage.ofKernel.contains($0) })
  func `every example of a man page prints something`(name: String) throws {
    let page = try #require(ManPage.all.first { $0.name == name })
    let folder = try Example.folder()
    let namespace = try Namespace("man")
    for text in page.examples {
      let example = try Example(text, in: folder, of: namespace)
      #expect(example.fault == nil)
    }
  }
}
