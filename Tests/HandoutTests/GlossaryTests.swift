import Lesson
import Markdown
import SourceText
import Testing

@testable import Handout

@Suite("The glossary") struct GlossaryTests {
  private static func lesson(_ name: String, _ text: String) -> Lesson {
    Lesson.compile(
      SourceFile(name: name, bytes: Array(text.utf8)),
      includes: { _ throws(IncludeFailure) in throw .outside })
  }

  private static let glossary = HandoutGlossary(
    lesson(
      "glossary.md",
      "# Glossary\n\n## Page table\n\nx\n\n## Page\n\ny\n\n## Runnable, ready to run (state)\n\nz\n\n"
        + "### Deep\n\n## `errno`\n\n## TLB\n\n## Überlauf\n"))

  private static func page(_ text: String, _ format: HandoutFormat = .html) -> String {
    var context = HandoutContext()
    context.glossary = glossary
    let lesson = lesson("one.md", text)
    let before = lesson.document.html(allowRaw: true)
    let files = Handout.pages(of: lesson, format: format, context: context)
    #expect(lesson.document.html(allowRaw: true) == before)
    return String(decoding: files[0].bytes, as: UTF8.self)
  }

  private static func link(_ text: String, _ anchor: String) -> String {
    "<a href=\"./glossary.html#\(anchor)\">\(text)</a>"
  }

  @Test func `its terms are its headings of the second level`() {
    #expect(Self.glossary.lesson == "glossary")
    #expect(
      Self.glossary.terms.map(\.anchor) == [
        "page-table", "page", "runnable-ready-to-run-state", "errno", "tlb", "überlauf",
      ])
    #expect(Self.glossary.terms[2].forms == [["runnable"], ["ready", "to", "run"]])
  }

  @Test(
    arguments: [
      ("A page table here.", "A \(link("page table", "page-table")) here."),
      ("A page, a page.", "A \(link("page", "page")), a page."),
      (
        "Two pages; page tables.",
        "Two \(link("pages", "page")); \(link("page tables", "page-table"))."
      ),
      ("*The TLB*: tlb", "<em>The \(link("TLB", "tlb"))</em>: tlb"),
      ("It is ready to run.", "It is \(link("ready to run", "runnable-ready-to-run-state"))."),
      ("Ready to go, unpaged, pages-of.", "Ready to go, unpaged, pages-of."),
      ("Ein ÜBERLAUF", "Ein \(link("ÜBERLAUF", "%C3%BCberlauf"))"),
      ("`page` [page](https://example.org) page", nil),
      ("Page &lt;tlb>", "\(link("Page", "page")) &lt;\(link("tlb", "tlb"))&gt;"),
    ] as [(String, String?)])
  func `the first use of a term is a link`(_ text: String, _ expected: String?) {
    let page = Self.page("# Page table\n\n## The TLB\n\n\(text)\n")
    HandoutTests.expectSound(page)
    let paragraph =
      expected
      ?? "<code>page</code> <a href=\"https://example.org\">page</a> \(Self.link("page", "page"))"
    #expect(page.contains("<p>\(paragraph)</p>"), "\(page)")
    #expect(page.replacing("\n", with: "").contains("<h2 id=\"the-tlb\">The TLB</h2>"))
  }

  @Test func `Markdown links as well, paper does not, nor does the glossary itself`() {
    #expect(Self.page("A page.", .markdown).contains("A [page](./glossary.md#page)."))
    #expect(!Self.page("A page.", .latex).contains("glossary"))
    var context = HandoutContext()
    context.glossary = Self.glossary
    let own = Self.lesson("glossary.md", "A page.\n")
    let page = Handout.pages(of: own, format: .html, context: context)[0].bytes
    #expect(String(decoding: page, as: UTF8.self).contains("<p>A page.</p>"))
  }
}
