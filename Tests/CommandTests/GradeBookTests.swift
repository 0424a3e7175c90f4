import Foundation
import TestSupport
import Testing

@Suite("Grading into gradebooks")
struct GradeBookTests {
  let folder: Folder
  /// A task whose second check was meant otherwise, and as it was meant.
  static let lesson = """
    # Sleeping

    ```walk task=sleeper points=3
    student program reader
    starter { program reader { } }
    start reader
    run
    check "it ends cleanly" 1 points: reader exits 0
    check "it sleeps" 2 points: exactly 2 of reader sleeps
    ```

    """
  static let mended = lesson.replacing(
    "exactly 2 of reader sleeps", with: "reader exits 0")

  init() throws {
    folder = try Folder()
    try folder.write("lesson.md", Self.lesson)
    try folder.write("mended.md", Self.mended)
    for (student, script) in [
      ("ada", "program reader { exit(0) }\n"), ("bob", "program reader { exit(1) }\n"),
      ("carol", "program reader { exit( }\n"),
    ] { try folder.write("subs/\(student).walk", script) }
  }

  private func grade(_ lesson: String = "lesson.md") throws -> Outcome {
    try folder.run("grade", lesson, "subs", "--book", "grades.sqlite")
  }

  private func list(_ book: String = "grades.sqlite") throws -> [String] {
    try folder.run("book", "list", book).output.split(separator: "\n").dropFirst().map {
      $0.split(separator: " ").joined(separator: " ")
    }
  }

  @Test func `what is graded is in the book, and is not graded twice`() throws {
    let first = try grade()
    #expect(first.status == 0, "\(first.errors)")
    #expect(try list() == ["1 3 1 ada sleeper", "0 3 1 bob sleeper", "- 3 0 carol sleeper"])
    let head = try folder.head(of: "grades.sqlite")
    let second = try grade()
    #expect(second.output == first.output)
    #expect(try folder.head(of: "grades.sqlite") == head)
    let source = try folder.run("book", "show", "grades.sqlite", "carol", "--source")
    #expect(source.output == "program reader { exit( }\n")
  }

