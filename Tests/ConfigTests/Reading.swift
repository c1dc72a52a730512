// What the tests of the configuration share: reading a text as ss-config does.

import Config
import ConfigText
import Lines
import Testing

func tree(_ bytes: [UInt8]) -> Message {
  var reader = TextReader(bytes, source: 0)
  var tree = reader.read(.cluster)
  tree.noteMissing()
  return tree
}

func read(_ bytes: [UInt8], settings: Settings = Settings()) -> Reading {
  Reading(tree(bytes), settings: settings, standalone: true)
}

func read(_ text: String, settings: Settings = Settings()) -> Reading { read(Array(text.utf8), settings: settings) }

func errors(_ reading: Reading) -> [Problem] { reading.findings.sorted.filter { $0.severity == .error } }
func warnings(_ reading: Reading) -> [Problem] { reading.findings.sorted.filter { $0.severity == .warning } }

/// A healthcheck that stands alone in its file.
func readHealthcheck(_ bytes: [UInt8]) -> Healthcheck? {
  let entry = "vserver: < name: 'v' rp: 'r' entry_address: < fqdn: 'e.' > healthcheck: <\n"
  let reading = read(Array(entry.utf8) + bytes + Array("> >".utf8))
  return reading.cluster.vservers.first?.checks.first
}
