// The binary form of a cluster, as configuration servers carry it.

internal import ConfigBinary
internal import ConfigKeeping
internal import ConfigText
internal import Supply

struct ClusterCoder: BinaryCoder {
  func readBinary(_ bytes: [UInt8]) throws(Failing) -> Part {
    do throws(BinaryFault) {
      return Part("server", try BinaryForm.text(bytes).text)
    } catch {
      throw Failing(Fault("the configuration: \(error)"))
    }
  }

  func binaryForm(of parts: [Part]) throws(Failing) -> [UInt8] {
    do throws(BinaryFault) {
      return try BinaryForm.bytes(Interpretation.tree(parts))
    } catch {
      throw Failing(Fault("the configuration: \(error)"))
    }
  }
}
