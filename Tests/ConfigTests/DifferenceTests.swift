// What differs between two configurations, and what makes no difference.

import Config
import Testing

private let start = "seesaw_vip: < fqdn: 'vip.' ipv4: '192.0.2.1/24' status: PRODUCTION >\n"

private func vserver(_ name: String, _ rest: String) -> String {
  "vserver: < name: '\(name)' rp: 'r' entry_address: < fqdn: 'e.' ipv4: '192.0.2.10/24' > \(rest) >\n"
}
private func backend(_ name: String, _ rest: String = "") -> String {
  "backend: < host: < fqdn: '\(name)' ipv4: '192.0.2.50/24' > \(rest) >"
}

/// `SIGN OBJECT.FIELD BEFORE>AFTER`.
private func differences(_ old: String, _ new: String) -> [String] {
  Difference.between(tree(Array((start + old).utf8)), tree(Array((start + new).utf8))).map { difference in
    let path = difference.object.map { $0.field.rawValue + ($0.key.map { "[\($0)]" } ?? "") }.joined(separator: ".")
    let text = { (field: Field?) -> String in
      switch field?.value {
      case .text(let text): text
      case .integer(let number): "\(number)"
      case .choice(let number): "#\(number)"
      case .truth(let truth): "\(truth)"
      case .message: "<>"
      default: "-"
      }
    }
    return "\(path):\(difference.field) \(text(difference.before))>\(text(difference.after))"
  }
}

@Suite struct DifferenceTests {
  @Test(arguments: [
    ("", ""),
    (
      vserver("a", backend("x") + backend("y")) + vserver("b", ""),
      vserver("b", "") + vserver("a", backend("y") + backend("x"))
    ),
    (
      vserver("a", "vserver_entry: < protocol: TCP port: 80 >"),
      vserver("a", "vserver_entry: < port: 80 protocol: TCP mode: DSR scheduler: WLC persistence: 0 quiescent: false >")
    ),
    (vserver("a", "warning: 'x' warning: 'y'"), vserver("a", "warning: ['y', 'x', 'x']")),
    (
      vserver("a", "healthcheck: < type: HTTP port: 80 send: '/a' > healthcheck: < type: HTTP port: 80 send: '/b' >"),
      vserver("a", "healthcheck: < type: HTTP port: 80 send: '/b' > healthcheck: < type: HTTP port: 80 send: '/a' >")
    ),
    (vserver("a", backend("x", "weight: 7")), "defaults: < backend: < weight: 7 > >\n" + vserver("a", backend("x"))),
  ])
  func `what means the same is no difference`(old: String, new: String) {
    #expect(differences(old, new) == [])
    #expect(differences(new, old) == [])
  }

  @Test(
    arguments: [
      ("bgp_local_asn: 1", "bgp_local_asn: 2", [":bgp_local_asn 1>2"]),
      ("", "lease: 5", [":lease ->5"]),
      (vserver("a", ""), vserver("b", ""), ["vserver[a]:vserver <>>-", "vserver[b]:vserver -><>"]),
      (vserver("a", "role: 'x'"), vserver("a", ""), ["vserver[a]:role x>-"]),
      (
        vserver("a", "vserver_entry: < protocol: TCP port: 80 scheduler: RR >"),
        vserver("a", "vserver_entry: < protocol: TCP port: 80 > vserver_entry: < protocol: UDP port: 80 >"),
        [
          "vserver[a].vserver_entry[80/TCP]:scheduler #1>-", "vserver[a].vserver_entry[80/UDP]:vserver_entry -><>",
        ]
      ),
      (
        vserver("a", backend("x", "weight: 3")), vserver("a", backend("x")),
        ["vserver[a].backend[x]:weight 3>-"]
      ),
      (
        vserver("a", backend("x")), vserver("a", backend("x").replacing("50/24'", with: "51/24' status: DISABLED")),
        [
          "vserver[a].backend[x].host:ipv4 192.0.2.50/24>192.0.2.51/24", "vserver[a].backend[x].host:status ->#6",
        ]
      ),
      (
        vserver("a", "warning: 'x'"), vserver("a", "warning: 'y'"),
        ["vserver[a]:warning x>-", "vserver[a]:warning ->y"]
      ),
      (
        vserver("a", "healthcheck: < type: HTTP port: 80 send: '/a' > healthcheck: < type: HTTP port: 80 send: '/b' >"),
        vserver("a", "healthcheck: < type: HTTP port: 80 send: '/b' > healthcheck: < type: HTTP port: 80 send: '/c' >"),
        ["vserver[a].healthcheck[HTTP/80]:send /a>/c"]
      ),
      (
        "defaults: < backend: < weight: 7 > >\n" + vserver("a", backend("x")), vserver("a", backend("x")),
        ["vserver[a].backend[x]:weight 7>-"]
      ),
      (
        vserver("a", "vserver_entry: < protocol: TCP port: 80 >"),
        vserver("a", "vserver_entry: < protocol: TCP port: 80 sorry_server: < ipv4: '192.0.2.9' > >"),
        ["vserver[a].vserver_entry[80/TCP]:sorry_server -><>"]
      ),
    ] as [(String, String, [String])])
  func `what differs is told by object and field`(old: String, new: String, found: [String]) {
    #expect(differences(old, new) == found)
  }

  @Test func `a password is a secret`() {
    let check = { (word: String) in vserver("a", "healthcheck: < type: RADIUS port: 1812 send: 'u:\(word):s' >") }
    let found = Difference.between(tree(Array((start + check("p")).utf8)), tree(Array((start + check("q")).utf8)))
    #expect(found.map(\.isSecret) == [true])
  }
}
