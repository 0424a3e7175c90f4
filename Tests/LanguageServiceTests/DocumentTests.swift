import LanguageService
import Lesson
import SourceText
import Testing
import Trace

@Suite("A text that is open")
struct DocumentTests {
  /// What is said of a text, with everything run.
  private func messages(_ text: String, name: String = "test.md") -> [String] {
    let document = open(text, name: name)
    document.finish()
    return document.lesson.diagnostics.map { "\($0.code) \($0.message)" }
  }

  @Test func `a text is found to be what check finds it to be`() {
    let text = sample.replacing("exits 5", with: "exits 6").replacing("bss buf", with: "bss bfu")
    let document = open(text)
    document.finish()
    let checked = Lesson.compile(
      SourceFile(name: "test.md", bytes: Array(text.utf8)),
      includes: { _ throws(IncludeFailure) in throw .unreadable("it is not there") })
    #expect(!checked.diagnostics.isEmpty)
    #expect(document.lesson.diagnostics == checked.diagnostics)
    #expect(document.lesson.scenarios.map(\.judgements) == checked.scenarios.map(\.judgements))
  }

  @Test func `messages are there before anything has run`() {
    let document = open(sample.replacing("start counter\n", with: "start cuonter\n"))
    #expect(document.lesson.diagnostics.map(\.code.description) == ["W0205"])
    #expect(document.wantedRuns.count == 1)
  }

  @Test func `verdicts are there when runs have been added`() {
    let document = open(sample)
    #expect(document.verdicts.isEmpty)
    #expect(document.finish() == 2)
    #expect(document.verdicts.map(\.isAsSaid) == [true, true, true, true, true])
    #expect(document.verdicts.map(\.title).filter { $0.hasPrefix("vacuous") }.count == 1)
  }

  @Test
  func `a letter in prose has nothing checked below it again that stands above, and nothing run`() {
    let document = open(sample)
    document.finish()
    document.replace(
      TextPosition(line: 0, character: 2), TextPosition(line: 0, character: 3),
      with: Array("B".utf8))
    #expect(document.wantedRuns.count == 0)
    #expect(document.checkCount == 0)
    // With a letter more, all stands elsewhere; but what has run is still known.
    document.replace(
      TextPosition(line: 0, character: 2), TextPosition(line: 0, character: 2),
      with: Array("x".utf8))
    #expect(document.wantedRuns.count == 0)
    #expect(document.checkCount == 2)
  }

  @Test func `a letter in a fence has only its scenario run again`() {
    let document = open(sample)
    document.finish()
    let offset = MarkedText(sample.replacing("named one", with: "named o⟦⟧ne"))[""]
    let place = document.lines.position(at: offset)
    document.replace(place, place, with: Array("x".utf8))
    #expect(document.checkCount == 1)
    // `expect one exits` speaks of nobody now, so that it cannot be run.
    #expect(document.lesson.diagnostics.count == 1)
    #expect(document.wantedRuns.count == 0)
    document.replace(
      place, TextPosition(line: place.line, character: place.character + 1), with: Array("".utf8))
    #expect(document.wantedRuns.count == 0)
    let five = document.lines.position(
      at: MarkedText(sample.replacing("exits 5", with: "exits ⟦⟧5"))[""])
    document.replace(
      five, TextPosition(line: five.line, character: five.character + 1), with: Array("6".utf8))
    #expect(document.wantedRuns.count == 1)
    document.finish()
    #expect(document.verdictMessages.map(\.isAsSaid) == [false, true])
  }

  @Test func `changes one after another make the text that the client has`() {
    let document = open("a\nb\n", name: "t.walk")
    document.replace(
      TextPosition(line: 1, character: 0), TextPosition(line: 1, character: 1),
      with: Array("xyz".utf8))
    document.replace(
      TextPosition(line: 0, character: 1), TextPosition(line: 1, character: 0), with: [])
    #expect(document.file.text(0..<99) == "axyz\n")
    document.replace(with: Array("new".utf8))
    #expect(document.file.text(0..<99) == "new")
  }

  @Test func `every beginning of a text is survived, whatever is asked of it`() {
    let bytes = Array(sample.utf8)
    for end in stride(from: 0, through: bytes.count, by: 7) {
      let document = open(String(decoding: bytes[..<end], as: UTF8.self))
      _ = document.outline
      _ = document.folds
      _ = document.wordTokens
      _ = document.hints
      _ = document.verdicts
      for offset in [0, end / 2, max(0, end - 1), end] {
        _ = document.hover(at: offset)
        _ = document.completions(at: offset)
        _ = document.signature(at: offset)
        _ = document.definition(at: offset)
        _ = document.references(at: offset)
        _ = document.fixes(from: 0, to: offset)
      }
    }
  }
}
