// The text of keepalived.conf: comments, quotes, parameters, conditions, sequences, includes (keepalived.conf(5)).

import Import
import Testing

@Suite struct KeepalivedTextTests {
  // MARK: Comments and quotes

  @Test func `a comment sign within a word is told with what is left of the word`() {
    let imported = keepalived(service("virtualhost s3cret!x"))
    #expect(
      imported.told == [
        "6:19: warning: ! begins a comment, also within a word: \"s3cret\" is what is left of it"
      ])
    #expect(imported.isComplete)
  }

  @Test func `a comment after a blank or a brace is an ordinary one`() {
    let imported = keepalived("! first\n  # second {\n" + service("virtualhost x ! third\n") + "# }! fourth")
    #expect(imported.told == [])
  }

  @Test func `comment signs and braces within quotes are text`() {
    let url = #"HTTP_GET { url { path "/a!b{c}" } url { path '/d!e' } }"#
    let imported = keepalived(service("", real: "real_server 198.51.100.1 80 { \(url) }"))
    #expect(imported.told == [])
    #expect(imported.values(of: "send") == [#""/a!b{c}""#, #""/d!e""#])
  }

  @Test func `quotes join words and escapes are decoded once`() {
    let url = #"HTTP_GET { url { path /a"b \"c\" "'d\\'\x41\102\cA\tz } }"#
    let imported = keepalived(service("", real: "real_server 198.51.100.1 80 { \(url) }"))
    #expect(imported.values(of: "send") == [#""/ab \"c\" d\\AB\001\tz""#])
  }

  @Test func `an apostrophe alone is one`() {
    let imported = keepalived(service("virtualhost it's"))
    #expect(imported.told == [])
  }

  @Test(arguments: [
    (service("virtualhost \"abc"), "6:13: error: the quote is not closed; nothing is imported"),
    (
      "virtual_server 192.0.2.1 80 {\n real_server 198.51.100.1 80 {\n }\n",
      "1:29: error: { is never closed; nothing is imported"
    ),
    (service("") + "}", "8:1: error: } closes no block; nothing is imported"),
    ("{ }", "1:1: error: { follows no word; nothing is imported"),
    ("# fine\nvirtual_server 1\u{0}", "2:17: error: a NUL byte; nothing is imported"),
    (String(repeating: "a {\n", count: 70), "65:3: error: blocks go too deep; nothing is imported"),
  ])
  func `a text that falls apart gives nothing`(text: String, sentence: String) {
    let imported = keepalived(text)
    #expect(imported.text == nil)
    #expect(imported.told == [sentence])
  }

  // MARK: Parameters

  private func real(_ host: String) -> String {
    service("", real: "real_server 198.51.100.1 80 { HTTP_GET { url { path /\nvirtualhost \(host) } } }")
  }

  @Test(arguments: [
    ("$A=x\n", "$A", #""x""#), ("$A=x\n", "${A}y", #""xy""#), ("$A=x\n", "$A.y", #""$A.y""#),
    ("$A=${B}.c\n$B=1\n$B=2\n", "$A", #""2.c""#), ("", "$UNKNOWN", #""$UNKNOWN""#),
    ("", "${_INSTANCE}", #""main""#), ("", "${_ENV NAME}", #""value""#), ("", "\"a${_HASH}b${_BANG}\"", #""a#b!""#),
    ("", "${_PWD}", #"".""#), ("@other $A=o\n@main $A=m\n@^main $A=n\n", "$A", #""m""#),
  ])
  func `parameters are replaced where they are used`(definitions: String, use: String, host: String) {
    let imported = keepalived(definitions + real(use), environment: ["NAME": "value"])
    #expect(imported.values(of: "host") == [host])
    #expect(imported.told == [])
  }

  @Test func `a definition with a blank before its sign is told`() {
    let imported = keepalived("$A = x\n" + real("$A"))
    #expect(imported.values(of: "host") == [#""x""#])
    #expect(
      imported.told == ["1:1: warning: keepalived knows no definition with a blank before =; $A is defined here"])
  }

  @Test(arguments: [
    ("$A=$A x\n" + service("virtualhost $A"), "7:1: error: a parameter that leads to itself; nothing is imported"),
    (service("virtualhost ${NONE}"), "6:13: error: a parameter that is not defined; nothing is imported"),
    ("$A= \\\n$A \\\n$A\n$A\n", "2:1: error: parameters, sequences or includes go too deep; nothing is imported"),
    ("~SEQ(A, 1, 100000) ~SEQ(B, 1, 100000)\n", "1:20: error: the expanded text is too large; nothing is imported"),
    ("~SEQ(A, 1, 0, 5) a\n", "1:1: error: ~SEQ: step 0 never leads from 1 to 5; nothing is imported"),
    ("~SEQ(1, 5) a\n", "1:1: error: ~SEQ: (VAR, START, STEP, END) is expected, not (1, 5); nothing is imported"),
    ("~SEQ(A, x) a\n", "1:1: error: ~SEQ: \"x\" is no number up to 100000; nothing is imported"),
    ("~LST({A,B}, {1}) a\n", "1:1: error: ~LST: \"{1}\" has 1 values for 2 names; nothing is imported"),
    ("~LST A\n", "1:1: error: ~LST is followed by no list in parentheses; nothing is imported"),
  ])
  func `parameters that lead nowhere refuse the whole`(text: String, sentence: String) {
    let imported = keepalived(text)
    #expect(imported.text == nil)
    #expect(imported.told.first == sentence)
  }

  @Test func `a parameter's place is where it is used, and that of several lines where they stand`() {
    let imported = keepalived("$W=70000\n" + service("", real: "real_server 198.51.100.1 80 { weight $W }"))
    #expect(imported.told.contains("6:38: error: weight 70000 is left out: \"70000\" is no number from 0 to 65535"))
    let lines = keepalived("$B= \\\n  foo 1 \\\n  bar 2\n" + service("$B"))
    #expect(
      lines.told == [
        "2:3: error: foo 1 is left out: keepalived has no such word here",
        "3:3: error: bar 2 is left out: keepalived has no such word here",
      ])
  }

  // MARK: Includes

  @Test func `an include is read where it stands, from the folder of the file that asks`() {
    let files = ["a/one.conf": "include two.inc", "a/two.inc": "virtualhost deep", "b.inc": "nothing"]
    let imported = keepalived(service("include a/*.conf", real: real), files: files)
    #expect(imported.values(of: "host") == [#""deep""#])
    #expect(imported.files == ["k.conf", "a/one.conf", "a/two.inc"])
  }

  private let real = "real_server 198.51.100.1 80 { HTTP_GET { url { path / } } }"

  @Test(arguments: ["include", "includer", "includem", "includew", "includeb", "includea"])
  func `an include that matches nothing refuses the whole`(word: String) {
    let imported = keepalived(service("") + "\(word) services.d/*\n")
    #expect(imported.text == nil)
    #expect(
      imported.told == ["8:1: error: include services.d/*: no file matches services.d/*; nothing is imported"])
  }

  @Test func `a file that is cut off refuses the whole, and one that includes itself too`() {
    let cut = keepalived("include x", files: ["x": "virtual_server 192.0.2.1 80 {"])
    #expect(cut.told == ["x:1:29: error: { is never closed; nothing is imported"])
    let loop = keepalived("include x", files: ["x": "include x"])
    #expect(loop.text == nil)
    #expect(loop.told.count == 1)
  }
}
