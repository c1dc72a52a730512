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
    switch answer {
    case .services(let services):
      guard let reading = takeReading() else { return distrust(IPVSReconciler.misfit, at: now, &effects) }
      follow(reading, &effects) { $0.take(services: services) }
    case .destinations(let destinations):
      guard let reading = takeReading() else { return distrust(IPVSReconciler.misfit, at: now, &effects) }
      follow(reading, &effects) { $0.take(destinations: destinations) }
    case .outcomes(let outcomes):
      guard case .applying(let operations) = phase, operations.count == outcomes.count else {
        return distrust(IPVSReconciler.misfit, at: now, &effects)
      }
      phase = .ready
      take(zip(operations, outcomes), at: now, &effects)
    case .lost(let reason): distrust(reason, at: now, &effects)
    }
  }

  private static let misfit = "an answer does not fit what was asked"

  /// The picture is not known to be right any more. What was applied is known by reading; but not over and over, nor at
  /// once when reading itself has failed.
  private mutating func distrust(_ reason: String, at now: Instant, _ effects: inout [Effect]) {
    effects.append(.complain(reason: reason, key: nil))
    var isFirst = false
    if case .applying(let operations) = phase {
      for operation in operations { table.retry(operation.object.key) }
      isFirst = readings < IPVSReconciler.readingsPerCommit
    }
    readAgain(notBefore: isFirst ? now : now + Ledger<IPVSObjectKey>.retryInterval)
  }

  /// Takes the reading out of the phase: what is held once is changed without being copied.
  private mutating func takeReading() -> IPVSReading? {
    guard case .reading(let reading) = phase else { return nil }
    phase = .ready
    return reading
  }

  private mutating func follow(
    _ taken: consuming IPVSReading, _ effects: inout [Effect], _ step: (inout IPVSReading) -> IPVSReading.Step
  ) {
    var reading = taken
    switch step(&reading) {
    case .readServices:
      effects.append(.request(.readServices))
      phase = .reading(reading)
    case .readDestinations(let keys):
      effects.append(.request(.readDestinations(keys)))
      phase = .reading(reading)
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
