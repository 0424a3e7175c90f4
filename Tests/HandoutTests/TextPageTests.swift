import Claims
import Foundation
import Lesson
import Markdown
import Testing
import Trace

#if canImport(FoundationXML)
  import FoundationXML
#endif

@testable import Handout

@Suite struct TextPageTests {
  /// Kinds and nesting of all blocks, one line each.
  private func outline(_ document: MarkdownDocument) -> [String] {
    document.root.blocks.map { node in
      var depth = 0
      var place = node.parent
      while let here = place {
        depth += 1
        place = here.parent
      }
      return String(repeating: " ", count: depth) + "\(node.kind)"
    }
  }

  @Test(arguments: [
    SampleLesson.text,
    "- a\n- b\n\n```walk scenario=a\nrun\n```\n\n- c\n\n1. d\n2. e\n",
    "- x\n\n  ```walk scenario=a\n  run\n  ```\n\n  y\n\n      indented\n",
    "> ```walk scenario=a\n> run\n> ```\n> - z\n\n# One\n\n# Two\n",
    "~~~ a`b`\n```\n~~~\n\n* * *\n\n```walk show=timeline\n```\n",
  ])
  func `markdown, parsed again, has the blocks of the tree it was written from`(_ text: String) {
    var view = SampleLesson.view(text)
    let nasty = "1. # *a* _b_ `c` <d> [e](f) \\ - + ! | ``` ~~~ > & \n- x"
    view.summary = nasty
    view.scenarios[0].sentence = { _, step in
      step % 3 == 0 ? nasty : step % 3 == 1 ? "#\(step). `a``b`" : "- `x` +"
    }
    for index in view.fences.indices {
      view.fences[index].verdicts.append(
        VerdictView(verdict: .vacuous, claim: nasty, message: nasty, step: 1))
    }
    var built: [String] = []
    var written = ""
    TextPage.withTree(view, format: .markdown) { document, _ in
      built = outline(document)
      written = document.commonMark(width: 0)
    }
    let parsed = outline(MarkdownDocument(parsing: Array(written.utf8)))
    #expect(parsed == built, "\(written)")
    #expect(built.count > outline(view.document).count)
  }

  @Test func `a script cannot leave LaTeX's verbatim or a manual page's text`() {
    var view = SampleLesson.view(
      "```walk scenario=a\n# \\end{verbatim}\\input{/etc/passwd}\n```\n\n```\n\\end{verbatim}\n.so x\n```\n"
    )
    view.title = "a\\b\"c"
    view.scenarios[0].trace.header.tasks[1].name = "\\end{verbatim}"
    let latex = Handout.render(view, format: .latex, context: HandoutContext())
    let text = String(decoding: latex.flatMap(\.bytes), as: UTF8.self)
    let opened = text.components(separatedBy: "\\begin{verbatim}").count
    #expect(text.components(separatedBy: "\\end{verbatim}").count == opened)
    let man = Handout.render(view, format: .man, context: HandoutContext())
    let page = String(decoding: man.flatMap(\.bytes), as: UTF8.self)
    #expect(page.hasPrefix(".TH \"a\\eb\\(dqc\" "))
    #expect(!page.contains("\n.so"))
  }

  @Test func `a timeline in letters`() {
    let text = TimelineText.text(Timeline(SampleLesson.trace))
    #expect(text.contains("cpu0    |"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let rows = text.split(separator: "\n").filter { $0.contains("|") }
    #expect(Set(rows.prefix(3).map(\.count)).count == 1, "lanes are aligned")
  }

  @Test func `pictures lie beside a Markdown page, each a sound file of its own`() throws {
    let lesson = CompiledLessonTests.compile(
      "a.md",
      """
      ```walk scenario=one
      program p { nanosleep(4ms) }
      start p
      run
      ```

      ```walk show=kernel-stack of=p at="p sleeps"
      ```

      ```walk show=kernel-stack of=p at="p wakes"
      ```
      """)
    #expect(lesson.diagnostics.isEmpty)
    let files = Handout.pages(of: lesson, format: .markdown, context: HandoutContext())
    #expect(
      files.map(\.name) == [
        "a.md", "a.one-timeline.svg", "a.one-kernel-stack.svg", "a.one-kernel-stack-2.svg",
      ])
    let page = String(decoding: files[0].bytes, as: UTF8.self)
    for file in files.dropFirst() {
      #expect(page.contains("](./\(file.name))"))
      #expect(XMLParser(data: Data(file.bytes)).parse(), "\(file.name)")
      let text = String(decoding: file.bytes, as: UTF8.self)
      #expect(text.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\""))
      #expect(!text.contains("var(") && !text.contains("href"))
    }
    #expect(page.contains("![Timeline of one. cpu0:"))
  }
}
