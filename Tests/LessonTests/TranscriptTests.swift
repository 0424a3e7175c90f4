import Catalogue
import Foundation
import Program
import SourceText
import TestSupport
import Testing

@testable import Lesson

@Suite("Words of the machine")
struct TranscriptTests {
  /// Two programs that print, of which one goes on later.
  private static let talk = """
    ```walk scenario=talk
    program cat {
        write(1, "meow\\nfd 3\\n", 10)
        nanosleep(2ms)
        write(2, "... done {x}\\n", 13)
        exit(3)
    }
    program dog { write(1, "woof", 4) }
    start cat
    start dog
    run until dog exits
    ```


    """

  private static let rest = "\n```walk continue\nrun\n```\n"

  static let mistakes: [Mistake] = [
    Mistake(
      "another line", talk + "```output\nmeow\nfd 4\n...\n```\n", "16:1 W0034", under: "fd 4"),
    Mistake(
      "a line too many", talk + "```output\n...\nfd 3\nbark\n```\n", "17:1 W0034", under: "bark"),
    Mistake("a line too few", talk + "```output\nmeow\n```\n", "15:1 W0034", under: "meow"),
    Mistake("an empty fence", talk + "```output\n```\n", "14:1 W0034", under: "```output"),
    Mistake(
      "in a quote", "> " + talk.replacing("\n", with: "\n> ") + "```output\n> meow\n> x\n> ```\n",
      "16:3 W0034", under: "x"),
    Mistake(
      "no scenario of that name", talk + "```output of=tlak\n```\n", "14:14 W0017", under: "tlak"),
    Mistake(
      "a scenario that comes later", "```output\nx\n```\n\n" + talk, "1:4 W0017", under: "output"),
    Mistake("no such process", talk + "```output process=cta\n```\n", "14:19 W0032", under: "cta"),
    Mistake("no such moment", talk + "```output at=\"cat exits\"\n...\n```\n", "14:15 W0032"),
    Mistake(
      "an unknown word", talk + "```output proces=cat\n...\n```\n", "14:11 W0010", under: "proces"),
    Mistake("a word twice", talk + "```output of=talk of=talk\n...\n```\n", "14:19 W0012"),
    Mistake("a word without value", talk + "```output process\n...\n```\n", "14:11 W0011"),
    Mistake("an open fence", talk + "```output\nmeow\n", "14:1 W0013", under: "```"),
    Mistake(
      "an unknown table", talk + "```table show=cals\n```\n", "14:15 W0036", under: "cals"),
    Mistake(
      "an unknown column", talk + "```table show=calls\n| Call | Reslt |\n| --- | --- |\n```\n",
      "15:10 W0036", under: "Reslt"),
    Mistake(
      "a column twice", talk + "```table show=calls\n| Call | call |\n| --- | --- |\n```\n",
      "15:10 W0036", under: "call"),
    Mistake(
      "no line of hyphens", talk + "```table show=calls\n| Call |\n| ... |\n```\n", "16:1 W0036"),
    Mistake(
      "cells too many", talk + "```table show=calls\n| Call |\n| --- |\n| a | b |\n```\n",
      "17:1 W0036", under: "| a | b |"),
    Mistake(
      "another cell",
      talk + "```table show=calls\n| Call | Result |\n|---|---|\n| ... | 11 |\n| ... |\n```\n",
      "17:1 W0035", under: "| ... | 11 |"),
    Mistake(
      "an option of another table", talk + "```table show=calls zoom=hardware\n```\n",
      "14:26 W0036", under: "hardware"),
    Mistake("an unknown zoom", talk + "```table show=events zoom=near\n```\n", "14:27 W0036"),
    Mistake(
      "many lines", talk + "```output\n" + String(repeating: "x\n", count: 1_001) + "```\n",
      "14:1 W0036"),
  ]

