import TestSupport
import Testing

@testable import Grades

@Suite struct PolicyTests {
  private static let day: Int64 = 86_400
  private static let due: Int64 = 1_788_000_000

  private static func task(_ name: String = "lab", due: Int64? = due) -> CourseTask {
    CourseTask(name: name, maximum: Points(whole: 10), dueAt: due)
  }

  /// An attempt with whole points, so many seconds after its task was due.
  private static func attempt(
    _ number: Int, _ points: Int64, late: Int64 = 0, task: String = "lab", due: Int64 = due
  ) -> Attempt {
    Attempt(
      student: "ada", task: task, number: number, points: Points(whole: points),
      receivedAt: due + late)
  }

  private static func grade(
    _ attempts: [Attempt], _ late: String = "none", _ policy: String = "best"
  ) throws -> TaskGrade {
    let grades = CourseGrades(
      attempts: attempts, tasks: [task()], late: try #require(LatePolicy(late)),
      attemptsPolicy: try #require(AttemptsPolicy(policy)))
    #expect(grades.messages == [])
    return try #require(grades.grade(of: "ada", for: 0))
  }

  @Test(arguments: [
    (-5, 0, 0), (0, 0, 0), (1, 0, 1), (86_400, 0, 1), (86_401, 0, 2), (900, 15, 0), (901, 15, 1),
    (86_401, 15, 2),
  ])
  func `row 48: days start when the task is due, also after minutes of grace`(
    late: Int64, grace: Int, days: Int
  ) {
    let policy = LatePolicy(graceMinutes: grace)
    #expect(policy.startedDays(dueAt: Self.due, receivedAt: Self.due + late) == days)
  }

  @Test func `row 43: no time overflows`() {
    let policy = LatePolicy(graceMinutes: .max)
    #expect(policy.startedDays(dueAt: .min, receivedAt: .max) == 1_000_000)
    #expect(LatePolicy().startedDays(dueAt: .min, receivedAt: .max) == 1_000_000)
    #expect(LatePolicy().startedDays(dueAt: .max, receivedAt: .min) == 0)
    #expect(policy.startedDays(dueAt: 0, receivedAt: .max) == 0)
    #expect(LatePolicy().startedDays(dueAt: nil, receivedAt: 5) == 0)
    #expect(LatePolicy().startedDays(dueAt: 5, receivedAt: nil) == 0)
  }

  @Test(arguments: [
    ("none", 3, "10", "Attempt 1 has 10 of 10 points."),
    (
      "1 point", 3, "9",
      "Attempt 1 has 10 of 10 points; 3 started days late: 1 point less; that leaves 9."
    ),
    (
      "12.5% a day", 1, "8.75",
      "Attempt 1 has 10 of 10 points; 1 started day late: 1.25 points less; that leaves 8.75."
    ),
    (
      "50% a day", 3, "0",
      "Attempt 1 has 10 of 10 points; 3 started days late: 10 points less; that leaves 0."
    ),
    (
      "10% a day, at most 2 days", 3, "0",
      "Attempt 1 has 10 of 10 points; 3 started days late, and after 2 days nothing counts; that leaves 0."
    ),
    (
      "bank 3 days", 3, "10",
      "Attempt 1 has 10 of 10 points; 3 started days late, 3 of 3 late days left used."
    ),
    (
      "bank 2 days", 3, "0",
      "Attempt 1 has 10 of 10 points; 3 started days late, with 2 late days left; that leaves 0."
    ),
    (
      "bank 2 days then 10% a day", 3, "9",
      "Attempt 1 has 10 of 10 points; 3 started days late, 2 of 2 late days left used: 1 point less; that leaves 9."
    ),
  ])
  func `being late costs what the policy says`(
    policy: String, days: Int64, points: String, sentence: String
  ) throws {
    let grade = try Self.grade([Self.attempt(1, 10, late: days * Self.day)], policy)
    #expect(grade.points.text == points)
    #expect(grade.raw - grade.penalty == grade.points)
    #expect(grade.raw == Points(whole: 10))
    #expect(grade.explanation == sentence)
    #expect(grade.lateDays == Int(days))
  }

  @Test func `a share is of the maximum or of the score`() throws {
    let attempts = [Self.attempt(1, 4, late: Self.day)]
    #expect(try Self.grade(attempts, "10% a day").points == Points(whole: 3))
    #expect(try Self.grade(attempts, "10% of the score a day").points.text == "3.6")
  }

  @Test func `the best attempt is best after what being late costs`() throws {
    let attempts = [Self.attempt(1, 7), Self.attempt(2, 8, late: 5), Self.attempt(3, 7)]
    let grade = try Self.grade(attempts, "20% a day")
    #expect(grade.attempt == 1)
    #expect(grade.points == Points(whole: 7))
    #expect(grade.explanation == "Attempt 1, the best of 3, has 7 of 10 points.")
    #expect(try Self.grade(attempts, "none").attempt == 2)
  }

  @Test func `the last attempt counts also when it is worse`() throws {
    let grade = try Self.grade([Self.attempt(1, 9), Self.attempt(2, 3)], "none", "last")
    #expect(grade.attempt == 2)
    #expect(grade.points == Points(whole: 3))
    #expect(grade.explanation == "Attempt 2, the last of 2, has 3 of 10 points.")
  }

  @Test func `an average is rounded to thousandths and says what was late`() throws {
    let attempts = [Self.attempt(1, 9), Self.attempt(2, 3), Self.attempt(3, 2, late: 1)]
    let grade = try Self.grade(attempts, "1 point", "average")
    #expect(grade.raw.millipoints == 4_667)
    #expect(grade.points.millipoints == 4_333)
    #expect(grade.penalty.millipoints == 334)
    #expect(grade.attempt == nil)
    #expect(
      grade.explanation
        == "3 attempts have 4.667 of 10 points on average; attempt 3 is 1 started day late: 1 point less; that leaves 4.333."
    )
  }

