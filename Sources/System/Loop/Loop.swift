// The one driver of everything that waits: descriptors by epoll, one timer by timerfd on the clock that counts suspend,
// signals by signalfd. Single-threaded; handlers run one after another and must not block.

internal import CLinux
internal import Glibc
package import Values

package final class Loop {
  package struct Interest: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    package static let read = Interest(rawValue: EPOLLIN.rawValue)
    package static let write = Interest(rawValue: EPOLLOUT.rawValue)
    /// Errors and hang-ups are told whether asked for or not.
    package static let error = Interest(rawValue: EPOLLERR.rawValue)
    package static let hangUp = Interest(rawValue: EPOLLHUP.rawValue)
  }

  private struct Watch {
    /// Nil while nothing of it is to be told.
    var interest: Interest?
    /// epoll refuses regular files and /dev/null: they are always ready.
    var isAlwaysReady: Bool
    /// Tells it from an earlier watch of the same number, of which events may still be in hand.
    var tag: UInt32
    var handler: (Interest) -> Void
  }

  private struct Timer {
    var deadline: () -> Instant?
    var fire: (Instant) -> Void
  }

  private let poller: Int32
  private let timer: Int32
  private var armed: Instant?
  private var watches: [Watch?] = []
  private var lastTag: UInt32 = 0
  private var alwaysReady: Set<Int32> = []
  private var timers: [Timer] = []
  private var exitStatus: ExitStatus?

  package init() throws(SystemError) {
    poller = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard poller >= 0 else { throw .last("epoll_create1") }
    timer = timerfd_create(CLOCK_BOOTTIME, Int32(TFD_CLOEXEC | TFD_NONBLOCK))
    guard timer >= 0 else { throw .last("timerfd_create") }
    try watch(timer, .read) { [unowned self] _ in
      var count: UInt64 = 0
      _ = unsafe Glibc.read(timer, &count, 8)
      armed = nil
    }
  }

  deinit {
    close(timer)
    close(poller)
  }

  package func now() -> Instant { Clock.now() }

  // MARK: Descriptors

  /// Calls the handler whenever the descriptor is ready for what it is watched for, or has an error.
  package func watch(
    _ descriptor: Int32, _ interest: Interest, _ handler: @escaping (Interest) -> Void
  ) throws(SystemError) {
    var isAlwaysReady = false
    lastTag &+= 1
    if clinux_epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, lastTag, interest.rawValue) < 0 {
      guard errno == EPERM else { throw .last("epoll_ctl", "descriptor \(descriptor)") }
      isAlwaysReady = true
      alwaysReady.insert(descriptor)
    }
    while watches.count <= Int(descriptor) { watches.append(nil) }
    watches[Int(descriptor)] = Watch(interest: interest, isAlwaysReady: isAlwaysReady, tag: lastTag, handler: handler)
  }

  /// Changes what a watched descriptor is watched for; with nil not even errors and hang-ups are told, until it
  /// changes.
  package func change(_ descriptor: Int32, to interest: Interest?) {
    guard watches.indices.contains(Int(descriptor)), let watch = watches[Int(descriptor)] else { return }
    guard watch.interest != interest else { return }
    watches[Int(descriptor)]?.interest = interest
    guard !watch.isAlwaysReady else { return }
    let operation = interest == nil ? EPOLL_CTL_DEL : watch.interest == nil ? EPOLL_CTL_ADD : EPOLL_CTL_MOD
    _ = clinux_epoll_ctl(poller, operation, descriptor, watch.tag, interest?.rawValue ?? 0)
  }

  /// Call before closing the descriptor.
  package func unwatch(_ descriptor: Int32) {
    guard watches.indices.contains(Int(descriptor)), let watch = watches[Int(descriptor)] else { return }
    watches[Int(descriptor)] = nil
    if watch.isAlwaysReady {
      alwaysReady.remove(descriptor)
    } else {
      _ = clinux_epoll_ctl(poller, EPOLL_CTL_DEL, descriptor, watch.tag, 0)
    }
  }

  // MARK: Time

  /// Something with a deadline: asked again before each wait, fired once it has passed.
  package func addTimer(deadline: @escaping () -> Instant?, fire: @escaping (Instant) -> Void) {
    timers.append(Timer(deadline: deadline, fire: fire))
  }

  // MARK: Signals

  /// Blocks these signals and tells of them through the loop.
  package func onSignals(_ signals: [Int32], _ handler: @escaping (Int32) -> Void) throws(SystemError) {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for signal in signals { unsafe sigaddset(&set, signal) }
    guard unsafe sigprocmask(SIG_BLOCK, &set, nil) == 0 else { throw .last("sigprocmask") }
    let descriptor = unsafe signalfd(-1, &set, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
    guard descriptor >= 0 else { throw .last("signalfd") }
    try watch(descriptor, .read) { _ in
      var info = signalfd_siginfo()
      while unsafe Glibc.read(descriptor, &info, MemoryLayout<signalfd_siginfo>.size) > 0 {
        handler(Int32(bitPattern: info.ssi_signo))
      }
    }
  }

  // MARK: Running

  /// Ends `run` after the current handler.
  package func stop(_ status: ExitStatus) { exitStatus = exitStatus ?? status }

  /// Waits and calls handlers until `stop`.
  package func run() -> ExitStatus {
    var events = unsafe [epoll_event](repeating: epoll_event(), count: 64)
    while exitStatus == nil {
      let ready = alwaysReady.filter { watches[Int($0)]?.interest?.isEmpty == false }.sorted()
      let wait = ready.isEmpty ? arm() : 0
      let count = unsafe events.withUnsafeMutableBufferPointer {
        unsafe epoll_wait(poller, $0.baseAddress, Int32($0.count), wait)
      }
      for index in 0..<max(0, Int(count)) where exitStatus == nil {
        let event = unsafe events[index]
        let data = unsafe event.data.u64
        let descriptor = Int32(truncatingIfNeeded: data)
        guard watches.indices.contains(Int(descriptor)), let watch = watches[Int(descriptor)],
          watch.tag == UInt32(truncatingIfNeeded: data >> 32)
        else { continue }
        watch.handler(Interest(rawValue: unsafe event.events))
      }
      for descriptor in ready where exitStatus == nil {
        guard let watch = watches[Int(descriptor)], let interest = watch.interest else { continue }
        watch.handler(interest)
      }
      if exitStatus == nil { fireTimers() }
    }
    return exitStatus ?? .success
  }

  private func fireTimers() {
    for timer in timers where exitStatus == nil {
      let time = now()
      if let deadline = timer.deadline(), deadline <= time { timer.fire(time) }
    }
  }

  /// Sets the timer for the earliest deadline. Gives how long epoll is to wait: 0 if one has passed already, else for
  /// ever.
  private func arm() -> Int32 {
    var earliest: Instant?
    for timer in timers {
      guard let deadline = timer.deadline() else { continue }
      earliest = min(earliest ?? deadline, deadline)
    }
    guard earliest != armed else { return -1 }
    if let earliest, earliest <= now() { return 0 }
    let nanoseconds = earliest?.nanoseconds ?? 0
    var setting = itimerspec()
    setting.it_value.tv_sec = Int(nanoseconds / 1_000_000_000)
    setting.it_value.tv_nsec = Int(nanoseconds % 1_000_000_000)
    _ = unsafe timerfd_settime(timer, Int32(TFD_TIMER_ABSTIME), &setting, nil)
    armed = earliest
    return -1
  }
}
