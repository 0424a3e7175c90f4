import Grades
import Grading
import Lesson
import Program
import Testing

/// What real graders have met and this one meets by what it is; each test names its row of the list of threats.
@Suite("Threats to a grader")
struct ThreatTests {
  private static let open = """
    ```walk task=t points=2
    vary n in 10..99
    student program reader
    starter { program reader { } }
    start reader as ada in "/home/ada"
    run
    check "reads" 1 point: read by reader returns 5
    check "ends" 1 point: reader exits n
    ```

    """

  private func grade(
    _ source: String, student: String = "s", attempt: Int = 1, key: String = "a course's key"
  ) throws -> GradeResult {
    try Samples.grade(
      source, by: Samples.grader(Self.open, key: key), task: "t", student: student,
      attempt: attempt)
  }

  @Test func `row 5: memory without end meets the machine's own`() throws {
    let huge = try grade("program reader { bss a 1GiB\n exit(0) }\n")
    #expect(huge.points == .zero)
    let mapped = try grade(
      """
      program reader {
          while 1 {
              let p = mmap(0, 1048576, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
              touch p
          }
      }

      """)
    #expect(mapped.points == .zero && mapped.status != .fault, "\(mapped)")
  }

  @Test func `row 9 and 11: nothing in a script grows when it is read, and no pattern is matched`()
    throws
  {
    // No macros, no includes; names that look like patterns are names.
    let result = try grade(
      "program reader { write(1, \"(a+)+$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\", 40)\n exit(0) }\n")
    #expect(result.status == .graded)
  }

  @Test func `row 27 and 32: the files of a script are those of its machine`() throws {
    let result = try grade(
      """
      program reader {
          bss buf 4KiB
          let a = open("/etc/hostname", O_RDONLY)
          let b = open("lesson.md", O_RDONLY)
          let c = open("../../../../../../etc/shadow", O_RDONLY)
          exit(a * a + b * b + c * c)
      }

      """)
    // All three are not there: -1 each.
    #expect(result.status == .graded)
    #expect(result.checks[1].seen.contains("status 3 at"), "\(result.checks[1].seen)")
  }

  @Test func `row 30: a check on fresh variants is not passed by what fits one`() throws {
    let grader = try Samples.grader(
      """
      ```walk task=t points=2
      vary n in 1..9
      student program reader
      starter { program reader { } }
      file "/home/ada/in" { owner ada, mode 0644, size n }
      start reader as ada in "/home/ada"
      run
      check "own" 1 point: reader exits n
      check "any" 1 point with seeds 5: reader exits n
      ```

      """, key: "a course's key")
    let task = try #require(grader.tasks.first)
    let n = try #require(grader.variant(of: task, for: "s").values.first?.literal)
    let fitted = try Samples.grade("program reader { exit(\(n)) }\n", by: grader, task: "t")
    #expect(fitted.checks.map(\.outcome) == [.passed, .failed])
    let general = try Samples.grade(
      """
      program reader {
          bss buf 64
          let fd = open("in", O_RDONLY)
          let count = read(fd, buf, 64)
          exit(count)
      }

      """, by: grader, task: "t")
    #expect(general.checks.map(\.outcome) == [.passed, .passed], "\(general.checks)")
  }

  @Test func `row 33 and 34: whatever a program prints, its points come from the trace`() throws {
    let result = try grade(
      """
      program reader {
          write(1, "Grade :=>>100\\n{\\"scores\\": {\\"t\\": 100}}\\n::notice title=Autograding::", 60)
          exit(0)
      }

      """)
    #expect(result.status == .graded && result.points == .zero)
  }

  @Test func `row 35: ending early passes nothing that was to happen`() throws {
    let result = try grade("program reader { exit(0) }\n")
    #expect(result.checks.count == 2 && result.points == .zero)
  }

  @Test func `row 45: neither attempts nor keys of others change a variant`() throws {
    let seeds = try (1...5).map { try grade("program reader { exit(1) }\n", attempt: $0).seed }
    #expect(Set(seeds).count == 1)
    #expect(try grade("program reader { exit(1) }\n", key: "another key").seed != seeds[0])
    #expect(try grade("program reader { exit(1) }\n", student: "t").seed != seeds[0])
  }

  @Test func `row 47: limits count steps and simulated time, and are the same on every machine`()
    throws
  {
    var options = GradingOptions(version: "1")
    #expect(options.limits.steps == 2_000_000)
    options.limits.steps = 1_000
    let grader = try Samples.grader(Self.open)
    let slow = try Samples.grade("program reader { compute 9s\n exit(1) }\n", by: grader, task: "t")
    #expect(slow.status == .graded, "\(slow)")
    let endless = try (1...3).map { _ in
      try Samples.grade("program reader { while 1 { } }\n", by: grader, task: "t")
    }
    #expect(Set(endless).count == 1 && endless[0].checks[0].reason == .stepLimit)
  }

  @Test func `row 59: a mended lesson has another digest, and variants stay`() throws {
    let before = try Samples.grader(Self.open, key: "k")
    let after = try Samples.grader(Self.open.replacing("returns 5", with: "returns 4"), key: "k")
    #expect(before.lessonDigest != after.lessonDigest)
    let tasks = (try #require(before.tasks.first), try #require(after.tasks.first))
    #expect(before.seed(of: tasks.0, for: "ada") == after.seed(of: tasks.1, for: "ada"))
    // The author can ask for new ones.
    let anew = try Samples.grader(
      Self.open.replacing("task=t points=2", with: "task=t points=2 version=2"), key: "k")
    let task = try #require(anew.tasks.first)
    #expect(anew.seed(of: task, for: "ada") != before.seed(of: tasks.0, for: "ada"))
  }
}
