import Foundation
import Lesson
import Markdown
import SourceText
import Testing

@testable import Handout

@Suite("Tables, callouts, footnotes and figures on pages") struct ProsePageTests {
  private static let text = """
    # Prose

    ## Fn why

    Some text[^why] and more[^b]; again[^why].

    ~~~table caption="Calls, by `number`"
    call, number, note
    `read|x`, 0, "a|b, *c* <i>"
    `write`, 12,
    ~~~

    > **Note.** Calls are *few*.

    > [!WARNING]
    > Do not.
    >
    > Twice.

    > [!CAUTION]
    >
    > Alone.

    > **Noted:** a quote.

    > [!REMARK] A quote.

    ![the ring](ring.svg "The ring, with `code`")

    [^why]: Because `it` sleeps,
    and wakes.
    [^b]: Short.
    """

  private static func lesson() -> Lesson {
    Lesson.compile(
      SourceFile(name: "prose.md", bytes: Array(text.utf8)),
      includes: { path throws(IncludeFailure) in
        guard path == "ring.svg" else { throw .outside }
        return Array("<svg/>".utf8)
      })
  }

  private static func page(_ format: HandoutFormat) -> String {
    let lesson = lesson()
    #expect(lesson.diagnostics == [])
    let files = Handout.pages(of: lesson, format: format, context: HandoutContext())
    return String(decoding: files[0].bytes, as: UTF8.self)
  }

  private static func expect(
    _ parts: [String], in page: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var rest = page[...]
    for part in parts {
      let range = rest.range(of: part)
      #expect(range != nil, "\(part) in:\n\(page)", sourceLocation: sourceLocation)
      if let range { rest = rest[range.upperBound...] }
    }
  }

  @Test func `HTML has elements for them`() {
    let page = Self.page(.html)
    HandoutTests.expectSound(page)
    Self.expect(
      [
        "text<sup><a href=\"#fn-why-1\" id=\"fnref-why\" role=\"doc-noteref\">1</a></sup> and",
        "<a href=\"#fn-why-1\" id=\"fnref-why-1\" role=\"doc-noteref\">1</a></sup>.</p>",
        "aria-label=\"Calls, by number\"><table class=\"data\">",
        "<caption>Calls, by <code>number</code></caption>",
        "<th scope=\"col\">call</th><th scope=\"col\" class=\"n\">number</th><th scope=\"col\">",
        "<th scope=\"row\"><code>read|x</code></th><td class=\"n\">0</td>"
          + "<td>a|b, *c* &lt;i&gt;</td>",
        "<td class=\"n\">12</td><td></td>",
        "<aside class=\"note\" aria-label=\"Note\">\n<p><strong>Note.</strong> Calls",
        "<aside class=\"warning\" aria-label=\"Warning\">\n<p class=\"kind\">Warning</p>\n"
          + "<p>Do not.</p>\n<p>Twice.</p>\n</aside>",
        "<p class=\"kind\">Caution</p>\n<p>Alone.</p>\n</aside>",
        "<blockquote>\n<p><strong>Noted:</strong>", "<blockquote>\n<p>[!REMARK]",
        "<figure class=\"figure\"><img src=\"data:image/svg+xml;base64,PHN2Zy8+\" alt=\"the ring\">"
          + "<figcaption>The ring, with <code>code</code></figcaption></figure>",
        "<section class=\"notes\" aria-label=\"Notes\">\n<ol>",
        "<li id=\"fn-why-1\">\n<p>Because <code>it</code> sleeps,\nand wakes.</p>",
        "<a href=\"#fnref-why-1\" aria-label=\"Back to note 1, place 2\">",
        "<li id=\"fn-b\">\n<p>Short.</p>\n<p><a href=\"#fnref-b\" aria-label=\"Back to note 2\">",
      ], in: page)
  }

  @Test func `only pages with them carry their sheet, and the policy knows its digest`() throws {
    let text = "\(ProseSheet.text)"
    #expect(text.utf8.count <= 2_048)
    #expect("\(ProseSheet.digest)" == (try HandoutTests.digest(text)))
    let page = Self.page(.html)
    #expect(page.contains("<style>\(text)</style>"))
    #expect(page.contains("style-src '\(Stylesheet.digest)' '\(ProseSheet.digest)'; "))
    let plain = HandoutTests.html(SampleLesson.view())
    #expect(!plain.contains(text) && !plain.contains("\(ProseSheet.digest)"))
  }

  @Test func `Markdown has what code forges show`() {
    Self.expect(
      [
        "Some text[^why] and more[^b]; again[^why].", "Calls, by `number`:",
        "| call | number | note |\n| --- | ---: | --- |\n",
        "| `read\\|x` | 0 | a\\|b, \\*c\\* \\<i\\> |\n| `write` | 12 |  |\n", "> **Note.** Calls",
        "> [!WARNING]\n> Do not.", "> [!CAUTION]\n", "> \\[\\!REMARK\\]",
        "![the ring](./prose.file.ring.svg \"The ring", "[^why]: Because `it` sleeps,\nand wakes.",
        "[^b]: Short.",
      ], in: Self.page(.markdown))
  }

  @Test(arguments: [HandoutFormat.latex, .man])
  func `paper has them in words`(_ format: HandoutFormat) {
    let page = Self.page(format)
    let isLatex = format == .latex
    Self.expect(
      [
        isLatex ? "text\\textsuperscript{1} and" : "text[1] and", "call    number  note",
        isLatex ? "\\textbf{Warning.}" : "\\f[B]Warning.\\f[]",
        isLatex ? "\\emph{The ring, with code}" : "\\f[I]The ring, with code\\f[]", "[1] Because",
        "[2] Short.",
      ], in: page)
  }

  @Test func `the lesson's tree is afterwards what it was`() {
    let lesson = Self.lesson()
    let before = lesson.document.html(allowRaw: true)
    for format in HandoutFormat.allCases {
      _ = Handout.pages(of: lesson, format: format, context: HandoutContext())
      #expect(lesson.document.html(allowRaw: true) == before, "\(format)")
    }
  }
}
