// IPVS as a value, with the answers of ip_vs_genl_set_cmd. Shared by the tests of the reconciler and the simulation;
// counts and connections are left out.

internal import Lines
package import Reconcile
package import Values

package struct FakeIPVS {
  package var services: [IPVSServiceKey: IPVSService] = [:]
  package var destinations: [IPVSServiceKey: [IPVSEndpoint: IPVSDestination]] = [:]
  package var schedulers: Set<String> = ["rr", "wrr", "lc", "wlc", "sh", "mh"]

  /// The error of the next operation on a key.
  package var error: (key: String, errno: String)?

  package init() {}

  package mutating func apply(_ operation: IPVSOperation) -> KernelOutcome {
    let no = { (errno: String) in KernelOutcome.failed(errno: errno, sentence: "as the test wants it") }
    if let refused = error, refused.key == operation.object.key.description {
      error = nil
      return no(refused.errno)
    }
    switch (operation.action, operation.object) {
    case (.add, .service(let service)):
      if services[service.key] != nil { return no("EEXIST") }
      if !schedulers.contains(service.scheduler) { return no("ENOENT") }
      services[service.key] = service
    case (.change, .service(let service)):
      if services[service.key] == nil { return no("ESRCH") }
      if !schedulers.contains(service.scheduler) { return no("ENOENT") }
      services[service.key] = service
    case (.remove, .service(let service)):
      if services.removeValue(forKey: service.key) == nil { return no("ESRCH") }
      destinations[service.key] = nil
    case (let action, .destination(let destination, let key)):
      if services[key] == nil { return no("ESRCH") }
      let isThere = destinations[key]?[destination.endpoint] != nil
      if action == .add, isThere { return no("EEXIST") }
      if action != .add, !isThere { return no("ENOENT") }
      destinations[key, default: [:]][destination.endpoint] = action == .remove ? nil : destination
    }
    return .done
  }

  /// What the command would be answered.
  package mutating func answer(_ request: IPVSRequest) -> IPVSAnswer {
    switch request {
    case .readServices: return .services(list)
    case .readDestinations(let keys): return destinations(of: keys)
    case .apply(let operations):
      var outcomes: [KernelOutcome] = []
      for operation in operations { outcomes.append(apply(operation)) }
      return .outcomes(outcomes)
    }
  }

  package func destinations(of keys: [IPVSServiceKey]) -> IPVSAnswer {
    var result: [IPVSServiceKey: [IPVSDestination]] = [:]
    for key in keys where services[key] != nil {
      result[key] = (destinations[key] ?? [:]).sorted { $0.key < $1.key }.map(\.value)
    }
    return .destinations(result)
  }

  package var list: [IPVSService] { services.sorted { $0.key < $1.key }.map(\.value) }

  /// The table as lines, to compare at a glance.
  package var text: [String] {
    list.flatMap { service in
      [IPVSObject.service(service).line.text]
        + (destinations[service.key] ?? [:]).sorted { $0.key < $1.key }.map {
          IPVSObject.destination($0.value, of: service.key).line.text
        }
    }
  }
}
