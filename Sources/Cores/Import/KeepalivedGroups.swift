// virtual_server_group: addresses, ranges of addresses and firewall marks that one virtual_server serves. Members of
// one port and family become one address group of the cluster.

internal import Values

extension KeepalivedReader {
  struct AddressGroup {
    struct Member {
      var addresses: AddressRange
      var port: UInt16
      var place: Place
    }

    var place: Place
    var members: [Member] = []
    var marks: [(mark: UInt32, family: AddressFamily?, place: Place)] = []
    /// Names of the parts that are written already.
    var written: Set<String> = []
  }

  /// As cluster.pb has it.
  private static let mostAddresses: UInt128 = 4096

  mutating func readGroup(_ block: Statement) {
    guard let name = block.word(1)?.text, !name.isEmpty else {
      return findings.error(block.place, "virtual_server_group is left out: it has no name")
    }
    noMore(block, than: 2)
    if let earlier = groups[name] {
      let sentence = "virtual_server_group \(name) is given twice; the first is kept"
      return findings.error(block.place, sentence, also: earlier.place)
    }
    var group = AddressGroup(place: block.place)
    for statement in block.block ?? [] {
      if statement.keyword == "fwmark" {
        readMark(statement, into: &group)
      } else if let range = AddressRange(statement.keyword) {
        noMore(statement, than: 2)
        guard let port = port(statement.word(1)) else { continue }
        guard range.count <= Self.mostAddresses else {
          leaveOut(statement, "a range has at most \(Self.mostAddresses) addresses here")
          continue
        }
        group.members.append(AddressGroup.Member(addresses: range, port: port, place: statement.place))
      } else {
        findings.error(
          statement.place, "\(statement.title) is left out of the group: it is neither an address, a range nor a mark")
      }
    }
    groups[name] = group
  }

  /// Names hold neither blanks nor slashes here.
  private static func safe(_ name: String) -> String {
    String(decoding: name.utf8.map { $0 <= 0x20 || $0 == UInt8(ascii: "/") ? UInt8(ascii: "_") : $0 }, as: UTF8.self)
  }

  private mutating func readMark(_ statement: Statement, into group: inout AddressGroup) {
    var family: AddressFamily?
    if let word = statement.word(2) {
      guard let named = AddressFamily(rawValue: word.text) else {
        return findings.error(word.place, "\(statement.title) is left out: \"\(word.text)\" is no family")
      }
      family = named
    }
    noMore(statement, than: 3)
    guard let mark = mark(statement.word(1), of: statement) else { return }
    group.marks.append((mark, family, statement.place))
  }

  mutating func mark(_ word: Word?, of statement: Statement) -> UInt32? {
    if let word, let mark = UInt32(word.text), mark > 0 { return mark }
    findings.error(statement.place, "\(statement.title) is left out: a mark is a number from 1 to \(UInt32.max)")
    return nil
  }

  /// 0 where there is none; nil, and told, if it is wrong.
  mutating func port(_ word: Word?) -> UInt16? {
    guard let word else { return 0 }
    if let port = UInt16(word.text) { return port }
    findings.error(word.place, "\"\(word.text)\" is no port; what it belongs to is left out")
    return nil
  }

  /// The vservers for a group, each like `model`: one for each port, and one for each mark.
  mutating func expand(_ name: String, family: AddressFamily, like model: ImportedVserver) {
    guard var group = groups[name] else { return }
    var ports: [UInt16] = []
    for member in group.members {
      guard member.addresses.first.family == family else {
        let reason = "its real servers are \(family.rawValue)"
        findings.error(
          member.place, "\(member.addresses.text) of group \(name) is left out of \(model.title): \(reason)")
        continue
      }
      if !ports.contains(member.port) { ports.append(member.port) }
    }
    let families = Set(group.members.map(\.addresses.first.family))
    for port in ports {
      var part = Self.safe(name)
      if families.count > 1 { part += ":\(family.rawValue)" }
      if ports.count > 1 { part += ":\(port)" }
      if group.written.insert(part).inserted {
        let members = group.members.filter { $0.port == port && $0.addresses.first.family == family }
        cluster.groups.append(
          ImportedAddressGroup(name: part, addresses: members.map(\.addresses.written), place: group.place))
      }
      var vserver = model
      vserver.target = .group(part)
      vserver.port = port
      vserver.name = "\(vserver.transport?.name ?? "tcp"):\(Self.safe(name)):\(port)"
      complete(&vserver)
    }
    for (mark, given, place) in group.marks {
      if let given, given != family {
        let reason = "its real servers are \(family.rawValue)"
        findings.error(place, "fwmark \(mark) \(given.rawValue) is left out of \(model.title): \(reason)")
        continue
      }
      var vserver = model
      vserver.target = .mark(mark, family)
      vserver.port = 0
      vserver.name = "fwmark:\(mark):\(family.rawValue)"
      complete(&vserver)
    }
    groups[name] = group
  }
}

/// `192.0.2.1`, `192.0.2.1-10`, `192.0.2.250-192.0.3.5`, `192.0.2.8/29`, and the same of IPv6.
struct AddressRange {
  let first: IPAddress
  let last: IPAddress
  let text: String

  init?(_ text: String) {
    self.text = text
    if let address = IPAddress(text) {
      (first, last) = (address, address)
    } else if let prefix = Prefix(text) {
      let host = UInt128.max >> (128 - UInt128(prefix.family.bits - prefix.length))
      first = prefix.network.address
      last = IPAddress(family: prefix.family, number: first.number | host)
    } else {
      let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let start = IPAddress(parts[0]) else { return nil }
      guard let end = IPAddress(parts[1]) ?? Self.end(of: start, parts[1]) else { return nil }
      guard start.family == end.family, start <= end else { return nil }
      (first, last) = (start, end)
    }
  }

  /// The last part alone: of IPv4 the last byte, of IPv6 the last 16 bits.
  private static func end(of start: IPAddress, _ text: Substring) -> IPAddress? {
    let isFourth = start.family == .inet
    guard let part = UInt16(text, radix: isFourth ? 10 : 16), !isFourth || part < 256 else { return nil }
    let mask: UInt128 = isFourth ? 0xff : 0xffff
    return IPAddress(family: start.family, number: start.number & ~mask | UInt128(part))
  }

  var count: UInt128 { last.number - first.number &+ 1 }

  /// As `Vserver.address` has it: with the length of the smallest network that holds the whole range.
  var written: String {
    guard first != last else { return "\(first)/\(first.family.bits)" }
    let length = first.family.bits - (128 - (first.number ^ last.number).leadingZeroBitCount)
    let isFourth = first.family == .inet
    let part: UInt128 = isFourth ? 0xff : 0xffff
    let isShort = first.number & ~part == last.number & ~part
    let end = isShort ? String(last.number & part, radix: isFourth ? 10 : 16) : "\(last)"
    return "\(first)-\(end)/\(length)"
  }
}
