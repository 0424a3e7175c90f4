import Claims
import Lesson
import Program
import SourceText
import TestSupport
import Testing
import Trace

/// A scenario called `a` in which `p` sleeps twice.
private let sleeps = """
  ```walk scenario=a
  program p { repeat 2 { nanosleep(1ms) } }
  start p
  run
  ```


  """

@Suite("Links of a lesson")
struct LinkTests {
  static let anchors: [Mistake] = [
    Mistake("no heading", "[x](#nowhere)\n", "1:5 W0040", under: "#nowhere"),
    Mistake("a misspelt heading", "## How so\n\nSee [it](#how-soo).\n", "3:10 W0040"),
    Mistake("a heading in capitals", "## How so\n\nSee [it](#How-So).\n", "3:10 W0040"),
    Mistake("the second of one heading", "## A b\n\n[x](#a-b-1)\n", "3:5 W0040", under: "#a-b-1"),
    Mistake("in a quote", "> Look,\n> [x](#no), here.\n", "2:7 W0040", under: "#no"),
    Mistake("in a list item", "- one\n- two\n  [x](#no)\n", "3:7 W0040", under: "#no"),
    Mistake(
      "behind the same words in code", "`[x](#no)` and [x](#no)\n", "1:20 W0040", under: "#no"),
    Mistake(
      "by reference", "See [there].\n\n[there]: #no\n", "3:10 W0040", under: "#no"),
    Mistake("in pointed brackets", "[x](<#a b>)\n", "1:6 W0040", under: "#a b"),
    Mistake("with an escape", "# T\n\n*[x](#a\\_b)*\n", "3:6 W0040", under: "#a\\_b"),
    Mistake(
      "the second of two links", "## B c\n\n[y](#b-c) [x](#b-d)\n", "3:15 W0040", under: "#b-d"),
    Mistake("in a heading", "## A [x](#no) c\n", "1:10 W0040", under: "#no"),
    Mistake("behind letters of two bytes", "äöü [x](#no)\n", "1:9 W0040", under: "#no"),
    Mistake("behind front matter", "---\ntitle: x\n---\n\n[x](#no)\n", "5:5 W0040"),
  ]

  static let steps: [Mistake] = [
    Mistake("no step", sleeps + "[x](#a/p-flies)\n", "7:5 W0041", under: "#a/p-flies"),
    Mistake("a misspelt step", sleeps + "[x](#a/p-sleps)\n", "7:5 W0041"),
    Mistake("a misspelt scenario", sleeps + "[x](#aa/p-sleeps)\n", "7:5 W0041"),
    Mistake("a third step of two", sleeps + "[x](#a/p-sleeps-3)\n", "7:5 W0041"),
    Mistake("a first step by number", sleeps + "[x](#a/p-sleeps-1)\n", "7:5 W0041"),
    Mistake("a step by its number", sleeps + "[x](#a/12)\n", "7:5 W0041"),
    Mistake("no name behind the scenario", sleeps + "[x](#a/)\n", "7:5 W0041", under: "#a/"),
    Mistake("no scenario at all", "[x](#a/p-sleeps)\n", "1:5 W0041"),
    Mistake("another process", sleeps + "> * [x](#a/q-sleeps)\n", "7:9 W0041"),
    Mistake(
      "a reference that is used twice", sleeps + "[x][s] and [y][s]\n\n[s]: #a/p-wakes-5\n",
      "9:6 W0041"),
    Mistake(
      "a scenario that does not compile", "```walk scenario=a\nrun\n```\n[x](#a/b-c)\n", "4:5 W0041"
    ),
  ]

  static let images: [Mistake] = [
    Mistake("no file", "![x](no.png)\n", "1:6 W0043", under: "no.png"),
    Mistake("a file outside", "![x](../ring.png)\n", "1:6 W0043", under: "../ring.png"),
    Mistake("a file outside in the middle", "![x](a/../../ring.png)\n", "1:6 W0043"),
    Mistake("a file that is no picture", "![x](data.csv)\n", "1:6 W0044", under: "data.csv"),
    Mistake("a picture that is too large", "![x](large.png)\n", "1:6 W0044"),
    Mistake(
      "a picture of another site", "![x](https://example.org/a.png)\n", "1:6 W0044",
      under: "https://example.org/a.png"),
    Mistake("a picture by mail", "![x](mailto:a@example.org)\n", "1:6 W0045"),
    Mistake("an absolute path", "![x](/ring.png)\n", "1:6 W0045", under: "/ring.png"),
    Mistake("no address", "So ![x]() it\n", "1:9 W0045", under: ""),
    Mistake("a picture as data", "![x](data:image/png;base64,AA==)\n", "1:6 W0045"),
    Mistake("a picture in a link", "[![x](no.png)](ring.png)\n", "1:7 W0043", under: "no.png"),
    Mistake("by reference", "![x]\n\n[x]:\n  no.png \"t\"\n", "4:3 W0043", under: "no.png"),
  ]

