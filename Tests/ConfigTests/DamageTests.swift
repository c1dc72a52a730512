// Damaged input: cut at every byte, every byte changed, random bytes. Nothing may crash or hang, and a text that is cut
// within a message must never pass for a whole one.

import Config
import ConfigText
import Testing

private let sample = Array(
  """
  seesaw_vip: < fqdn: "vip." ipv4: "192.0.2.1/24" status: PRODUCTION > # comment
  node { fqdn: 'n1' '.' ipv4: "192.0.2.2/24" }
  vlan: < vlan_id: 9 host: < fqdn: "l9." ipv6: "2001:db8::1/64" > >
  dedicated_vip_subnet: ["10.0.0.0/8", "192.0.2.128/25"];
  vserver: < name: "a@b" rp: "\\x41\\n" use_fwm: false
    entry_address: < fqdn: "v." ipv4: "192.0.2.10/24" >
    vserver_entry: < protocol: TCP port: 0x50 server_low_watermark: 0.5f
      healthcheck: < type: DNS method: "A" send: "x." receive: "192.0.2.9" mode: DSR > >
    backend: < host: < fqdn: "b." ipv4: "192.0.2.50/24" status: 2 > weight: 010 >
    healthcheck: < type: RADIUS port: 1812 send: "u:p:s" >, >
  metadata: < last_updated: 1447906527 >

  """.utf8)

private let settingsSample = Array(
  "[cluster]\nname = lab ; x\nnode_ipv4: 192.0.2.2\nvrid = 60\n[interface]\nlb = eth1\n".utf8)

private struct Generator: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state ^ state >> 33) &* 0xff51_afd7_ed55_8ccd
  }
}

/// Everything that ss-config does with bytes, short of writing. Gives whether the text fell apart.
@discardableResult
private func process(_ bytes: [UInt8]) -> Bool {
  let source = SourceText(name: "f", bytes: bytes)
  var reader = TextReader(bytes, source: 0)
  var tree = reader.read(.cluster)
  tree.noteMissing()
  var findings = Findings()
  let settings = Settings(SettingsReader(bytes, source: 0).settings, findings: &findings)
  let reading = Reading(tree, settings: settings, standalone: false)
  let statement = Statement(reading.cluster, findings: &findings)
  for problem in reading.findings.sorted { _ = [source].place(problem.position) }
  #expect(!statement.lines.isEmpty)
  return reader.isMalformed
}

@Suite struct DamageTests {
  @Test func `the whole sample is well formed`() {
    #expect(!process(sample))
  }

  @Test func `a text cut within a message is malformed`() {
    var depth = 0
    for (index, byte) in sample.enumerated() {
      let isMalformed = process(Array(sample[..<index]))
      if depth > 0 { #expect(isMalformed, "cut at byte \(index)") }
      if byte == UInt8(ascii: "<") || byte == UInt8(ascii: "{") { depth += 1 }
      if byte == UInt8(ascii: ">") || byte == UInt8(ascii: "}") { depth -= 1 }
    }
    for index in settingsSample.indices { process(Array(settingsSample[..<index])) }
  }

  @Test(arguments: [0x00, 0x0a, 0x22, 0x3c, 0x5b, 0xff] as [UInt8])
  func `every byte changed does no harm`(to byte: UInt8) {
    for original in [sample, settingsSample] {
      for index in original.indices {
        var bytes = original
        bytes[index] = byte
        process(bytes)
      }
    }
  }

  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func `random bytes and random words do no harm`(seed: UInt64) {
    var generator = Generator(state: seed)
    let words = [
      "vserver", "backend", "host", "<", ">", "{", "}", "[", "]", ":", ",", "\"a\"", "'", "\\", "-", "1", "0x", "1e9",
      "#",
      "\n", "status", "PRODUCTION", "ipv4", "\"192.0.2.1/24\"", "healthcheck", "type", "DNS", "port", " ", "\0", "=",
    ]
    for _ in 0..<25 {
      let count = Int.random(in: 0..<300, using: &generator)
      process((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
      let text = (0..<count).map { _ in words[Int.random(in: 0..<words.count, using: &generator)] }.joined(
        separator: " ")
      process(Array(text.utf8))
    }
  }

  @Test(
    .timeLimit(.minutes(1)), arguments: ["<", "vserver<", "[", "node:[", "\"", "\\", "a:", "vmac:'", "#", "vmac: 'a' "])
  func `a long repetition takes no long time`(piece: String) {
    process(Array(String(repeating: piece, count: 30_000).utf8))
  }
}
