import Foundation
import Grades
import Grading
import Lesson
import Program
import SourceText
import Trace
import Testing
import WalkSemantics

/// The lesson that the tests grade by, and what is handed in.
enum Samples {
  static let world = """
    ```walk world
    machine x86_64 { cpus 1, tick 4ms }
    disk sda { latency 5ms }
    mount "/" ext4 on sda
    user ada { uid 1000 }
    file "/home/ada/foo" { owner ada, mode 0644, text "hello\\n" }
    file "/home/ada/bar" { owner ada, mode 0644, text "world\\n" }
    program other { exit(9) }
    ```

    """

  static let twoSleeps = """
    ```walk task=two_sleeps points=10
    student program reader
    starter {
        program reader { # open two files so that reader sleeps exactly twice
        }
    }
    start reader as ada in "/home/ada"
    run
    check "it ends cleanly"      2 points: reader exits 0
    hint "call exit(0)" after 2 attempts
    check "it sleeps twice"      5 points after "it ends cleanly": at least 2 of reader sleeps
    hidden check "also on arm64" 3 points with machine arm64: at least 2 of reader sleeps
    ```

    """

  /// Grades by a lesson of the usual world and these fences.
  static func grader(_ tasks: String = twoSleeps, key: String = "") throws -> Grader {
    let file = SourceFile(name: "lesson.md", bytes: Array((world + tasks).utf8))
    let lesson = Lesson.compile(file, includes: { _ throws(IncludeFailure) in throw .outside })
    #expect(lesson.diagnostics.isEmpty, "\(lesson.diagnostics)")
    var options = GradingOptions(version: "1")
    options.courseKey = Array(key.utf8)
    return Grader(lesson, options: options)
  }

  static func grade(
    _ source: String, by grader: Grader? = nil, task: String = "two_sleeps", student: String = "s",
    attempt: Int = 1
  ) throws -> GradeResult {
    try (grader ?? Samples.grader()).grade(
      Submission(
        key: SubmissionKey(id: "id", student: student, task: task, attempt: attempt),
        source: Array(source.utf8)))
  }

  static let right = """
    program reader {
        bss buf 16
        let a = open("foo", O_RDONLY)
        let b = read(a, buf, 5)
        exit(0)
    }

    """
}

@Suite struct GraderTests {
  @Test func `a right submission has all points and says why`() throws {
    let result = try Samples.grade(Samples.right)
    #expect(result.status == .graded, "\(result)")
    #expect(result.reason == nil)
    #expect(result.checks.map(\.title) == ["it ends cleanly", "it sleeps twice", "also on arm64"])
    #expect(result.checks.map(\.outcome) == [.passed, .passed, .passed], "\(result.checks)")
    #expect(result.points == Points(whole: 10) && result.maximum == Points(whole: 10))
    #expect(result.checks[0].anchor == "reader-exits")
    #expect(result.checks[2].configuration == "machine arm64")
    #expect(result.checks[2].visibility == .hidden)
  }

  @Test func `a failed check says what was needed, what was seen, and how it came to it`() throws {
    let result = try Samples.grade("program reader { let a = open(\"foo\", O_RDONLY)\n exit(3) }\n")
    let check = try #require(result.checks.first)
    #expect(check.outcome == .failed && check.reason == .doesNotHold)
    #expect(check.needed == "reader exits 0")
    #expect(check.seen.contains("3"), "\(check.seen)")
    #expect(check.step != nil && check.anchor == "reader-exits")
    #expect(check.causes.last?.contains("exit") == true, "\(check.causes)")
    // What depends on it was not looked at, which is not the same as wrong.
    #expect(result.checks[1].outcome == .notRun && result.checks[1].reason == .dependency)
    #expect(result.checks[1].points == .zero)
  }