  static let addresses: [Mistake] = [
    Mistake("a script", "[x](javascript:alert(1))\n", "1:5 W0045", under: "javascript:alert(1)"),
    Mistake("a script in capitals", "[x](JavaScript:alert`1`)\n", "1:5 W0045"),
    Mistake("a script with entities", "[x](javascript&#58;alert)\n", "1:5 W0045"),
    Mistake("a script in pointed brackets", "So <javascript:alert> it\n", "1:5 W0045"),
    Mistake("a script by reference", "[x]\n\n[x]: vbscript:x\n", "3:6 W0045"),
    Mistake("data", "[x](data:text/html,hello)\n", "1:5 W0045"),
    Mistake("a file of the reader", "[x](file:///etc/passwd)\n", "1:5 W0045"),
    Mistake("an absolute path", "[x](/etc/passwd)\n", "1:5 W0045", under: "/etc/passwd"),
    Mistake("a host without a scheme", "[x](//example.org)\n", "1:5 W0045"),
    Mistake("no address", "[x]()\n", "1:5 W0045", under: ""),
    Mistake("a page of one's own", "[x](page.html)\n", "1:5 W0045", under: "page.html"),
    Mistake("a file that is not there", "[x](no.csv)\n", "1:5 W0043", under: "no.csv"),
    Mistake("a file outside", "[x](../../x.csv)\n", "1:5 W0043"),
    Mistake("a folder", "[x](folder/)\n", "1:5 W0043"),
  ]

  static let includes: [Mistake] = [
    Mistake("a file that is not there", walk("include \"no.walk\""), "2:9 W0024"),
    Mistake("a file of a folder", walk("include \"a/no.walk\""), "2:9 W0024"),
    Mistake("a path that leads out", walk("include \"../no.walk\""), "2:9 W0023"),
    Mistake("an absolute path", walk("include \"/no.walk\""), "2:9 W0023"),
    Mistake("no path", walk("include \"\""), "2:9 W0023"),
    Mistake("in the second line", walk("\ninclude \"no.walk\""), "3:9 W0024"),
    Mistake("in a quote", "> ```walk\n> include \"no.walk\"\n> ```\n", "2:11 W0024"),
    Mistake("in a list", "- x\n\n  ```walk\n  include \"no.walk\"\n  ```\n", "4:11 W0024"),
    Mistake("the lesson itself", walk("include \"lesson.md\""), "2:9 W0025"),
    Mistake("in a world", "```walk world\ninclude \"no.walk\"\n```\n", "2:9 W0024"),
  ]

  static let values: [Mistake] = [
    Mistake("a value without a scenario", "`{= time}`\n", "1:2 W0020", under: "{= time}"),
    Mistake("in a quote", "> `{= time}`\n", "1:4 W0020", under: "{= time}"),
    Mistake("the second one", sleeps + "`{= time}` `{= time(q sleeps)}`\n", "7:13 W0021"),
    Mistake("over two lines", sleeps + "`{= time(p\nreads)}`\n", "7:2 W0021"),
    Mistake("open", sleeps + "`{= time`\n", "7:2 W0022", under: "{= time"),
    Mistake("open, in a list", sleeps + "- `{= time`\n", "7:4 W0022"),
    Mistake("in a heading", "## At `{= time}`\n", "1:8 W0020"),
    Mistake("in two backticks", "``{= time}``\n", "1:3 W0020"),
    Mistake("in a link", "[`{= time}`](#a)\n\n## A\n", "1:3 W0020"),
    Mistake("behind letters of two bytes", "äöü `{= time}`\n", "1:6 W0020"),
  ]

  private static func walk(_ script: String) -> String { "```walk\n\(script)\n```\n" }

