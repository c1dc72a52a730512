// The binary form of a cluster, as configuration servers carry it.

internal import ConfigKeeping
internal import Supply

struct ClusterCoder: BinaryCoder {
  func readBinary(_ bytes: [UInt8]) throws(Failing) -> Part {
    throw Failing(Fault("the binary form is not known to this build"))
  }

  func binaryForm(of parts: [Part]) throws(Failing) -> [UInt8] {
    throw Failing(Fault("the binary form is not known to this build"))
  }
}
