// Lines and their heads: reading, writing, members by type, and what the schema makes of them.

import Lines
import Testing

@Suite struct LineTests {
  @Test func `type and key come first in what is written, wherever they stood`() throws {
    let line = try Line(parsing: #"{"a":1,"key":"k","b":[{"c":null}],"deleted":false,"type":"t"}"#)
    #expect(line.type == "t")
    #expect(line.key == "k")
    #expect(line.text == #"{"type":"t","key":"k","a":1,"b":[{"c":null}]}"#)
    #expect(Line.deleted("t", key: "k").text == #"{"type":"t","key":"k","deleted":true}"#)
  }

  @Test(arguments: Vector.all("schema"))
  func `the schema refuses a line for its reason or not at all`(vector: Vector) {
    var sentence: String?
    do throws(LineError) {
      let line = try Line(parsing: vector["line"])
      sentence = Schema.fault(in: line)?.reason
    } catch {
      sentence = error.reason
    }
    if let expected = vector.value["fault"]?.string {
      #expect(sentence?.contains(expected) == true, "\(sentence ?? "no fault")")
    } else {
      #expect(sentence == nil)
    }
  }

  @Test func `a secret is never in a sentence, not even through a typed member`() throws {
    let line = try Line(parsing: #"{"type":"check","key":"c","password":["hunter2"],"user":["root"]}"#)
    let secret = try #require(throws: LineError.self) { try line.string("password") }
    #expect(!secret.reason.contains("hunter2"))
    let open = try #require(throws: LineError.self) { try line.string("user") }
    #expect(open.reason == #"member "user" is not a string: ["root"]"#)
  }

  @Test func `a sentence is short however long the value is`() throws {
    let line = try Line(
      parsing: #"{"type":"check","key":"c","kind":""# + String(repeating: "x", count: 100_000) + #""}"#)
    let fault = try #require(Schema.fault(in: line))
    #expect(fault.reason.utf8.count < 300)
    let name = String(repeating: "n", count: 100_000)
    let error = try #require(throws: LineError.self) { try Line(parsing: "{\"\(name)\":1,\"\(name)\":2}") }
    #expect(error.reason.utf8.count < 300)
  }

  @Test func `a sentence is cut between two scalars, and counted in bytes`() throws {
    let value = JSON.string("e" + String(repeating: "\u{301}", count: 500))
    #expect(value.excerpt == "\"e" + String(repeating: "\u{301}", count: 39) + " ...")
    #expect(JSON.string("short").excerpt == "\"short\"")
  }

  @Test(arguments: [
    (#"{"type":"check","key":"k","rest":}"#, "check", "k", nil),
    (#"{"key":"k","type":"check.state"}"#, "check.state", "k", nil),
    (#"{ "a":{"key":"no","b":["]}",1]} , "key" :"k" , "type":"x.y" }"#, "x.y", "k", nil),
    (#"{"\u0074ype":"check","k\u0065y":"\u006b"}"#, "check", "k", nil),
    (#"{"type":"sync","n":"a.1","from":"ss-engine"}"#, "sync", nil, "ss-engine"),
    (#"{"from":"x","type":"error","reason":"r"}"#, "error", nil, "x"),
    (#"{"type":"ipvs.operation","of":"a"#, "ipvs.operation", nil, nil),
    (#"{"type":"none"}"#, "none", nil, nil),
    (#"{"type":"sync","from":5}"#, "sync", nil, nil),
  ])
  func `the head is found without the rest`(text: String, type: String, key: String?, from: String?) throws {
    let bytes = text.bytes
    let head = try LineHead(scanning: bytes.span)
    #expect(head.type(in: bytes.span) == type)
    #expect(head.key(in: bytes.span) == key)
    #expect(head.from(in: bytes.span) == from)
    #expect((head.known == nil) == (Schema.type(type) == nil))
  }

  @Test(arguments: [
    "", "x", "[1]", "{", "{}", #"{"key":"a"}"#, #"{"type":1}"#, #"{"type":""}"#, #"{"type":"a","key":1}"#, #"{"from":"#,
    #"{"type":"a","type":"b"}"#, #"{"key":"a","key":"b","type":"check"}"#, #"{"type":"a"} x"#, #"{"type":"a""#,
    #"{"type":"sync","from":"#, #"{"\x":1}"#,
  ])
  func `what has no head is no line`(text: String) {
    let bytes = text.bytes
    #expect(throws: JSONError.self) { try LineHead(scanning: bytes.span) }
  }

  @Test func `every type of the schema is found by its name, and no other`() {
    for type in Schema.types {
      #expect(Schema.type(type.name) == type)
      #expect(Schema.type(type.name + "x") == nil)
      #expect(
        Schema.type(String(type.name.dropLast())) == nil || Schema.types.contains { type.name.hasPrefix($0.name) })
    }
  }

  @Test func `the table of types keeps the contract`() {
    #expect(Set(Schema.types.map(\.name)).count == Schema.types.count)
    for type in Schema.types {
      #expect(type.hasKey == !type.key.isEmpty, "\(type.name)")
      #expect(Set(type.members.map(\.name)).count == type.members.count, "\(type.name)")
      if type.hasKey, type.writer == .many {
        #expect(type.key.contains("/"), "\(type.name): a key begins with its writer")
      }
      for member in type.members {
        let suffix = member.unit.map { ["ms", "us", "s", "ns"].contains($0) ? "_\($0)" : "" } ?? ""
        #expect(member.name.hasSuffix(suffix), "\(type.name): \(member.name) carries its unit")
        #expect(!member.isRequired || member.fallback == nil, "\(type.name): \(member.name)")
      }
    }
  }

  @Test func `a fold takes the newest line of each object and says whether anything changed`() throws {
    var fold = Fold()
    let news = try [
      #"{"type":"a","key":"k","v":1}"#, #"{"type":"a","v":1,"key":"k"}"#, #"{"type":"a","key":"k","v":2}"#,
      #"{"type":"a","key":"b","v":2}"#, #"{"type":"a","key":"c","deleted":true}"#,
    ].map { fold.take(try Line(parsing: $0)) }
    #expect(news == [true, false, true, true, false])
    #expect(fold.sorted.map(\.text) == [#"{"type":"a","key":"b","v":2}"#, #"{"type":"a","key":"k","v":2}"#])
    let isGone = fold.take(.deleted("a", key: "k"))
    #expect(isGone)
    #expect(fold.sorted.count == 1)
  }
}
