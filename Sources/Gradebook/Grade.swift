internal import GRDB
public import Grades

/// A result that counts for its submission.
public struct StandingResult: Sendable, Hashable {
  /// Its entry.
  public var entry: Int64
  /// Whose it is.
  public var key: SubmissionKey
  /// Whether it was graded.
  public var status: GradeResult.Status
  /// Its own points, before policies and adjustments.
  public var points: Points
  /// What could be had.
  public var maximum: Points
  /// Of the lesson that it was graded by.
  public var lessonDigest: String
  /// When what it is about was received, in seconds since 1970; `nil` when nobody said.
  public var receivedAt: Int64?

  /// What policies for lateness and attempts look at.
  public var attempt: Attempt {
    Attempt(
      student: key.student, task: key.task, number: key.attempt, status: status, points: points,
      receivedAt: receivedAt)
  }
}

/// What a book has of one student and one task, after regradings and before policies.
public struct TaskStanding: Sendable {
  /// The student.
  public var student: String
  /// The task.
  public var task: String
  /// The result that counts for each submission, in the order of attempts.
  public var results: [StandingResult]
  /// The adjustments that count, in their order, with their entries.
  public var adjustments: [(entry: Int64, change: Adjustment.Change)]

  /// The points after all adjustments.
  public func adjusted(_ points: Points) -> Points {
    adjustments.reduce(points) { $1.change.applied(to: $0) }
  }

  /// What the student has, when one policy says which attempts count and nothing is late.
  public func grade(_ policy: AttemptsPolicy = .best) -> Grade {
    let grade = judged(policy)
    // An average is of no single one, and what could not be graded has none either: then it is the last.
    let counting =
      results.last { result in result.status == .graded && result.key.attempt == grade?.attempt }
      ?? results.last { $0.status == .graded } ?? results.last
    return Grade(
      student: student, task: task, points: adjusted(grade?.points ?? .zero),
      maximum: counting?.maximum ?? .zero, status: grade?.status, result: counting,
      attemptCount: grade?.attemptCount ?? 0, adjustments: adjustments.map(\.entry))
  }

  /// The same as exports want it.
  public func taskGrade(_ policy: AttemptsPolicy = .best) -> TaskGrade { adjusting(judged(policy)) }

  /// A grade that policies have led to, with the adjustments by hand; `nil` when there were no attempts. What
  /// was adjusted is graded, whatever it was before.
  public func adjusting(_ judged: TaskGrade?) -> TaskGrade {
    var grade =
      judged
      ?? TaskGrade(
        student: student, task: task, raw: .zero, maximum: .zero, attempt: nil, attemptCount: 0)
    guard !adjustments.isEmpty else { return grade }
    grade.status = .graded
    grade.points = adjusted(grade.points)
    let words = "Adjusted by hand to \(grade.points.text)."
    grade.explanation += grade.explanation.isEmpty ? words : " " + words
    return grade
  }

  private func judged(_ policy: AttemptsPolicy) -> TaskGrade? {
    let maximum = results.map(\.maximum).max() ?? .zero
    let course = CourseGrades(
      attempts: results.map(\.attempt), tasks: [CourseTask(name: task, maximum: maximum)],
      attemptsPolicy: policy)
    return course.grade(of: student, for: 0)
  }
}

/// What a student has for a task now.
public struct Grade: Sendable, Hashable {
  /// The student.
  public var student: String
  /// The task.
  public var task: String
  /// The points, with all adjustments.
  public var points: Points
  /// What can be had; zero when nothing was graded.
  public var maximum: Points
  /// Whether anything was graded; `nil` when there are only adjustments.
  public var status: GradeResult.Status?
  /// The result that counts, the last one of an average; `nil` when there are only adjustments.
  public var result: StandingResult?
  /// How many attempts were graded.
  public var attemptCount: Int
  /// The entries of the adjustments that count, in their order.
  public var adjustments: [Int64]
}

