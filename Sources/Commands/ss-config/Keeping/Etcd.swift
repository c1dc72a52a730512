// A key of etcd as a source: its value is the text of a cluster.pb. It is got when asked for, and watched meanwhile, so
// that a change comes at once. Where the watch ends, or the servers are gone, the next question finds out.

internal import Lines
package import Loop
package import Supply
package import TLS
internal import Values
internal import Wire

package final class Etcd: Remote {
  package let origin = Origin.etcd
  package var changed: () -> Void = {}

  /// For one question, over all servers in turn. From etcd's point of view: an election takes a second.
  static let patience = Duration.seconds(5)
  /// Set here: etcd's own limit of a value is 1.5 MiB.
  static let sizeLimit = 64 << 20

  /// Before servers that are gone are asked again. Set here: sooner than an operator asks why.
  private static let pause = Duration.seconds(1)

  private let loop: Loop
  private let client: HTTPClient
  private let targets: [HTTPTarget]
  private let key: String
  /// The server that answered last is asked first.
  private var preferred = 0
  private var watch: Int?
  /// When to look again for servers that were gone.
  private var retryAt: Instant?

  package init(_ loop: Loop, _ client: HTTPClient, _ targets: [HTTPTarget], key: String) {
    self.loop = loop
    self.client = client
    self.targets = targets
    self.key = key
    loop.addTimer(deadline: { [unowned self] in retryAt }) { [unowned self] _ in
      retryAt = nil
      changed()
    }
  }

  package func ask(_ answer: @escaping (Result<Part, Failing>) -> Void) {
    get { [unowned self] result in
      switch result {
      case .failure(let failing):
        endWatch()
        retryAt = loop.now() + Self.pause
        answer(.failure(failing))
      case .success(nil): answer(.failure(Failing(Fault("etcd has no \(key)", file: "etcd:\(key)"))))
      case .success(let held?):
        if watch == nil { beginWatch(from: held.store + 1) }
        answer(.success(Part("etcd:\(key)", held.value)))
      }
    }
  }

  /// The value now.
  package func get(_ answer: @escaping (Result<EtcdMessages.Held?, Failing>) -> Void) {
    question("kv/range", EtcdMessages.get(key)) { result in
      answer(result.flatMap { json in Self.read { () throws(EtcdMessages.Failure) in try EtcdMessages.held(json) } })
    }
  }

  /// Whether the value was written: not if somebody else has changed it since.
  package func put(
    _ value: [UInt8], ifChangedAt revision: Int64, _ answer: @escaping (Result<Bool, Failing>) -> Void
  ) {
    question("kv/txn", EtcdMessages.put(key, value, ifChangedAt: revision)) { result in
      answer(result.flatMap { json in Self.read { () throws(EtcdMessages.Failure) in try EtcdMessages.isPut(json) } })
    }
  }

  private static func read<Value>(_ body: () throws(EtcdMessages.Failure) -> Value) -> Result<Value, Failing> {
    do throws(EtcdMessages.Failure) {
      return .success(try body())
    } catch {
      return .failure(Failing(Fault("etcd: \(error.reason)")))
    }
  }

  // MARK: Questions

  /// Asks the servers in turn until one answers.
  private func question(
    _ path: String, _ body: JSON, tried: Int = 0, _ answer: @escaping (Result<JSON, Failing>) -> Void
  ) {
    let target = targets[(preferred + tried) % targets.count]
    var received: [UInt8] = []
    var number = 0
    number = client.ask(target, EtcdMessages.request(path, body, host: target.authority), within: Self.patience) {
      [unowned self] event in
      switch event {
      case .head: break
      case .body(let bytes):
        received += bytes
        guard received.count > Self.sizeLimit else { return }
        client.cancel(number)
        answer(.failure(Failing(Fault("etcd: the answer is longer than \(Self.sizeLimit) bytes"))))
      case .end:
        preferred = (preferred + tried) % targets.count
        guard let json = try? JSONReader.parse(received.span) else {
          return answer(.failure(Failing(Fault("etcd: \(target.authority) gives no JSON"))))
        }
        answer(.success(json))
      case .failed(let sentence):
        guard tried + 1 < targets.count else { return answer(.failure(Failing(Fault("etcd: \(sentence)")))) }
        question(path, body, tried: tried + 1, answer)
      }
    }
  }

  // MARK: Watching

  private func beginWatch(from revision: Int64) {
    let target = targets[preferred]
    let body = EtcdMessages.watch(key, from: revision)
    var framer = LineFramer()
    watch = client.ask(
      target, EtcdMessages.request("watch", body, host: target.authority), within: Self.patience, isEndless: true
    ) { [unowned self] event in
      switch event {
      case .head: break
      case .body(let bytes):
        let piece = Array(bytes)
        var isChanged = false
        framer.take(
          piece.span, line: { text, _ in isChanged = Self.isChange(text) || isChanged },
          // A change that is longer than a line is a change.
          fault: { _, _ in isChanged = true })
        if isChanged { lookAgain(after: .zero) }
      case .end, .failed: lookAgain(after: Self.pause)
      }
    }
  }

  /// A message of any other sort ends the watch too: the value is asked for, and watched anew.
  private static func isChange(_ text: borrowing Span<UInt8>) -> Bool {
    guard let json = try? JSONReader.parse(text) else { return true }
    return (try? EtcdMessages.isChange(json)) ?? true
  }

  private func lookAgain(after pause: Duration) {
    endWatch()
    retryAt = loop.now() + pause
  }

  private func endWatch() {
    if let watch { client.cancel(watch) }
    watch = nil
  }
}
