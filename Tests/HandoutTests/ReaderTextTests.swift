import Lesson
import SourceText
import TestSupport
import Testing

@testable import Handout

@Suite("What a reader sees of a page") struct ReaderTextTests {
  private static func lines(_ html: String) -> [String] { ReaderText(html: Array(html.utf8)).lines }

  @Test(arguments: [
    ("<body><p>One  <b>two</b>\nthree.</p>\n<p>Four</p></body>", ["One two three.", "Four"]),
    ("<head><title>x</title></head><body>a<style>b{}</style><script>c</script></body>", ["a"]),
    ("<body><pre><samp>a\n  b &lt;&amp;&gt;</samp></pre>c</body>", ["a", "  b <&>", "c"]),
    (
      "<body><table><tr><th>a</th><td>b</td></tr><tr><td>c</td></tr></table></body>",
      ["a | b", "c"]
    ),
    ("<body><a title=\"x > y\">a</a><!-- <p>no</p> -->b</body>", ["ab"]),
    ("<body><template><p>no</p></template><ul><li>a<li>b</ul></body>", ["a", "b"]),
    (
      "<body>This sentence has more than forty letters in it. Short. Another one.</body>",
      ["This sentence has more than forty letters in it.", "Short. Another one."]
    ), ("no body", []), ("<body><", []), ("<body><!--", []), ("<body><script>", []),
  ])
  func `words are found, and nothing else`(_ html: String, _ lines: [String]) {
    #expect(Self.lines(html) == lines)
  }

  @Test func `sheets and scripts are no part of the body, data are`() {
    func body(_ html: String) -> String {
      String(decoding: ReaderText(html: Array(html.utf8)).body, as: UTF8.self)
    }
    let data = "<script type=\"application/json\">[1]</script>"
    #expect(
      body("<style>x</style><body><i>a</i>\(data)<script>y</script><style>z</style></body>")
        == "<body><i>a</i>\(data)")
  }

  @Test func `all words of a lesson's page are there, in their order`() {
    let lesson = Lesson.compile(
      SourceFile(
        name: "a.md",
        bytes: Array("# Title\n\nSome *words* & `code`.\n\n- one\n- two\n\n```\nx  <y>\n```\n".utf8)
      ),
      includes: { _ throws(IncludeFailure) in throw .outside })
    let files = Handout.pages(of: lesson, format: .html, context: HandoutContext())
    let lines = ReaderText(html: files[0].bytes).lines
    let wanted = ["Title", "Some words & code.", "one", "two", "x  <y>"]
    #expect(lines.filter(wanted.contains) == wanted)
  }

  @Test func `no bytes break it`() {
    var random = SeededGenerator(seed: 4)
    let pieces = [
      "<", ">", "</", "body", "<body>", "pre", "<pre>", "</pre>", "script", "<script>", "\"", "'",
      "=",
      "&", "&amp;", " ", "\n", "a", "<!--", "-->", "ä", "<template>",
    ]
    for _ in 0..<2_000 {
      let count = Int.random(in: 0...30, using: &random)
      let html = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
      let text = ReaderText(html: Array(html.utf8))
      #expect(text.body.count <= html.utf8.count)
    }
  }
}