  @Test func `a hint comes after enough attempts, and only where it is wanted`() throws {
    let wrong = "program reader { exit(1) }\n"
    let grader = try Samples.grader()
    #expect(try Samples.grade(wrong, by: grader, attempt: 2).checks[0].hint == nil)
    #expect(try Samples.grade(wrong, by: grader, attempt: 3).checks[0].hint == "call exit(0)")
    #expect(try Samples.grade(Samples.right, by: grader, attempt: 3).checks[0].hint == nil)
  }

  // MARK: Not gradable

  @Test(arguments: [
    ("", GradeResult.Reason.empty), ("  \n\t# nothing\n", .empty),
    ("program reader { # still nothing\n}\n", .unchangedStarter),
    ("program Reader { exit(0) }\n", .missingProgram),
    ("program reader { exit( }\n", .doesNotCompile),
    ("program reader { exit(0) }\nprogram other { exit(0) }\n", .doesNotCompile),
    ("program reader { exit(0) }\nmachine arm64\n", .doesNotCompile),
    ("program reader { opne(\"foo\", O_RDONLY) }\n", .doesNotCompile),
  ])
  func `row 17 and 18: what cannot be graded costs nothing`(
    _ source: String, _ reason: GradeResult.Reason
  ) throws {
    let result = try Samples.grade(source)
    #expect(result.status == .notGradable)
    #expect(result.reason == reason, "\(result)")
    #expect(!result.message.isEmpty && result.checks.isEmpty && result.points == .zero)
    #expect((reason == .doesNotCompile) == !result.messages.isEmpty)
  }

  @Test func `row 18: a name in other letters is told`() throws {
    let result = try Samples.grade("program Reader { exit(0) }\n")
    #expect(result.message.contains("`Reader` is: names are case-sensitive"))
  }

  @Test func `a task that is not there is told with those that are`() throws {
    #expect(try Samples.grade(Samples.right, task: "two").reason == .unknownTask)
    #expect(try Samples.grade(Samples.right, task: "two").message.contains("two_sleeps"))
    #expect(try Samples.grade(Samples.right, task: "").reason == .missingTask)
  }

  // MARK: Threats

  private func bytes(_ source: [UInt8]) throws -> GradeResult {
    try Samples.grader().grade(
      Submission(
        key: SubmissionKey(id: "i", student: "s", task: "two_sleeps"), source: source))
  }

  @Test func `row 1: an endless loop ends at the limit of steps, and says so`() throws {
    let result = try Samples.grade("program reader { while 1 { } }\n")
    #expect(result.status == .graded && result.points == .zero)
    #expect(result.checks[0].reason == .stepLimit)
    #expect(result.checks[0].seen.contains("limit of steps"))
  }

  @Test func `row 2: a deadlock is told with who waits for what`() throws {
    let result = try Samples.grade(
      "program reader { bss b 8\n let n = read(0, b, 8)\n exit(0) }\n")
    #expect(result.checks[0].reason == .deadlock)
    #expect(result.checks[0].seen.contains("reader waits for"), "\(result.checks[0].seen)")
  }

  @Test func `row 3: a fork bomb meets the limits of the simulation`() throws {
    let result = try Samples.grade("program reader { while 1 { fork() } }\n")
    #expect(result.status == .graded && result.points == .zero, "\(result)")
  }

  @Test func `row 4: endless output meets its limit`() throws {
    let result = try Samples.grade("program reader { while 1 { write(1, \"aaaaaaaa\", 8) } }\n")
    #expect(result.status == .graded && result.points == .zero)
    #expect([.outputLimit, .eventLimit, .stepLimit].contains(result.checks[0].reason))
  }

  @Test func `row 6: too large a script is not read`() throws {
    let result = try bytes([UInt8](repeating: 0x20, count: SubmissionLimits.bytes + 1))
    #expect(result.reason == .tooLarge && result.messages.isEmpty)
    let lines = try bytes([UInt8](repeating: 0x0A, count: SubmissionLimits.lines + 1))
    #expect(lines.reason == .tooLarge)
  }

