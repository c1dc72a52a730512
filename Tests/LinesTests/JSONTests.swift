// JSON texts: what is accepted, what is refused, and that nothing traps.

import Lines
import Testing

@Suite struct JSONTests {
  @Test(arguments: vectors("valid"))
  func `an accepted text is written in its compact form`(vector: JSON) throws {
    let text = try #require(vector["text"]?.string)
    #expect(try JSONReader.parse(text).text == vector["same"]?.string ?? text)
  }

  @Test(arguments: vectors("invalid"))
  func `a text that is not strict JSON is refused for its own reason`(vector: JSON) throws {
    let text = try #require(vector["text"]?.string)
    let error = try #require(throws: JSONError.self) { try JSONReader.parse(text) }
    let expected = Self.reasons[vector["class"]?.string ?? ""] ?? []
    #expect(expected.contains { error.reason.contains($0) }, "\(error.reason)")
  }

  private static let reasons = [
    "syntax": ["not a value", "expected", "the line ends early", "something follows"],
    "number": ["without digits", "leading zero", "beyond 2^63-1", "out of range", "number that ends early"],
    "string": [
      "surrogate pair", "unknown escape", "string without end", "escape that ends early", "not four digits",
      "control character",
    ],
    "duplicate": ["is there twice"],
    "depth": ["nested too deeply"],
  ]

  @Test func `an error tells the byte`() {
    #expect(throws: JSONError("a number with a leading zero", at: 5)) { try JSONReader.parse(#"{"a":01}"#) }
  }

  @Test func `members that differ only in how an accent is spelt are two`() throws {
    let text = "{\"\u{e9}\":1,\"e\u{301}\":2}"
    #expect(try JSONReader.parse(text).text == text)
  }

  @Test func `an object of more than 256 members is refused`() throws {
    let members = (0..<257).map { "\"\($0)\":0" }
    #expect(try JSONReader.parse("{\(members.dropLast().joined(separator: ","))}")["255"] == 0)
    #expect(throws: JSONError.self) { try JSONReader.parse("{\(members.joined(separator: ","))}") }
  }

  @Test func `every cut and every changed byte is an answer, not a trap`() {
    let bytes = Array(#"{"type":"a","from":"x","key":"ä\u00e4","n":[-1.5e3,null,true],"o":{"p":"\ud83d\ude00"}}"#.utf8)
    for length in 0..<bytes.count {
      let cut = Array(bytes[..<length])
      #expect(throws: JSONError.self) { try JSONReader.parse(cut.span) }
      _ = try? LineHead(scanning: cut.span)
    }
    for index in bytes.indices {
      for value in UInt8.min...UInt8.max {
        var changed = bytes
        changed[index] = value
        _ = try? JSONReader.parse(changed.span)
        _ = try? LineHead(scanning: changed.span)
        _ = try? Line(parsing: changed.span)
      }
    }
  }
}
