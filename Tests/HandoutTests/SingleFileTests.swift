import Foundation
import Lesson
import SourceText
import Testing

@testable import Handout

@Suite("One file for all") struct SingleFileTests {
  private static let files: [String: [UInt8]] = [
    "ring.png": Array("PNG".utf8), "data/times.csv": Array("1,2\n".utf8),
  ]

  private static func lesson(_ name: String, _ text: String) -> Lesson {
    Lesson.compile(
      SourceFile(name: "\(name).md", bytes: Array(text.utf8)),
      includes: { path throws(IncludeFailure) in
        guard let bytes = files[path] else { throw .unreadable("no such file") }
        return bytes
      })
  }

  private static let script = """
    ```walk scenario=down
    program p { exit(3) }
    start p
    run
    expect p exits 3
    ```

    """

  private static var first: Lesson {
    lesson(
      "01-one",
      """
      # One

      A trap[^n]. [Below](#the-end), [there](#down/p-exits), [two](02-two.md), [its end](02-two.md#the-end),
      [a step of two](02-two.md#down/p-exits), [cover](book.md), [top](#), [data](data/times.csv).

      ![a ring](ring.png "The ring.")

      \(script)
      ## The end

      ### Deeper

      ```walk predict=n of=down
      ask "Which status?"
      answer p.exit
      ```

      ```walk show=registers of=p at="p exits"
      ```

      [^n]: A note, [below](#the-end).
      """)
  }

  private static var second: Lesson {
    lesson(
      "02-two",
      "---\nlang: de\n---\n\n# Two\n\nOne trap.\n\n\(script)\n## The end\n\nSo.\n\n## text\n")
  }

  private static func book() -> String {
    let cover = lesson(
      "book", "# A tour\n\nRead [one](01-one.md#deeper).\n\n## Lessons\n\n## The end\n")
    let glossary = lesson("glossary", "# Glossary\n\n## Trap\n\nA way in.\n")
    var context = HandoutContext()
    context.cover = "book"
    context.glossary = HandoutGlossary(glossary)
    var book = HandoutBook(
      cover: cover, lessons: ["01-one", "02-two", "glossary"], context: context)
    for lesson in [first, second, glossary] {
      #expect(!lesson.isBroken)
      book.add(lesson)
    }
    return String(decoding: book.bytes(), as: UTF8.self)
  }

  @Test func `a book's ids are unique, and all its links lead to them`() {
    let page = Self.book()
    HandoutTests.expectSound(page)
    let ids = HandoutTests.values(of: "id", in: page)
    for id in [
      "01-one", "01-one/the-end", "01-one/down", "01-one/down/p-exits", "02-two", "02-two/the-end",
      "02-two/down/p-exits", "02-two/text-1", "text/the-end", "text/lessons", "lessons", "glossary",
      "01-one/fn-n", "01-one/ask-n", "01-one/down-registers",
    ] {
      #expect(ids.contains(id), "\(id)")
    }
    // Ids inside of pictures are names of XML.
    for id in ["p.01-one.down-timeline-title", "p.01-one.down-registers-desc"] {
      #expect(page.contains(" id=\"\(id)\"") && page.contains("by=\"\(id)\""))
    }
    // There is nothing beside it.
    for link in HandoutTests.values(of: "href", in: page) {
      #expect(
        link.hasPrefix("#") || link.hasPrefix("data:application/octet-stream;base64,"), "\(link)")
    }
  }

  @Test(
    arguments: [
      ("Below", "#01-one/the-end"), ("there", "#01-one/down/p-exits"), ("two", "#02-two"),
      ("its end", "#02-two/the-end"), ("a step of two", "#02-two/down/p-exits"), ("cover", "#text"),
      ("top", "#01-one"), ("below", "#01-one/the-end"), ("trap", "#glossary/trap"),
      ("one", "#01-one/deeper"), ("1. One", "#01-one"), ("2. Two", "#02-two"),
    ])
  func `links between lessons are links within the file`(_ words: String, _ target: String) {
    #expect(Self.book().contains("<a href=\"\(target)\">\(words)</a>"))
  }

  @Test func `headings of lessons are below those of their book`() {
    let page = Self.book()
    for heading in [
      "<h1>A tour</h1>", "<h2 id=\"text/the-end\">\nThe end\n</h2>",
      "<h2 id=\"lessons\">The lessons</h2>",
      "<h2 id=\"01-one\">One</h2>", "<h3 id=\"01-one/the-end\">\nThe end\n</h3>",
      "<h4 id=\"01-one/deeper\">\nDeeper\n</h4>",
      "<section class=\"part\" aria-labelledby=\"02-two\" lang=\"de\">",
    ] {
      #expect(page.contains(heading), "\(heading)")
    }
    #expect(page.contains("<title>A tour</title>"))
    #expect(page.components(separatedBy: "id=\"words\"").count == 2)
    #expect(page.contains("closer steps: the stepper has them."))
  }

  @Test func `the same book is the same file`() {
    #expect(Self.book() == Self.book())
  }

  @Test func `a lesson alone keeps its ids and has what it links to`() {
    let page = String(
      decoding: Handout.singleFile(of: Self.first, context: HandoutContext()), as: UTF8.self)
    HandoutTests.expectSound(page)
    #expect(page.contains("<title>One</title>"))
    #expect(!page.contains("<header>"))
    #expect(page.contains("<h2 id=\"the-end\">\nThe end\n</h2>"))
    #expect(page.contains("<a href=\"#the-end\">Below</a>, <a href=\"#down/p-exits\">there</a>"))
    // Other lessons are not there.
    #expect(page.contains("</a>, two, its end,\na step of two, cover, "))
    #expect(page.contains("<img src=\"data:image/png;base64,UE5H\" alt=\"a ring\">"))
    #expect(
      page.contains(
        "<a href=\"data:application/octet-stream;base64,MSwyCg==\" download=\"times.csv\">data</a>")
    )
    // The tree was left as it was.
    let site = Handout.pages(of: Self.first, format: .html, context: HandoutContext())
    #expect(
      String(decoding: site[0].bytes, as: UTF8.self).contains("<a href=\"./02-two.html\">two</a>"))
  }

  @Test func `lessons without a cover are a book as well`() {
    var book = HandoutBook(cover: nil, lessons: ["lessons", "text"], context: HandoutContext())
    for name in ["lessons", "text"] { book.add(Self.lesson(name, "# A\n\n## B\n")) }
    let page = String(decoding: book.bytes(), as: UTF8.self)
    HandoutTests.expectSound(page)
    #expect(page.contains("<h1>Lessons</h1>") && page.contains("<html lang=\"en\">"))
    for id in ["lessons-1/b", "text-1/b"] { #expect(page.contains("<h3 id=\"\(id)\">\nB\n</h3>")) }
  }

  @Test func `hostile names are no markup`() {
    let name = "a\"><script>x"
    var book = HandoutBook(cover: nil, lessons: [name, ""], context: HandoutContext())
    book.add(Self.lesson(name, "# </h2><script>\n\n\(Self.script)\n[x](#down)\n"))
    HandoutTests.expectSound(String(decoding: book.bytes(), as: UTF8.self))
  }

  @Test func `the policy knows the sheet of parts`() throws {
    #expect("\(PartSheet.digest)" == (try HandoutTests.digest("\(PartSheet.text)")))
    #expect(Self.book().contains(" '\(PartSheet.digest)'"))
  }
}