  @Test func `row 7 and 8: long lines and deep nesting are told, and end nothing`() throws {
    let long = try Samples.grade(
      "# " + String(repeating: "x", count: 200_000) + "\n" + Samples.right)
    #expect(long.points == Points(whole: 10))
    let deep = try Samples.grade(
      "program reader { exit(" + String(repeating: "(", count: 50_000) + ") }\n")
    #expect(deep.reason == .doesNotCompile)
  }

  @Test func `row 10: nothing is included`() throws {
    let result = try Samples.grade("include \"/etc/passwd\"\n" + Samples.right)
    #expect(result.reason == .doesNotCompile)
    #expect(result.messages.map(\.code) == ["W0434"])
  }

  @Test(arguments: [
    ([0x70, 0xFF, 0x20] as [UInt8], GradeResult.Reason.encoding, "Byte 1 "),
    ([0xEF, 0xBB, 0xBF, 0x70, 0xC0, 0x80], .encoding, "Byte 4 "),
    ([0x70, 0xED, 0xA0, 0x80], .encoding, "Byte 1 "), ([0x70, 0xE2, 0x82], .encoding, "Byte 1 "),
    ([0xFF, 0xFE, 0x70, 0x00], .encoding, "UTF-16"),
    ([0xFE, 0xFF, 0x00, 0x70], .encoding, "UTF-16"),
    ([0x70, 0x00, 0x71], .binary, "Byte 1 is NUL"), ([0x50, 0x4B, 0x03, 0x04], .binary, "zip"),
    ([0x7F, 0x45, 0x4C, 0x46], .binary, "a program"), ([0x1F, 0x8B], .binary, "gzip"),
  ])
  func `rows 12, 14, 16, 19: what is no text is told`(
    _ source: [UInt8], _ reason: GradeResult.Reason, _ words: String
  ) throws {
    let result = try bytes(source)
    #expect(result.reason == reason)
    #expect(result.message.contains(words), "\(result.message)")
  }

  @Test func `rows 13 and 15: marks and line ends of other systems do not matter`() throws {
    let marked = try bytes([0xEF, 0xBB, 0xBF] + Array(Samples.right.utf8))
    #expect(marked.points == Points(whole: 10))
    let windows = try Samples.grade(Samples.right.replacing("\n", with: "\r\n"))
    #expect(windows.points == Points(whole: 10))
  }

