// One probe in flight: a socket and the conversation that is held over it. It moves bytes between the two and gives
// errors their meaning; what is asked and what an answer means is the conversation's.

import Check
import Loop
import Sockets
import Values

final class Attempt {
  enum Progress {
    /// To be told when the socket is ready for this.
    case wait(Loop.Interest)
    case done(Outcome)
  }

  private let socket: Socket
  private let target: Definition.Target
  private let isStream: Bool
  private var conversation: any Conversation
  private var isConnected = false
  private var unsent: ArraySlice<UInt8> = []
  private var hasSent = false
  private var hasReceived = false

  var descriptor: Int32 { socket.descriptor }

  init(_ definition: Definition) throws(SystemError) {
    if case .udp = definition.kind { isStream = false } else { isStream = true }
    target = definition.target
    conversation = definition.kind.conversation()
    socket = try Socket(isStream ? .tcp : .udp, target.address.family)
    if let device = target.device { try socket.bind(toDevice: device) }
    if let mark = target.mark { try socket.setMark(mark) }
    if let source = target.source { try socket.bind(to: source) }
  }

  /// Sends the first packet.
  func begin() -> Progress {
    do throws(SystemError) {
      guard try socket.connect(to: target.address, port: target.port) else { return .wait(.write) }
      return connected()
    } catch {
      return .done(Outcome(error))
    }
  }

  /// The socket is ready for what was asked, or has an error.
  func ready(_ interest: Loop.Interest, buffer: inout [UInt8]) -> Progress {
    guard isConnected else {
      // Writable without an error is connected, which saves a call for each probe.
      let error = interest.isDisjoint(with: [.error, .hangUp]) ? 0 : socket.takeError()
      return error == 0 ? connected() : .done(Outcome(reported: error))
    }
    if interest.contains(.write), !unsent.isEmpty, case .done(let outcome) = send() { return .done(outcome) }
    if !isStream, interest.contains(.error), let outcome = reportedError() { return .done(outcome) }
    return interest.isDisjoint(with: [.read, .error, .hangUp]) ? wait : receive(into: &buffer)
  }

  /// The time is up. What has come by now still counts: it may be this process that was late to look.
  func expired(buffer: inout [UInt8]) -> Outcome {
    let readiness = socket.readiness
    if !readiness.isEmpty, case .done(let outcome) = ready(readiness, buffer: &buffer) { return outcome }
    return isConnected ? conversation.expired() : Outcome(.connectTimeout, "no connection in time")
  }

  /// How the connection is to end. What was sent and has not been answered is given its time to arrive; all else may go
  /// at once.
  func leave() {
    if isStream, hasReceived || !hasSent { socket.resetOnClose() }
  }

  // MARK: Bytes

  private var wait: Progress { .wait(unsent.isEmpty ? .read : [.read, .write]) }

  private func connected() -> Progress {
    isConnected = true
    return take(conversation.connected())
  }

  private func take(_ step: Step) -> Progress {
    switch step {
    case .wait: return wait
    case .done(let outcome): return .done(outcome)
    case .send(let bytes):
      unsent = bytes[...]
      return send()
    }
  }

  private func send() -> Progress {
    do throws(SystemError) {
      repeat {
        guard let count = try socket.send(unsent) else { return wait }
        unsent = unsent.dropFirst(count)
        hasSent = true
      } while !unsent.isEmpty
      return take(conversation.sent())
    } catch {
      // A peer that has closed may have answered before: what it said is read first.
      unsent = []
      if isStream, SocketFault(error) == .reset { return .wait(.read) }
      return .done(reportedError() ?? Outcome(error))
    }
  }

  private func receive(into buffer: inout [UInt8]) -> Progress {
    do throws(SystemError) {
      guard let count = try socket.receive(into: &buffer) else { return wait }
      if isStream, count == 0 { return .done(conversation.closed()) }
      hasReceived = true
      return take(conversation.received(buffer[..<count]))
    } catch {
      return .done(reportedError() ?? Outcome(error))
    }
  }

  /// For a datagram: the error that came back, with the words of who sent it.
  private func reportedError() -> Outcome? {
    guard !isStream, let error = socket.takeReportedError() else { return nil }
    return Outcome(reported: error.errno, by: error.sender == target.address ? nil : error.sender)
  }
}

extension Outcome {
  /// A call that failed by itself.
  init(_ error: SystemError) {
    self.init(ResultClass(SocketFault(error)), "\(error.call): \(errnoText(error.errno))")
  }

  /// An error that came back; `sender` is whoever said so if it was not the target.
  init(reported number: Int32, by sender: IPAddress? = nil) {
    let words = errnoText(number)
    self.init(ResultClass(SocketFault(reported: number)), sender.map { "\(words), says \($0)" } ?? words)
  }
}

extension ResultClass {
  init(_ fault: SocketFault) {
    switch fault {
    case .refused: self = .connectRefused
    case .unreachable: self = .connectUnreachable
    case .reset: self = .receiveReset
    case .timedOut: self = .connectTimeout
    case .noRoute: self = .localRoute
    case .noAddress: self = .localAddress
    case .noPort: self = .localPort
    case .noDescriptor: self = .localDescriptor
    case .noMemory: self = .localMemory
    case .notPermitted: self = .localPermission
    case .other: self = .connectFailed
    }
  }
}
