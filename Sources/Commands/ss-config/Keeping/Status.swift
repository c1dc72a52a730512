// The line `config.source`: which configuration is in use, and what waits for an operator.

internal import Lines
internal import Supply

enum Status {
  static func line(_ keeper: Keeper<Edition>, _ epoch: Int64) -> Line? {
    guard let current = keeper.current else { return nil }
    func time(_ name: String, _ nanoseconds: Int64) -> JSONMember {
      JSONMember(name, .string(Timestamp.text(unixNanoseconds: nanoseconds)))
    }
    var members = [
      JSONMember("source", .string(current.offer.origin.rawValue)),
      JSONMember("generation", .string(current.offer.id)), time("since", current.since),
      JSONMember("order", .array(keeper.order.map { .string($0.rawValue) })),
    ]
    if let held = keeper.held {
      members += [
        JSONMember("held", .string(held.offer.id)), JSONMember("held_from", .string(held.offer.origin.rawValue)),
        time("held_since", held.since), JSONMember("held_reason", .string(held.reason)),
      ]
    }
    if let trial = keeper.trial {
      members += [
        time("confirm_by", trial.until), JSONMember("previous", .string(trial.previous.offer.id)),
      ]
    }
    let failing = keeper.failing.sorted { $0.key.rawValue < $1.key.rawValue }
    if !failing.isEmpty {
      let list = failing.map { origin, fault in
        JSON.object([
          JSONMember("source", .string(origin.rawValue)), JSONMember("reason", .string(fault.reason)),
        ])
      }
      members.append(JSONMember("failing", .array(list)))
    }
    return Line("config.source", key: "config", members)
  }
}
