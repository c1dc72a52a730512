// Short ways to write down what happens to a keeper in tests: offers whose text is a word, times in seconds.

import Supply
import Values

typealias Effect = Keeper<String>.Effect
typealias Given = Offer<String>

let noon: Int64 = 1_800_000_000_000_000_000

func at(_ seconds: Double) -> Instant { Instant(nanoseconds: Int64(seconds * 1e9)) }

/// Backends `b0` to `b(count - 1)`, and vservers of the same number.
func inventory(_ count: Int) -> Inventory {
  Inventory(vservers: Set((0..<count).map { "v\($0)" }), backends: Set((0..<count).map { "v\($0)/b" }))
}

/// An offer; the word before a `~` is its meaning.
func offer(_ id: String, _ origin: Origin = .files, serving count: Int = 10, updated: Int64? = nil) -> Given {
  Given(
    origin, id: id, meaning: String(id.prefix { $0 != "~" }), lastUpdated: updated, inventory: inventory(count),
    body: "text of \(id)")
}

struct Run {
  var keeper: Keeper<String>

  init(_ order: [Origin] = [.files], percent: Int = 25) {
    keeper = Keeper(.init(order: order, limit: Guard(percent: percent), epoch: noon))
  }

  mutating func callAsFunction(_ event: Keeper<String>.Event, _ seconds: Double = 0) -> [String] {
    keeper.handle(event, at: at(seconds)).map(\.words)
  }

  mutating func offered(_ offer: Given, _ seconds: Double = 0) -> [String] { self(.offered(offer), seconds) }

  mutating func request(_ request: Request<String>, _ seconds: Double = 0) -> [String] {
    self(.request(request, name: "r"), seconds)
  }

  /// One that has taken an offer of the files.
  static func using(_ offer: Given, _ order: [Origin] = [.files], percent: Int = 25) -> Run {
    var run = Run(order, percent: percent)
    _ = run(.start(Kept(current: Current(offer, since: noon))))
    for origin in order.prefix(while: { $0 != offer.origin }) { _ = run(.failed(origin, Fault("away"))) }
    _ = run.offered(offer)
    return run
  }
}

extension Effect {
  var words: String {
    switch self {
    case .ask(let origin): "ask \(origin)"
    case .say(let current): "say \(current.offer.id)"
    case .archive: "archive"
    case .keep(let current): "keep \(current.offer.id) of \(current.offer.origin)"
    case .hold(let held): "hold \(held.offer.id)"
    case .release: "release"
    case .beginTrial(let trial): "try, else \(trial.previous.offer.id) at \((trial.until - noon) / 1_000_000_000)"
    case .endTrial: "end trial"
    case .keepOrder(let order): "order \(order.map(\.rawValue).joined(separator: " "))"
    case .done(let name): "done \(name)"
    case .tell(let notice): "tell \(notice.fault.reason)"
    case .status: "status"
    case .giveUp: "give up"
    }
  }
}
