// What the kernel answers: generic netlink payloads of the family IPVS.

import Netlink
import Values

func fuzzReplies(_ bytes: [UInt8]) {
  for family in [AddressFamily.inet, .inet6] {
    _ = try? IPVSReply(parsing: bytes.span, serviceFamily: family)
  }
}
