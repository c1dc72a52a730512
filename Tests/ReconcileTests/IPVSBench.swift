// The IPVS reconciler on a kernel of values, as it runs in the command: lines in, lines out.

import Fakes
import Lines
import Reconcile
import Values

/// The reconciler between lines and the fake kernel.
struct IPVSBench {
  var kernel: FakeIPVS
  var driver: FilterDriver<IPVSReconciler>
  var now = Instant(nanoseconds: 1_000_000_000)
  /// Operations in the order in which they were asked for.
  var operations: [IPVSOperation] = []
  var batches: [Int] = []
  var readings = 0
  /// Called before each request is answered.
  var disturb: (inout FakeIPVS, IPVSRequest) -> Void = { _, _ in }
  var out: [String] = []
  private var count = 0

  init(_ kernel: FakeIPVS = FakeIPVS(), limit: PruneLimit = PruneLimit()) {
    self.kernel = kernel
    driver = FilterDriver(
      command: "ss-ipvs", core: IPVSReconciler(limit: limit), start: "abc", epoch: 0, passes: true)
    driver.begin(memory: [], at: now)
    collect()
  }

  mutating func say(_ lines: String...) { say(lines) }

  mutating func say(_ lines: [String]) {
    for line in lines { hear(line) }
    settle()
  }

  /// Lines without letting the kernel answer.
  mutating func hear(_ line: String) {
    count += 1
    driver.line(Array(line.utf8).span, number: count, at: now)
    collect()
  }

  /// Lets the kernel answer, and due timers fire, until nothing is left.
  mutating func settle() {
    while true {
      while let time = driver.deadline, time <= now { driver.timer(at: now) }
      let requests = driver.takeRequests()
      if requests.isEmpty { break }
      for request in requests { driver.answer(answer(request), at: now) }
    }
    collect()
  }

  mutating func wait(_ duration: Duration) {
    now = now + duration
    settle()
  }

  private mutating func answer(_ request: IPVSRequest) -> IPVSAnswer {
    disturb(&kernel, request)
    switch request {
    case .readServices: readings += 1
    case .readDestinations: break
    case .apply(let batch):
      batches.append(batch.count)
      operations += batch
    }
    return kernel.answer(request)
  }

  private mutating func collect() {
    var bytes: [UInt8] = []
    while true {
      let piece = driver.queue.next(limit: 1 << 16)
      if piece.isEmpty { break }
      bytes += piece
      driver.queue.wrote(piece.count)
    }
    out += String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// Operations in words, and forgotten.
  mutating func done() -> [String] {
    defer { operations = [] }
    return operations.map { "\($0.action.rawValue) \($0.object.key)" }
  }

  /// Own lines since the last call: what was passed is left out.
  mutating func said() -> [String] {
    defer { out = [] }
    return out.filter { $0.contains("ipvs.failed") || $0.contains("ipvs.applied") || $0.contains("\"error\"") }
  }
}

// MARK: Lines

func service(
  _ key: String, _ scheduler: String = "rr", _ more: String = ""
) -> String {
  let parts = key.split(separator: "/")
  let end = parts.count > 1 ? parts[1].lastIndex(of: ":") : nil
  guard parts[0] != "fwmark", let end else {
    return #"{"type":"ipvs.service","key":"\#(key)","family":"\#(parts[2])","fwmark":\#(parts[1]),"#
      + #""scheduler":"\#(scheduler)"\#(more)}"#
  }
  let address = parts[1][..<end].filter { $0 != "[" && $0 != "]" }
  let family = address.contains(":") ? "inet6" : "inet"
  return #"{"type":"ipvs.service","key":"\#(key)","family":"\#(family)","protocol":"\#(parts[0])","#
    + #""address":"\#(address)","port":\#(parts[1][parts[1].index(after: end)...]),"#
    + #""scheduler":"\#(scheduler)"\#(more)}"#
}

func destination(
  _ service: String, _ endpoint: String, weight: Int = 1, _ forwarding: String = "route", _ more: String = ""
) -> String {
  let end = endpoint.lastIndex(of: ":") ?? endpoint.startIndex
  let address = endpoint[..<end].filter { $0 != "[" && $0 != "]" }
  return #"{"type":"ipvs.destination","key":"\#(service)/\#(endpoint)","service":"\#(service)","#
    + #""address":"\#(address)","port":\#(endpoint[endpoint.index(after: end)...]),"forwarding":"\#(forwarding)","#
    + #""weight":\#(weight)\#(more)}"#
}

func deleted(_ type: String, _ key: String) -> String { #"{"type":"\#(type)","key":"\#(key)","deleted":true}"# }

let reset = #"{"type":"reset","from":"ss-engine","lines":1}"#
func sync(_ number: Int) -> String { #"{"type":"sync","from":"ss-engine","n":"e.\#(number)"}"# }
func prune(_ number: Int, confirmed: Bool = false) -> String {
  #"{"type":"prune","from":"ss-engine","of":"ipvs","n":"e.\#(number)"\#(confirmed ? #","confirmed":true"# : "")}"#
}
