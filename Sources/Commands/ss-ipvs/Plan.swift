// ss-ipvs plan: the operations that standard input would cause, by the same core as the filter, on a kernel that is read
// and not changed.

internal import ArgumentParser
internal import Lines
internal import Loop
internal import Options
internal import Reconcile
internal import Values

struct Plan: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Print the operations that standard input would cause, and do none of them.")

  @Flag(help: "Exit with 4 if there is any operation.")
  var exitCode = false

  @OptionGroup var decisions: Decisions

  func run() throws {
    let kernel = try Kernel()
    var driver = FilterDriver(command: Command.name, core: decisions.core, start: "plan", epoch: 0, passes: false)
    driver.begin(memory: [], at: .zero)
    let input = try Files.read("-")
    var framer = LineFramer()
    framer.take(
      input.span, line: { text, number in driver.line(text, number: number, at: .zero) },
      fault: { fault, number in driver.lost(fault, number: number, at: .zero) })
    framer.end { fault, number in driver.lost(fault, number: number, at: .zero) }
    driver.end(at: .zero)
    let operations = perform(&driver, on: kernel)
    let complaints = driver.takeComplaints()
    for complaint in complaints { StandardStreams.complain(Command.name, complaint) }
    if exitCode, operations > 0 { throw Ending(.differs) }
    if !complaints.isEmpty { throw Ending(.objectFailed) }
  }

  /// Reads for the core what it asks for, prints what it would do, and says that it is done. Gives how many there were.
  private func perform(_ driver: inout FilterDriver<IPVSReconciler>, on kernel: Kernel) -> Int {
    var count = 0
    while true {
      if driver.core.isBusy, let time = driver.deadline, time <= .zero { driver.timer(at: .zero) }
      let requests = driver.takeRequests()
      if requests.isEmpty { return count }
      for request in requests {
        guard case .apply(let operations) = request else {
          driver.answer(kernel.answer(request), at: .zero)
          continue
        }
        var out: [UInt8] = []
        for operation in operations { operation.line.write(into: &out) }
        StandardStreams.print(out)
        count += operations.count
        driver.answer(.outcomes(operations.map { _ in .done }), at: .zero)
      }
    }
  }
}