/// The result of one submission that counts, as entry after entry is read.
///
/// A fault of the grader counts only as long as there is nothing else; what a regrading brought counts as
/// its policy says. A result that is no part of a regrading replaces the one before.
struct Standing {
  private(set) var result: StandingResult?

  mutating func add(_ new: StandingResult, policy: RegradePolicy?) {
    guard let old = result else {
      if policy != .reportOnly { result = new }
      return
    }
    if new.status == .fault { return }
    guard old.status != .fault else {
      if policy != .reportOnly { result = new }
      return
    }
    switch policy {
    case nil, .replace: result = new
    case .neverLower:
      // What cannot be graded has no points at all, so anything that can is not lower.
      if new.status == .graded || old.status != .graded, new.points >= old.points { result = new }
    case .reportOnly: break
    }
  }
}

extension Gradebook {
  /// Goes through what everybody has now, in the order of the bytes of students and tasks.
  ///
  /// - Parameters:
  ///   - student: Only this student, by the bytes of the name.
  ///   - task: Only this task.
  ///   - policy: Which attempts count.
  public func forEachGrade(
    student: String? = nil, task: String? = nil, policy: AttemptsPolicy = .best,
    _ body: (Grade) throws -> Void
  ) throws {
    try forEachStanding(student: student, task: task) { try body($0.grade(policy)) }
  }

  /// Goes through what counts of everybody, in the order of the bytes of students and tasks.
  public func forEachStanding(
    student: String? = nil, task: String? = nil, _ body: (TaskStanding) throws -> Void
  ) throws {
    let student = try student.map { try EntryColumns.checked($0, "student") }
    let task = try task.map { try EntryColumns.checked($0, "task") }
    try BookError.translatingRest {
      try read { database in
        let rows = try Row.fetchCursor(
          try Self.gradeQuery(in: database, ofStudent: student != nil),
          arguments: student.map { [$0, task] } ?? [task])
        var current: StandingSum?
        while let row = try rows.next() {
          let line = try GradeLine(row)
          if let sum = current, !sum.isAbout(line) {
            try body(sum.standing)
            current = nil
          }
          if current == nil { current = StandingSum(student: line.student, task: line.task) }
          current?.add(line)
        }
        if let current { try body(current.standing) }
      }
    }
  }

  /// What counts for one submission under the policies of all regradings but one.
  static func standing(
    of key: SubmissionKey, without regrading: Int64?, in database: Database
  ) throws -> StandingResult? {
    let query = try database.cachedStatement(
      sql: """
        SELECT \(GradeLine.columns) FROM entry e WHERE kind = 'result'
        AND id = ? AND student = ? AND task = ? AND attempt = ? ORDER BY number
        """)
    let rows = try Row.fetchCursor(
      query, arguments: [key.id, key.student, key.task, key.attempt])
    var standing = Standing()
    while let row = try rows.next() {
      let line = try GradeLine(row)
      guard case .result(let result, let policy) = line.content else { continue }
      if let regrading, line.refers == regrading { continue }
      standing.add(result, policy: policy)
    }
    return standing.result
  }

  private static func gradeQuery(in database: Database, ofStudent: Bool) throws -> Statement {
    // Two texts, so that SQLite can look a student up instead of going through all of them.
    try database.makeStatement(
      sql: """
        SELECT \(GradeLine.columns) FROM entry e
        WHERE kind IN ('result', 'adjustment')
        AND \(ofStudent ? "student = ?1 AND (?2 IS NULL OR task = ?2)" : "(?1 IS NULL OR task = ?1)")
        ORDER BY student, task, number
        """)
  }
}

/// A row of the query for grades.
private struct GradeLine {
  let number: Int64
  let student: String
  let task: String
  let refers: Int64?
  let content: Content

  enum Content {
    case result(StandingResult, policy: RegradePolicy?)
    case adjustment(Adjustment.Change)
    /// It was undone.
    case nothing
  }

