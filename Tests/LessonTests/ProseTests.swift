import Lesson
import Markdown
import SourceText
import TestSupport
import Testing

@Suite("Tables and footnotes of a lesson")
struct ProseTests {
  static let tables: [Mistake] = [
    Mistake("an open quote", "```table\na,b\n\"x,1\n```\n", "3:1 W0046", under: "\""),
    Mistake("text behind a quote", "```table\na,b\n\"x\"y,1\n```\n", "3:4 W0046", under: "y"),
    Mistake("a quote in a cell", "```table\na,b\nx\"y,1\n```\n", "3:2 W0046", under: "\""),
    Mistake("a cell too few", "```table\na,b\nx\n```\n", "3:1 W0046", under: "x"),
    Mistake("a cell too many", "```table\na,b\nx,y,\n```\n", "3:1 W0046", under: "x,y,"),
    Mistake("nothing", "So:\n\n```table\n```\n", "3:1 W0046", under: "```table"),
    Mistake("a head alone", "```table\na,b\n\n```\n", "1:1 W0046"),
    Mistake("an unknown word", "> ```table captoin=\"x\"\n> a\n> 1\n> ```\n", "1:3 W0046"),
    Mistake("a caption without quotes", "```table caption=x y\na\n1\n```\n", "1:1 W0046"),
    Mistake("in a list", "- x\n\n  ```table\n  a,b\n  1\n  ```\n", "5:3 W0046", under: "1"),
  ]

  static let footnotes: [Mistake] = [
    Mistake("no footnote", "So.[^a]\n", "1:4 W0047", under: "[^a]"),
    Mistake("a misspelt one", "A[^ab] b[^ba]\n\n[^ab]: x\n", "1:9 W0047", under: "[^ba]"),
    Mistake("one that nothing refers to", "A\n\n[^a]: x y\n", "3:1 W0047", under: "[^a]"),
    Mistake("two of one name", "A[^a]\n\n[^a]: x y\n\n[^a]: z\n", "5:1 W0047", under: "[^a]"),
    Mistake("behind code", "`[^a]` and [^a]\n", "1:12 W0047", under: "[^a]"),
    Mistake("in a quote", "> x\n> y[^a]\n", "2:4 W0047"),
    Mistake("in a footnote", "A[^a]\n\n[^a]: x[^b]\n", "3:8 W0047", under: "[^b]"),
    Mistake("in a heading", "## A[^a]\n", "1:5 W0047"),
    Mistake("a link in a footnote", "A[^a] b[^b]\n\n[^a]: one\n[^b]: [x](#no)[^a]\n", "4:11 W0040"),
    Mistake("one that only itself refers to", "A\n\n[^a]: x[^a]\n", "3:1 W0047"),
  ]

  static let callouts: [Mistake] = [
    Mistake("a misspelt mark", "x\n\n> [!NOET]\n> y\n", "3:3 W0048", under: "[!NOET]"),
    Mistake("a mark in small letters", "> [!note]\n", "1:3 W0048", under: "[!note]"),
    Mistake("in a list", "- > [!INSTRUCTORS]\n  > x\n", "1:5 W0048", under: "[!INSTRUCTORS]"),
    Mistake("one of another tool", "> > [!FAILURE]\n", "1:5 W0048", under: "[!FAILURE]"),
  ]

  @Test(arguments: [
    "> [!NOTE]\n> x\n", "> [!INSTRUCTOR]\n", "> [!x] y\n", "> [!1]\n", "> [!]\n", "[!NOET]\n",
    "> `[!NOET]`\n", "> x\n>\n> [!NOET]\n",
  ])
  func `no callout is looked for where none can be`(_ text: String) {
    #expect(compile(text).messages == "")
  }

