import Lines
import Testing

@Suite struct JSONTests {
  @Test(arguments: [
    #"{"a":1,"b":[true,false,null],"c":{"d":"e"}}"#, #""""#, #""äöü €😀""#, "9223372036854775807",
    "-9223372036854775808",
    "0", "0.5", "[]", "{}", #""a\"b\\c\n""#, "[[[[]]]]",
  ])
  func `compact text reads and writes back the same`(text: String) throws {
    #expect(try JSONReader.parse(text).text == text)
  }

  @Test(arguments: [
    (#" { "a" : [ 1 , 2 ] } "#, #"{"a":[1,2]}"#), (#""\u00e4\ud83d\ude00\/""#, #""ä😀/""#), ("1e3", "1000.0"),
    ("-0", "0"), (#""\u0000\u001f""#, #""\u0000\u001f""#),
  ])
  func `other forms are written in the compact one`(text: String, compact: String) throws {
    #expect(try JSONReader.parse(text).text == compact)
  }

  @Test(arguments: [
    "", "{", "}", #"{"a":1,"a":2}"#, #"{"x":{"a":1,"a":2}}"#, "01", "1.", ".5", "1e", "+1", "--1",
    "9223372036854775808",
    "-9223372036854775809", "1e999", #""\ud800""#, #""\ud800\u0041""#, #""\udc00""#, #""\x""#, #""\u12""#, #""a"#,
    "\"a\nb\"",
    "tru", "nul", "[1,]", "{\"a\":1,}", "{a:1}", "[1 2]", "1 2", "'a'", "NaN",
    String(repeating: "[", count: 33) + String(repeating: "]", count: 33),
  ])
  func `text that is not strict JSON is refused`(text: String) {
    #expect(throws: JSONError.self) { try JSONReader.parse(text) }
  }

  @Test func `an error tells the byte`() {
    #expect(throws: JSONError("a number with a leading zero", at: 5)) { try JSONReader.parse(#"{"a":01}"#) }
  }

  @Test func `every cut and every changed byte is an answer, not a trap`() {
    let bytes = Array(#"{"type":"a","key":"ä\u00e4","n":[-1.5e3,null,true],"o":{"p":"\ud83d\ude00"}}"#.utf8)
    for length in 0..<bytes.count {
      let cut = Array(bytes[..<length])
      #expect(throws: JSONError.self) { try JSONReader.parse(cut.span) }
      _ = try? LineHead(scanning: cut.span)
    }
    for index in bytes.indices {
      for value in [UInt8(0), 0x22, 0x2c, 0x5c, 0x5d, 0x7b, 0x7d, 0x30, 0x80, 0xff] {
        var changed = bytes
        changed[index] = value
        _ = try? JSONReader.parse(changed.span)
        _ = try? LineHead(scanning: changed.span)
        _ = try? Line(parsing: changed.span)
      }
    }
  }
}