  @Test(arguments: anchors + steps + images + addresses + includes + values)
  func `what leads nowhere is told, with its place`(_ mistake: Mistake) {
    let large = String(repeating: "x", count: (512 << 10) + 1)
    let lesson = compile(
      mistake.text, files: ["ring.png": "PNG", "large.png": large, "data.csv": "a,b\n"])
    let own = lesson.places.filter { $0.contains("W00") }
    if mistake.text.contains("q sleeps") || mistake.text.contains("p\nreads") {
      // The checker has its own words for these.
      let isTold = lesson.places.contains { $0.hasPrefix("7:") || $0.hasPrefix("8:1 ") }
      #expect(isTold, "\(lesson.messages)")
      return
    }
    #expect(own == mistake.places, "\(lesson.messages)")
    if let underlined = mistake.underlined { #expect(lesson.underlined == underlined) }
  }

  @Test func `links that lead somewhere are right`() {
    let lesson = compile(
      "# Title\n\n## How so\n\n" + sleeps
        + "[a](#how-so), [b](#how%2Dso), [c](#a), [d](#a/p-sleeps-2), [e](#), [f](data.csv),\n"
        + "[g](https://example.org), <mailto:a@example.org>, <a@example.org>, ![h](ring.png),\n"
        + "[i](02-next.md#x), [j](../other/03.md), ![k](a%20b/ring.SVG), `[l](#no)`.\n",
      files: ["ring.png": "PNG", "data.csv": "a,b\n", "a b/ring.SVG": "<svg/>"])
    #expect(lesson.messages == "")
    let targets = lesson.links.map(\.target)
    #expect(
      targets.filter { if case .step = $0 { false } else { true } } == [
        .anchor("how-so"), .anchor("how-so"), .anchor("a"), .anchor(""), .file("data.csv"),
        .elsewhere, .elsewhere, .elsewhere, .image("ring.png"),
        .lesson(path: "02-next.md", anchor: "x"), .lesson(path: "../other/03.md", anchor: nil),
        .image("a b/ring.SVG"),
      ])
    for case .step(let scenario, let step) in targets {
      #expect(scenario == 0)
      let event = lesson.scenarios[0].run.trace.events[step]
      #expect(event.kind == .sleeps)
      let before = lesson.scenarios[0].run.trace.events[..<step].filter { $0.kind == .sleeps }
      #expect(before.count == 1)
    }
    #expect(targets.count == 13)
    #expect(lesson.files.keys.sorted() == ["a b/ring.SVG", "data.csv", "ring.png"])
  }

  @Test(arguments: [
    ("## How so\n\n[x](#how-soo)", "#how-so"), ("## How so\n\n[x](#How-so)", "#how-so"),
    ("## How it came\n\n[x](#how-it)", "#how-it-came"),
    (sleeps + "[x](#a/p-sleps)", "#a/p-sleeps"), (sleeps + "[x](#a/p-sleeps-9)", "#a/p-sleeps-2"),
    (sleeps + "[x](#a/p-exits-2)", "#a/p-exits"), ("![x](pictures/rign.png)", "pictures/ring.png"),
    ("[x](dta.csv)", "data.csv"), ("[x](a%20c.csv)", "a%20b.csv"),
  ])
  func `the nearest name is offered`(_ text: String, _ nearest: String) {
    let lesson = compile(
      text, files: ["./": "a b.csv\ndata.csv", "pictures/": "ring.png\nrings.png"])
    #expect(lesson.diagnostics.first?.fixIts.first?.message == "write `\(nearest)`")
    let edit = lesson.diagnostics.first?.fixIts.first?.edits.first
    #expect(edit?.replacement == nearest)
    #expect(edit.map { $0.range } == lesson.diagnostics.first?.primary?.range)
  }

  @Test func `a page of nothing but dead links takes no time`() {
    let headings = (0..<1_000).map { "## Heading number \($0)\n\n" }.joined()
    let links = (0..<5_000).map { "[x](#heading-nmber-\($0)) " }.joined()
    let lesson = compile(headings + links)
    #expect(lesson.diagnostics.count == 201)
  }

