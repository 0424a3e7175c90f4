import Foundation
import Lesson
import Markdown
import SourceText
import Testing

@testable import Handout

@Suite struct CompiledLessonTests {
  static func compile(_ name: String, _ text: String) -> Lesson {
    Lesson.compile(
      SourceFile(name: name, bytes: Array(text.utf8)),
      includes: { _ throws(IncludeFailure) in throw .outside })
  }

  @Test func `the founding lesson becomes a sound page`() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "lessons/03-opening-a-file.md")
    let text = try String(contentsOf: path, encoding: .utf8)
    let lesson = Self.compile("lessons/03-opening-a-file.md", text)
    let files = Handout.pages(of: lesson, format: .html, context: HandoutContext())
    let page = String(decoding: files.first?.bytes ?? [], as: UTF8.self)
    // The founding lesson can be mailed: all its steps and pictures in one small file.
    #expect(page.utf8.count < 200_000)
    if let path = ProcessInfo.processInfo.environment["HANDOUT_PAGE"] {
      try page.write(toFile: path + "-lesson.html", atomically: true, encoding: .utf8)
    }
    HandoutTests.expectSound(page)
    #expect(files.first?.name == "03-opening-a-file.html")
    let summary = Handout.summary(of: lesson, format: .html)
    #expect(summary.fileName == "03-opening-a-file.html")
    #expect(summary.scenarioCount == lesson.scenarios.count && summary.scenarioCount > 0)
    for (sign, count) in [
      ("✓ holds", summary.holdCount), ("✗ fails", summary.failCount),
      ("○ vacuous", summary.vacuousCount),
    ] {
      #expect(page.components(separatedBy: "<b>\(sign)</b>").count - 1 == count)
    }
    #expect(summary.holdCount > 20)
  }

  @Test func `verdicts stand below the fence that claims, with its words`() throws {
    let lesson = Self.compile(
      "a.md",
      """
      # Twice

      ```walk scenario=one
      program p { exit(3) }
      start p
      run
      expect p exits 3
      ```

      ```walk continue
      expect never p exits 3
      ```

      ```walk error=W0203
      start nobody
      ```
      """)
    let page = HandoutTests.html(LessonView(lesson))
    HandoutTests.expectSound(page)
    let holds = try #require(page.range(of: "✓ holds</b><code>p exits 3</code>"))
    let fails = try #require(page.range(of: "✗ fails</b><code>never p exits 3</code>"))
    let later = try #require(page.range(of: "Scenario one, continued"))
    #expect(holds.lowerBound < later.lowerBound && later.lowerBound < fails.lowerBound)
    #expect(page.contains("This must not compile"))
  }

  @Test func `a script is a page as well`() {
    let lesson = Self.compile(
      "hello.walk", "program hello { write(1, \"hi\\n\", 3) }\nstart hello\nrun\n")
    let page = HandoutTests.html(LessonView(lesson))
    HandoutTests.expectSound(page)
    #expect(page.contains("What happens in"))
    #expect(page.contains("<svg role=\"img\""))
  }

  @Test(arguments: HandoutFormat.allCases)
  func `exhibits stand where their fences were, in each format`(_ format: HandoutFormat) {
    let lesson = Self.compile(
      "a.md",
      """
      ```walk scenario=one
      program p { open("/x", O_RDONLY) }
      start p
      run until p enters kernel by syscall
      ```

      Before.

      ```walk show=compare
      ```

      Between.

      ```walk show=maps
      ```

      ```walk show=stack
      ```

      After.
      """)
    #expect(lesson.diagnostics.isEmpty)
    let before = lesson.document.commonMark(width: 0)
    let files = Handout.pages(of: lesson, format: format, context: HandoutContext())
    let page = String(decoding: files.first?.bytes ?? [], as: UTF8.self)
    if format == .html { HandoutTests.expectSound(page) }
    var place = page.startIndex
    for words in ["Before.", "Instruction", "rax", "Between.", "401000", "[stack]", "After."] {
      let found = page[place...].range(of: words)
      #expect(found != nil, "\(words)")
      place = found?.upperBound ?? place
    }
    #expect(lesson.document.commonMark(width: 0) == before)
  }
}
