// The reader of cluster.pb's text form.

import Config
import ConfigText
import Testing

@Suite struct TextReaderTests {
  @Test func `x`() {}
}
