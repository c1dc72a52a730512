// cluster.pb and seesaw.cfg: everything that ss-config does with bytes, short of writing.

import Config
import ConfigText
import Lines

func fuzzConfig(_ bytes: [UInt8]) {
  let source = SourceText(name: "f", bytes: bytes)
  var reader = TextReader(bytes, source: 0)
  var tree = reader.read(.cluster)
  tree.noteMissing()
  var findings = Findings()
  let settings = Settings(SettingsReader(bytes, source: 0).settings, findings: &findings)
  for standalone in [false, true] {
    let reading = Reading(tree, settings: settings, standalone: standalone)
    let statement = Statement(reading.cluster, findings: &findings)
    for problem in reading.findings.sorted { _ = [source].place(problem.position) }
    for line in statement.lines {
      require(Schema.fault(in: line) == nil, "what is said is as the schema wants it")
      require((try? Line(parsing: line.text)) == line, "what is said parses")
    }
  }
}
