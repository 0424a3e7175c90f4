import Foundation
import Testing

@testable import ringwalk

/// `ringwalk grade`, as a user types it.
@Suite("ringwalk grade")
struct GradeCommandTests {
  static let lesson = """
    # Two tasks

    ```walk world
    disk sda { latency 5ms }
    mount "/" ext4 on sda
    user ada { uid 1000 }
    file "/home/ada/foo" { owner ada, mode 0644, text "hello" }
    ```

    ```walk task=ends points=3
    student program reader
    starter { program reader { } }
    start reader as ada
    run
    check "ends" 2 points: reader exits 0
    hidden check "never plugh" 1 point: never reader sleeps
    ```

    ```walk task=opens points=1
    student program reader
    starter { program reader { } }
    start reader as ada
    run
    check "opens" 1 point: open by reader returns 3
    ```

    """

  private static let good = "program reader { let a = open(\"foo\", O_RDONLY)\n exit(0) }\n"
  private static let bad = "program reader { exit(7) }\n"

  private func site() throws -> Folder {
    let folder = try Folder()
    try folder.write("lesson.md", Self.lesson)
    return folder
  }

  /// Lines as an engine sends them.
  private static func lines(_ count: Int) -> [String] {
    (0..<count).map { number in
      let source = [good, bad, "program reader {", "", "program x { exit(0) }\n"][number % 5]
      let task = number % 3 == 0 ? "opens" : "ends"
      let object: [String: Any] = [
        "id": "s\(number)", "student": "student \(number)", "task": task, "attempt": 1,
        "source": source + String(repeating: "#\n", count: number % 7),
      ]
      let data = (try? JSONSerialization.data(withJSONObject: object)) ?? Data()
      return String(decoding: data, as: UTF8.self)
    }
  }

  private func exists(_ folder: Folder, _ name: String) -> Bool {
    FileManager.default.fileExists(atPath: folder.path(name))
  }

  private func results(_ output: String) -> [String] {
    output.split(separator: "\n").map(String.init)
  }

  private func field(_ name: String, _ line: String) -> String {
    let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    return object?[name].map { "\($0)" } ?? ""
  }

  // MARK: Lines

  @Test func `each line is answered by one, in order, whatever it holds`() throws {
    let folder = try site()
    let input = Self.lines(30) + ["garbage", "{\"id\":3}", "[]", "{\"id\":\"x\",\"source\":\"\"}"]
    let run = try folder.run(
      arguments: ["grade", "lesson.md", "-"], input: input.joined(separator: "\n"))
    let lines = results(run.output)
    #expect(lines.count == input.count, "\(run.errors)")
    #expect(lines.prefix(30).map { field("id", $0) } == (0..<30).map { "s\($0)" })
    #expect(lines[30...32].allSatisfy { field("reason", $0) == "malformed_line" })
    #expect(field("id", lines[30]) == "line 31")
    #expect(field("reason", lines[33]) == "missing_task")
    #expect(field("points", lines[1]) == "1000" && field("points", lines[0]) == "1000")
    #expect(run.errors == "")
  }

  @Test func `row 46 and 57: parts in any order give what the whole gives`() throws {
    let folder = try site()
    let input = Self.lines(60)
    func grade(_ lines: [String], _ arguments: [String]) throws -> [String] {
      results(
        try folder.run(
          arguments: ["grade", "lesson.md", "-"] + arguments,
          input: lines.joined(separator: "\n") + "\n"
        ).output)
    }
    let whole = try grade(input, ["--twice"])
    #expect(whole.count == 60 && !whole.contains { field("status", $0) == "fault" })
    for count in [2, 7] {
      var generator = SystemRandomNumberGenerator()
      let shuffled = input.shuffled(using: &generator)
      var parts: [String] = []
      for number in 0..<count {
        let part = try grade(shuffled, ["--shard", "\(number)/\(count)", "--jobs", "1"])
        #expect(!part.isEmpty)
        parts += part
      }
      #expect(parts.sorted() == whole.sorted())
    }
  }

