import Foundation
import Lesson
import TestSupport
import SourceText
import Testing

@testable import Handout

@Suite struct QuestionTests {
  private static func lesson(exit: Int, wakes: String = "p wakes") -> Lesson {
    CompiledLessonTests.compile(
      "ask.md",
      """
      # Ask

      ```walk world
      program p { nanosleep(5ms)
        exit(\(exit)) }
      program q { repeat 3 { compute 4ms } }
      ```

      ```walk scenario=nap
      start p
      start q
      run until p sleeps
      expect p.mode == kernel
      ```

      ```walk predict=typed points=2
      ask "Which status has `p` <at the end>?"
      answer p.exit
      ```

      ```walk predict=chosen
      ask "Who runs when the timer fires?"
      choice "`p`, \\"the sleeper\\"" if timer fires for p while p runs
      choice "`q`" if timer fires for p while q runs
      ```

      ```walk predict=order
      ask "What comes first?"
      order p sleeps, q runs, \(wakes), p exits
      ```

      ```walk predict=table
      ask "Fill it in."
      table when p sleeps, p wakes: p.state, q.state, p.switches.voluntary
      ```

      In between.

      ```walk continue
      run
      expect p wakes
      ```
      """)
  }

  private static func page(_ lesson: Lesson) -> String {
    HandoutTests.html(LessonView(lesson))
  }

  /// What the page says of its questions.
  private static func forms(_ page: String) throws -> String {
    let start = try #require(page.range(of: "<section class=\"task\">"))
    let end = try #require(page.range(of: "</section>", options: .backwards))
    return String(page[start.lowerBound..<end.upperBound]) + "\n"
  }

  @Test func `questions are forms of their own kinds`() throws {
    let lesson = Self.lesson(exit: 7)
    #expect(lesson.diagnostics.isEmpty)
    let page = Self.page(lesson)
    HandoutTests.expectSound(page)
    try expectGolden(try Self.forms(page), "Handout/questions.html")
    for format in [HandoutFormat.markdown, .man] {
      let files = Handout.pages(of: lesson, format: format, context: HandoutContext())
      let text = String(decoding: files[0].bytes, as: UTF8.self)
      let start = try #require(text.range(of: "Question: typed"))
      let end = try #require(text.range(of: "In between"))
      try expectGolden(
        String(text[start.lowerBound..<end.lowerBound]), "Handout/questions.\(format.fileExtension)"
      )
    }
  }

  @Test func `no key can be read in a page`() throws {
    // Two lessons that differ in nothing but what is right.
    let pages = [Self.page(Self.lesson(exit: 7)), Self.page(Self.lesson(exit: 8))]
    let forms = try pages.map { try Self.forms($0) }
    func masked(_ text: String) -> String {
      var text = text
      for name in ["data-keys", "data-say", "data-key"] {
        for value in HandoutTests.values(of: name, in: text) where !value.isEmpty {
          text = text.replacing(value, with: "")
        }
      }
      return text
    }
    #expect(forms[0] != forms[1])
    #expect(masked(forms[0]) == masked(forms[1]))
    let prediction = Self.lesson(exit: 7).fences.compactMap(\.prediction)
    #expect(prediction.count == 4)
    for one in prediction {
      let plain = SentencePart.plain(one.outcome)
      let base64 = Data(plain.utf8.prefix(12)).base64EncodedString()
      #expect(!plain.isEmpty && !pages[0].contains(plain) && !pages[0].contains(base64))
    }
    #expect(!forms[0].contains("Right") && !forms[0].contains("In order"))
    #expect(forms[0].contains("can be taken"))
  }

  @Test func `an order is never offered as it is right`() throws {
    for index in 0..<200 {
      let lock = AnswerLock(lesson: "a", question: "b", number: index)
      for right in [[0, 1], [1, 0], [2, 0, 1], [0, 1, 2, 3]] {
        let offered = lock.mixed(right.count, without: right)
        #expect(offered.sorted() == right.sorted() && offered != right)
      }
    }
  }

  @Test func `a key opens for its answer, question and cell alone`() {
    let lock = AnswerLock(lesson: "a", question: "b", number: 1)
    let others = [
      lock.key("4"), lock.key("3", place: "1"),
      AnswerLock(lesson: "a", question: "b", number: 2).key("3"),
      AnswerLock(lesson: "b", question: "b", number: 1).key("3"),
    ]
    #expect(!others.contains(lock.key("3")))
    #expect(lock.key("3") == AnswerLock(lesson: "a", question: "b", number: 1).key("3"))
    // The script works these out as well; they must stay what they are.
    #expect(AnswerLock.hash("") == "1ff249c11e6a0fc5")
    #expect(AnswerLock.hash("0bc7e029:1") == "18c546f0c1851f54")
    #expect(!lock.mask(Array("It is 3.".utf8)).contains("It"))
  }