  @Test func `whatever stands in a lesson, links have places inside it`() {
    var random = SeededGenerator(seed: 4)
    let pieces = [
      "[", "](", ")", "<", ">", "`", "\\", "![", "]: ", "#a", "x.md", "\n", "> ", "- ", " ", "ä",
      "\n\n", "[x]", "javascript:x", "&#58;", "(",
    ]
    for _ in 0..<400 {
      let count = Int.random(in: 1...40, using: &random)
      let text = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
      let lesson = compile(text)
      for range in lesson.diagnostics.compactMap(\.primary?.range) + lesson.links.map(\.range) {
        #expect(range.lower >= 0 && range.lower <= range.upper, "\(text)")
        #expect(range.upper <= text.utf8.count, "\(text)")
      }
    }
  }
}

@Suite("Links between lessons")
struct BookLinkTests {
  /// What is wrong with the links of a book, as `file:line:column code`.
  private func check(
    _ lessons: [String: String], existing: Set<String> = []
  ) -> (places: [String], diagnostics: [Diagnostic]) {
    let names = lessons.keys.sorted()
    let compiled = names.map { compile(lessons[$0] ?? "", name: $0) }
    let found = BookLinks.diagnostics(
      of: zip(names, compiled).map {
        BookLinks.Page(path: $0, summary: $1.isBroken ? nil : $1.linkSummary)
      }, exists: existing.contains)
    let places = zip(compiled, found).flatMap { lesson, diagnostics in
      diagnostics.map { diagnostic in
        let place = diagnostic.primary.map {
          lesson.sources.files[0].position(at: $0.range.lower)
        }
        return "\(lesson.sources.files[0].name):\(place?.line ?? 0):\(place?.column ?? 0) "
          + diagnostic.code.description
      }
    }
    return (places, found.flatMap { $0 })
  }

  static let mistakes: [(link: String, code: String, nearest: String?)] = [
    ("02-two.md#hw-so", "W0040", "02-two.md#how-so"),
    ("02-two.md#so", "W0040", nil),
    ("./02-two.md#How-so", "W0040", "./02-two.md#how-so"),
    ("02-two.md#a/p-sleps", "W0041", "02-two.md#a/p-sleeps"),
    ("02-two.md#a/p-sleeps-3", "W0041", "02-two.md#a/p-sleeps-2"),
    ("02-two.md#b/p-sleeps", "W0041", "02-two.md#a/p-sleeps"),
    ("02-tow.md", "W0042", "02-two.md"),
    ("02-tow.md#how-so", "W0042", "02-two.md#how-so"),
    ("../02-two.md", "W0042", "02-two.md"),
    ("three.md", "W0042", nil),
    ("deep/04-for.md", "W0042", "deep/04-four.md"),
    ("05.md", "W0042", nil),
  ]

  @Test(arguments: mistakes)
  func `a dead link is told, with its place`(_ link: String, _ code: String, _ nearest: String?) {
    let (places, diagnostics) = check([
      "book/01-one.md": "# One\n\nAs [there](\(link)).\n",
      "book/02-two.md": "# Two\n\n## How so\n\n" + sleeps, "book/deep/04-four.md": "# Four\n",
    ])
    #expect(places == ["book/01-one.md:3:12 \(code)"])
    #expect(
      diagnostics.first?.fixIts.first?.edits.first?.replacement == nearest, "\(diagnostics)")
    #expect(diagnostics.first?.severity == .error)
  }

  @Test func `links that lead somewhere are right, wherever the lessons lie`() {
    let (places, _) = check([
      "book/01-one.md":
        "# One\n\n[a](02-two.md) [b](02-two.md#how-so) [c](02-two.md#a/p-sleeps-2) "
        + "[d](deep/04-four.md) [e](./deep/../02-two.md#a) [f](01-one.md) [g](02-two.md#)\n",
      "book/02-two.md": "# Two\n\n## How so\n\n" + sleeps,
      "book/deep/04-four.md": "[a](../01-one.md) [b](../../book/02-two.md#how-so)\n",
    ])
    #expect(places == [])
  }

  @Test func `a lesson that the command leaves out is worth a word`() {
    let (places, diagnostics) = check(
      ["book/01-one.md": "[a](02-two.md#x)\n"], existing: ["book/02-two.md"])
    #expect(places == ["book/01-one.md:1:5 W0042"])
    #expect(diagnostics.map(\.severity) == [.warning])
  }

  @Test func `of a lesson that does not compile nobody knows the headings`() {
    let (places, _) = check([
      "book/01-one.md": "[a](02-two.md#x)\n", "book/02-two.md": "`{= time}`\n",
    ])
    #expect(places == [])
  }
}
