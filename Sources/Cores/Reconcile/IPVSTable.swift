// What is desired and what the kernel holds, side by side, and the keys where they may differ. A key is looked at only
// when something was said or learned about it, so that one change costs the same in a table of any size.

import Lines
import Values

struct IPVSTable {
  struct Destination {
    var desired: IPVSDestination?
    var held: IPVSDestination?
  }

  struct Service {
    var desired: IPVSServiceLine?
    var held: IPVSService?
    /// It was desired at some time of this run: we made or adopted it, and may remove it.
    var isOwned = false
    var destinations: [IPVSEndpoint: Destination] = [:]

    var isEmpty: Bool { desired == nil && held == nil && destinations.isEmpty }
  }

  private(set) var services: [IPVSServiceKey: Service] = [:]
  private var queues = Queues()

  /// Keys to look at, in the order in which they are worked off: what comes before what goes, so that a service whose
  /// destinations are exchanged is never empty; a service before its destinations, and after them when it goes.
  private struct Queues {
    var servicesUp = KeyQueue<IPVSServiceKey>()
    var destinationsUp = KeyQueue<IPVSDestinationKey>()
    var destinationsDown = KeyQueue<IPVSDestinationKey>()
    var servicesDown = KeyQueue<IPVSServiceKey>()
  }

  var hasWork: Bool {
    !(queues.servicesUp.isEmpty && queues.destinationsUp.isEmpty && queues.destinationsDown.isEmpty
      && queues.servicesDown.isEmpty)
  }

  subscript(key: IPVSDestinationKey) -> Destination? { services[key.service]?.destinations[key.endpoint] }

  // MARK: Desired

  mutating func desire(_ line: IPVSServiceLine) {
    services[line.service.key, default: Service()].desired = line
    services[line.service.key]?.isOwned = true
    queues.servicesUp.append(line.service.key)
  }

  mutating func desire(_ destination: IPVSDestination, of service: IPVSServiceKey) {
    services[service, default: Service()].destinations[destination.endpoint, default: Destination()].desired =
      destination
    queues.destinationsUp.append(IPVSDestinationKey(service: service, endpoint: destination.endpoint))
  }

  /// Not desired any more; held all the same until `remove`.
  mutating func forget(_ key: IPVSObjectKey) {
    switch key {
    case .service(let key): services[key]?.desired = nil
    case .destination(let key): services[key.service]?.destinations[key.endpoint]?.desired = nil
    }
    tidy(key)
  }

  /// Not desired any more, and to be removed from the kernel.
  mutating func remove(_ key: IPVSObjectKey) {
    forget(key)
    switch key {
    case .service(let key):
      for (endpoint, destination) in (services[key]?.destinations ?? [:]).sorted(by: { $0.key < $1.key })
      where destination.desired == nil {
        queues.destinationsDown.append(IPVSDestinationKey(service: key, endpoint: endpoint))
      }
      queues.servicesDown.append(key)
    case .destination(let key): queues.destinationsDown.append(key)
    }
  }

  /// Look at the key again, in the direction in which it is to go.
  mutating func retry(_ key: IPVSObjectKey) {
    switch key {
    case .service(let key):
      if services[key]?.desired == nil { queues.servicesDown.append(key) } else { queues.servicesUp.append(key) }
    case .destination(let key):
      if self[key]?.desired == nil { queues.destinationsDown.append(key) } else { queues.destinationsUp.append(key) }
    }
  }

  // MARK: Held

  /// A new picture of the kernel in place of what was thought to be held.
  mutating func hold(_ picture: [IPVSServiceKey: (service: IPVSService, destinations: [IPVSDestination])]) {
    for key in services.keys {
      services[key]?.held = nil
      for endpoint in (services[key]?.destinations ?? [:]).keys {
        services[key]?.destinations[endpoint]?.held = nil
      }
    }
    for (key, found) in picture {
      services[key, default: Service()].held = found.service
      for destination in found.destinations {
        services[key]?.destinations[destination.endpoint, default: Destination()].held = destination
      }
    }
    services = services.compactMapValues { service in
      var kept = service
      kept.destinations = service.destinations.filter { $0.value.desired != nil || $0.value.held != nil }
      return kept.isEmpty ? nil : kept
    }
  }

  /// Look at everything that is desired again.
  mutating func retryAll() {
    for key in services.keys.sorted() {
      guard let service = services[key] else { continue }
      if service.desired != nil { queues.servicesUp.append(key) }
      for endpoint in service.destinations.keys.sorted() where service.destinations[endpoint]?.desired != nil {
        queues.destinationsUp.append(IPVSDestinationKey(service: key, endpoint: endpoint))
      }
    }
  }