  @Test func `an interrupted grading goes on where it stopped`() throws {
    let folder = try site()
    let input = Self.lines(20).joined(separator: "\n")
    let whole = try folder.run(arguments: ["grade", "lesson.md", "-"], input: input).output
    // Half of it, the last line cut off; one result is marked, to see that it is taken over.
    let lines = results(whole)
    var kept = lines.prefix(10).joined(separator: "\n")
    kept = kept.replacing("\"message\":\"\"", with: "\"message\":\"kept\"")
    try folder.write("kept.jsonl", kept + "\n" + String(lines[10].prefix(40)))
    let resumed = try folder.run(
      arguments: ["grade", "lesson.md", "-", "--resume", "kept.jsonl"], input: input)
    #expect(results(resumed.output).count == 20)
    #expect(resumed.output.replacing("\"message\":\"kept\"", with: "\"message\":\"\"") == whole)
    #expect(resumed.output.contains("\"message\":\"kept\""))
    // Another lesson grades anew.
    try folder.write("lesson.md", Self.lesson + "\nMore.\n")
    let anew = try folder.run(
      arguments: ["grade", "lesson.md", "-", "--resume", "kept.jsonl"], input: input)
    #expect(!anew.output.contains("\"message\":\"kept\""))
  }

  @Test func `row 4 and 6: a line that is too long is answered, and the next one too`() throws {
    let folder = try site()
    let long = String(repeating: "x", count: GradeStream.lineLimit + 10)
    let run = try folder.run(
      arguments: ["grade", "lesson.md", "-"],
      input: "{\"id\":\"a\",\"source\":\"\(long)\"}\n" + Self.lines(1)[0] + "\n")
    let lines = results(run.output)
    #expect(lines.map { field("reason", $0) }.first == "malformed_line")
    #expect(lines.count == 2 && field("id", lines[1]) == "s0")
  }

  @Test func `row 48: a line may say when it was received, with its zone`() throws {
    let folder = try site()
    func line(_ received: String) -> String {
      "{\"id\":\"a\",\"student\":\"s\",\"task\":\"ends\",\"source\":\"program reader { exit(0) }\",\"received\":\"\(received)\"}\n"
    }
    let wrong = try folder.run("grade", "lesson.md", "-", input: line("2026-09-01T23:59:00"))
    #expect(field("reason", wrong.output) == "malformed_line")
    let right = try folder.run(
      "grade", "lesson.md", "-", "--book", "book", input: line("2026-09-01T23:59:00+02:00"))
    #expect(field("status", right.output) == "graded", "\(right.errors)")
    let shown = try folder.run("book", "show", "book", "s", "ends")
    #expect(shown.output.contains("2026-09-01T21:59:00"), "\(shown.output) \(shown.errors)")
  }

  @Test func `students may have other names in results`() throws {
    let folder = try site()
    try folder.write("key", "a course's key\n")
    let run = try folder.run(
      arguments: ["grade", "lesson.md", "-", "--key", "key", "--anonymous"],
      input: Self.lines(4).joined(separator: "\n"))
    #expect(results(run.output).count == 4)
    #expect(!run.output.contains("student 1"))
    #expect(Set(results(run.output).map { field("student", $0) }).count == 4)
  }

  // MARK: Shards