  @Test func `times of receipt stay in the book, and being late costs when grades are exported`()
    throws
  {
    try folder.write(
      "received.csv",
      "submission,received\nada.walk#sleeper,2026-09-02T11:00:00Z\nbob.walk#sleeper,2026-09-01T11:00:00Z\n"
    )
    try folder.write("tasks.csv", "task,due\nsleeper,2026-09-01T12:00:00Z\n")
    let graded = try folder.run(
      "grade", "lesson.md", "subs", "--book", "grades.sqlite", "--received", "received.csv")
    #expect(graded.status == 0, "\(graded.errors)")
    #expect(
      try folder.run("book", "show", "grades.sqlite", "ada").output.hasPrefix(
        "     1  2026-09-02T11:00:00Z  handed in: ada"))
    let adjusted = try folder.run(
      "book", "adjust", "grades.sqlite", "ada", "sleeper", "--add", "0.25", "--reason", "r", "--by",
      "e")
    #expect(adjusted.status == 0)
    let export = try folder.run(
      "book", "export", "grades.sqlite", "--tasks", "tasks.csv", "--late", "50% a day")
    #expect(export.status == 0, "\(export.errors)")
    #expect(
      export.output.contains("ada,,,,sleeper,graded,1,1,1,1,1,0.25,3,"), "\(export.output)")
  }

  @Test func `a stream graded into a book leaves the log that a folder leaves`() throws {
    let lines = ["ada", "bob", "carol"].map { student in
      let code = ["ada": "exit(0)", "bob": "exit(1)"][student] ?? "exit("
      return #"{"id":"\#(student).walk#sleeper","student":"\#(student)","task":"sleeper","#
        + #""source":"program reader { \#(code) }\n"}"# + "\n"
    }
    let outcome = try folder.run(
      "grade", "lesson.md", "-", "--book", "stream.sqlite", input: lines.joined() + "nonsense\n")
    #expect(outcome.output.split(separator: "\n").count == 4, "\(outcome.errors)")
    // A line that is no submission is answered, and not entered.
    #expect(try list("stream.sqlite").count == 3)
    #expect(try grade().status == 0)
    #expect(try folder.head(of: "stream.sqlite") == folder.head(of: "grades.sqlite"))
  }

  @Test func `threat 59: a regrading tells who changes, counts by its policy, and can be undone`()
    throws
  {
    #expect(try grade().status == 0)
    let before = try folder.head(of: "grades.sqlite")
    let arguments = [
      "book", "regrade", "grades.sqlite", "mended.md", "--policy", "never-lower", "--diff",
      "--reason", "the check was wrong", "--by", "Eve",
    ]
    let tried = try folder.run(arguments: arguments + ["--dry-run"])
    #expect(try folder.head(of: "grades.sqlite") == before)
    let diff = """
            +2  ada, sleeper, attempt 1: 1 of 3 points → 3 of 3 points
                it sleeps: failed, 0 of 2 → passed, 2 of 2

      """
    #expect(tried.output == diff + "3 submissions, 3 graded now, 1 came out in another way\n")
    let done = try folder.run(arguments: arguments)
    #expect(
      done.output == diff + """
        entry 7: 3 submissions
        3 submissions, 3 graded now, 1 came out in another way

        """)
    #expect(try list() == ["3 3 1 ada sleeper", "0 3 1 bob sleeper", "- 3 0 carol sleeper"])
    // What the book has of the mended lesson need not be graded again.
    let head = try folder.head(of: "grades.sqlite")
    #expect(try grade("mended.md").status == 0)
    #expect(try folder.head(of: "grades.sqlite") == head)
    let undone = try folder.run(
      "book", "undo", "grades.sqlite", "7", "--reason", "it was right", "--by", "Eve")
    #expect(undone.status == 0)
    #expect(try list() == ["1 3 1 ada sleeper", "0 3 1 bob sleeper", "- 3 0 carol sleeper"])
    #expect(try folder.run("book", "verify", "grades.sqlite", "--head", before).status == 0)
  }

  @Test func `a book that cannot be written ends grading before anything is said`() throws {
    try folder.write("other", "no book\n")
    let outcome = try folder.run("grade", "lesson.md", "subs", "--book", "other")
    #expect(outcome.status == 2)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("cannot write other: it is no gradebook"))
    #expect(try folder.text("other") == "no book\n")
    let anonymous = try folder.run(
      "grade", "lesson.md", "subs", "--book", "g.sqlite", "--key", "lesson.md", "--anonymous")
    #expect(anonymous.status == 64)
  }

  @Test func `threat 58: a grading killed at any moment ends as one that was not`() throws {
    for index in 0..<300 {
      let code = ["exit(0)", "exit(1)", "exit(", "let x = open(\"/etc/passwd\", O_RDONLY)"][
        index % 4]
      try folder.write("subs/s\(index).walk", "program reader { \(code) }\n# \(index)\n")
    }
    let whole = try folder.run("grade", "lesson.md", "subs", "--book", "undisturbed.sqlite")
    #expect(whole.status == 0, "\(whole.errors)")
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    var killed = 0
    for _ in 0..<12 {
      let process = try folder.start("grade", "lesson.md", "subs", "--book", "grades.sqlite")
      usleep(UInt32.random(in: 50_000...900_000, using: &random))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      if process.terminationReason == .uncaughtSignal { killed += 1 }
      guard FileManager.default.fileExists(atPath: folder.path("grades.sqlite")) else { continue }
      let verified = try folder.run("book", "verify", "grades.sqlite")
      #expect(verified.status == 0, "seed \(seed): \(verified.errors)")
    }
    #expect(killed > 0, "seed \(seed)")
    #expect(try grade().output == whole.output, "seed \(seed)")
    #expect(
      try folder.head(of: "grades.sqlite") == folder.head(of: "undisturbed.sqlite"), "seed \(seed)")
  }
}