  @Test func `what follows a question is concealed by its script alone`() throws {
    let page = Self.page(Self.lesson(exit: 7))
    let all = "ask-typed ask-chosen ask-order ask-table"
    #expect(HandoutTests.values(of: "data-after", in: page) == [all, all])
    let form = try #require(page.range(of: "ask-table\" data-salt"))
    let between = try #require(page.range(of: "In between"))
    let concealed = try #require(page.range(of: "<div data-after="))
    let later = try #require(page.range(of: "Scenario nap, continued"))
    let steps = try #require(page.range(of: "What happens in nap"))
    #expect(form.lowerBound < between.lowerBound && between.lowerBound < concealed.lowerBound)
    #expect(concealed.lowerBound < later.lowerBound && later.lowerBound < steps.lowerBound)
    // Without a script all of it is there, and nothing can be pressed in vain.
    #expect(!page.contains("<div data-after=\"\(all)\" hidden"))
    #expect(!page.contains("<button>") && page.contains("<button hidden>"))
    #expect(page.contains("<noscript><p>The answer is found by following the steps"))
  }

  @Test func `steps stand behind the questions that follow their scenario`() throws {
    let lesson = CompiledLessonTests.compile(
      "a.md",
      """
      ```walk scenario=a
      program p { exit(0) }
      start p
      run
      ```

      ```walk predict=q
      ask "?"
      answer p.exit
      ```

      ```walk scenario=b
      run
      ```

      ```walk predict=again of=a
      ask "?"
      answer p.exit
      ```
      """)
    let page = Self.page(lesson)
    HandoutTests.expectSound(page)
    let form = try #require(page.range(of: "id=\"ask-q\""))
    let steps = try #require(page.range(of: "What happens in a<"))
    let again = try #require(page.range(of: "id=\"ask-again\""))
    #expect(form.lowerBound < steps.lowerBound && steps.lowerBound < again.lowerBound)
    #expect(HandoutTests.values(of: "data-after", in: page) == ["ask-q"])
  }

  @Test(arguments: HandoutFormat.allCases)
  func `instructors see answers and hidden checks, students do not`(_ format: HandoutFormat) {
    func text(_ edition: HandoutEdition, _ view: LessonView) -> String {
      var context = HandoutContext()
      context.edition = edition
      let files = Handout.render(view, format: format, context: context)
      return String(decoding: files[0].bytes, as: UTF8.self).replacing("\\", with: "")
    }
    let lesson = LessonView(Self.lesson(exit: 7))
    for (edition, isTold) in [(HandoutEdition.student, false), (.instructor, true)] {
      let questions = text(edition, lesson)
      #expect(questions.contains("It is 7.") == isTold)
      let tasks = text(edition, SampleLesson.view())
      #expect(tasks.contains("also on arm64, hidden") == isTold)
      #expect(tasks.contains("edition: it has the answers") == isTold)
    }
  }

  @Test(arguments: HandoutFormat.allCases)
  func `a note for instructors is in their edition alone, and in no search`(
    _ format: HandoutFormat
  ) throws {
    let text = "# T\n\n> [!INSTRUCTOR]\n> Ask about *xyzzy*.\n>\n> > And plugh.\n\nAfter.\n"
    let lesson = Lesson.compile(
      SourceFile(name: "t.md", bytes: Array(text.utf8)),
      includes: { _ throws(IncludeFailure) in throw .unreadable("there is none") })
    #expect(lesson.diagnostics.isEmpty)
    for (edition, isTold) in [(HandoutEdition.student, false), (.instructor, true)] {
      var context = HandoutContext()
      context.edition = edition
      let files = Handout.pages(of: lesson, format: format, context: context)
      let page = String(decoding: files[0].bytes, as: UTF8.self)
      #expect(page.contains("xyzzy") == isTold)
      #expect(page.contains("plugh") == isTold)
      #expect(page.uppercased().contains("INSTRUCTOR") == isTold)
      #expect(page.contains("After."))
    }
    let summary = Handout.summary(of: lesson, format: format)
    #expect(!"\(summary)".contains("xyzzy"))
  }

  @Test func `script and sheet of questions are small, known, and only where they are needed`()
    throws
  {
    let (script, sheet) = ("\(PredictionScript.text)", "\(PredictionSheet.text)")
    #expect(script.utf8.count <= 3_200 && sheet.utf8.count <= 2_048)
    #expect(!script.contains("</script") && !script.contains("<!--"))
    #expect(
      !script.contains("innerHTML") && !script.contains("eval") && !script.contains("Function("))
    #expect(!sheet.contains("url(") && !sheet.contains("@import") && !sheet.contains("<"))
    #expect("\(PredictionScript.digest)" == (try HandoutTests.digest(script)))
    #expect("\(PredictionSheet.digest)" == (try HandoutTests.digest(sheet)))
    let page = Self.page(Self.lesson(exit: 7))
    let sheets = [Stylesheet.digest, TimelineSheet.digest, PredictionSheet.digest]
    #expect(page.contains("style-src " + sheets.map { "'\($0)'" }.joined(separator: " ") + ";"))
    #expect(page.contains("script-src '\(StepperScript.digest)' '\(PredictionScript.digest)';"))
    #expect(page.contains(script) && page.contains(sheet))
    let plain = HandoutTests.html(SampleLesson.view())
    #expect(!plain.contains("\(PredictionScript.digest)") && !plain.contains(script))
    #expect(!plain.contains("\(PredictionSheet.digest)") && !plain.contains(sheet))
  }
}
