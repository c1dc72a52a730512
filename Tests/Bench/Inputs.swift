// make: what the measurements read, written to standard output. Lines of 300 bytes, a cluster.pb, and one set of IPVS
// services in our form and in that of `ipvsadm --restore`.

import Loop

/// make KIND [COUNT...].
func make(_ arguments: [String]) throws {
  let counts = arguments.dropFirst().compactMap { Int($0) }
  switch (arguments.first, counts.count) {
  case ("unknown", 1): try emit(counts[0], unknownLine)
  case ("destinations", 1): try emit(counts[0]) { padded(destinationHead("10.0.0.100", destination: $0)) }
  case ("cluster", 2): try cluster(counts[0], backends: counts[1])
  case ("services", 2): try services(counts[0], destinations: counts[1])
  case ("rules", 2): try emit(counts[0]) { rules($0, destinations: counts[1]) }
  case ("weight", 1): try emit(1) { _ in weight(counts[0]) }
  default: throw Unusable("make unknown N | destinations N | cluster N M | services N M | rules N M | weight W")
  }
}

private func emit(_ count: Int, _ text: (Int) -> String) throws {
  var out: [UInt8] = []
  for index in 0..<count {
    out += Array(text(index).utf8)
    if out.count > 1 << 16 {
      try StandardStreams.print(out)
      out = []
    }
  }
  try StandardStreams.print(out)
}

/// The object with one more member, so long that the line has 300 bytes without its newline.
private func padded(_ head: String) -> String {
  let frame = ",\"note\":\"\"}"
  let count = max(0, 300 - head.utf8.count - frame.utf8.count)
  return "\(head),\"note\":\"\(String(repeating: "x", count: count))\"}\n"
}

/// Of a type that no command knows.
private func unknownLine(_ index: Int) -> String {
  padded(
    "{\"type\":\"flow.seen\",\"key\":\"flow/\(index)\",\"source\":\"192.0.2.\(index % 250)\",\"port\":\(index % 65536),"
      + "\"established\":true,\"share\":0.25,\"tags\":[\"a\",\"b\"],\"bytes_in\":\(index * 1001),"
      + "\"bytes_out\":\(index * 7),\"interface\":\"eth0\",\"protocol\":\"tcp\",\"state\":\"established\"")
}

private func vip(_ index: Int) -> String { "10.\(index >> 16).\(index >> 8 & 255).\(index & 255)" }

private func backend(_ index: Int) -> String { "10.1\(index >> 16 & 7).\(index >> 8 & 255).\(index & 255)" }

private func destinationHead(_ vip: String, destination: Int, weight: Int = 1) -> String {
  let address = backend(destination)
  return "{\"type\":\"ipvs.destination\",\"key\":\"tcp/\(vip):80/\(address):80\",\"service\":\"tcp/\(vip):80\","
    + "\"vip\":\"\(vip)\",\"address\":\"\(address)\",\"port\":80,\"forwarding\":\"route\",\"weight\":\(weight)"
}

private func services(_ count: Int, destinations: Int) throws {
  let sync = "{\"type\":\"sync\",\"from\":\"ss-engine\",\"n\":\"b.1\"}\n"
  try StandardStreams.print(Array("{\"type\":\"reset\",\"from\":\"ss-engine\",\"lines\":1}\n".utf8))
  try emit(count) { index in
    let vip = vip(index + 1)
    var text =
      "{\"type\":\"ipvs.service\",\"key\":\"tcp/\(vip):80\",\"vip\":\"\(vip)\",\"family\":\"inet\","
      + "\"protocol\":\"tcp\","
      + "\"address\":\"\(vip)\",\"port\":80,\"scheduler\":\"wlc\"}\n"
    for other in 0..<destinations {
      text += destinationHead(vip, destination: index * destinations + other) + "}\n"
    }
    return text
  }
  try StandardStreams.print(Array(sync.utf8))
}

private func rules(_ index: Int, destinations: Int) -> String {
  let service = "-t \(vip(index + 1)):80"
  var text = "-A \(service) -s wlc\n"
  for other in 0..<destinations {
    text += "-a \(service) -r \(backend(index * destinations + other)):80 -g -w 1\n"
  }
  return text
}

/// A commit that changes the weight of the first destination of that set.
private func weight(_ weight: Int) -> String {
  destinationHead(vip(1), destination: 0, weight: weight)
    + "}\n{\"type\":\"sync\",\"from\":\"ss-engine\",\"n\":\"w.\(weight)\"}\n"
}

private func cluster(_ count: Int, backends: Int) throws {
  try StandardStreams.print(
    Array("seesaw_vip { fqdn: \"seesaw.example.com.\" ipv4: \"10.0.0.1/8\" status: PRODUCTION }\n".utf8))
  try emit(count) { index in
    var text = """
      vserver {
        name: "v\(index)"
        entry_address { fqdn: "v\(index).example.com." ipv4: "\(vip(index + 2))/8" status: PRODUCTION }
        rp: "team"
        vserver_entry {
          protocol: TCP port: 80 scheduler: WLC
          healthcheck { type: HTTP port: 80 send: "/healthz" receive: "ok" }
        }

      """
    for other in 0..<backends {
      let number = index * backends + other
      text +=
        "  backend { host { fqdn: \"b\(number).example.com.\" ipv4: \"\(backend(number))/8\" status: PRODUCTION } }\n"
    }
    return text + "}\n"
  }
}
