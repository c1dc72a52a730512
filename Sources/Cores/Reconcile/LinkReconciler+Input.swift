// What comes into the link reconciler as lines, and its answers in a recording.

package import Lines
import Values

extension LinkReconciler {
  mutating func take(_ change: LineChange, _ effects: inout [Effect]) {
    switch change {
    case .set(let line): take(line, &effects)
    case .deleted(let name), .forgotten(let name):
      if name.type == "ipvs.failed" { return desired.block(nil, by: name.key) }
      guard let key = LinkObjectKey(name) else { return }
      if case .deleted = change { desired.remove(key) } else { desired.forget(key) }
      ledger.clear(key, &effects)
    case .unusable(let name, let reason, let line): refuse(name, reason, line, &effects)
    }
  }

  /// The object stays as it was last said; but what is asked for now is not there.
  private mutating func refuse(_ name: StateKey, _ reason: String, _ line: Line?, _ effects: inout [Effect]) {
    guard let key = LinkObjectKey(name) else { return }
    let vip = line?["vip"]?.string.flatMap { IPAddress($0) }
    ledger.fail(key, Failure(reason: reason, vip: vip, isRefusal: true), &effects)
  }

  private mutating func take(_ line: Line, _ effects: inout [Effect]) {
    do throws(LineError) {
      switch line.type {
      case "link.interface":
        let interface = try LinkInterface(line)
        ledger.accept(.interface(interface.name))
        desired.desire(interface)
      case "link.address":
        let address = try LinkAddress(line)
        ledger.accept(.address(address.objectKey))
        desired.desire(address)
      default: desired.block(try line.optionalParsed("vip", as: "an address"), by: line.key ?? "")
      }
    } catch {
      let name = StateKey(type: line.type, key: line.key ?? "")
      if LinkObjectKey(name) == nil { effects.append(.complain(reason: error.reason, key: line.key)) }
      refuse(name, error.reason, line, &effects)
    }
  }
}

// MARK: Recording

extension LinkAnswer: Recordable {
  package var recorded: JSON {
    switch self {
    case .picture(let links, let addresses):
      .object([
        JSONMember("links", .array(links.map(\.recorded))), JSONMember("addresses", .array(addresses.map(\.recorded))),
      ])
    case .outcomes(let outcomes): .object([JSONMember("outcomes", .array(outcomes.map(\.recorded)))])
    case .lost(let reason): .object([JSONMember("lost", .string(reason))])
    }
  }

  package init(recorded: JSON) throws(LineError) {
    if let outcomes = recorded["outcomes"]?.array {
      var result: [KernelOutcome] = []
      for outcome in outcomes { result.append(try KernelOutcome(recorded: outcome)) }
      self = .outcomes(result)
    } else if let links = recorded["links"]?.array, let addresses = recorded["addresses"]?.array {
      var (foundLinks, foundAddresses): ([KernelLink], [KernelAddress]) = ([], [])
      for link in links { foundLinks.append(try KernelLink(recorded: link)) }
      for address in addresses { foundAddresses.append(try KernelAddress(recorded: address)) }
      self = .picture(links: foundLinks, addresses: foundAddresses)
    } else if let reason = recorded["lost"]?.string {
      self = .lost(reason: reason)
    } else {
      throw LineError("not a recorded answer: \(recorded.text)")
    }
  }
}

extension KernelLink {
  fileprivate var recorded: JSON {
    var members = [
      JSONMember("index", .int(Int64(index))), JSONMember("name", .string(name)), JSONMember("up", .bool(isUp)),
    ]
    if let kind { members.append(JSONMember("kind", .string(kind))) }
    if let alias { members.append(JSONMember("alias", .string(alias))) }
    return .object(members)
  }

  fileprivate init(recorded: JSON) throws(LineError) {
    guard let index = recorded["index"]?.int.flatMap(Int32.init(exactly:)), let name = recorded["name"]?.string,
      let isUp = recorded["up"]?.bool
    else { throw LineError("not a recorded interface: \(recorded.text)") }
    self.init(
      index: index, name: name, kind: recorded["kind"]?.string, isUp: isUp, alias: recorded["alias"]?.string)
  }
}

extension KernelAddress {
  fileprivate var recorded: JSON {
    let digits = message.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    return .object([
      JSONMember("index", .int(Int64(index))), JSONMember("address", .string(address.description)),
      JSONMember("origin", .int(Int64(origin))), JSONMember("secondary", .bool(isSecondary)),
      JSONMember("message", .string(digits)),
    ])
  }

  fileprivate init(recorded: JSON) throws(LineError) {
    guard let index = recorded["index"]?.int.flatMap(Int32.init(exactly:)),
      let address = recorded["address"]?.string.flatMap({ Prefix($0) }),
      let origin = recorded["origin"]?.int.flatMap(UInt8.init(exactly:)), let secondary = recorded["secondary"]?.bool,
      let digits = recorded["message"]?.string?.utf8.map({ hexValue($0) }), digits.count % 2 == 0
    else { throw LineError("not a recorded address: \(recorded.text)") }
    let message = stride(from: 0, to: digits.count, by: 2).map { (digits[$0] ?? 0) << 4 | (digits[$0 + 1] ?? 0) }
    self.init(index: index, address: address, origin: origin, isSecondary: secondary, message: message)
  }
}
