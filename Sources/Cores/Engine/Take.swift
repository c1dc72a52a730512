// Compares what should be said of a vserver with what was said, and takes it as said. Lines are made only for what
// differs.

import Lines
import Values

extension VserverModel {
  /// - Parameter failing: VIPs of which something stands as failed.
  mutating func takeChanges(
    owner: Int, failing: [IPAddress: [String: String]], _ book: inout Book, into changes: inout Changes
  ) {
    var gone = [[StateKey]](repeating: [], count: services.count)
    for index in services.indices { services[index].takeChanges(into: &changes, gone: &gone[index]) }
    var isBehind = [Bool](repeating: false, count: services.count)
    let former = leftOver
    leftOver = LeftOver()
    for vip in former.vips { vip.giveUp(owner: Claimant(vserver: owner, vip: vip.vip.address), &book) }
    for index in vips.indices {
      let wanted = wantsAddress(vips[index])
      let isLeaving = vips[index].take(
        wantsAddress: wanted, wantsRoute: wanted == .up && vips[index].health == .up,
        isFailing: failing[vips[index].vip.address] != nil,
        owner: Claimant(vserver: owner, vip: vips[index].vip.address), &book)
      if isLeaving { for service in vips[index].services { isBehind[service] = true } }
    }
    for index in services.indices { changes.take(away: gone[index], behindAddress: isBehind[index]) }
    changes.take(away: former.strays, behindAddress: false)
    changes.take(
      away: former.destinations + former.services,
      behindAddress: former.vips.contains { $0.isHeld && !$0.heldObjects.isEmpty })
  }

  /// A unicast or dedicated VIP is held while its vserver is enabled, whatever its health: refusal at once, not
  /// silence. It waits for the first of its services to be known, so that it is not up before what it serves.
  private func wantsAddress(_ vip: VIPModel) -> Health {
    if vip.vip.kind == .anycast { return vip.health }
    return vip.services.isEmpty || vip.services.contains { services[$0].health != .unknown } ? .up : .unknown
  }
}

extension VIPModel {
  /// - Returns: whether the address goes, so that what stands behind it follows later.
  fileprivate mutating func take(
    wantsAddress: Health, wantsRoute: Bool, isFailing: Bool, owner: Claimant, _ book: inout Book
  ) -> Bool {
    if isFresh || !isWarm {
      for line in warmObjects { book.claim(line, owner: owner) }
      // Of an anycast VIP nobody says anything while one of those who serve it is against it.
      if vip.kind == .anycast {
        for line in shared { book.need(line, owner: owner, true) }
      }
      isWarm = true
    }
    var isLeaving = false
    // What is held stays while something of it fails; what is not held does not come.
    if isHeld ? isFresh && wantsAddress != .down : wantsAddress == .up && !isFailing {
      for line in heldObjects { book.claim(line, owner: owner) }
      isHeld = true
    } else if isHeld, wantsAddress == .down {
      for line in heldObjects { book.release(line, owner: owner) }
      isHeld = false
      isLeaving = true
    }
    if let route {
      if wantsRoute, isHeld, !isFailing {
        if isFresh || !isAnnounced { book.claim(route, owner: owner) }
        isAnnounced = true
      } else if isAnnounced, wantsAddress != .unknown || isFailing {
        book.release(route, owner: owner)
        isAnnounced = false
      }
    }
    isFresh = false
    return isLeaving
  }

  /// What all that serve the VIP must agree on.
  private var shared: [StepLine] {
    heldObjects.filter { $0.line.type == "link.address" } + (route.map { [$0] } ?? [])
  }

  /// The vserver has it no longer, or not so.
  fileprivate func giveUp(owner: Claimant, _ book: inout Book) {
    if isAnnounced, let route { book.release(route, owner: owner) }
    if isHeld { for line in heldObjects { book.release(line, owner: owner) } }
    if isWarm { for line in warmObjects { book.release(line, owner: owner) } }
    if vip.kind == .anycast {
      for line in shared { book.need(line, owner: owner, false) }
    }
  }
}

extension ServiceModel {
  /// The key, if the service is down and an earlier run may have left it.
  mutating func takeLeft() -> StateKey? {
    guard mayBeLeft, !isTaken, form == .absent else { return nil }
    mayBeLeft = false
    return key
  }

  /// A service is in the kernel while its VIP is active and it is up, or it stays in any case; a destination while its
  /// service is and it is up.
  fileprivate mutating func takeChanges(into changes: inout Changes, gone: inout [StateKey]) {
    guard isDirty || !dirty.isEmpty else { return }
    let indices = isDirty ? Array(destinations.indices) : dirty
    isDirty = false
    dirty = []
    guard form != .absent else {
      for index in destinations.indices where destinations[index].said != nil {
        destinations[index].said = nil
        gone.append(destinations[index].key)
      }
      if let sorry = saidSorry { gone.append(StateKey(type: "ipvs.destination", key: sorry.key.description)) }
      if said != nil { gone.append(key) }
      (said, saidSorry) = (nil, nil)
      return
    }
    // What is unknown is neither said nor deleted; if it was said, it follows the configuration.
    if form != .unknown || said != nil, said != line {
      said = line
      mayBeLeft = false
      changes.say(line.line, in: .service)
    }
    takeSorry(into: &changes, gone: &gone)
    for index in indices {
      let weight = form == .sorry ? givenWayWeight : destinations[index].weight(isPanicking: isPanicking)
      destinations[index].take(weight, isServiceUp: form != .unknown, into: &changes, gone: &gone)
    }
  }

  /// What a backend keeps while the sorry server has taken its place.
  private var givenWayWeight: UInt32? { rules.failureAction == .zeroWeight ? 0 : nil }

  private mutating func takeSorry(into changes: inout Changes, gone: inout [StateKey]) {
    guard form != .unknown else { return }
    var wanted = sorry
    if form == .present {
      wanted?.destination.weight = 0
      if !rules.sorryStays { wanted = nil }
    }
    guard wanted != saidSorry else { return }
    if let wanted {
      changes.say(wanted.line, in: .service)
    } else if let old = saidSorry {
      gone.append(StateKey(type: "ipvs.destination", key: old.key.description))
    }
    saidSorry = wanted
  }
}

extension DestinationModel {
  fileprivate mutating func take(
    _ weight: UInt32?, isServiceUp: Bool, into changes: inout Changes, gone: inout [StateKey]
  ) {
    guard let weight else {
      guard said != nil else { return }
      said = nil
      return gone.append(key)
    }
    var wanted = line
    wanted.destination.weight = weight
    guard said != wanted, said != nil || (health != .unknown && isServiceUp) else { return }
    said = wanted
    changes.say(wanted.line, in: .service)
  }
}