  @Test(arguments: mistakes)
  func `each mistake has its code and place`(_ mistake: Mistake) {
    let lesson = compile(mistake.text)
    #expect(lesson.places == mistake.places, "\(lesson.messages)")
    if let underlined = mistake.underlined { #expect(lesson.underlined == underlined) }
  }

  @Test(arguments: [
    "```output\nmeow\nfd {n}\nwoof\n```\n", "```output\n...\nwoof\n```\n", "~~~output\n...\n~~~\n",
    "```output process=dog\nwoof\n```\n", "```output of=talk process=cat\nmeow\n...\n```\n",
    "```output at=\"cat writes\"\nm{x}\n...\n```\n",
    rest + "```output\nmeow\nfd 3\nwoof\\... done \\{x}\n```\n",
    rest + "```output\n...\n{word}\\... done ...\n```\n",
    "```table show=calls\n| Process | Call | Result |\n| --- | --- | --- |\n"
      + "| cat | `write(1, ..., 10)` | 10 |\n| ... |\n| dog | ... | ... |\n...\n```\n",
    "```table show=processes\nProcess | Mode\n--- | ---\ncat | kernel\ndog | ...\n```\n",
    "```table show=events process=dog\n| mode | Event |\n|:--|--:|\n| kernel | dog starts ... |\n| ... |\n```\n",
    "```table show=maps process=cat\n| Name | Rights |\n| --- | --- |\n| /bin/cat | r-xp |\n| ... |\n```\n",
  ])
  func `what the run gives is right`(_ fence: String) {
    let lesson = compile(Self.talk + fence)
    #expect(lesson.messages == "", "\(fence)")
    #expect(lesson.accepted == Array((Self.talk + fence).utf8))
  }

  @Test func `a file that runs nothing has no words of the machine`() {
    let text = "# Walking\n\n```output\nwhatever\n```\n"
    let lesson = compile(text)
    #expect(lesson.messages == "")
    #expect(lesson.transcripts.isEmpty)
  }

  @Test func `nothing is said of fences of scenarios that do not run`() {
    let lesson = compile("```walk\nprogram p { reed(0) }\nstart p\nrun\n```\n\n```output\nx\n```\n")
    #expect(lesson.places == ["2:13 W0204"], "\(lesson.messages)")
  }

  @Test func `messages show the difference`() throws {
    var text = Self.talk
    text += "```output\nmeow\nfd {n}\nbark\n```\n\n"
    text +=
      "```table show=calls process=dog\n| Call | Result |\n| --- | --- |\n| `read` | 4 |\n```\n\n"
    text += "```table show=processes\n```\n\n"
    text += "```output process=dog\n...\n\\...\n```\n"
    let lesson = compile(text)
    try expectGolden(lesson.messages, "transcripts/messages.txt")
  }

  @Test func `accepting writes what has changed and leaves all else`() throws {
    let lesson = """
      # A lesson

      \(Self.talk)
      > Printed:
      >
      > ```output
      > meow
      > fd {n}
      > ...
      > bark
      > ```

      1. A table:

         ~~~table show=calls of=talk
         | Process | Result | Call   |
         | ------- | -----: | ------ |
         | cat     |      9 | `write(1, ..., 10)` |
         | ...                       |
         | dog     |      4 | `read` |
         ~~~

      ```output process=dog
      ```

      ```table show=processes at="dog writes"
      ```

      """
    let accepted = String(decoding: compile(lesson).accepted, as: UTF8.self)
    try expectGolden(
      LineDifference.unified(
        from: Array(lesson.utf8), to: Array(accepted.utf8), oldName: "before", newName: "after"),
      "transcripts/accepted.diff")
    let again = compile(accepted)
    #expect(again.messages == "")
    #expect(again.accepted == Array(accepted.utf8))
    // Lines end as they did.
    let windows = lesson.replacing("\n", with: "\r\n")
    #expect(
      String(decoding: compile(windows).accepted, as: UTF8.self)
        == accepted.replacing("\n", with: "\r\n"))
  }

