import Foundation
import Lesson
import Markdown
import SourceText
import Testing

@testable import Handout

@Suite("Links and pictures on pages") struct ProseLinkTests {
  private static let text = """
    # Links

    ## How so

    ```walk scenario=a
    program p { nanosleep(1ms) }
    start p
    run
    ```

    [a](#how-so), [b](#a/p-loads-register), [c](02-next.md#x), [d](deep/book.md), [e](data.csv),
    ![the "ring"](ring.svg "Ring"), [f](https://example.org/?a&b).
    """

  private static let files = [
    "data.csv": "a,b\n", "ring.svg": "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
  ]

  private static func lesson(_ text: String = text) -> Lesson {
    Lesson.compile(
      SourceFile(name: "01-links.md", bytes: Array(text.utf8)),
      includes: { path throws(IncludeFailure) in
        guard let text = files[path] else { throw .unreadable("no such file") }
        return Array(text.utf8)
      })
  }

  private static func pages(_ format: HandoutFormat) -> [String: String] {
    var context = HandoutContext()
    context.cover = "book"
    let lesson = lesson()
    #expect(lesson.diagnostics == [])
    let files = Handout.pages(of: lesson, format: format, context: context)
    return Dictionary(
      uniqueKeysWithValues: files.map { ($0.name, String(decoding: $0.bytes, as: UTF8.self)) })
  }

  @Test func `a page of HTML has its pictures in it and its files beside it`() throws {
    let pages = Self.pages(.html)
    #expect(
      pages.keys.sorted() == [
        "01-links.file.data.csv", "01-links.html", "01-links.steps.html",
      ])
    #expect(pages["01-links.file.data.csv"] == "a,b\n")
    let page = try #require(pages["01-links.html"])
    HandoutTests.expectSound(page)
    for part in [
      "<a href=\"#how-so\">a</a>", "<a href=\"./02-next.html#x\">c</a>",
      "<a href=\"./index.html\">d</a>", "<a href=\"./01-links.file.data.csv\">e</a>",
      "<a href=\"https://example.org/?a&amp;b\">f</a>",
      "alt=\"the &quot;ring&quot;\" title=\"Ring\">", "<h2 id=\"how-so\">",
    ] {
      #expect(page.contains(part), "\(part)")
    }
    let picture = try #require(page.firstMatch(of: /src="data:image\/svg\+xml;base64,([^"]*)"/))
    #expect(Data(base64Encoded: String(picture.1)) == Data((Self.files["ring.svg"] ?? "").utf8))
  }

  @Test func `a step that is linked to is told in words, however close one must look for it`()
    throws
  {
    let lesson = Self.lesson()
    let page = try #require(Self.pages(.html)["01-links.html"])
    #expect(page.contains("<a href=\"#a/p-loads-register\">b</a>"))
    #expect(page.contains("<li class=\"m\" id=\"a/p-loads-register\">"))
    let other = Self.lesson(Self.text.replacing("#a/p-loads-register", with: "#a"))
    let without = Handout.pages(of: other, format: .html, context: HandoutContext())
    #expect(!String(decoding: without[0].bytes, as: UTF8.self).contains("<li class=\"m\""))
    #expect(lesson.links.count == other.links.count)
  }

  @Test func `Markdown keeps what it can link to`() throws {
    let pages = Self.pages(.markdown)
    #expect(
      pages.keys.sorted() == [
        "01-links.a-timeline.svg", "01-links.file.data.csv", "01-links.file.ring.svg",
        "01-links.md",
      ])
    let page = try #require(pages["01-links.md"])
    for part in [
      "[a](#how-so), b, [c](./02-next.md#x), [d](./index.md), [e](./01-links.file.data.csv),",
      "](./01-links.file.ring.svg \"Ring\")",
    ] {
      #expect(page.contains(part), "\(page)")
    }
  }

  @Test func `paper has no names of headings`() throws {
    let page = try #require(Self.pages(.latex)["01-links.tex"])
    #expect(page.contains("\na, b, {c}, {d}, {e},"))
    let manual = try #require(Self.pages(.man)["01-links.7"])
    #expect(manual.contains("\na, b, c (./02\\-next.7#x)"))
  }

  @Test func `a lesson's tree is the same after each format`() {
    let lesson = Self.lesson()
    let before = lesson.document.html(allowRaw: true)
    for format in HandoutFormat.allCases {
      _ = Handout.pages(of: lesson, format: format, context: HandoutContext())
      #expect(lesson.document.html(allowRaw: true) == before, "\(format)")
    }
  }

  @Test(arguments: 0...9) func `bytes as text are read back`(_ count: Int) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 97 + 250) }
    #expect(Data(base64Encoded: Base64.text(bytes)) == Data(bytes))
  }
}
