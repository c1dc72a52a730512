// What the reconciling commands have in common beside their options: requests carried out one in a turn of the loop,
// and `plan`, which runs the filter's own core on a kernel that is read and not changed.

package import Lines
internal import Values

extension FilterRunner {
  /// Carries out each request in a turn of the loop of its own: between two there is time for input, output and
  /// signals.
  package func performInTurns(of loop: Loop, _ perform: @escaping (Core.Request) -> Core.Answer) {
    var requests: [Core.Request] = []
    self.perform = { requests.append($0) }
    loop.addTimer(deadline: { requests.isEmpty ? nil : .zero }) { [unowned self] _ in
      answer(perform(requests.removeFirst()))
    }
  }
}

package enum Planning {
  /// What a request comes to when nothing is changed: its answer, and the operations that it would be, as lines.
  package typealias Pretence<Core: FilterCore> = (Core.Request) throws -> (Core.Answer, [Line])

  /// Gives the core all of standard input and prints the operations that it asks for.
  /// - Parameter compares: whether any operation is a difference to end with.
  package static func run<Core: FilterCore>(
    _ core: Core, command: String, compares: Bool, pretend: Pretence<Core>
  ) throws -> ExitStatus {
    var driver = FilterDriver(command: command, core: core, start: "plan", epoch: 0, passes: false)
    driver.begin(memory: [], at: .zero)
    let input = try Files.read("-")
    var framer = LineFramer()
    framer.take(
      input.span, line: { text, number in driver.line(text, number: number, at: .zero) },
      fault: { fault, number in driver.lost(fault, number: number, at: .zero) })
    framer.end { fault, number in driver.lost(fault, number: number, at: .zero) }
    driver.end(at: .zero)
    var hasOperations = false
    while true {
      // What is tried again later is not part of the plan.
      if driver.core.isBusy, let time = driver.deadline, time <= .zero { driver.timer(at: .zero) }
      let requests = driver.takeRequests()
      if requests.isEmpty { break }
      for request in requests {
        let (answer, operations) = try pretend(request)
        var out: [UInt8] = []
        for operation in operations { operation.write(into: &out) }
        try StandardStreams.print(out)
        hasOperations = hasOperations || !operations.isEmpty
        driver.answer(answer, at: .zero)
      }
    }
    let complaints = driver.takeComplaints()
    for complaint in complaints { StandardStreams.complain(command, complaint) }
    if compares, hasOperations { return .differs }
    return complaints.isEmpty ? .success : .objectFailed
  }
}
