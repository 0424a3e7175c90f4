import Testing

@testable import Grades

@Suite struct PlainTextTests {
  @Test func `row 15: all ends of lines are one, and tabs stay`() {
    #expect(PlainText.lines("a\r\nb\rc\nd\n\n\te\r") == "a\nb\nc\nd\n\n\te\n")
    #expect(PlainText.lines("plain é\n\t") == "plain é\n\t")
  }

  @Test func `what is dangerous is shown by its number`() {
    #expect(PlainText.lines("a\u{1B}[2Jb\u{202E}\u{85}") == "a\\u{1B}[2Jb\\u{202E}\\u{85}")
    #expect(PlainText.visible("a\n\tb") == "a\\u{A}\\u{9}b")
    #expect(PlainText.visible(" a b ") == " a b ")
  }

  @Test func `on one line each run of spaces is one`() {
    #expect(PlainText.line("  a \r\n\t b\n") == "a b")
    #expect(PlainText.line(" \n ") == "")
    #expect(PlainText.line("a\u{0}") == "a\\u{0}")
  }

  @Test(arguments: [
    ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcde… (1 bytes cut)"), ("éé", 3, "é… (2 bytes cut)"),
    ("e\u{301}x", 2, "e… (3 bytes cut)"), ("😀", 3, "… (4 bytes cut)"), ("", 0, ""),
  ])
  func `row 51: a text is cut at whole characters, and says how much`(
    text: String, limit: Int, cut: String
  ) {
    #expect(PlainText.cut(text, toBytes: limit) == cut)
  }
}
