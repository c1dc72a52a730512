// Starting programs, for tests: the child leads a process group of its own, has three descriptors and nothing else of
// ours, default signals and an empty mask. What is unsafe about that is here and in CSupport.

import CSupport
import Glibc

package struct SpawnError: Error, CustomStringConvertible {
  package let program: String
  package let code: Int32
  package var description: String { "\(program): \(errorText(code))" }
}

/// The system's words for an errno.
package func errorText(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }

/// Starts the executable at `path`; `streams` are the descriptors that become its 0, 1 and 2, nil for /dev/null.
func spawn(
  _ path: String, _ arguments: [String], environment: [String], folder: String?, streams: [Int32?]
) throws(SpawnError) -> pid_t {
  var argv = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
  var envp = unsafe environment.map { unsafe strdup($0) } + [nil]
  defer { unsafe (argv + envp).forEach { unsafe free($0) } }
  var pid: pid_t = 0
  let code = unsafe support_spawn(&pid, path, &argv, &envp, streams.map { $0 ?? -1 }, folder)
  guard code == 0 else { throw SpawnError(program: path, code: code) }
  return pid
}

/// A pipe's two ends.
package func makePipe() throws(SpawnError) -> (read: Int32, write: Int32) {
  var ends: [Int32] = [-1, -1]
  guard unsafe pipe(&ends) == 0 else { throw SpawnError(program: "pipe", code: errno) }
  return (ends[0], ends[1])
}

/// The test's environment with `changes` over it; an empty string unsets.
func environment(changedBy changes: [String: String]) -> [String] {
  var kept: [String] = []
  var entry = unsafe environ
  while let text = unsafe entry.pointee {
    let variable = unsafe String(cString: text)
    if changes[String(variable.prefix { $0 != "=" })] == nil { kept.append(variable) }
    unsafe entry += 1
  }
  return kept + changes.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
}

/// The value of an environment variable, nil if it is not set.
package func variable(_ name: String) -> String? { unsafe getenv(name).map { unsafe String(cString: $0) } }