  @Test func `later attempts count less, and those without points are not counted`() throws {
    var broken = Self.attempt(1, 0)
    broken.status = .notGradable
    let attempts = [broken, Self.attempt(2, 5), Self.attempt(3, 8), Self.attempt(4, 9)]
    let grade = try Self.grade(attempts, "none", "declining 100% 80% 50%")
    #expect(grade.attempt == 3)
    #expect(grade.points.text == "6.4")
    #expect(grade.penalty.text == "1.6")
    #expect(grade.attemptCount == 3)
    #expect(
      grade.explanation == "Attempt 3 of 3 has 8 of 10 points, of which 80% count; that leaves 6.4."
    )
  }

  @Test func `without a graded attempt there are no points, and a fault is nobody's`() throws {
    var broken = Self.attempt(1, 0)
    broken.status = .notGradable
    let grade = try Self.grade([broken])
    #expect(grade.status == .notGradable)
    #expect(grade.attempt == nil)
    #expect(grade.explanation == "No attempt could be graded.")
    broken.status = .fault
    #expect(try Self.grade([broken]).status == .fault)
    #expect(try Self.grade([broken, Self.attempt(2, 1)]).status == .graded)
  }

  @Test func `a bank is spent in the order in which tasks are due`() throws {
    let tasks = [
      Self.task("second", due: Self.due + 10 * Self.day), Self.task("first"),
      Self.task("open", due: nil),
    ]
    let attempts = [
      Self.attempt(1, 10, late: 2 * Self.day, task: "first"),
      Self.attempt(1, 10, late: 2 * Self.day, task: "second", due: Self.due + 10 * Self.day),
      Self.attempt(1, 10, late: 99 * Self.day, task: "open"),
    ]
    let grades = CourseGrades(
      attempts: attempts, tasks: tasks, late: LatePolicy(.bank(days: 3, beyond: Percentage(10))))
    #expect(grades.grades.map(\.task) == ["second", "first", "open"])
    #expect(grades.grades.map(\.points.text) == ["9", "10", "10"])
  }

  @Test func `no day of a bank is spent on an attempt that does not count`() throws {
    let attempts = [
      Self.attempt(1, 8), Self.attempt(2, 6, late: Self.day),
      Self.attempt(1, 0, late: Self.day, task: "zero"),
      Self.attempt(1, 10, late: 2 * Self.day, task: "next", due: Self.due + 9 * Self.day),
    ]
    let grades = CourseGrades(
      attempts: attempts,
      tasks: [
        Self.task(), Self.task("zero"), Self.task("next", due: Self.due + 9 * Self.day),
      ], late: LatePolicy(.bank(days: 2, beyond: nil)))
    #expect(grades.grades.map(\.points.text) == ["8", "0", "10"])
  }

  @Test func `row 25: what is there twice or belongs nowhere is told`() {
    let attempts = [
      Self.attempt(1, 8), Self.attempt(1, 6), Self.attempt(1, 6, task: "elsewhere"),
    ]
    let grades = CourseGrades(attempts: attempts, tasks: [Self.task(), Self.task()])
    #expect(
      grades.messages == [
        "there are two tasks `lab`; the first one is meant",
        "attempt 1 of `ada` at `lab` is there twice; the last one counts",
        "1 attempt at `elsewhere`, which is no task of the course",
      ])
    #expect(grades.grades.map(\.points.text) == ["6"])
  }

  @Test func `row 24: ids that only look the same are two students`() {
    let attempts = ["é", "e\u{301}"].map {
      Attempt(student: $0, task: "lab", points: Points(whole: 1))
    }
    let grades = CourseGrades(attempts: attempts, tasks: [Self.task()])
    #expect(grades.messages == [])
    #expect(
      grades.grades.map { Array($0.student.utf8) } == [Array("e\u{301}".utf8), Array("é".utf8)])
  }

  @Test func `row 46: the order of attempts does not matter`() {
    var random = SeededGenerator(seed: 9)
    var attempts: [Attempt] = []
    for student in 0..<7 {
      for number in 1...4 {
        for task in ["lab", "next"] {
          attempts.append(
            Attempt(
              student: "s\(student)", task: task, number: number,
              points: Points(whole: Int64.random(in: 0...10, using: &random)),
              receivedAt: Self.due + Int64.random(in: -9...4, using: &random) * Self.day))
        }
      }
    }
    for policy in [AttemptsPolicy.best, .last, .average, .declining([.all, Percentage(50)])] {
      func grades() -> CourseGrades {
        CourseGrades(
          attempts: attempts, tasks: [Self.task(), Self.task("next")],
          late: LatePolicy(.bank(days: 3, beyond: Percentage(25))), attemptsPolicy: policy)
      }
      let first = grades()
      for _ in 0..<5 {
        attempts.shuffle(using: &random)
        #expect(grades().grades == first.grades)
      }
    }
  }

  @Test(arguments: [
    "none", "1 point", "2.5 points", "10% a day", "12.5% of the score a day", "bank 1 day",
    "bank 4 days then 0.25% a day, grace 15 minutes, at most 3 days", "none, grace 1 minute",
  ])
  func `a late policy is read as it is written`(_ text: String) {
    #expect(LatePolicy(text)?.text == text)
  }

  @Test(arguments: [
    "", "10%", "10% a week", "-1 points", "1.2345 points", "101% a day", "grace 5 minutes",
    "none, none", "bank x days", "none,", "bank 1 day then 10%",
    "none, grace 1 minute, grace 1 minute",
    "9999999999999 points", "٣ points",
  ])
  func `row 52: what is no late policy is none`(_ text: String) {
    #expect(LatePolicy(text) == nil)
  }

  @Test func `an attempts policy is read as it is written`() {
    for text in ["best", "last", "average", "declining 100% 80% 0.5%"] {
      #expect(AttemptsPolicy(text)?.text == text)
    }
    for text in ["", "worst", "best of 3", "declining", "declining 80", "declining 100% x"] {
      #expect(AttemptsPolicy(text) == nil)
    }
  }

  @Test func `grades that are known are taken as they are`() {
    let known = [
      TaskGrade(
        student: "b", task: "lab", raw: Points(whole: 5), penalty: Points(whole: 9),
        maximum: Points(whole: 10)),
      TaskGrade(student: "a", task: "lab", raw: Points(whole: 1), maximum: Points(whole: 10)),
      TaskGrade(student: "a", task: "lab", raw: Points(whole: 2), maximum: Points(whole: 10)),
      TaskGrade(student: "a", task: "other", raw: Points(whole: 2), maximum: Points(whole: 10)),
    ]
    let grades = CourseGrades(tasks: [Self.task()], grades: known)
    #expect(grades.grades.map(\.student) == ["a", "b"])
    #expect(grades.grades.map(\.points.text) == ["2", "0"])
    #expect(grades.grades.map(\.penalty.text) == ["0", "5"])
    #expect(
      grades.messages == [
        "there are two grades of `a` for `lab`; the last one is kept",
        "a grade is for `other`, which is no task of the course",
      ])
  }
}
