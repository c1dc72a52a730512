// Rounds: the sources are asked in their order until one answers. A source that fails keeps what it gave; those below
// it are asked only where nothing of it, or of one above it, is in use. So an unreachable server never makes a node go
// back to an old file.

internal import Values

extension Keeper {
  mutating func beginRound(_ now: Instant) -> [Effect] {
    if case .trying = phase { return [] }
    if current != nil, !isSaid, sayBy == nil { sayBy = now + Self.patience }
    isReloadAsked = false
    pending = []
    guard let first = order.first else { return endRound(now) }
    phase = .asking(first)
    return [.ask(first)]
  }

  mutating func offered(_ offer: Given, _ now: Instant) -> [Effect] {
    guard case .asking(let origin) = phase, origin == offer.origin else { return [] }
    let recovered = failing.removeValue(forKey: origin) != nil
    let effects = consider(offer, now)
    return effects + (recovered && !effects.contains(.status) ? [.status] : []) + endRound(now)
  }

  mutating func failed(_ origin: Origin, _ fault: Fault, _ now: Instant) -> [Effect] {
    guard case .asking(origin) = phase, let rank = order.firstIndex(of: origin) else { return [] }
    var effects: [Effect] = []
    if failing.updateValue(fault, forKey: origin) != fault {
      effects.append(.tell(Notice(fault)))
      if current != nil, isSaid { effects.append(.status) }
    }
    guard rank + 1 < order.count, !isCovered(rank) else { return effects + endRound(now) }
    phase = .asking(order[rank + 1])
    return effects + [.ask(order[rank + 1])]
  }

  /// Whether what is in use came from this source, from one above it, or from an operator.
  private func isCovered(_ rank: Int) -> Bool {
    guard let origin = current?.offer.origin else { return false }
    return origin == .applied || order.firstIndex(of: origin).map { $0 <= rank } ?? false
  }

  private mutating func endRound(_ now: Instant) -> [Effect] {
    var effects: [Effect] = []
    if current == nil {
      phase = .waiting(until: now + min(Self.hurry, settings.interval))
      if order == [.files] || order.isEmpty { effects.append(.giveUp) }
    } else {
      phase = .waiting(until: now + settings.interval)
      effects += sayLastGood()
    }
    if isReloadAsked { return effects + beginRound(now) }
    if let origin = order.first(where: pending.contains) {
      pending.remove(origin)
      phase = .asking(origin)
      return effects + [.ask(origin)]
    }
    return effects
  }

  mutating func changed(_ origin: Origin) -> [Effect] {
    guard let rank = order.firstIndex(of: origin) else { return [] }
    // What a source below the one in use says is not asked for.
    if let used = current.flatMap({ order.firstIndex(of: $0.offer.origin) }), used < rank { return [] }
    switch phase {
    case .waiting:
      phase = .asking(origin)
      return [.ask(origin)]
    case .asking:
      pending.insert(origin)
      return []
    // Everything is asked once it is decided.
    case .trying: return []
    }
  }

  mutating func reload(_ now: Instant) -> [Effect] {
    switch phase {
    case .waiting: return beginRound(now)
    case .asking, .trying:
      isReloadAsked = true
      return []
    }
  }

  /// What was in use before this process began, where no source has said what is to be.
  mutating func sayLastGood() -> [Effect] {
    sayBy = nil
    guard let current, !isSaid else { return [] }
    isSaid = true
    let sentence =
      "no source has answered: the last good configuration is used, \(current.offer.id) from \(current.offer.origin)"
    return [.tell(.warning(sentence)), .say(current), .status]
  }
}
