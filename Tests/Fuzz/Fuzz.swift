// The door of libFuzzer: any bytes, to the target that SEESAW_FUZZ names. A target that traps, hangs or breaks a rule
// that it checks is a finding. Built and run by `bin-scripts/fuzz`; no test, and in no build of the package.

import Glibc

private let targets: [String: @Sendable ([UInt8]) -> Void] = [
  "lines": fuzzLines, "config": fuzzConfig, "engine": fuzzEngine, "reconciler": fuzzReconciler,
  "replies": fuzzReplies,
]

private let target: @Sendable ([UInt8]) -> Void = {
  let name = unsafe getenv("SEESAW_FUZZ").map { unsafe String(cString: $0) } ?? ""
  guard let target = targets[name] else {
    print("SEESAW_FUZZ is one of \(targets.keys.sorted().joined(separator: " "))")
    exit(2)
  }
  return target
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  unsafe target(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

/// A rule that must hold whatever comes in.
func require(_ holds: @autoclosure () -> Bool, _ rule: StaticString) {
  precondition(holds(), "\(rule)")
}
