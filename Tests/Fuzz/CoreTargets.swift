// The cores that act on lines: the engine, with time passing, and the reconciler of IPVS, with a kernel whose answers
// are partly the input's.

import Engine
import Fakes
import Lines
import Reconcile
import Values

func fuzzEngine(_ bytes: [UInt8]) {
  var driver = FilterDriver(
    command: "ss-engine", core: Engine(settings: Engine.Settings()), start: "e", epoch: 0, passes: false)
  var now = Instant(nanoseconds: 1_000_000_000)
  driver.begin(memory: [], at: now)
  feed(bytes) { text, number in
    driver.line(text, number: number, at: now)
    if number % 3 == 0 { pass(&driver, &now, .milliseconds(250)) }
    check(drain(&driver))
  } lost: {
    driver.lost($0, number: $1, at: now)
  }
  pass(&driver, &now, .seconds(30))
  driver.end(at: now)
  check(drain(&driver))
}

func fuzzReconciler(_ bytes: [UInt8]) {
  var driver = FilterDriver(command: "ss-ipvs", core: IPVSReconciler(), start: "i", epoch: 0, passes: true)
  var now = Instant(nanoseconds: 1_000_000_000)
  var kernel = FakeIPVS()
  var moods = bytes.makeIterator()
  driver.begin(memory: [], at: now)
  feed(bytes) { text, number in
    driver.line(text, number: number, at: now)
    serve(&driver, &kernel, &moods, at: now)
    if number % 3 == 0 { pass(&driver, &now, .seconds(6)) }
    _ = drain(&driver)
  } lost: {
    driver.lost($0, number: $1, at: now)
  }
  driver.end(at: now)
  // A kernel that has come to its senses.
  var calm = [UInt8]().makeIterator()
  for _ in 0..<8 {
    serve(&driver, &kernel, &calm, at: now)
    pass(&driver, &now, .seconds(6))
  }
  serve(&driver, &kernel, &calm, at: now)
  _ = drain(&driver)
  require(!driver.core.isBusy, "it comes to an end")
}

/// Answers all requests: as a kernel would, or as the input's next byte wants it.
private func serve(
  _ driver: inout FilterDriver<IPVSReconciler>, _ kernel: inout FakeIPVS, _ moods: inout IndexingIterator<[UInt8]>,
  at now: Instant
) {
  for _ in 0..<1000 {
    let requests = driver.takeRequests()
    if requests.isEmpty { return }
    for request in requests {
      let answer = kernel.answer(request)
      switch (moods.next() ?? 0) % 16 {
      case 1: driver.answer(.lost(reason: "the input wants it"), at: now)
      case 2: driver.answer(.outcomes([.failed(errno: "ESRCH", sentence: "the input wants it")]), at: now)
      case 3: driver.answer(.services([]), at: now)
      case 4: driver.answer(.destinations([:]), at: now)
      case 5:
        kernel.services = [:]
        kernel.destinations = [:]
        driver.answer(answer, at: now)
      default: driver.answer(answer, at: now)
      }
    }
  }
  require(false, "it does not ask for ever")
}

private func feed(
  _ bytes: [UInt8], _ line: (borrowing Span<UInt8>, Int) -> Void, lost: (FramingFault, Int) -> Void
) {
  var framer = LineFramer()
  framer.take(bytes.span, line: line, fault: lost)
  framer.end(fault: lost)
}

private func pass<Core: FilterCore>(_ driver: inout FilterDriver<Core>, _ now: inout Instant, _ time: Duration) {
  let end = now + time
  for _ in 0..<1000 {
    guard let deadline = driver.deadline, deadline <= end else {
      now = end
      return
    }
    now = max(now, deadline)
    driver.timer(at: now)
  }
  require(false, "a timer that fires does not ask for the same time again for ever")
}

/// What a core says is what its readers may rely on.
private func check(_ bytes: [UInt8]) {
  for text in bytes.split(separator: 0x0a) {
    let line = try? Line(parsing: Array(text).span)
    require(line != nil, "what is said parses")
    if let line { require(Schema.fault(in: line) == nil, "what is said is as the schema wants it") }
  }
}