  /// The kernel has done it.
  mutating func done(_ operation: IPVSOperation) {
    switch (operation.action, operation.object) {
    case (.add, .service(let service)), (.change, .service(let service)): services[service.key]?.held = service
    case (.remove, .service(let service)):
      let isDesired = services[service.key]?.desired != nil
      services[service.key]?.held = nil
      services[service.key]?.isOwned = isDesired
      // What was in it went with it.
      for endpoint in (services[service.key]?.destinations ?? [:]).keys.sorted() {
        services[service.key]?.destinations[endpoint]?.held = nil
        let key = IPVSDestinationKey(service: service.key, endpoint: endpoint)
        if self[key]?.desired != nil { queues.destinationsUp.append(key) }
        tidy(.destination(key))
      }
    case (.add, .destination(let destination, let service)), (.change, .destination(let destination, let service)):
      services[service]?.destinations[destination.endpoint, default: Destination()].held = destination
    case (.remove, .destination(let destination, let service)):
      services[service]?.destinations[destination.endpoint]?.held = nil
    }
    tidy(operation.object.key)
  }

  /// Drops entries that stand for nothing.
  private mutating func tidy(_ key: IPVSObjectKey) {
    if case .destination(let key) = key, let destination = self[key], destination.desired == nil,
      destination.held == nil
    {
      services[key.service]?.destinations[key.endpoint] = nil
    }
    if services[key.service]?.isEmpty == true { services[key.service] = nil }
  }

  // MARK: Differences

  enum Finding {
    case operation(IPVSOperation)
    /// Desired and held agree, or nobody desires it any more.
    case settled(IPVSObjectKey)
    /// Desired, but its service is not there.
    case orphan(IPVSDestinationKey)
  }

  /// The next key's difference. Nil when the queue that `group` began with is empty: what is sent together is of one
  /// queue, so that a destination is only tried once the outcome for its service is known.
  mutating func next(_ group: inout Group?) -> Finding? {
    if group == nil || group == .servicesUp, let key = queues.servicesUp.next() {
      group = .servicesUp
      return difference(up: key)
    }
    if group == nil || group == .destinationsUp, let key = queues.destinationsUp.next() {
      group = .destinationsUp
      return difference(up: key)
    }
    if group == nil || group == .destinationsDown, let key = queues.destinationsDown.next() {
      group = .destinationsDown
      guard let destination = self[key], let held = destination.held, destination.desired == nil else {
        return .settled(.destination(key))
      }
      return .operation(IPVSOperation(.remove, .destination(held, of: key.service)))
    }
    if group == nil || group == .servicesDown, let key = queues.servicesDown.next() {
      group = .servicesDown
      guard let service = services[key], let held = service.held, service.desired == nil else {
        return .settled(.service(key))
      }
      return .operation(IPVSOperation(.remove, .service(held)))
    }
    return nil
  }

  enum Group { case servicesUp, destinationsUp, destinationsDown, servicesDown }

  private func difference(up key: IPVSServiceKey) -> Finding {
    guard let service = services[key], let desired = service.desired?.service, desired != service.held else {
      return .settled(.service(key))
    }
    guard let held = service.held else { return .operation(IPVSOperation(.add, .service(desired))) }
    return .operation(IPVSOperation(.change, .service(desired), old: .service(held)))
  }

  private func difference(up key: IPVSDestinationKey) -> Finding {
    guard let destination = self[key], let desired = destination.desired, desired != destination.held else {
      return .settled(.destination(key))
    }
    guard services[key.service]?.held != nil else { return .orphan(key) }
    guard let held = destination.held else {
      return .operation(IPVSOperation(.add, .destination(desired, of: key.service)))
    }
    return .operation(
      IPVSOperation(.change, .destination(desired, of: key.service), old: .destination(held, of: key.service)))
  }

  // MARK: Prune

  /// What is ours, held and not desired, and how much of ours is held in all. Ours are services that were desired in
  /// this run and whatever is in them; a service of somebody else is never among them, nor is what was said of it
  /// refused.
  func prunable(refused: (IPVSObjectKey) -> Bool) -> (keys: [IPVSObjectKey], total: Int) {
    var keys: [IPVSObjectKey] = []
    var total = 0
    for (key, service) in services where service.isOwned && service.held != nil {
      let held = service.destinations.filter { $0.value.held != nil }
      total += 1 + held.count
      if refused(.service(key)) { continue }
      if service.desired == nil { keys.append(.service(key)) }
      for (endpoint, destination) in held where destination.desired == nil {
        let key = IPVSDestinationKey(service: key, endpoint: endpoint)
        if !refused(.destination(key)) { keys.append(.destination(key)) }
      }
    }
    return (keys.sorted(), total)
  }
}