  @Test func `engines say which part this is`() {
    func shard(_ environment: [String: String]) -> Shard? {
      Shard("auto", environment: { environment[$0] })
    }
    #expect(
      shard([
        "SLURM_ARRAY_TASK_ID": "5", "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_COUNT": "8",
      ]) == Shard(number: 4, count: 8))
    #expect(
      shard([
        "SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_MIN": "3", "SLURM_ARRAY_TASK_COUNT": "1",
        "RINGWALK_SHARDS": "8",
      ]) == Shard(number: 3, count: 8))
    #expect(
      shard(["JOB_COMPLETION_INDEX": "0", "RINGWALK_SHARDS": "3"]) == Shard(number: 0, count: 3))
    #expect(
      shard(["AWS_BATCH_JOB_ARRAY_INDEX": "2", "RINGWALK_SHARDS": "3"])
        == Shard(number: 2, count: 3))
    #expect(shard(["JOB_COMPLETION_INDEX": "0"]) == nil)
    #expect(shard([:]) == nil)
    for text in ["3/3", "-1/3", "0/0", "1", "a/b", "1/2/3", ""] {
      #expect(Shard(text, environment: { _ in nil }) == nil)
    }
    let ids = (0..<1000).map { "id \($0)" }
    let counts = (0..<4).map { number in
      ids.count { Shard(number: UInt64(number), count: 4)?.contains($0) == true }
    }
    #expect(counts.reduce(0, +) == 1000 && counts.allSatisfy { $0 > 180 })
  }

  // MARK: Files and folders

  @Test func `a student reads what was needed and what was seen`() throws {
    let folder = try site()
    try folder.write("mine.walk", Self.bad)
    let run = try folder.run(arguments: ["grade", "lesson.md", "mine.walk", "--task", "ends"])
    #expect(run.status == 1)
    #expect(run.output.contains("failed: ends (0 of 2)"))
    #expect(run.output.contains("Needed: reader exits 0"))
    #expect(run.output.contains("One more check is not shown."))
    #expect(!run.output.contains("plugh"))
    let staff = try folder.run(arguments: [
      "grade", "lesson.md", "mine.walk", "--task", "ends", "--situation", "staff",
    ])
    #expect(staff.output.contains("plugh") && staff.output.contains("1 of 3 points"))
    try folder.write("mine.walk", "program reader { exit( }\n")
    let broken = try folder.run(arguments: ["grade", "lesson.md", "mine.walk", "--task", "ends"])
    #expect(broken.status == 2 && broken.output.contains("no attempt lost"))
    #expect(broken.output.contains("line 1, column"))
  }

  private func course() throws -> Folder {
    let folder = try site()
    try folder.write("in/ada.walk", Self.good)
    try folder.write("in/bob/ends.walk", Self.bad)
    try folder.write("in/bob/ends.2.walk", Self.good)
    try folder.write("in/eve/Ends.walk", Self.good)
    try folder.write("in/notes.txt", "x")
    return folder
  }

  @Test func `row 18: a folder is graded, and what is no submission is told`() throws {
    let folder = try course()
    let run = try folder.run(arguments: ["grade", "lesson.md", "in"])
    #expect(
      run.output == """
        student  task             points  not passed
        ada      ends                2/3  never plugh
        ada      opens               1/1
        bob      ends, attempt 2     2/3  never plugh
        bob      ends                1/3  ends
        eve      Ends                  -  unknown_task

        """)
    #expect(run.errors.contains("notes.txt: a submission's name ends in `.walk`"))
    #expect(run.errors.contains("is it for `ends`?"))
  }

  @Test func `a folder gets results, a summary, feedback and the formats asked for`() throws {
    let folder = try course()
    let run = try folder.run(arguments: [
      "grade", "lesson.md", "in", "-o", "out", "--format", "gradescope", "csv",
    ])
    #expect(run.status == 0, "\(run.errors)")
    let results = try folder.text("out/results.jsonl")
    #expect(results.split(separator: "\n").count == 5)
    #expect(try folder.text("out/csv/grades.csv").contains("ada"))
    #expect(try folder.text("out/summary.txt").contains("ends: 3 graded"))
    #expect(try folder.text("out/summary.html").contains("<h2"))
    #expect(
      !exists(folder, "out/results.jsonl.new") && !exists(folder, "out/results.jsonl.interrupted"))
    let folders = try folder.text("out/feedback/folders.csv").split(separator: "\n").dropFirst()
    #expect(folders.count == 3)
    for row in folders {
      let cells = row.split(separator: ",")
      let name = String(cells[1])
      #expect(exists(folder, "out/gradescope/\(name)/results.json"))
      // Gradescope's file has what it will show later itself.
      // Row 28 and 60: nothing that is hidden, and nobody else, is in what a student gets.
      for file in try FileManager.default.contentsOfDirectory(
        atPath: folder.path("out/feedback/\(name)"))
      {
        let text = try folder.text("out/feedback/\(name)/\(file)")
        #expect(!text.contains("plugh"), "\(name)/\(file)")
        for other in folders where other != row {
          #expect(!text.contains(other.split(separator: ",")[1]))
        }
      }
    }
    // The same again gives the same.
    let again = try folder.run(arguments: ["grade", "lesson.md", "in", "-o", "out"])
    #expect(again.output == run.output)
    #expect(try folder.text("out/results.jsonl") == results)
  }

  @Test func `what a killed grading has left is taken over`() throws {
    let folder = try course()
    _ = try folder.run(arguments: ["grade", "lesson.md", "in", "-o", "out"])
    let whole = try folder.text("out/results.jsonl")
    let marked = whole.replacing("\"message\":\"\"", with: "\"message\":\"kept\"")
    try folder.write("out/results.jsonl.new", String(marked.prefix(marked.utf8.count / 2)))
    _ = try folder.run(arguments: ["grade", "lesson.md", "in", "-o", "out"])
    let resumed = try folder.text("out/results.jsonl")
    #expect(resumed.contains("kept"))
    #expect(resumed.replacing("\"message\":\"kept\"", with: "\"message\":\"\"") == whole)
  }

  @Test func `row 22: links, pipes and folders in the place of files are not opened`() throws {
    let folder = try site()
    try folder.write("secret.walk", Self.good)
    try folder.write("in/.hidden", "")
    let inside = folder.url.appending(path: "in")
    try FileManager.default.createSymbolicLink(
      at: inside.appending(path: "link.walk"),
      withDestinationURL: folder.url.appending(path: "secret.walk"))
    mkfifo(inside.appending(path: "pipe.walk").path, 0o600)
    try FileManager.default.createDirectory(
      at: inside.appending(path: "folder.walk"), withIntermediateDirectories: true)
    let run = try folder.run(arguments: ["grade", "lesson.md", "in"])
    #expect(run.output == "student  task  points  not passed\n", "\(run.output)")
    #expect(run.errors.contains("link.walk: it is neither a file nor a folder"))
    #expect(run.errors.contains("pipe.walk: it is neither a file nor a folder"))
  }

  @Test func `row 23, 37, 40: names are text everywhere`() throws {
    let folder = try site()
    let names = ["-rf", "a'b\"c", "<script>alert(1)<", "\u{1B}[31mred", "=1+1", " spaces ", "ü"]
    for name in names { try folder.write("in/\(name)/ends.walk", Self.bad) }
    let run = try folder.run(
      arguments: [
        "grade", "lesson.md", "in", "-o", "out", "--format", "csv", "junit", "github-classroom",
      ])
    #expect(run.status == 0, "\(run.errors)")
    #expect(!run.output.contains("\u{1B}"))
    #expect(run.output.split(separator: "\n").count == names.count + 1)
    #expect(!(try folder.text("out/summary.html")).contains("<script>alert"))
    #expect(try folder.text("out/csv/grades.csv").contains("'=1+1"))
  }

  // MARK: The command itself

  @Test(arguments: [
    ["grade", "lesson.md", "nowhere"], ["grade", "lesson.md", "-", "-o", "x"],
    ["grade", "lesson.md", "in", "--format", "csv"], ["grade", "lesson.md", "-", "--shard", "3/2"],
    ["grade", "lesson.md", "-", "--anonymous"], ["grade", "lesson.md", "-", "--jobs", "0"],
    ["grade", "lesson.md", "-", "--late", "sometimes"], ["grade", "lesson.md", "-", "--key", "no"],
    ["grade", "plain.md", "-"], ["grade", "lesson.md", "lesson.md"],
  ])
  func `mistakes in the command are told`(_ arguments: [String]) throws {
    let folder = try site()
    try folder.write("plain.md", "# No task\n")
    try folder.write("in/x.walk", "")
    let run = try folder.run(arguments: arguments)
    #expect(run.status == 64, "\(run.errors)")
    #expect(run.errors.hasPrefix("Error: "))
  }

  @Test func `a lesson that does not compile grades nobody`() throws {
    let folder = try site()
    try folder.write("lesson.md", Self.lesson.replacing("exits 0", with: "exists 0"))
    let run = try folder.run(arguments: ["grade", "lesson.md", "-"], input: "{}\n")
    #expect(run.status == 2 && run.output == "" && run.errors.contains("W04"))
  }
}