  @Test func `pages show what was run, and what was left out as such`() throws {
    let lesson = compile(
      Self.talk + Self.rest
        + "```output\nmeow\nfd {n}\n...\n```\n\n```output\n...\n... done {w\n```\n"
        .replacing("{w", with: "\\{x}")
        + "\n```table show=calls\n| Result | Call |\n|-|-|\n| {n} | ... |\n| ... |\n```\n")
    #expect(lesson.messages == "")
    let lines = lesson.transcripts.map { transcript -> [String] in
      switch transcript.content {
      case .lines(let lines): lines.map(\.text)
      case .table(let table): table.rows.map { $0.joined(separator: "|") }
      }
    }
    #expect(lines == [["meow", "fd 3", "…"], ["…", "… done {x}"], ["10|…", ""]])
    #expect(lesson.transcripts.map(\.caption).first == "What was printed")
    #expect(lesson.transcripts.map(\.fence) == [2, 2, 2])
    #expect(lesson.transcripts.map(\.scenario) == [0, 0, 0])
  }

  @Test func `what a terminal would obey is a picture, and line ends of Windows are line ends`() {
    let lesson = compile(
      "```walk\nprogram p { write(1, \"a\\x1b[1m\\tb  \\r\\nc\", 12) }\nstart p\nrun\n```\n\n"
        + "```output\n```\n")
    #expect(
      String(decoding: lesson.accepted, as: UTF8.self).hasSuffix("```output\na␛[1m\tb\nc\n```\n"),
      "\(lesson.messages)")
  }

  @Test func `holes that could be filled in too many ways are told`() {
    let print = (0..<60).map { "write(1, \"w\($0 % 9)\\n\", 3)" }.joined(separator: "\n")
    let names = (0..<14).map { "{n\($0)}" }
    let pattern = (names + names.reversed()).joined(separator: "\n...\n") + "\nno"
    let lesson = compile(
      "```walk\nprogram p {\n\(print)\n}\nstart p\nrun\n```\n\n```output\n\(pattern)\n```\n")
    #expect(lesson.diagnostics.map(\.code.description) == ["W0036"], "\(lesson.messages)")
    #expect(lesson.messages.contains("too many ways"))
  }

  @Test func `what all fences of a lesson take is bounded`() {
    let fences = String(repeating: "```output\n...\n```\n\n", count: 5)
    let file = SourceFile(name: "a.md", bytes: Array((Self.talk + fences).utf8))
    var compiler = LessonCompiler(
      file, includes: { _ throws(IncludeFailure) in throw .outside }, limits: RunLimits(),
      language: .english)
    compiler.transcriptSteps = 1_000
    let lesson = compiler.compile()
    // Each looks through a run of some hundred events.
    let told = lesson.places
    #expect(told.count > 1 && told.count < 5, "\(lesson.messages)")
    #expect(told.last == "30:1 W0036" && told.allSatisfy { $0.hasSuffix("W0036") }, "\(told)")
    #expect(lesson.messages.contains("together take too long"))
    #expect(compile(Self.talk + fences).messages == "")
  }

  @Test func `no text breaks the fences`() {
    var random = SeededGenerator(seed: 21)
    let pieces = [
      "...", "\n", "meow", "{n}", "\\", "|", " ", "---", "Call", "fd 3", "```", "> ", "woof", "ä",
      "\t",
    ]
    let openings = [
      "```output", "```table show=calls", "> ```table show=events", "~~~output process=cat",
    ]
    for _ in 0..<200 {
      let count = Int.random(in: 1...30, using: &random)
      let inner = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
      let text =
        Self.talk + (openings.randomElement(using: &random) ?? "") + "\n" + inner + "\n```\n"
      let lesson = compile(text)
      for range in lesson.diagnostics.compactMap(\.primary?.range) {
        #expect(range.lower <= range.upper && range.upper <= text.utf8.count, "\(text)")
      }
      guard !lesson.hasOtherErrors else { continue }
      let again = compile(lesson.accepted)
      #expect(again.messages == "", "\(text)")
      #expect(again.accepted == lesson.accepted, "\(text)")
    }
  }
}
