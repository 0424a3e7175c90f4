import Gradebook
import Grades
import TestSupport
import Testing

@Suite("Grading again")
struct RegradingTests {
  let folder: Folder
  let path: String
  /// What each student has by the old lesson and by the mended one.
  static let points: [(String, old: Int64, new: Int64)] = [
    ("ada", 7, 10), ("bob", 10, 4), ("carol", 5, 5), ("dave", 0, 1),
  ]

  init() throws {
    folder = try Folder()
    path = folder.path("grades.sqlite")
    try Self.fill(path)
  }

  private static func fill(_ path: String) throws {
    let book = try Gradebook.open(path, .create)
    for (student, old, _) in points {
      let submission = submission(student)
      try book.record([(submission, result(of: submission, old))])
    }
    // Of another lesson: not to be touched.
    let other = submission("ada", "fork")
    try book.record([(other, result(of: other, 3, lesson: String(repeating: "c", count: 64)))])
  }

  private func regrading(_ policy: RegradePolicy) -> Regrading {
    Regrading(oldLesson: lesson, newLesson: mendedLesson, version: "1.1", policy: policy)
  }

  private static func grade(_ submissions: [StoredSubmission]) -> [GradeResult] {
    submissions.map { grade($0) }
  }

  private static func grade(_ submission: StoredSubmission) -> GradeResult {
    let new = points.first { $0.0 == submission.key.student }?.new ?? 0
    return result(of: submission, new, lesson: mendedLesson, version: "1.1")
  }

  private func grades(_ path: String? = nil) throws -> [String] {
    var found: [String] = []
    try Gradebook.open(path ?? self.path, .read).forEachGrade(task: "sleep") {
      found.append($0.points.text)
    }
    return found
  }

