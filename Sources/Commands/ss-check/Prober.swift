// Probes on the loop. What was found goes back to the core as an answer; time is the core's business, which says when a
// probe has had enough of it.

import Check
import Loop
import Values

final class Prober {
  private let loop: Loop
  private var attempts: [Scheduler.ProbeID: Attempt] = [:]
  /// Bytes of one read; a conversation takes pieces of any size.
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)
  /// Found while a request was carried out; told in a turn of their own, so that a failure at once, which starts the
  /// next probe, never goes deeper than one call.
  private var found: [CheckFilter.Answer] = []
  /// Ended, and closed when all events of one wait are handled: a descriptor's number is not used again while an event
  /// for the one before may still come.
  private var ended: [Attempt] = []
  private let answer: (CheckFilter.Answer) -> Void

  init(loop: Loop, answer: @escaping (CheckFilter.Answer) -> Void) {
    self.loop = loop
    self.answer = answer
    loop.addTimer(
      deadline: { [unowned self] in found.isEmpty && ended.isEmpty ? nil : .zero },
      fire: { [unowned self] _ in settle() })
  }

  func perform(_ request: CheckFilter.Request) {
    switch request {
    case .start(let probe, let definition): start(probe, definition)
    case .cancel(let probe): _ = end(probe)
    case .expire(let probe):
      guard let attempt = attempts[probe] else { return }
      found.append(CheckFilter.Answer(probe, attempt.expired(buffer: &buffer)))
      _ = end(probe)
    }
  }

  private func start(_ probe: Scheduler.ProbeID, _ definition: Definition) {
    do throws(SystemError) {
      let attempt = try Attempt(definition)
      switch attempt.begin() {
      case .done(let outcome):
        attempt.leave()
        found.append(CheckFilter.Answer(probe, outcome))
      case .wait(let interest):
        try loop.watch(attempt.descriptor, interest) { [unowned self] ready in self.ready(probe, ready) }
        attempts[probe] = attempt
      }
    } catch {
      found.append(CheckFilter.Answer(probe, Outcome(error)))
    }
  }

  private func ready(_ probe: Scheduler.ProbeID, _ ready: Loop.Interest) {
    guard let attempt = attempts[probe] else { return }
    switch attempt.ready(ready, buffer: &buffer) {
    case .wait(let interest): loop.change(attempt.descriptor, to: interest)
    case .done(let outcome):
      _ = end(probe)
      answer(CheckFilter.Answer(probe, outcome))
    }
  }

  private func end(_ probe: Scheduler.ProbeID) -> Attempt? {
    guard let attempt = attempts.removeValue(forKey: probe) else { return nil }
    loop.unwatch(attempt.descriptor)
    attempt.leave()
    ended.append(attempt)
    return attempt
  }

  private func settle() {
    ended.removeAll(keepingCapacity: true)
    let answers = found
    found = []
    for item in answers { answer(item) }
  }
}
