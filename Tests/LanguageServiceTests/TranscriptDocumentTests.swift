import LanguageService
import Lesson
import SourceText
import Testing

@Suite("Words of the machine in an editor")
struct TranscriptDocumentTests {
  private static let text = """
    # A lesson

    ```walk scenario=talk
    program p { write(1, "hi\\n", 3) }
    start p
    run
    ```

    ```output of=⟦of⟧talk process=⟦process⟧p ⟦option⟧
    ho
    ```

    ```table show=⟦show⟧calls zoom=⟦zoom⟧
    | Call |
    | --- |
    ⟦cell⟧
    ```

    ```⟦word⟧
    ```
    """

  @Test func `a message is there once the run is, with the change that mends it`() throws {
    let text = MarkedText(Self.text.replacing(" zoom=⟦zoom⟧", with: "")).text
    let document = open(text)
    #expect(document.lesson.diagnostics.isEmpty)
    document.finish()
    let found = document.lesson.diagnostics
    #expect(found.map(\.code.description) == ["W0034", "W0035"])
    let edit = try #require(found.first?.fixIts.first?.edits.first)
    #expect(document.text(edit.range) == "ho\n")
    #expect(edit.replacement == "hi\n")
    // A letter in the fence has nothing run again.
    document.replace(with: Array(text.replacing("\nho\n", with: "\nhi\n").utf8))
    #expect(document.wantedRuns.isEmpty)
    #expect(document.lesson.diagnostics.map(\.code.description) == ["W0035"])
  }

  @Test(arguments: [
    ("of", ["talk"]), ("process", ["p"]), ("option", ["of", "process", "at", "caption"]),
    ("show", ["calls", "events", "maps"]), ("zoom", ["overview", "hardware"]),
    ("word", ["walk", "output", "table"]),
  ])
  func `words are offered where they may stand`(_ place: String, _ wanted: [String]) {
    let marked = MarkedText(Self.text)
    let document = open(marked.text)
    document.finish()
    let found = document.completions(at: marked[place]).entries.map(\.label)
    for label in wanted { #expect(found.contains(label), "\(label) in \(found)") }
    #expect(document.completions(at: marked["cell"]).entries.isEmpty)
  }

  @Test func `the fences are in the outline and can be folded`() {
    let document = open(MarkedText(Self.text).text)
    document.finish()
    let children = document.outline.first?.children.map(\.name) ?? []
    #expect(
      children == ["scenario talk", "output of=talk process=p ", "table show=calls zoom="])
    let folds = document.folds.map { "\($0.first)-\($0.last)" }
    #expect(folds.contains("8-9") && folds.contains("12-15"), "\(folds)")
  }
}