/// What instructors use before and after grading.
@Suite("ringwalk variant, audit and compare")
struct InstructorCommandTests {
  private static let lesson = """
    # A task that varies

    ```walk task=status points=2
    vary n in 10..99
    student program p
    starter { program p { exit(n) } }
    start p
    run
    check "status" 2 points: p exits n
    ```

    """

  private func site() throws -> Folder {
    let folder = try Folder()
    try folder.write("lesson.md", Self.lesson)
    try folder.write("key", "a key of a course")
    return folder
  }

  @Test func `a student's variant is the same everywhere, and another with another key`() throws {
    let folder = try site()
    let run = try folder.run("variant", "lesson.md", "--student", "ada", "--key", "key")
    let value = try #require(run.output.firstMatch(of: /# n = (\d+)/)).1
    #expect(run.output.contains("program p { exit(\(value)) }"))
    #expect(run.output.hasPrefix("# status, for ada (seed "))
    try folder.write("key", "another key")
    let other = try folder.run("variant", "lesson.md", "--student", "ada", "--key", "key")
    #expect(other.output != run.output)
    #expect(try folder.run("variant", "lesson.md").status == 64)
    #expect(try folder.run("variant", "lesson.md", "--student", "a", "--task", "x").status == 64)
  }

  @Test func `variants are solved by a reference, or it is told which are not`() throws {
    let folder = try site()
    try folder.write("right.walk", "program p { let a = n\n exit(a) }\n")
    let right = try folder.run(
      "variant", "lesson.md", "--check-variants", "20", "--reference", "right.walk")
    #expect(right.status == 0 && right.output.contains("20 solved by the reference"))
    #expect(right.output.contains("page faults: "))
    try folder.write("wrong.walk", "program p { if n > 50 { exit(1) }\n exit(n) }\n")
    let wrong = try folder.run(
      "variant", "lesson.md", "--check-variants", "20", "--reference", "wrong.walk")
    #expect(wrong.status == 1 && wrong.output.contains("not solved: variant-"))
  }