  static let columns = """
    number, CAST(kind AS BLOB), CAST(student AS BLOB), CAST(task AS BLOB), CAST(id AS BLOB), attempt,
    CAST(status AS BLOB), points, maximum, CAST(lesson_digest AS BLOB), CAST(mode AS BLOB), refers,
    (SELECT CAST(r.mode AS BLOB) FROM entry r WHERE r.number = e.refers AND r.kind = 'regrade'),
    EXISTS (SELECT 1 FROM entry u WHERE u.kind = 'undo' AND u.refers = e.number),
    EXISTS (SELECT 1 FROM entry u WHERE u.kind = 'undo' AND u.refers = e.refers),
    (SELECT s.time FROM entry s WHERE s.kind = 'submission' AND s.id = e.id AND s.student = e.student
      AND s.task = e.task AND s.attempt = e.attempt AND s.source_digest = e.source_digest
      ORDER BY s.number DESC LIMIT 1)
    """

  init(_ row: Row) throws(BookError) {
    var reader = RowReader(row)
    number = try reader.number() ?? 0
    reader.entry = number
    let kind = try reader.text() ?? ""
    student = try reader.text() ?? ""
    task = try reader.text() ?? ""
    let id = try reader.text() ?? ""
    let attempt = try reader.number() ?? 0
    let status = try reader.text()
    let amount = try reader.number() ?? 0
    let maximum = try reader.number() ?? 0
    let lessonDigest = try reader.text() ?? ""
    let mode = try reader.text()
    refers = try reader.number()
    let policy = try reader.text()
    let isUndone = try reader.number() == 1
    let isRegradingUndone = try reader.number() == 1
    let receivedAt = try reader.number()
    if isUndone || isRegradingUndone {
      content = .nothing
    } else if kind == "adjustment" {
      switch mode {
      case "add": content = .adjustment(.add(millipoints: amount))
      case "set": content = .adjustment(.set(Points(millipoints: amount)))
      default: throw .unreadableEntry(number, "it neither adds nor sets points")
      }
    } else {
      guard let status = GradeResult.Status(rawValue: status ?? "") else {
        throw .unreadableEntry(number, "its status is not known")
      }
      if let policy, RegradePolicy(rawValue: policy) == nil {
        throw .unreadableEntry(number, "the policy of its regrading is not known")
      }
      content = .result(
        StandingResult(
          entry: number,
          key: SubmissionKey(id: id, student: student, task: task, attempt: Int(attempt)),
          status: status, points: Points(millipoints: amount),
          maximum: Points(millipoints: maximum), lessonDigest: lessonDigest,
          receivedAt: receivedAt),
        policy: policy.flatMap { RegradePolicy(rawValue: $0) })
    }
  }
}

/// What one student has for one task, as row after row is read.
private struct StandingSum {
  private let student: String
  private let task: String
  /// What counts of each submission, by id and attempt.
  private var submissions: [SubmissionName: Standing] = [:]
  private var adjustments: [(entry: Int64, change: Adjustment.Change)] = []

  init(student: String, task: String) {
    self.student = student
    self.task = task
  }

  func isAbout(_ line: GradeLine) -> Bool {
    student.hasSameBytes(as: line.student) && task.hasSameBytes(as: line.task)
  }

  mutating func add(_ line: GradeLine) {
    switch line.content {
    case .nothing: break
    case .adjustment(let change): adjustments.append((line.number, change))
    case .result(let result, let policy):
      let name = SubmissionName(id: Array(result.key.id.utf8), attempt: result.key.attempt)
      submissions[name, default: Standing()].add(result, policy: policy)
    }
  }

  var standing: TaskStanding {
    // A dictionary's order is another one each time; this one is total, as entries have numbers.
    let results = submissions.values.compactMap(\.result).sorted { left, right in
      (left.key.attempt, left.entry) < (right.key.attempt, right.entry)
    }
    return TaskStanding(student: student, task: task, results: results, adjustments: adjustments)
  }
}

/// A submission of one student to one task, by the bytes of its id.
private struct SubmissionName: Hashable {
  let id: [UInt8]
  let attempt: Int
}
