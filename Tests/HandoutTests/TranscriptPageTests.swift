import Catalogue
import Foundation
import Lesson
import SourceText
import Testing

@testable import Handout

@Suite("Words of the machine on pages") struct TranscriptPageTests {
  private static let text = """
    # Words

    ```walk scenario=talk
    program p { write(1, "a <b>\\nfd 3\\nend\\n", 15) }
    start p
    run
    ```

    ```output
    a <b>
    fd {n}
    ...
    ```

    ~~~output process=p caption="Printed by `p`, at last"
    ...
    e...
    ~~~

    ```table show=calls
    | Call | Result |
    | --- | --- |
    | `write(1, ..., 15)` | {n} |
    | ... |
    ```

    """

  private static func pages(
    _ text: String, _ format: HandoutFormat, language: LanguageChoice = .english
  ) -> [String] {
    let lesson = Lesson.compile(
      SourceFile(name: "words.md", bytes: Array(text.utf8)),
      includes: { _ throws(IncludeFailure) in throw .outside }, language: language)
    #expect(lesson.diagnostics == [])
    let files = Handout.pages(of: lesson, format: format, context: HandoutContext())
    return files.map { String(decoding: $0.bytes, as: UTF8.self) }
  }

  private static func page(_ format: HandoutFormat) -> String { pages(text, format).first ?? "" }

  private static func expect(_ parts: [String], in page: String) {
    for part in parts { #expect(page.contains(part), "\(part)") }
  }

  @Test func `HTML has what was printed, and says what was left out`() {
    let elision = "<span role=\"img\" aria-label=\"left out\">…</span>"
    Self.expect(
      [
        "<figure class=\"printed\"><figcaption>What was printed</figcaption>\n"
          + "<pre><samp>a &lt;b&gt;\nfd 3\n\(elision)</samp></pre></figure>",
        "<figcaption>Printed by <code>p</code>, at last</figcaption>\n"
          + "<pre><samp>\(elision)\ne\(elision)</samp></pre>",
        "<caption>The system calls of talk</caption>",
        "<td class=\"n\">15</td></tr>\n<tr><td colspan=\"2\">\(elision)</td></tr>",
        "<code>write(1, …, 15)</code>",
      ], in: Self.page(.html))
  }

  @Test func `in German it says so in German`() {
    let text = Self.text.replacing("| Call | Result |", with: "| Aufruf | Ergebnis |")
    let page = Self.pages(text, .html, language: LanguageChoice("de") ?? .english).first ?? ""
    Self.expect(["aria-label=\"ausgelassen\"", "Was ausgegeben wurde"], in: page)
  }

  @Test func `Markdown has text blocks and tables, and no word of the patterns`() {
    let page = Self.page(.markdown)
    Self.expect(
      [
        "What was printed:\n\n``` text\na <b>\nfd 3\n…\n```\n",
        "Printed by `p`, at last:\n\n``` text\n…\ne…\n```\n",
        "| Call | Result |\n| --- | ---: |\n| `write(1, …, 15)` | 15 |\n| … |  |\n",
      ], in: page)
    #expect(!page.contains("{n}") && !page.contains("show=calls"))
  }

  @Test(arguments: [HandoutFormat.latex, .man])
  func `paper has it in letters`(_ format: HandoutFormat) {
    Self.expect(["fd 3", "What was printed"], in: Self.page(format))
  }

  @Test func `only pages with them carry their sheet, and the policy knows its digest`() throws {
    let text = "\(TranscriptSheet.text)"
    #expect(text.utf8.count <= 512)
    #expect("\(TranscriptSheet.digest)" == (try HandoutTests.digest(text)))
    let page = Self.page(.html)
    #expect(page.contains("<style>\(text)</style>") && page.contains("'\(TranscriptSheet.digest)'"))
    let pages = Self.pages(Self.text.replacing("```output\n", with: "```text\n"), .html)
    #expect(Self.pages(Self.text, .html).count == 2)
    #expect(Self.pages(Self.text, .html).last?.contains(text) == false)
    #expect(pages.first?.contains(text) == true)
    let plain = HandoutTests.html(SampleLesson.view())
    #expect(!plain.contains(text) && !plain.contains("\(TranscriptSheet.digest)"))
  }

  @Test func `what answers a question is concealed until it is answered`() throws {
    let question = """
      ```walk predict=fd
      ask "Which?"
      answer p.exit
      ```

      """
    let before = Self.text
    let parts = before.split(separator: "~~~output process", maxSplits: 1)
    let text = parts[0] + question + "\n~~~output process" + parts[1]
    let page = Self.pages(String(text), .html).first ?? ""
    let first = try #require(page.range(of: "What was printed"))
    let second = try #require(page.range(of: "Printed by"))
    let opening = "<div data-after=\"ask-fd\">\n<figure class=\"printed\">"
    #expect(page[..<first.lowerBound].contains(opening) == false)
    #expect(page[..<second.lowerBound].contains(opening))
    #expect(page.contains("<div data-after=\"ask-fd\">\n<div class=\"scroll\""))
  }

  @Test func `a search finds what was printed, and a book in one file shows it`() {
    let lesson = Lesson.compile(
      SourceFile(name: "words.md", bytes: Array(Self.text.utf8)),
      includes: { _ throws(IncludeFailure) in throw .outside })
    let text = Handout.summary(of: lesson, format: .html).search
    #expect(text?.sections.first?.lead.contains("fd 3") == true)
    var file = HandoutBook(cover: nil, lessons: ["words"], context: HandoutContext())
    file.add(lesson)
    let page = String(decoding: file.bytes(), as: UTF8.self)
    Self.expect(
      ["<style>\(TranscriptSheet.text)</style>", "<pre><samp>a &lt;b&gt;\nfd 3\n"], in: page)
  }
}
