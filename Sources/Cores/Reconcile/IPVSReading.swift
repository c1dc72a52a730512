// Reading the kernel's table so that the picture is true. The kernel walks its table by position: when others change it
// on the way, entries are missed or come twice. So the services are read again at the end, and all is repeated if they
// differ.

import Values

struct IPVSReading {
  /// Services whose destinations are asked for in one request.
  static let chunk = 64
  /// Passes after which the last picture is taken, and said to be unsteady.
  static let passes = 5

  private var pass = 1
  private var services: [IPVSService]?
  private var asked = 0
  private var destinations: [IPVSServiceKey: [IPVSDestination]] = [:]

  enum Step {
    case readServices
    case readDestinations([IPVSServiceKey])
    case done(isSteady: Bool)
  }

  mutating func take(services read: [IPVSService]) -> Step {
    if let services {
      if services.sorted(by: { $0.key < $1.key }) == read.sorted(by: { $0.key < $1.key }) {
        return .done(isSteady: true)
      }
      guard pass < IPVSReading.passes else { return .done(isSteady: false) }
      pass += 1
    }
    services = read
    asked = 0
    destinations = [:]
    return read.isEmpty ? .done(isSteady: true) : ask()
  }

  mutating func take(destinations read: [IPVSServiceKey: [IPVSDestination]]) -> Step {
    destinations.merge(read) { _, new in new }
    return asked < (services ?? []).count ? ask() : .readServices
  }

  private mutating func ask() -> Step {
    let keys = (services ?? []).dropFirst(asked).prefix(IPVSReading.chunk).map(\.key)
    asked += keys.count
    return .readDestinations(keys)
  }

  var picture: [IPVSServiceKey: (service: IPVSService, destinations: [IPVSDestination])] {
    var result: [IPVSServiceKey: (service: IPVSService, destinations: [IPVSDestination])] = [:]
    for service in services ?? [] { result[service.key] = (service, destinations[service.key] ?? []) }
    return result
  }
}
