// ss-config as it runs: the keeper's events from files, servers, signals, requests and time; its effects carried out,
// what belongs on disk before what is said.

internal import Glibc
package import Loop
internal import Storage
package import Supply
internal import Values

/// A source elsewhere. It answers each question once, and within a time of its own.
package protocol Remote: AnyObject {
  var origin: Origin { get }
  /// Told when the source has something new by itself.
  var changed: () -> Void { get set }
  func ask(_ answer: @escaping (Result<Part, Failing>) -> Void)
}

package struct Failing: Error {
  package let fault: Fault
  package init(_ fault: Fault) { self.fault = fault }
}

package final class Supplier {
  package struct Options {
    package var order: [Origin]
    package var interval: Duration
    package var limit: Guard
    package var once: Bool
    package var state: StateFolder?

    package init(order: [Origin], interval: Duration, limit: Guard, once: Bool, state: StateFolder?) {
      self.order = order
      self.interval = interval
      self.limit = limit
      self.once = once
      self.state = state
    }
  }

  private let loop: Loop
  private let options: Options
  private let epoch = Clock.epoch()
  private let interpret: Edition.Interpreter
  private let files: FileSource
  private let remotes: [any Remote]
  private let speaker = Speaker()
  private var keeper: Keeper<Edition>
  private var events: [Keeper<Edition>.Event] = []
  private var isHandling = false
  /// The last edition of each source, which is not made again for the same texts.
  private var editions: [Origin: (id: String, edition: Edition)] = [:]
  private var quiet = Quiet()
  private var fileWatch: FolderWatch?
  private var requestWatch: FolderWatch?
  /// What could not be watched, and what could not be kept, as it was told last.
  private var unwatched: [SystemError] = []
  private var unkept: SystemError?
  private var answered: Set<String> = []
  /// How the last reading of files failed.
  private var failure = ExitStatus.objectFailed
  private var endsWith: ExitStatus?

  package init(
    _ loop: Loop, _ options: Options, files: FileSource, remotes: [any Remote] = [],
    interpret: @escaping Edition.Interpreter
  ) {
    self.loop = loop
    self.options = options
    self.files = files
    self.remotes = remotes
    self.interpret = interpret
    keeper = Keeper(
      .init(order: options.order, interval: options.interval, limit: options.limit, epoch: epoch))
  }

  // MARK: Running

  package func run() throws(SystemError) -> ExitStatus {
    var kept = Kept<Edition>()
    if let state = options.state {
      guard try state.take() else {
        StandardStreams.complain("ss-config", "another ss-config has \(state.path)")
        return .environment
      }
      let loaded = state.load(interpret)
      kept = loaded.kept
      for fault in loaded.faults { speaker.tell(Notice(fault)) }
      speaker.status = { [unowned self] in Status.line(keeper, epoch) }
    }
    try watch()
    handle(.start(kept))
    takeRequests()
    return loop.run()
  }

  private func watch() throws(SystemError) {
    try loop.onSignals([SIGTERM, SIGINT, SIGHUP]) { [unowned self] signal in
      if signal == SIGHUP { handle(.reload) } else { loop.stop(.success) }
    }
    try loop.watch(1, []) { [unowned self] ready in
      if !ready.isDisjoint(with: [.error, .hangUp]) { loop.stop(.success) } else { write() }
    }
    for remote in remotes {
      let origin = remote.origin
      remote.changed = { [unowned self] in handle(.changed(origin)) }
    }
    loop.addTimer(deadline: { [unowned self] in keeper.deadline }, fire: { [unowned self] _ in handle(.timer) })
    guard !options.once else { return }
    if options.order.contains(.files) {
      fileWatch = try FolderWatch(loop) { [unowned self] change in
        quiet.note(change == .writing ? .writing : .settled, at: loop.now())
      }
      loop.addTimer(deadline: { [unowned self] in quiet.deadline }) { [unowned self] now in
        if quiet.isDue(at: now) { handle(.changed(.files)) }
      }
    }
    if let state = options.state {
      let watch = try FolderWatch(loop) { [unowned self] _ in takeRequests() }
      requestWatch = watch
      if let failure = watch.watch([state.requests]).first { throw failure }
    }
  }

  private func write() {
    switch speaker.write() {
    case .drained:
      loop.change(1, to: [])
      if let endsWith { loop.stop(endsWith) }
    case .blocked: loop.change(1, to: .write)
    case .gone: loop.stop(.success)
    case .failed(let error):
      StandardStreams.complain("ss-config", "\(error)")
      loop.stop(.environment)
    }
  }

  // MARK: The keeper

  /// Sources may answer while effects are carried out: events wait for their turn.
  private func handle(_ event: Keeper<Edition>.Event) {
    events.append(event)
    guard !isHandling else { return }
    isHandling = true
    while !events.isEmpty {
      for effect in keeper.handle(events.removeFirst(), at: loop.now()) { perform(effect) }
    }
    isHandling = false
    // Sources elsewhere would be asked again, which who asks once does not wait for.
    if options.once, keeper.current == nil, !keeper.isAsking, endsWith == nil { endsWith = .environment }
    write()
  }

  private func perform(_ effect: Keeper<Edition>.Effect) {
    if let state = options.state { keep(state.steps(for: effect, at: epoch + loop.now().nanoseconds)) }
    switch effect {
    case .ask(.files): askFiles()
    case .ask(let origin): ask(origin)
    case .say(let current):
      speaker.say(current.offer.body)
      if options.once { endsWith = current.offer.body.lacksObjects ? .objectFailed : .success }
    case .tell(let notice): speaker.tell(notice)
    case .status: speaker.sayStatus()
    case .giveUp: endsWith = failure
    case .archive, .keep, .hold, .release, .beginTrial, .endTrial, .keepOrder, .done: break
    }
  }

  /// What cannot be kept is told, and used all the same.
  private func keep(_ steps: [DiskStep]) {
    guard !steps.isEmpty else { return }
    do throws(SystemError) {
      for step in steps { try step.run() }
      unkept = nil
    } catch {
      guard unkept != error else { return }
      unkept = error
      speaker.tell(Notice(Fault("not kept on disk: \(error)")))
    }
  }

  // MARK: Sources

  private func askFiles() {
    do throws(FileSource.Failure) {
      let parts = try files.read()
      watchFolders(tells: true)
      take(parts, from: .files)
    } catch {
      watchFolders(tells: false)
      failure = error.isEnvironment ? .environment : .objectFailed
      handle(.failed(.files, error.fault))
    }
  }

  /// What is watched includes what the last reading looked for in vain.
  private func watchFolders(tells: Bool) {
    guard let fileWatch else { return }
    let failures = fileWatch.watch(files.folders)
    if tells, failures != unwatched, let first = failures.first {
      speaker.tell(
        Notice(Fault("changes are seen every \(options.interval.milliseconds) ms only: \(first)"), isWarning: true))
    }
    unwatched = failures
  }

  private func ask(_ origin: Origin) {
    guard let remote = remotes.first(where: { $0.origin == origin }) else {
      handle(.failed(origin, Fault("\(origin) is no source here")))
      return
    }
    remote.ask { [unowned self] result in
      switch result {
      case .failure(let failing): handle(.failed(origin, failing.fault))
      case .success(let part):
        do throws(FileSource.Failure) {
          take(try files.settings() + [part], from: origin)
        } catch {
          handle(.failed(origin, error.fault))
        }
      }
    }
  }

  private func take(_ parts: [Part], from origin: Origin) {
    let id = parts.id
    let isKnown = editions[origin]?.id == id
    let edition = editions[origin].flatMap { $0.id == id ? $0.edition : nil } ?? interpret(parts)
    editions[origin] = (id, edition)
    if let obstacle = edition.obstacle {
      failure = .objectFailed
      if !isKnown { speaker.tell(edition) }
      handle(.failed(origin, obstacle))
    } else {
      handle(.offered(edition.offer(origin)))
    }
  }

  // MARK: Requests

  private func takeRequests() {
    guard let state = options.state, !options.once else { return }
    let requests: [(name: String, asked: Asked?)]
    do throws(SystemError) {
      requests = try state.asked()
    } catch {
      return speaker.tell(Notice(Fault("requests cannot be read: \(error)")))
    }
    for (name, asked) in requests where answered.insert(name).inserted {
      switch asked {
      case .confirm(let id): handle(.request(.confirm(id), name: name))
      case .choose(let order): handle(.request(.choose(order), name: name))
      case .apply(let parts, let within): apply(parts, within, name, state)
      case nil: refuse(name, Fault("the request \(name) cannot be read"), state)
      }
    }
    answered.formIntersection(requests.map(\.name))
    write()
  }

  /// Settings are this node's own: without any among the parts, those in use hold.
  private func apply(_ parts: [Part], _ within: Duration?, _ name: String, _ state: StateFolder) {
    let own = parts.contains(where: files.isSettings) ? [] : keeper.current?.offer.body.parts.filter(files.isSettings)
    let edition = interpret((own ?? []) + parts)
    if let obstacle = edition.obstacle {
      speaker.tell(edition)
      return refuse(name, obstacle, state)
    }
    handle(.request(.apply(edition.offer(.applied), within: within), name: name))
  }

  private func refuse(_ name: String, _ fault: Fault, _ state: StateFolder) {
    speaker.tell(Notice(fault))
    keep(state.steps(for: .done(name), at: 0))
  }
}