  @Test func `row 28: what is wrong about a hidden check is in no message`() throws {
    let grader = try Samples.grader(
      """
      ```walk task=hide
      student program reader
      starter { program reader { bss xyzzy 8 } }
      start reader
      run
      check "ends" 1 point: reader exits 0
      hidden check "plugh" 1 point: at end xyzzy in reader == 7
      ```

      """.replacing("at end xyzzy in reader == 7", with: "at end reader.exit == 7177"))
    let result = try Samples.grade("program reader { exit(0) }\n", by: grader, task: "hide")
    #expect(result.checks.map(\.outcome) == [.passed, .failed])
    let report = "\(StudentReport(result, in: .now))"
    for secret in ["plugh", "7177"] { #expect(!report.contains(secret), "\(report)") }
  }

  @Test func `row 31: what must be used and what must not is looked for`() throws {
    let grader = try Samples.grader(
      """
      ```walk task=napping
      student program reader
      starter { program reader { } }
      start reader
      run
      require repeat
      forbid nanosleep
      check "ends" 4 points: reader exits 0
      ```

      """)
    func outcomes(_ source: String) throws -> [CheckResult.Outcome] {
      try Samples.grade(source, by: grader, task: "napping").checks.map(\.outcome)
    }
    #expect(
      try outcomes("program reader { repeat 2 { compute 1ms }\n exit(0) }\n")
        == [.passed, .passed, .passed])
    #expect(try outcomes("program reader { exit(0) }\n") == [.failed, .passed, .notRun])
    #expect(
      try outcomes("program reader { repeat 2 { nanosleep(1ms) }\n exit(0) }\n")
        == [.passed, .failed, .notRun])
    // Where a word is only spoken of, it is not used.
    #expect(
      try outcomes("# repeat\nprogram reader { write(1, \"nanosleep(\", 1)\n exit(0) }\n")
        == [.failed, .passed, .notRun])
  }

  @Test func `row 44: a task without points has none, and nothing is divided by them`() throws {
    let grader = try Samples.grader(
      "```walk task=none\nstudent program reader\nstarter { program reader { } }\n"
        + "start reader\nrun\n```\n")
    let result = try Samples.grade("program reader { exit(0) }\n", by: grader, task: "none")
    #expect(result.status == .graded && result.maximum == .zero && result.checks.isEmpty)
  }

  @Test func `row 46: grading twice gives the same bytes`() throws {
    let grader = try Samples.grader()
    for source in [Samples.right, "program reader { exit(1) }\n", "program reader {"] {
      #expect(
        "\(try Samples.grade(source, by: grader))" == "\(try Samples.grade(source, by: grader))")
    }
  }

  @Test func `row 49 and 50: letters that look like others are named`() throws {
    // U+0430 is Cyrillic, U+202E turns the line around.
    let look = try Samples.grade("program re\u{430}der { exit(0) }\n")
    #expect(look.status == .notGradable)
    let turned = try Samples.grade("program reader { exit(0) } # \u{202E}\n")
    #expect(!"\(turned)".unicodeScalars.contains("\u{202E}"))
  }

  @Test func `a step has the anchor that it has when all steps are named`() throws {
    let grader = try Samples.grader()
    let submission = Submission(
      key: SubmissionKey(id: "i", student: "s", task: "two_sleeps"),
      source: Array(Samples.right.utf8))
    let seen = try #require(grader.seenRun(of: submission, in: .now))
    #expect(
      seen.scenario.expectations.map(\.text) == ["reader exits 0", "at least 2 of reader sleeps"])
    let trace = ScenarioRun.run(seen.scenario, limits: seen.limits).trace
    var anchors = StepAnchors(trace.header)
    for (step, event) in trace.events.enumerated() {
      let named = anchors.next(event)
      #expect(StepAnchors.anchor(of: step, in: trace) == named.name.anchor(named.count))
    }
    #expect(StepAnchors.anchor(of: trace.events.count, in: trace) == nil)
  }

  // MARK: Parts, variants

  @Test func `parts bring their share, and a sequence up to its first gap`() throws {
    let grader = try Samples.grader(
      """
      ```walk task=parts
      student program reader
      starter { program reader { } }
      start reader as ada in "/home/ada"
      run
      check "all" 6 points in parts: reader exits 0 and reader calls open and never reader faults on nothing_there
      check "in order" 3 points in parts: reader calls open then reader calls read then reader exits 0
      ```

      """.replacing(" and never reader faults on nothing_there", with: " and reader calls read"))
    let none = try Samples.grade("program reader { exit(1) }\n", by: grader, task: "parts")
    #expect(none.checks.map(\.outcome) == [.failed, .failed])
    let some = try Samples.grade(
      "program reader { let a = open(\"foo\", O_RDONLY)\n exit(0) }\n", by: grader, task: "parts")
    #expect(some.checks.map(\.outcome) == [.partial, .partial])
    #expect(some.checks.map(\.points) == [Points(whole: 4), Points(whole: 1)])
    #expect(some.checks[0].seen.hasPrefix("2 of 3 parts hold."))
    let all = try Samples.grade(Samples.right, by: grader, task: "parts")
    #expect(all.points == Points(whole: 9))
  }

  private static let varied = """
    ```walk task=varied points=3
    vary n in 2..9
    vary path in ["foo", "bar"]
    student program reader
    starter { program reader { exit(n) } }
    start reader as ada in "/home/ada"
    run
    check "status" 1 point: reader exits n
    check "file" 1 point: kernel copies path from reader
    check "any" 1 point with seeds 4: reader exits
    ```

    """

  @Test func `students have variants of their own, which a key makes`() throws {
    let grader = try Samples.grader(Self.varied, key: "secret")
    let task = try #require(grader.tasks.first)
    guard case .programs(let checked) = task.kind else { return }
    let seeds = (0..<40).map { grader.seed(of: task, for: "student\($0)") }
    #expect(Set(seeds.map(\.text)).count == 40)
    let values = seeds.map { $0.values(of: checked.varied) }
    #expect(Set(values.map { $0["n"] ?? "" }).count == 8)
    #expect(Set(values.map { $0["path"] ?? "" }) == ["\"foo\"", "\"bar\""])
    let other = try Samples.grader(Self.varied, key: "other")
    #expect(other.seed(of: task, for: "student0") != seeds[0])
    // From outside: HMAC-SHA256 of the three texts with their lengths.
    #expect(
      seeds[0].text
        == String(
          Digest(
            of: Array("6:varied1:18:student0".utf8), key: Array("secret".utf8)
          ).rawValue.prefix(16)))
  }

  @Test func `each student is judged by their own variant`() throws {
    let grader = try Samples.grader(Self.varied, key: "secret")
    let task = try #require(grader.tasks.first)
    guard case .programs(let checked) = task.kind else { return }
    let values = grader.seed(of: task, for: "ada").values(of: checked.varied)
    let (n, path) = (values["n"] ?? "", values["path"] ?? "")
    let source = "program reader { let a = open(\(path), O_RDONLY)\n exit(\(n)) }\n"
    let result = try Samples.grade(source, by: grader, task: "varied", student: "ada")
    #expect(result.points == Points(whole: 3), "\(result)")
    #expect(result.checks[0].needed == "reader exits \(n)")
    #expect(result.seed == grader.seed(of: task, for: "ada").text)
    // Attempts do not roll the dice again.
    #expect(
      try Samples.grade(source, by: grader, task: "varied", student: "ada", attempt: 9).seed
        == result.seed)
  }

  // MARK: Questions

  private static let questions = """
    ```walk scenario=run
    program p { let a = open("/home/ada/foo", O_RDONLY)
        nanosleep(5ms)
        exit(3) }
    start p as ada
    run
    ```

    ```walk predict=fd points=2
    ask "Which descriptor?"
    answer result(open by p)
    ```

    ```walk predict=what points=4
    ask "What does it do?"
    choice "it sleeps" if p sleeps
    choice "it is killed" if kernel kills p
    ```

    ```walk predict=first points=3
    ask "In which order?"
    order p exits, p calls open, p calls nanosleep
    ```

    ```walk predict=states points=2
    ask "Which states?"
    table when p calls nanosleep, p exits: p.mode, p.state
    ```

    """

  @Test(arguments: [
    ("fd", "answer fd = 3", 2_000), ("fd", "answer fd = 0x3", 2_000), ("fd", "answer fd = 4", 0),
    ("fd", "answer other = 3", 0), ("what", "answer what = \"it sleeps\"", 4_000),
    ("what", "answer what = [\"It  sleeps\"]", 4_000),
    ("what", "answer what = \"it is killed\"", 0),
    ("what", "answer what = [\"it sleeps\", \"it is killed\"]", 0),
    ("first", "answer first = [\"p calls open\", \"p calls nanosleep\", \"p exits\"]", 3_000),
    ("first", "answer first = [\"p calls open\", \"p exits\", \"p calls nanosleep\"]", 1_000),
    ("first", "answer first = [\"p exits\"]", 0),
  ])
  func `answers are judged by the key that the run gives`(
    _ task: String, _ source: String, _ millipoints: Int64
  ) throws {
    let grader = try Samples.grader(Self.questions)
    let result = try Samples.grade(source + "\n", by: grader, task: task)
    #expect(result.status == .graded, "\(result)")
    #expect(result.points.millipoints == millipoints, "\(result)")
  }

  @Test func `a table is judged cell by cell`() throws {
    let grader = try Samples.grader(Self.questions)
    let key = try Samples.grade("answer states = []\n", by: grader, task: "states").checks[0].needed
    let right = try Samples.grade("answer states = [\(key)]\n", by: grader, task: "states")
    #expect(right.points == Points(whole: 2), "\(right)")
    let cells = key.split(separator: ", ").dropLast().joined(separator: ", ")
    let result = try Samples.grade(
      "answer states = [\(cells), nonsense]\n", by: grader, task: "states")
    #expect(result.checks[0].outcome == .partial)
    #expect(result.checks[0].seen.hasSuffix("3 of 4 are right."), "\(result.checks[0])")
  }

  @Test func `row 29: the key of a question is not told before it is due`() throws {
    let grader = try Samples.grader(Self.questions)
    let result = try Samples.grade("answer fd = 99\n", by: grader, task: "fd")
    #expect(result.checks[0].needed == "3")
    let report = StudentReport(result, in: .now)
    #expect(report.checks[0].needed == nil && report.checks[0].causes.isEmpty)
    #expect(StudentReport(result, in: .afterDue).checks[0].needed == "3")
  }

  private static let varying = """
    ```walk predict=sum points=2
    vary n in 2..9
    program q { repeat n { compute 1ms } exit(n) }
    start q
    run
    ask "What does `q` exit with?"
    answer q.exit
    ```

    ```walk predict=time points=2
    vary work in [3ms, 40ms]
    program q { compute work }
    start q
    run
    ask "How long does it run?"
    answer duration(q computes, q exits)
    ```

    """

  @Test func `a question varies, and its key with it`() throws {
    let grader = try Samples.grader(Self.varying)
    let task = try #require(grader.tasks.first { $0.name == "sum" })
    var seen: Set<String> = []
    for student in ["ada", "bob", "cyd", "dan", "eve", "fay"] {
      let n = try #require(grader.variant(of: task, for: student).values.first?.literal)
      seen.insert(n)
      for (answer, points) in [(n, 2), ("\(n)0", 0)] as [(String, Int64)] {
        let result = grader.grade(
          Submission(
            key: SubmissionKey(id: student, student: student, task: "sum"),
            source: Array("answer sum = \(answer)\n".utf8)))
        #expect(result.points == Points(whole: points), "\(student): \(result)")
        #expect(result.checks[0].needed == n)
      }
    }
    #expect(seen.count > 1)
    #expect(grader.variant(of: task, for: "ada").questions == ["What does `q` exit with?"])
  }

  @Test func `a time is right within a hundredth`() throws {
    let grader = try Samples.grader(Self.varying)
    let task = try #require(grader.tasks.first { $0.name == "time" })
    let work = try #require(grader.variant(of: task, for: "ada").values.first?.literal)
    let unit: Double = work == "3ms" ? 3 : 40
    for (share, points) in [(1.0, 2), (1.009, 2), (0.991, 2), (1.02, 0), (0.98, 0)]
      as [(Double, Int64)]
    {
      let answer = Int64(unit * share * 1_000_000)
      let result = grader.grade(
        Submission(
          key: SubmissionKey(id: "a", student: "ada", task: "time"),
          source: Array("answer time = \(answer)ns\n".utf8)))
      #expect(result.points == Points(whole: points), "\(share): \(result)")
    }
    // Nobody means a number without a unit.
    let bare = try Samples.grade("answer time = 3000000\n", by: grader, task: "time")
    #expect(bare.points == .zero)
  }

  @Test func `a submission to a question declares nothing`() throws {
    let grader = try Samples.grader(Self.questions)
    let result = try Samples.grade("answer fd = 3\nmachine arm64\n", by: grader, task: "fd")
    #expect(result.status == .notGradable && result.messages.map(\.code) == ["W0434"])
  }
}
