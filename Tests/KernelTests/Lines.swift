// Lines as the engine says them, for the tests of the kernel's reconcilers.

let reset = #"{"type":"reset","from":"ss-engine","lines":1}"#
func sync(_ number: Int) -> String { #"{"type":"sync","from":"ss-engine","n":"t.\#(number)"}"# }
func prune(_ family: String, _ number: Int, confirmed: Bool = false) -> String {
  #"{"type":"prune","from":"ss-engine","of":"\#(family)","n":"t.\#(number)"\#(confirmed ? #","confirmed":true"# : "")}"#
}
func deleted(_ type: String, _ key: String) -> String { #"{"type":"\#(type)","key":"\#(key)","deleted":true}"# }

/// A complete set.
func set(_ lines: String...) -> String { ([reset] + lines + [sync(1)]).joined(separator: "\n") + "\n" }

/// `tcp 192.0.2.1 80`, the scheduler, and members in JSON.
func service(_ transport: String, _ address: String, _ port: Int, _ scheduler: String = "rr", _ more: String = "")
  -> String
{
  let isIPv6 = address.contains(":")
  let key = "\(transport)/\(isIPv6 ? "[\(address)]" : address):\(port)"
  return #"{"type":"ipvs.service","key":"\#(key)","vip":"\#(address)","family":"\#(isIPv6 ? "inet6" : "inet")","#
    + #""protocol":"\#(transport)","address":"\#(address)","port":\#(port),"scheduler":"\#(scheduler)"\#(more)}"#
}

func marked(_ mark: Int, _ family: String, _ scheduler: String = "rr") -> String {
  #"{"type":"ipvs.service","key":"fwmark/\#(mark)/\#(family)","family":"\#(family)","fwmark":\#(mark),"#
    + #""scheduler":"\#(scheduler)"}"#
}

/// A destination of the service with that key.
func destination(
  _ service: String, _ address: String, _ port: Int, weight: Int = 1, _ forwarding: String = "route",
  _ more: String = ""
) -> String {
  let host = address.contains(":") ? "[\(address)]" : address
  return #"{"type":"ipvs.destination","key":"\#(service)/\#(host):\#(port)","service":"\#(service)","#
    + #""address":"\#(address)","port":\#(port),"forwarding":"\#(forwarding)","weight":\#(weight)\#(more)}"#
}

func address(_ interface: String, _ prefix: String, vip: String? = nil) -> String {
  let more = vip.map { #","vip":"\#($0)""# } ?? ""
  return #"{"type":"link.address","key":"\#(interface)/\#(prefix)","interface":"\#(interface)","#
    + #""address":"\#(prefix)"\#(more)}"#
}

func dummy(_ name: String) -> String { #"{"type":"link.interface","key":"\#(name)","kind":"dummy"}"# }
