import Catalogue
import Claims
import Foundation
import Narration
import Program
import SourceText
import TestSupport
import Testing
import Trace

@testable import Lesson

@Suite struct LanguageTests {
  private static func compile(
    _ matter: String, _ body: String = "# One\n", language: LanguageChoice = .english
  ) -> Lesson {
    Lesson.compile(
      SourceFile(name: "a.md", bytes: Array("---\n\(matter)\n---\n\(body)".utf8)),
      includes: { _ throws(IncludeFailure) in throw .outside }, language: language)
  }

  @Test func `front matter says what words are in, and what the prose is in`() throws {
    let german = try #require(LanguageChoice("de"))
    for (matter, words, tag) in [
      ("title: A", Language.english, "en"), ("language: de", .german, "de"),
      ("language: german", .german, "de"), ("language: de-CH", .german, "de-CH"),
      ("lang: de-AT", .german, "de-AT"), ("lang: fr", .english, "fr"),
      ("language: de\nlang: fr", .german, "fr"), ("language: en\nlang: de", .english, "de"),
      ("language: ar-XB", .english, "ar-XB"),
    ] {
      let lesson = Self.compile(matter)
      #expect(lesson.diagnostics.isEmpty, "\(matter)")
      #expect(lesson.words == words && lesson.language == tag, "\(matter)")
    }
    #expect(Self.compile("title: A", language: german).words == .german)
    #expect(Self.compile("title: A", language: german).language == "de")
    #expect(Self.compile("language: en", language: german).words == .english)
    // Prose that there are no words in has those that were asked for.
    #expect(Self.compile("lang: fr", language: german).words == .german)
  }

  @Test func `a language without words is a message with the nearest one`() {
    let lesson = Self.compile("language: germna")
    #expect(lesson.diagnostics.map(\.code) == [LessonCode.frontMatterValue])
    #expect(lesson.diagnostics.first?.fixIts.first?.message == "write `german`")
    let far = Self.compile("language: tlh")
    #expect(far.diagnostics.map(\.code) == [LessonCode.frontMatterValue])
    #expect(far.diagnostics.first?.fixIts.isEmpty == true)
    #expect(Self.compile("language: [de]").diagnostics.map(\.code) == [LessonCode.frontMatterValue])
    #expect(
      Self.compile("langauge: de").diagnostics.map(\.code) == [LessonCode.unknownFrontMatterKey])
  }

  @Test(arguments: LessonPhrase.allCases)
  func `a text of lessons has the same holes in all languages`(_ phrase: LessonPhrase) {
    func holes(_ language: Language) -> Set<String> {
      Set(phrase.text(in: language).matches(of: /%\d/).map { String($0.0) })
    }
    #expect(holes(.german) == holes(.english), "\(phrase)")
  }

  @Test func `the founding lesson is the same run in German, told as prose`() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    func compile(_ name: String) throws -> Lesson {
      let text = try String(contentsOf: root.appending(path: name), encoding: .utf8)
      return Lesson.compile(
        SourceFile(name: name, bytes: Array(text.utf8)),
        includes: { _ throws(IncludeFailure) in throw .outside })
    }
    let english = try compile("lessons/03-opening-a-file.md")
    let german = try compile("lessons-de/03-eine-datei-oeffnen.md")
    #expect(german.diagnostics.isEmpty && german.words == .german)
    #expect(german.fences.map(\.words) == english.fences.map(\.words))
    #expect(german.covers == english.covers)
    for (own, other) in zip(german.scenarios, english.scenarios) {
      #expect(own.run.trace.events == other.run.trace.events)
      #expect(own.judgements.map(\.verdict) == other.judgements.map(\.verdict))
      #expect(own.judgements.map(\.step) == other.judgements.map(\.step))
    }
    let scenario = try #require(german.scenarios.first { $0.name == "network" })
    let down = try #require(german.scenarios.first { $0.name == "down" })
    var page = ""
    for (run, zoom) in [(down, Zoom.mechanism), (scenario, .overview)] {
      let trace = run.run.trace
      let narrator = Narrator(
        trace: trace.header, scenario: run.scenario, sources: german.sources, language: .german)
      page += "# \(run.name)\n\n"
      for (step, event) in trace.events.enumerated() where event.zoom <= zoom {
        let cause = narrator.cause(of: step, in: trace.events).map { ", \($0)" } ?? ""
        page += "\(step) \(narrator.sentence(event, at: step).dropLast())\(cause).\n"
      }
      page += "\n"
      for (expectation, judgement) in zip(run.scenario.expectations, run.judgements) {
        page += "\(expectation.text)\n    \(judgement.message)\n"
      }
      page += "\n"
    }
    try expectGolden(page, "Lesson/german-run.txt")
  }

  @Test func `exhibits are in the lesson's language`() {
    let lesson = Self.compile(
      "language: de",
      """
      # One

      ```walk scenario=one
      program p { write(1, "hi\\n", 3) }
      start p
      run until p calls write
      ```

      ```walk show=stack
      ```

      ```walk show=maps
      ```

      ```walk show=pagetable
      ```

      ```walk show=compare call=write arch=s390x,i386
      ```

      ```walk show=verdicts
      ```

      ```walk claim
      claim "p schläft nie" { under machine i386: expect never p sleeps }
      ```

      ```walk show=verdicts
      ```
      """)
    let errors = lesson.diagnostics.filter { $0.severity == .error }
    #expect(errors.isEmpty, "\(errors.map(\.message))")
    let blocks = lesson.fences.flatMap(\.exhibit)
    #expect(blocks.count >= 5)
    let text = String(describing: blocks)
    for word in [
      "The ", " the ", " of ", "Instruction", "What ", "holds", "Frame", "Claim", "kernel mode",
    ] {
      #expect(!text.contains(word), "\(word)")
    }
    for words in [
      "Kernstapel von p", "Der Speicherplan von", "Alle Urteile", "✓ erfüllt", "Befehl",
    ] {
      #expect(text.contains(words), "\(words)")
    }
  }
}