  @Test(arguments: [
    (RegradePolicy.replace, ["10", "4", "5", "1"]), (.neverLower, ["10", "10", "5", "1"]),
    (.reportOnly, ["7", "10", "5", "0"]),
  ])
  func
    `threat 59: what counts after a regrading is what its policy says, and undoing it brings all back`(
      _ policy: RegradePolicy, _ expected: [String]
    ) async throws
  {
    let book = try Gradebook.open(path, .write)
    var changes: [String] = []
    let summary = try await book.regrade(regrading(policy), grade: Self.grade) { change in
      let checks = change.checks.map { check in
        "\(check.title): \(check.before?.outcome.rawValue ?? "") → \(check.after?.outcome.rawValue ?? "")"
      }
      changes.append("\(change.submission.student) \(change.difference) \(checks)")
    }
    #expect(summary.entry == 11)
    #expect(summary.submissions == 4 && summary.graded == 4)
    #expect(summary.changed == 3 && summary.faults == 0)
    #expect(
      changes == [
        #"ada 3000 ["it sleeps twice: partial → passed"]"#,
        #"bob -6000 ["it sleeps twice: passed → partial"]"#,
        #"dave 1000 ["it sleeps twice: partial → partial"]"#,
      ])
    #expect(try grades() == expected)
    #expect(try book.verify().problem == nil)
    try book.append([.undo(of: 11, reason: "the key was right", author: "eve")])
    #expect(try grades() == ["7", "10", "5", "0"])
  }

  @Test func `without being recorded it only tells`() async throws {
    let before = try dump(path)
    let book = try Gradebook.open(path, .read)
    var count = 0
    let summary = try await book.regrade(
      regrading(.replace), isRecorded: false, grade: Self.grade
    ) { _ in count += 1 }
    #expect(count == 3)
    #expect(summary.entry == nil && summary.changed == 3)
    #expect(try dump(path) == before)
  }

  @Test(arguments: 0...4)
  func `threat 58: one that was interrupted goes on where it stopped`(_ stop: Int) async throws {
    struct Stop: Error {}
    let other = folder.path("undisturbed.sqlite")
    try Self.fill(other)
    let undisturbed = try Gradebook.open(other, .write)
    _ = try await undisturbed.regrade(regrading(.neverLower), batch: 2, grade: Self.grade) { _ in }

    var graded = 0
    func interrupted(_ submissions: [StoredSubmission]) throws -> [GradeResult] {
      try submissions.map { submission in
        if graded == stop { throw Stop() }
        graded += 1
        return Self.grade(submission)
      }
    }
    if stop < 4 {
      await #expect(throws: Stop.self) {
        try await Gradebook.open(path, .write).regrade(
          regrading(.neverLower), batch: 2, grade: interrupted
        ) { _ in }
      }
    }
    var changed: [String] = []
    let summary = try await Gradebook.open(path, .write).regrade(
      regrading(.neverLower), batch: 2, grade: Self.grade
    ) { changed.append($0.submission.student) }
    // What was not entered before the interruption is graded once more: portions are of two submissions,
    // and the first of the first is of another lesson.
    #expect(summary.graded == 4 - [0, 1, 1, 3, 0][stop])
    #expect(changed == ["ada", "bob", "dave"])
    #expect(try dump(path) == dump(other))
    // Once more there is nothing to do, and the differences are told all the same.
    let again = try await Gradebook.open(path, .write).regrade(
      regrading(.neverLower), grade: Self.grade
    ) { _ in }
    #expect(again.graded == 0 && again.changed == 3)
    #expect(try dump(path) == dump(other))
  }

  @Test func `a fault while grading again leaves the old result`() async throws {
    let book = try Gradebook.open(path, .write)
    let summary = try await book.regrade(
      regrading(.replace),
      grade: { submissions in
        submissions.map { submission in
          submission.key.student == "bob"
            ? result(of: submission, 0, lesson: mendedLesson, version: "1.1", status: .fault)
            : Self.grade(submission)
        }
      }
    ) { _ in }
    #expect(summary.faults == 1)
    #expect(try grades() == ["10", "10", "5", "1"])
    // The next try grades just that one.
    let again = try await book.regrade(regrading(.replace), grade: Self.grade) { _ in }
    #expect(again.graded == 1)
    #expect(try grades() == ["10", "4", "5", "1"])
  }

  @Test func `a grader that answers for somebody else is not believed`() async throws {
    let book = try Gradebook.open(path, .write)
    let before = try book.head()
    await #expect(throws: BookError.self) {
      try await book.regrade(
        regrading(.replace), grade: { $0.map { _ in Self.grade(submission("bob")) } }
      ) { _ in }
    }
    await #expect(throws: BookError.self) {
      try await book.regrade(regrading(.replace), grade: { $0.map { result(of: $0) } }) { _ in }
    }
    await #expect(throws: BookError.self) {
      try await book.regrade(regrading(.replace), grade: { _ in [] }) { _ in }
    }
    #expect(try book.head() == before)
  }

  @Test(arguments: [
    (RegradePolicy.replace, false, true), (.neverLower, false, true), (.reportOnly, false, false),
    (.replace, true, false),
  ])
  func `grading by the mended lesson enters only what does not count yet`(
    _ policy: RegradePolicy, _ isUndone: Bool, _ isKnown: Bool
  ) async throws {
    let book = try Gradebook.open(path, .write)
    let summary = try await book.regrade(regrading(policy), grade: Self.grade) { _ in }
    if isUndone {
      try book.append([.undo(of: try #require(summary.entry), reason: "r", author: "e")])
    }
    let bob = submission("bob")
    let recorded = try book.record([(bob, Self.grade(bob))])
    #expect(recorded.known == (isKnown ? 1 : 0))
    #expect(recorded.added == (isKnown ? 0 : 1))
    #expect(try grades()[1] == (policy == .neverLower ? "10" : "4"))
  }

  @Test func `a second regrading starts from what counts after the first`() async throws {
    let book = try Gradebook.open(path, .write)
    _ = try await book.regrade(regrading(.replace), grade: Self.grade) { _ in }
    let third = String(repeating: "d", count: 64)
    let next = Regrading(
      oldLesson: mendedLesson, newLesson: third, version: "1.1", policy: .neverLower)
    let summary = try await book.regrade(
      next, grade: { $0.map { result(of: $0, 6, lesson: third, version: "1.1") } }
    ) { _ in }
    #expect(summary.submissions == 4)
    #expect(try grades() == ["10", "6", "6", "6"])
    #expect(try book.lessons(ofTasks: ["sleep"]) == [lesson, mendedLesson, third])
    #expect(try book.lessons(ofTasks: ["no such task"]) == [])
  }

  @Test func `checks are compared by title and machine, whatever their order`() throws {
    let submission = submission("ada")
    func check(_ title: String, _ points: Int64, on machine: String = "") -> CheckResult {
      CheckResult(
        number: 1, title: title, outcome: points > 0 ? .passed : .failed,
        reason: points > 0 ? .holds : .doesNotHold, points: Points(whole: points),
        maximum: Points(whole: 5), configuration: machine, visibility: .open)
    }
    var (old, new) = (result(of: submission, 5), result(of: submission, 5))
    old.checks = [check("a", 5), check("b", 0), check("b", 5, on: "machine arm64"), check("é", 0)]
    new.checks = [
      check("b", 0), check("a", 5), check("e\u{301}", 0), check("b", 5, on: "machine arm64"),
    ]
    let change = try #require(GradeChange(from: old, to: new))
    #expect(change.difference == 0)
    #expect(
      change.checks.map { Array($0.title.utf8) } == [Array("e\u{301}".utf8), Array("é".utf8)])
    #expect(change.checks[0].before == nil && change.checks[1].after == nil)
    new.checks = old.checks.reversed()
    #expect(GradeChange(from: old, to: new) == nil)
    new.checks[0].points = Points(whole: 1)
    #expect(GradeChange(from: old, to: new)?.checks.count == 1)
  }
}
