// What comes into the IPVS reconciler: changes of what is desired, and the kernel's answers.

import Lines
import Values

// MARK: Desired

extension IPVSReconciler {
  mutating func take(_ change: LineChange, _ effects: inout [Effect]) {
    switch change {
    case .set(let line): take(line, &effects)
    case .deleted(let name):
      guard let key = IPVSObjectKey(name) else { return }
      table.remove(key)
      ledger.clear(key, &effects)
    case .forgotten(let name):
      guard let key = IPVSObjectKey(name) else { return }
      table.forget(key)
      ledger.clear(key, &effects)
    case .unusable(let name, let reason, let line): refuse(name, reason, line, &effects)
    }
  }

  /// The object stays as it was last said, in the kernel too; but what is asked for now is not there.
  private mutating func refuse(_ name: StateKey, _ reason: String, _ line: Line?, _ effects: inout [Effect]) {
    guard let key = IPVSObjectKey(name) else { return }
    let said = line?["vip"]?.string.flatMap { IPAddress($0) }
    ledger.fail(key, Failure(reason: reason, vip: vip(of: key, said: said), isRefusal: true), &effects)
  }

  private mutating func take(_ line: Line, _ effects: inout [Effect]) {
    do throws(LineError) {
      if line.type == "ipvs.service" {
        let service = try IPVSServiceLine(line)
        if let fault = IPVSRules.fault(in: service.service) { throw LineError(fault, key: line.key) }
        ledger.accept(.service(service.service.key))
        table.desire(service)
      } else {
        let destination = try IPVSDestinationLine(line)
        if let fault = IPVSRules.fault(in: destination.destination, of: destination.service) {
          throw LineError(fault, key: line.key)
        }
        ledger.accept(.destination(destination.key))
        table.desire(destination.destination, of: destination.service)
      }
    } catch {
      let name = StateKey(type: line.type, key: line.key ?? "")
      if IPVSObjectKey(name) == nil { effects.append(.complain(reason: error.reason, key: line.key)) }
      refuse(name, error.reason, line, &effects)
    }
  }

  /// The address that must not be held while the object fails. One destination that fails keeps no VIP down: the
  /// others serve it.
  private func vip(of key: IPVSObjectKey, said: IPAddress?) -> IPAddress? {
    guard case .service(let key) = key else { return nil }
    if let said { return said }
    guard case .virtual(_, let endpoint) = key else { return nil }
    return endpoint.address
  }
}

extension IPVSObjectKey {
  init?(_ name: StateKey) {
    if name.type == "ipvs.service", let key = IPVSServiceKey(name.key) {
      self = .service(key)
    } else if name.type == "ipvs.destination", let key = IPVSDestinationKey(name.key) {
      self = .destination(key)
    } else {
      return nil
    }
  }
}

// MARK: Answers

extension IPVSReconciler {
  mutating func take(_ answer: IPVSAnswer, at now: Instant, _ effects: inout [Effect]) {
    switch (phase, answer) {
    case (.reading(var reading), .services(let services)):
      let step = reading.take(services: services)
      follow(step, reading, &effects)
    case (.reading(var reading), .destinations(let destinations)):
      let step = reading.take(destinations: destinations)
      follow(step, reading, &effects)
    case (.applying(let operations), .outcomes(let outcomes)) where outcomes.count == operations.count:
      phase = .ready
      take(zip(operations, outcomes), at: now, &effects)
    case (.unread, _), (.reading, _), (.ready, _), (.applying, _):
      var reason = "an answer does not fit what was asked"
      if case .lost(let said) = answer { reason = said }
      effects.append(.complain(reason: reason, key: nil))
      // What was applied is known by reading; but not over and over, nor at once when reading itself has failed.
      if case .applying = phase, readings < IPVSReconciler.readingsPerCommit {
        readAgain(notBefore: now)
      } else {
        readAgain(notBefore: now + Ledger<IPVSObjectKey>.retryInterval)
      }
    }
  }

  private mutating func follow(_ step: IPVSReading.Step, _ reading: IPVSReading, _ effects: inout [Effect]) {
    phase = .reading(reading)
    switch step {
    case .readServices: effects.append(.request(.readServices))
    case .readDestinations(let keys): effects.append(.request(.readDestinations(keys)))
    case .done(let isSteady):
      if !isSteady {
        effects.append(
          .complain(
            reason: "the table changed during each of \(IPVSReading.passes) readings; going on with the last", key: nil)
        )
      }
      table.hold(reading.picture)
      // At the first reading every key that is desired waits already.
      if isStale { table.retryAll() }
      isStale = false
      readings += 1
      phase = .ready
    }
  }

  private mutating func readAgain(notBefore time: Instant) {
    isStale = true
    phase = .unread(notBefore: time)
  }

  private mutating func take(
    _ results: Zip2Sequence<[IPVSOperation], [KernelOutcome]>, at now: Instant, _ effects: inout [Effect]
  ) {
    var contradicted: [IPVSObjectKey] = []
    for (operation, outcome) in results {
      let key = operation.object.key
      switch IPVSVerdict(operation, outcome) {
      case .done:
        table.done(operation)
        ledger.settle(key, &effects)
      case .contradiction where readings < IPVSReconciler.readingsPerCommit: contradicted.append(key)
      case .contradiction(let errno, let sentence), .failure(let errno, let sentence):
        let said = table.services[key.service]?.desired?.vip
        ledger.fail(key, Failure(reason: sentence, errno: errno, vip: vip(of: key, said: said)), &effects)
      }
    }
    guard !contradicted.isEmpty else { return }
    readAgain(notBefore: now)
  }
}

/// What an outcome means for the picture.
enum IPVSVerdict {
  case done
  /// The kernel does not hold what we thought.
  case contradiction(errno: String, sentence: String)
  case failure(errno: String, sentence: String)

  init(_ operation: IPVSOperation, _ outcome: KernelOutcome) {
    guard case .failed(let errno, let sentence) = outcome else {
      self = .done
      return
    }
    switch (operation.action, operation.object, errno) {
    // ip_vs_genl_set_cmd: ESRCH no such service, ENOENT no such destination, EEXIST either is there.
    case (.remove, _, "ESRCH"), (.remove, _, "ENOENT"): self = .done
    case (.add, .service(let service), "ENOENT"), (.change, .service(let service), "ENOENT"):
      self = .failure(errno: errno, sentence: IPVSVerdict.missingModule(service))
    case (_, _, "ESRCH"), (.add, _, "EEXIST"), (.change, .destination, "ENOENT"):
      self = .contradiction(errno: errno, sentence: "\(operation.action.rawValue): \(sentence)")
    default: self = .failure(errno: errno, sentence: "\(operation.action.rawValue): \(sentence)")
    }
  }

  private static func missingModule(_ service: IPVSService) -> String {
    let engine = service.persistenceEngine.map { " or no persistence engine \"\($0)\" (module ip_vs_pe_\($0))" } ?? ""
    return "the kernel has no scheduler \"\(service.scheduler)\" (module ip_vs_\(service.scheduler))\(engine)"
  }
}
