// What the IPVS reconciler asks of the kernel, and what it is told: one object at a time, add, change or remove. How
// these become messages is the command's business; here they are values that can be planned, printed, recorded and
// compared.

package import Lines
package import Values

/// Names an object over services and destinations.
package enum IPVSObjectKey: Hashable, Comparable, Sendable, CustomStringConvertible {
  case service(IPVSServiceKey)
  case destination(IPVSDestinationKey)

  package var service: IPVSServiceKey {
    switch self {
    case .service(let key): key
    case .destination(let key): key.service
    }
  }

  package var description: String {
    switch self {
    case .service(let key): key.description
    case .destination(let key): key.description
    }
  }

  /// A service before its destinations.
  package static func < (a: IPVSObjectKey, b: IPVSObjectKey) -> Bool {
    switch (a, b) {
    case (.service(let x), .service(let y)): x < y
    case (.destination(let x), .destination(let y)): x < y
    case (.service(let x), .destination(let y)): x <= y.service
    case (.destination(let x), .service(let y)): x.service < y
    }
  }
}

package enum IPVSObject: Hashable, Sendable {
  case service(IPVSService)
  case destination(IPVSDestination, of: IPVSServiceKey)

  package var key: IPVSObjectKey {
    switch self {
    case .service(let service): .service(service.key)
    case .destination(let destination, let service):
      .destination(IPVSDestinationKey(service: service, endpoint: destination.endpoint))
    }
  }

  /// The object as the state line that would ask for it.
  package var line: Line {
    switch self {
    case .service(let service): IPVSServiceLine(service: service).line
    case .destination(let destination, let service):
      IPVSDestinationLine(service: service, destination: destination).line
    }
  }
}

/// One operation on the kernel's table.
package struct IPVSOperation: Hashable, Sendable {
  package enum Action: String, Hashable, Sendable, CaseIterable {
    case add, change, remove
  }

  package var action: Action
  /// The new object; for `remove` the one that goes.
  package var object: IPVSObject
  /// What a change replaces.
  package var old: IPVSObject?

  package init(_ action: Action, _ object: IPVSObject, old: IPVSObject? = nil) {
    self.action = action
    self.object = object
    self.old = old
  }
}

/// What the kernel answered to one operation.
package enum KernelOutcome: Hashable, Sendable {
  case done
  /// The errno's name, such as `ENOENT`, and a sentence.
  case failed(errno: String, sentence: String)
}

/// What only the system can do for the IPVS reconciler.
package enum IPVSRequest: Hashable, Sendable {
  case readServices
  case readDestinations([IPVSServiceKey])
  /// All of them, in order, whether or not those before succeeded.
  case apply([IPVSOperation])
}

package enum IPVSAnswer: Hashable, Sendable {
  case services([IPVSService])
  /// Of each service that was asked for; nil where the kernel has no such service.
  case destinations([IPVSServiceKey: [IPVSDestination]])
  case outcomes([KernelOutcome])
  /// The request failed as a whole, so what the kernel holds is not known any more.
  case lost(reason: String)
}
