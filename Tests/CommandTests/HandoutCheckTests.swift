import Foundation
import Testing

@Suite struct HandoutCheckTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private static let lesson = """
    # One

    A program says hello. It is short.

    ```walk
    program p { write(1, "hello\\n", 6) }
    start p
    run
    expect p exits 0
    ```

    """

  private func writeLessons() throws {
    try folder.write("lessons/one.md", Self.lesson)
    try folder.write("lessons/two.md", "# Two\n\nNothing runs here.\n")
  }

  /// What is in the folder, so that a test can see that nothing was written.
  private func against(_ arguments: String...) throws -> Outcome {
    let before = try folder.content()
    let outcome = try folder.run(arguments: ["check", "lessons"] + arguments)
    #expect(try folder.content() == before)
    return outcome
  }

  @Test(arguments: ["html", "markdown", "latex", "man"])
  func `handouts of the same version do not differ, in any format`(_ format: String) throws {
    try writeLessons()
    #expect(try folder.run("build", "lessons", "-o", "old", "--format", format).status == 0)
    let outcome = try against("--against", "old")
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(outcome.errors == "")
    #expect(outcome.output.hasSuffix(" pages, none differs\n"), "\(outcome.output)")
  }

  @Test func `what differs is told in the words that a reader sees`() throws {
    try writeLessons()
    #expect(try folder.run("build", "lessons", "-o", "old").status == 0)
    // As if another version had told the same story otherwise.
    let page = try folder.text("old/one.html")
    try folder.write(
      "old/one.html", page.replacing("starts as process 100", with: "begins its life"))
    try folder.write("old/gone.html", "<body><p>Gone.</p></body>")
    try folder.write("old/notes.txt", "no page")
    try FileManager.default.removeItem(atPath: folder.path("old/two.html"))
    let outcome = try against("--against", "old")
    #expect(outcome.status == 1)
    #expect(
      outcome.output.contains(
        "\n    -2 p begins its life of user 1000: it is runnable and waits for a CPU."),
      "\(outcome.output)")
    #expect(outcome.output.contains("\n    +2 p starts as process 100 of user 1000: it is"))
    #expect(outcome.output.contains("one.html: differs\n    @@ "))
    #expect(outcome.output.hasPrefix("gone.html: not made any more\n"))
    #expect(outcome.output.contains("two.html: new\n"))
    #expect(outcome.output.hasSuffix("old: 5 pages, 3 differ\n"))
    #expect(!outcome.output.contains("notes.txt"))
  }

  @Test func `another look is no other page, other pictures are`() throws {
    try writeLessons()
    #expect(try folder.run("build", "lessons", "-o", "old").status == 0)
    let page = try folder.text("old/one.html")
    try folder.write("old/one.html", page.replacing("--paper:", with: "--leaf:"))
    let look = try against("--against", "old")
    #expect(look.status == 0)
    #expect(look.output == "old: 5 pages, none differs; 1 with another look or script alone\n")
    try folder.write("old/one.html", page.replacing("<svg ", with: "<svg class=\"x\" "))
    let picture = try against("--against", "old")
    #expect(picture.status == 1)
    #expect(
      picture.output
        == "one.html: the same words; pictures, steps or markup differ\nold: 5 pages, 1 differs\n")
  }

  @Test func `a lesson that changed is a bounded difference`() throws {
    try writeLessons()
    #expect(try folder.run("build", "lessons", "-o", "old", "--format", "markdown").status == 0)
    let long = (0..<300).map { "Line \($0).\n\n" }.joined()
    try folder.write("lessons/two.md", "# Two\n\n\(long)")
    let outcome = try against("--against", "old")
    #expect(outcome.status == 1)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count < 50)
    #expect(outcome.output.contains("    ... and "))
  }

  @Test func `the edition and the theme are those of the handouts`() throws {
    let question = "\n```walk predict=x\nask \"Which?\"\nanswer p.exit\n```\n"
    try folder.write("lessons/one.md", Self.lesson + question)
    #expect(try folder.run("theme", "look").status == 0)
    #expect(
      try folder.run(
        "build", "lessons", "-o", "old", "--edition", "instructor", "--theme", "look"
      ).status == 0)
    #expect(
      try against("--against", "old", "--edition", "instructor", "--theme", "look").status == 0)
    let other = try against("--against", "old")
    #expect(other.status == 1)
    #expect(other.output.contains("one.html: differs\n"))
  }

  @Test func `what cannot be compared is told`() throws {
    try writeLessons()
    #expect(try against("--against", "nowhere").status == 2)
    try folder.write("empty/notes.txt", "no page")
    let outcome = try against("--against", "empty")
    #expect(outcome.status == 2)
    #expect(outcome.codes == ["W0001"])
    #expect(outcome.errors.contains("there are no handouts in it"))
    #expect(try against("--against", "old", "--accept").status == 64)
    #expect(try against("--edition", "instructor").status == 64)
    try folder.write("lessons/broken.md", "```walk\nstart q\n```\n")
    #expect(try folder.run("build", "lessons", "-o", "old").status == 2)
    let broken = try against("--against", "old")
    #expect(broken.status == 2)
    #expect(broken.codes == ["W0205"])
    #expect(broken.output.hasSuffix("none differs\n"))
  }
}
