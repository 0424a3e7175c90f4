import Foundation
import Testing

@Suite struct AcceptTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private static let lesson = """
    # A lesson

    ```walk
    include "world.walk"
    start p
    run
    expect p exits 0
    ```

    ```output
    hello
    fd {n}
    ...
    by
    ```

    ```table show=calls
    ```

    """
  private static let world = """
    program p { write(1, "hullo\\nfd 3\\nx\\nbye\\n", 17)
      exit(0) }
    """
  private static let accepted = """
    # A lesson

    ```walk
    include "world.walk"
    start p
    run
    expect p exits 0
    ```

    ```output
    hullo
    fd {n}
    ...
    bye
    ```

    ```table show=calls
    | Step | Process | Call                                    | Result | Duration |
    | ---: | ------- | --------------------------------------- | ------ | -------- |
    |   57 | p       | `write(1, "hullo\\nfd 3\\nx\\nbye\\n", 17)` | 17     | 14 ns    |
    |  102 | p       | `exit(0)`                               | –      | –        |
    ```

    """

  @Test func `accepting writes in place what the runs give, says so, and is done then`() throws {
    try folder.write("a/lesson.md", Self.lesson)
    try folder.write("a/world.walk", Self.world)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o640], ofItemAtPath: folder.path("a/lesson.md"))
    let checked = try folder.run("check", "a/lesson.md")
    #expect(checked.status == 2)
    #expect(checked.codes == ["W0034", "W0035"])
    #expect(try folder.text("a/lesson.md") == Self.lesson)

    let first = try folder.run("check", "--accept", "a")
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.errors == "")
    #expect(try folder.text("a/lesson.md") == Self.accepted)
    #expect(try folder.text("a/world.walk") == Self.world)
    #expect(first.output.hasPrefix("--- a/lesson.md\n+++ a/lesson.md\n@@ "))
    #expect(first.output.contains("\n-hello\n+hullo\n fd {n}\n ...\n-by\n+bye\n"))
    #expect(first.output.hasSuffix("\na/lesson.md: 1 holds\na/world.walk: no expectations\n"))
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.path("a/lesson.md"))
    #expect(attributes[.posixPermissions] as? Int == 0o640)
    #expect(try folder.content().keys.filter { $0.hasSuffix(".new") } == [])

    let date = Date(timeIntervalSince1970: 1_000_000_000)
    try FileManager.default.setAttributes(
      [.modificationDate: date], ofItemAtPath: folder.path("a/lesson.md"))
    let second = try folder.run("check", "--accept", "a/lesson.md")
    #expect(second.status == 0)
    #expect(second.output == "a/lesson.md: 1 holds\n")
    let again = try FileManager.default.attributesOfItem(atPath: folder.path("a/lesson.md"))
    #expect(again[.modificationDate] as? Date == date)
  }

  @Test func `lines of Windows stay lines of Windows`() throws {
    let windows = { (text: String) in text.replacing("\n", with: "\r\n") }
    try folder.write("lesson.md", windows("\u{FEFF}" + Self.lesson))
    try folder.write("world.walk", windows(Self.world))
    #expect(try folder.run("check", "--accept", "lesson.md").status == 0)
    #expect(try folder.content()["lesson.md"] == Data(windows("\u{FEFF}" + Self.accepted).utf8))
  }

  @Test func `a lesson with other errors is left alone, and others are written`() throws {
    let broken = Self.lesson + "\n```walk scenario=other\nstart q\n```\n"
    try folder.write("a.md", broken)
    try folder.write("b.md", Self.lesson)
    try folder.write("world.walk", Self.world)
    let outcome = try folder.run("check", "--accept", "a.md", "b.md", "c.md")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("a.md: nothing is written while there are other errors\n"))
    #expect(outcome.codes == ["W0034", "W0035", "W0205", "W0001"])
    #expect(try folder.text("a.md") == broken)
    #expect(try folder.text("b.md") == Self.accepted)
  }

  @Test func `expectations that fail do not keep outputs from being accepted`() throws {
    try folder.write("a.md", Self.lesson.replacing("exits 0", with: "exits 1"))
    try folder.write("world.walk", Self.world)
    #expect(try folder.run("check", "--accept", "a.md").status == 1)
    #expect(try folder.text("a.md") == Self.accepted.replacing("exits 0", with: "exits 1"))
  }

  @Test func `accepting is for files, and for people`() throws {
    try folder.write("a.md", Self.lesson)
    for others in [["--watch", "a.md"], ["--format", "json", "a.md"], ["-"]] {
      #expect(try folder.run(arguments: ["check", "--accept"] + others, input: "x").status == 64)
    }
    #expect(try folder.text("a.md") == Self.lesson)
  }

  @Test func `what would be written is in the report for code forges`() throws {
    try folder.write("a.md", Self.lesson)
    try folder.write("world.walk", Self.world)
    let report = try folder.run("check", "--format", "sarif", "a.md")
    #expect(report.output.contains("\"text\" : \"hullo\\n\""))
    #expect(report.output.contains("write what the run gives, as `ringwalk check --accept` does"))
  }
}