  @Test func `an audit says what a task lets through`() throws {
    let folder = try site()
    try folder.write(
      "lesson.md",
      Self.lesson.replacing("vary n in 10..99\n", with: "")
        .replacing("exits n", with: "exits").replacing("exit(n)", with: "exit(0)"))
    let none = try folder.run("audit", "lesson.md", "--solutions", "solutions")
    #expect(none.status == 1 && none.output.contains("no solutions/status/right.walk"))
    try folder.write("solutions/status/right.walk", "# 2 of 2\nprogram p { exit(7) }\n")
    try folder.write("solutions/status/wrong.walk", "# 0 of 2\nprogram p { exit(8) }\n")
    let loose = try folder.run("audit", "lesson.md", "--solutions", "solutions")
    #expect(loose.status == 1)
    #expect(loose.output.contains("has all points: line 2, one more than `7`"))
    #expect(loose.output.contains("wrong.walk: 2 points instead of 0"))
    try folder.write(
      "lesson.md",
      Self.lesson.replacing("vary n in 10..99\n", with: "").replacing("exits n", with: "exits 7")
        .replacing("exit(n)", with: "exit(0)"))
    let tight = try folder.run("audit", "lesson.md", "--solutions", "solutions")
    #expect(tight.status == 0, "\(tight.output)")
    #expect(tight.output.contains("no mistake was let through"))
  }

  @Test func `solutions of a task that varies are audited with a student's values`() throws {
    let folder = try site()
    try folder.write("solutions/status/right.walk", "program p { let a = n\n exit(a) }\n")
    try folder.write(
      "solutions/status/wrong.walk", "# 0 of 2: one more\nprogram p { exit(n + 1) }\n")
    for student in ["ada", "bob"] {
      let run = try folder.run(
        "audit", "lesson.md", "--solutions", "solutions", "--key", "key", "--student", student)
      #expect(run.status == 0, "\(run.output)")
      #expect(run.output.hasPrefix("status: the reference has 2 of 2 points"))
    }
  }

  @Test func `what is alike is shown side by side, without a verdict`() throws {
    let folder = try site()
    let text = "program p { let a = getpid()\n if a > 3 { compute 2us }\n exit(10) }\n"
    try folder.write("in/ada.walk", text)
    try folder.write(
      "in/bob.walk", text.replacing("let a", with: "let b").replacing("a > 3", with: "b > 3"))
    try folder.write("in/eve.walk", "program p { sched_yield()\n exit(11) }\n")
    let run = try folder.run("compare", "lesson.md", "in")
    #expect(run.status == 0)
    #expect(run.output.contains("3 submissions compared, 1 pair with much in common"))
    #expect(run.output.contains("ada.walk#status and bob.walk#status"))
    #expect(run.output.contains("| 1: program p { let b = getpid()"))
  }
}
