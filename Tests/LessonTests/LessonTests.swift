import Catalogue
import Claims
import Lesson
import Markdown
import Program
import SourceText
import TestSupport
import Testing
import Trace
import WalkSemantics

@Suite("Lessons")
struct LessonTests {
  @Test func `the complete lesson of the language's page holds`() throws {
    let lesson = compile(try Fixtures.text("Lesson/complete.md"))
    #expect(lesson.messages == "")
    #expect(lesson.title == "Opening a file")
    #expect(lesson.summary == "What happens between `open(\"foo\")` and the file descriptor.")
    #expect(
      lesson.fences.map(\.role) == [.world, .scenario, .continue, .show, .predict, .task])
    #expect(lesson.fences.map(\.scenario) == [nil, 0, 0, 0, 0, nil])
    #expect(lesson.scenarios.map(\.name) == ["first-half"])
    let verdicts = lesson.scenarios.flatMap(\.judgements)
    #expect(verdicts.count == 8)
    for verdict in verdicts { #expect(verdict.verdict == .holds, "\(verdict.message)") }
  }

  @Test func `inline values stand in the prose`() throws {
    let lesson = compile(try Fixtures.text("Lesson/complete.md"))
    let prose = lesson.document.root.plainText
    #expect(prose.contains("The call returned 3 after"))
    #expect(!prose.contains("{="))
  }

  @Test func `each fence knows its part of the timeline`() throws {
    let lesson = compile(try Fixtures.text("Lesson/complete.md"))
    #expect(lesson.fences[1].statements == 0..<7)
    #expect(lesson.fences[2].statements == 7..<12)
  }

  @Test func `a script is one scenario`() {
    let lesson = compile(
      "program hello { write(1, \"hi\\n\", 3) }\nstart hello\nrun\nexpect hello exits 0\n",
      name: "course/hello.walk")
    #expect(lesson.messages == "")
    #expect(lesson.name == "hello")
    #expect(lesson.title == "hello")
    #expect(lesson.scenarios.map(\.name) == ["scenario-1"])
    #expect(lesson.scenarios.first?.judgements.map(\.verdict) == [.holds])
    #expect(lesson.fences.map(\.statements) == [0..<3])
    #expect(lesson.document.root.children.map(\.kind) == [.codeBlock])
  }

  @Test func `a failed expectation is a verdict and no diagnostic`() {
    let lesson = compile(hello.replacing("exits 0", with: "exits 1"))
    #expect(lesson.diagnostics.isEmpty)
    #expect(!lesson.isBroken)
    #expect(lesson.hasFailures)
  }

  @Test func `the title falls back on the first heading and then on the name`() {
    #expect(compile("Prose.\n\n## The *one* `call`\n\n# Later").title == "The one call")
    #expect(compile("Prose.").title == "lesson")
  }

  @Test func `what is not ours is left alone`() {
    let lesson = compile(
      "```swift\nlet x\n```\n\n    walk\n\n```walkthrough\nnothing\n```\n`= x`\n")
    #expect(lesson.fences.isEmpty)
    #expect(lesson.diagnostics.isEmpty)
  }

  @Test func `scenarios start afresh from the worlds before them`() {
    let lesson = compile(
      """
      ```walk world
      program a { exit(1) }
      ```
      ```walk
      start a
      run
      expect a exits 1
      ```
      ```walk world
      program b { exit(2) }
      ```
      ```walk scenario=second
      start b
      run
      expect b exits 2
      expect b.pid == 100
      ```
      """)
    #expect(lesson.messages == "")
    #expect(lesson.scenarios.map(\.name) == ["scenario-1", "second"])
    #expect(lesson.scenarios[0].scenario.programs.count == 1)
    #expect(lesson.scenarios.flatMap(\.judgements).allSatisfy { $0.verdict == .holds })
  }

  @Test func `a mistake in a world is told once`() {
    let lesson = compile(
      "```walk world\nprogram a { reed(0) }\n```\n```walk\nstart a\n```\n```walk\nstart a\n```\n")
    #expect(lesson.diagnostics.count == 1, "\(lesson.messages)")
    #expect(lesson.places.first?.hasPrefix("2:13 ") == true)
  }

  @Test func `a mistake in a world without scenarios is found`() {
    let lesson = compile("```walk world\nprogram a { reed(0) }\n```\n")
    #expect(lesson.places.first?.hasPrefix("2:13 ") == true)
  }

  @Test func `tasks, predictions and examples do not disturb scenarios`() {
    let lesson = compile(
      hello + """

        ```walk example
        program other { exit(3) }
        start other
        run
        ```
        ```walk continue
        expect hello.exit == 0
        ```
        """)
    #expect(lesson.messages == "")
    #expect(lesson.scenarios.count == 1)
    #expect(lesson.scenarios[0].fences == [0, 2])
  }

  @Test func `CRLF and a byte-order mark change nothing`() throws {
    let text = try Fixtures.text("Lesson/complete.md")
    let plain = compile(text)
    let windows = compile("\u{FEFF}" + text.replacing("\n", with: "\r\n"))
    #expect(windows.messages == "")
    #expect(windows.title == plain.title)
    #expect(
      windows.scenarios.map { $0.run.trace.events } == plain.scenarios.map { $0.run.trace.events })
    let broken = compile("\u{FEFF}```walk\r\nprogram a { reed(0) }\r\n```\r\n")
    #expect(broken.places.first?.hasPrefix("2:13 ") == true)
  }

  @Test func `places are the lesson's inside lists and quotes`() {
    let lesson = compile("1. > ```walk\n   > program a { reed(0) }\n   > ```\n")
    #expect(lesson.places.first?.hasPrefix("2:18 ") == true)
    #expect(lesson.underlined == "reed")
  }

  @Test func `a value speaks of the moment of the fence above it`() {
    let lesson = compile(
      """
      ```walk
      program a { exit(7) }
      start a
      ```
      Before: `{= a.exit}`.
      ```walk continue
      run
      ```
      After: `{= a.exit}`, and in

      > a quote `{=
      > a.exit }`.
      """)
    #expect(lesson.messages == "")
    #expect(lesson.document.root.plainText.contains("Before: -1."))
    #expect(lesson.document.root.plainText.contains("After: 7, and in"))
    #expect(lesson.document.root.plainText.contains("a quote 7."))
  }

  @Test func `front matter says which mechanisms a lesson covers`() {
    let lesson = compile("---\ncovers: [S13, S4]\n---\n# Faults\n")
    #expect(lesson.messages == "")
    #expect(
      lesson.covers.map(\.title) == ["page faults", "kernel memory, mapped but out of reach"])
    #expect(compile("---\ncovers: S5\n---\n").covers.map(\.id) == ["S5"])
    #expect(compile("---\ncovers:\n---\n").covers.isEmpty)
  }
}
