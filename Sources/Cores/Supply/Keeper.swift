// Decides which configuration is in use: which source is asked when, what is accepted, what is held back until an
// operator confirms it, and what is on trial. It reads, writes and compares no text: readings come as offers, and what
// should be on disk, be said or be asked leaves as effects. An effect may be cut off by a kill anywhere in the list;
// what is on disk then, given to `start`, leads to the same end.

package import Values

package struct Keeper<Body: Hashable & Sendable>: Machine, Sendable {
  package typealias Given = Offer<Body>

  package struct Settings: Sendable {
    /// The sources that there are, the first above the others.
    package var order: [Origin]
    package var interval: Duration
    package var limit: Guard
    /// Nanoseconds since 1970 at instant zero.
    package var epoch: Int64

    package init(order: [Origin], interval: Duration = .seconds(60), limit: Guard = Guard(), epoch: Int64 = 0) {
      self.order = order
      self.interval = interval
      self.limit = limit
      self.epoch = epoch
    }
  }

  package enum Event: Sendable {
    /// What was kept on disk. Comes first.
    case start(Kept<Body>)
    /// The answers to `ask`.
    case offered(Given)
    case failed(Origin, Fault)
    /// A source says that it has something new.
    case changed(Origin)
    /// Everything is to be asked again, now.
    case reload
    case request(Request<Body>, name: String)
    case timer
  }

  package enum Effect: Hashable, Sendable {
    /// Answered by exactly one `offered` or `failed`.
    case ask(Origin)
    /// Say it as a complete set.
    case say(Current<Body>)
    /// Put what is on disk as the generation in use into the archive, before it is replaced.
    case archive
    case keep(Current<Body>)
    case hold(Held<Body>)
    case release
    case beginTrial(Trial<Body>)
    case endTrial
    case keepOrder([Origin])
    /// The request has been dealt with.
    case done(String)
    case tell(Notice)
    /// What `status` says has changed.
    case status
    /// Nothing is in use, and no source is left that could bring something by itself.
    case giveUp
  }

  enum Phase: Sendable {
    case waiting(until: Instant)
    case asking(Origin)
    /// Sources are not asked until it is decided.
    case trying(until: Instant)
  }

  /// How long the sources have after a start before the last good generation is used meanwhile. From the operator's
  /// point of view: a rebooted node that serves at once, against a generation that is replaced at once.
  static var patience: Duration { .seconds(2) }
  /// From one round to the next while nothing is in use.
  static var hurry: Duration { .seconds(5) }

  let settings: Settings
  package internal(set) var order: [Origin]
  package internal(set) var current: Current<Body>?
  package internal(set) var held: Held<Body>?
  package internal(set) var trial: Trial<Body>?
  var phase = Phase.waiting(until: .distantFuture)
  /// The generation in use has been said.
  var isSaid = false
  /// When the last good generation is said, if nothing has answered.
  var sayBy: Instant?
  /// What each source gave last, whether it was taken or not.
  var seen: [Origin: String] = [:]
  /// What was told last of each source that fails.
  package internal(set) var failing: [Origin: Fault] = [:]
  /// The stale offer that was told.
  var toldStale: String?
  /// To be asked once this round is over.
  var pending: Set<Origin> = []
  var isReloadAsked = false

  package init(_ settings: Settings) {
    self.settings = settings
    order = settings.order
  }

  /// Whether a source has still to answer.
  package var isAsking: Bool {
    if case .asking = phase { true } else { false }
  }

  package var deadline: Instant? {
    switch phase {
    case .trying(let until): until
    case .waiting(let until): min(until, sayBy ?? until)
    case .asking: sayBy
    }
  }

  package mutating func handle(_ event: Event, at now: Instant) -> [Effect] {
    switch event {
    case .start(let kept): start(kept, now)
    case .offered(let offer): offered(offer, now)
    case .failed(let origin, let fault): failed(origin, fault, now)
    case .changed(let origin): changed(origin)
    case .reload: reload(now)
    case .request(let request, let name): answer(request, now) + [.done(name)]
    case .timer: timer(now)
    }
  }

  func time(_ now: Instant) -> Int64 { settings.epoch.addingReportingOverflow(now.nanoseconds).partialValue }

  // MARK: Beginning

  private mutating func start(_ kept: Kept<Body>, _ now: Instant) -> [Effect] {
    var effects: [Effect] = []
    current = kept.current
    if let order = kept.order { setOrder(order) }
    // A generation that is held and in use, or one on trial that was never used or is gone already: the process ended
    // between two effects.
    if let held = kept.held {
      if held.offer.id == current?.offer.id { effects.append(.release) } else { self.held = held }
    }
    if let trial = kept.trial {
      guard let current, current.offer.id != trial.previous.offer.id else {
        effects.append(.endTrial)
        return effects + beginRound(now)
      }
      self.trial = trial
      let left = min(.nanoseconds(trial.until.subtractingReportingOverflow(time(now)).partialValue), trial.within)
      phase = .trying(until: now + max(.zero, left))
      isSaid = true
      return effects + [.say(current), .status]
    }
    return effects + beginRound(now)
  }

  /// Puts these sources first; those that are not named follow as before.
  mutating func setOrder(_ chosen: [Origin]) {
    var order: [Origin] = []
    for origin in chosen + settings.order where settings.order.contains(origin) && !order.contains(origin) {
      order.append(origin)
    }
    self.order = order
  }

  private mutating func timer(_ now: Instant) -> [Effect] {
    var effects: [Effect] = []
    if let time = sayBy, time <= now { effects += sayLastGood() }
    switch phase {
    case .trying(let until) where until <= now: effects += rollBack(now)
    case .waiting(let until) where until <= now: effects += beginRound(now)
    case .trying, .waiting, .asking: break
    }
    return effects
  }
}
