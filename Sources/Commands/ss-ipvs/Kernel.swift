// The kernel's side of the reconciler: its requests as netlink messages, the kernel's answers as its answers.

internal import Loop
internal import Netlink
internal import Options
internal import Reconcile
internal import Values

final class Kernel {
  private var connection: IPVSConnection

  init() throws(NetlinkError) {
    connection = try IPVSConnection()
    // Asks for nothing that matters, but fails where nothing is allowed.
    _ = try connection.information()
  }

  func answer(_ request: IPVSRequest) -> IPVSAnswer {
    do throws(NetlinkError) {
      switch request {
      case .readServices: return .services(try services().map(\.service))
      case .readDestinations(let keys):
        var result: [IPVSServiceKey: [IPVSDestination]] = [:]
        for key in keys { result[key] = try destinations(of: key)?.map(\.destination) }
        return .destinations(result)
      case .apply(let operations):
        return .outcomes(try connection.apply(operations.map(IPVSMessage.init)).map(KernelOutcome.init))
      }
    } catch {
      return .lost(reason: error.description)
    }
  }

  func services() throws(NetlinkError) -> [IPVSHeldService] {
    var held: [IPVSHeldService] = []
    tell(of: try connection.services { held.append($0) }, "the table")
    return held
  }

  /// Nil when there is no such service.
  func destinations(of key: IPVSServiceKey) throws(NetlinkError) -> [IPVSHeldDestination]? {
    var last: [IPVSHeldDestination]?
    // What came in one part is a true picture; else two readings have to agree. After five the last one is taken.
    for _ in 0..<5 {
      var held: [IPVSHeldDestination] = []
      do throws(NetlinkError) {
        let outcome = try connection.destinations(of: key) { held.append($0) }
        tell(of: outcome, key.description)
        if outcome.parts <= 1 || last?.map(\.destination) == held.map(\.destination) { return held }
        last = held
      } catch {
        guard error.isMissingObject else { throw error }
        return nil
      }
    }
    return last
  }

  /// What this kernel says and we do not understand is treated as not there.
  private func tell(of outcome: DumpOutcome, _ place: String) {
    guard outcome.unreadable > 0 else { return }
    StandardStreams.complain(Command.name, "\(outcome.unreadable) entries of \(place) cannot be read and are left out")
  }
}

extension IPVSMessage {
  init(_ operation: IPVSOperation) {
    switch (operation.action, operation.object) {
    case (.add, .service(let service)): self.init(.newService, service: .whole(service))
    case (.change, .service(let service)): self.init(.setService, service: .whole(service))
    case (.remove, .service(let service)): self.init(.deleteService, service: .key(service.key))
    case (.add, .destination(let destination, let service)):
      self.init(.newDestination, service: .key(service), destination: .whole(destination))
    case (.change, .destination(let destination, let service)):
      self.init(.setDestination, service: .key(service), destination: .whole(destination))
    case (.remove, .destination(let destination, let service)):
      self.init(.deleteDestination, service: .key(service), destination: .key(destination.endpoint))
    }
  }
}

extension KernelOutcome {
  init(_ answer: KernelAnswer) {
    self =
      answer.errno == 0
      ? .done : .failed(errno: errnoName(answer.errno), sentence: answer.sentence ?? errnoText(answer.errno))
  }
}