  @Test(arguments: tables + footnotes + callouts)
  func `each mistake has its code and place`(_ mistake: Mistake) {
    let lesson = compile(mistake.text)
    #expect(lesson.places == mistake.places, "\(lesson.messages)")
    if let underlined = mistake.underlined { #expect(lesson.underlined == underlined) }
  }

  @Test func `a table is read as spreadsheets write it`() throws {
    let lesson = compile(
      "~~~table caption=\"Calls, by `number`\"\r\nname, nr,share\r\n\"a, \"\"b\"\"\", 1 ,\"50 %\"\r\n\r\n"
        + "`c`,−2,\r\n~~~\r\n")
    #expect(lesson.messages == "")
    let table = try #require(lesson.tables.first)
    #expect(table.caption == "Calls, by `number`")
    #expect(table.head == ["name", "nr", "share"])
    #expect(table.rows == [["a, \"b\"", "1", "50 %"], ["`c`", "−2", ""]])
    #expect((0..<3).map(table.isNumeric) == [false, true, true])
    #expect(table.hasRowNames)
    #expect(table.text.lines(width: 40).first == "name    nr  share")
  }

  @Test(arguments: ["0x40", "1-2", "12 megabytes", "", "a1", "-"])
  func `what is no number stands on the left`(_ cell: String) {
    let lesson = compile("```table\na,b\nx,\"\(cell)\"\n```\n")
    #expect(lesson.tables.first?.isNumeric(1) == false)
  }

  @Test func `footnotes are numbered as the text refers to them`() {
    let lesson = compile(
      "# T\n\nOne[^b] and two[^a], *again[^b]*. `[^c]` [^d e] [x[^b]](#t-u)\n\n## T u\n\n"
        + "[^a]: Short.\n[^b]: Long, with `code`[^n]\nand a second line.\n\n[^n]: *Nested*.\n")
    #expect(lesson.messages == "")
    #expect(lesson.footnotes.map(\.name) == ["b", "a", "n"])
    #expect(lesson.footnotes.map(\.number) == [1, 2, 3])
    #expect(lesson.footnotes.map(\.references.count) == [2, 1, 1])
    #expect(
      lesson.footnotes.map(\.node.plainText) == [
        "Long, with code and a second line.", "Short.", "Nested.",
      ])
    let first = lesson.document.root.children.first { $0.kind == .paragraph }
    #expect(first?.plainText == "One and two, again. [^c] [^d e] x[^b]")
    #expect(
      lesson.document.root.lastChild?.children.map(\.kind) == Array(repeating: .paragraph, count: 3)
    )
  }

  @Test func `what looks like a footnote in code or a heading stays`() {
    let text = "    [^a]: x\n\n```\n[^a]: y\n```\n\nx `\n[^a]: z`\n\n[^b]: q\n===\n"
    let lesson = compile(text)
    let document = MarkdownDocument(parsing: Array(text.utf8))
    let literals = { (document: MarkdownDocument) in
      document.root.descendants.filter { $0.kind == .code || $0.kind == .codeBlock }.map(\.literal)
    }
    #expect(literals(lesson.document) == literals(document))
    #expect(!lesson.document.html(allowRaw: true).utf8.contains(0x1F))
  }

  @Test func `no text breaks footnotes and tables`() {
    var random = SeededGenerator(seed: 7)
    let pieces = [
      "[^a]", "[^b]", ": ", "\n", "\n\n", "> ", "- ", "`", "*", "x", "\"", ",", "```table\n",
      "```\n",
      "[", "](#a)", "# ", "    ", "ä", "\u{1F}",
    ]
    for _ in 0..<500 {
      let count = Int.random(in: 1...40, using: &random)
      let text = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
      let lesson = compile(text)
      for range in lesson.diagnostics.compactMap(\.primary?.range) {
        #expect(range.lower >= 0 && range.lower <= range.upper, "\(text)")
        #expect(range.upper <= text.utf8.count, "\(text)")
      }
      if !text.contains("\u{1F}") {
        #expect(!lesson.document.html(allowRaw: true).utf8.contains(0x1F), "\(text)")
      }
    }
  }
}
