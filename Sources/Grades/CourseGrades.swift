/// A task of a course, as a gradebook has it.
public struct CourseTask: Sendable, Hashable {
  /// Its name in submissions.
  public var name: String
  /// Its title in gradebooks.
  public var title: String
  /// What it is worth.
  public var maximum: Points
  /// When it is due, in seconds since 1970; `nil` when it is never late.
  public var dueAt: Int64?
  /// Canvas's number of the assignment; empty for one that is to be made.
  public var canvasID: String

  /// Makes a task.
  public init(
    name: String, title: String? = nil, maximum: Points, dueAt: Int64? = nil, canvasID: String = ""
  ) {
    self.name = name
    self.title = title ?? name
    self.maximum = maximum
    self.dueAt = dueAt
    self.canvasID = canvasID
  }
}

/// An attempt at a task, as far as policies look at it.
public struct Attempt: Sendable, Hashable {
  /// Whose it is.
  public var student: String
  /// The task's name.
  public var task: String
  /// Which one, from 1.
  public var number: Int
  /// Whether it has points.
  public var status: GradeResult.Status
  /// Its points.
  public var points: Points
  /// When it was received, in seconds since 1970; `nil` when nobody knows.
  public var receivedAt: Int64?

  /// Makes an attempt.
  public init(
    student: String, task: String, number: Int = 1, status: GradeResult.Status = .graded,
    points: Points = .zero, receivedAt: Int64? = nil
  ) {
    self.student = student
    self.task = task
    self.number = number
    self.status = status
    self.points = points
    self.receivedAt = receivedAt
  }

  /// The attempt that a result is about.
  public init(_ result: GradeResult, receivedAt: Int64? = nil) {
    self.init(
      student: result.submission.student, task: result.submission.task,
      number: result.submission.attempt, status: result.status, points: result.points,
      receivedAt: receivedAt)
  }
}

/// What a student gets for a task in the end.
public struct TaskGrade: Sendable, Hashable {
  /// Whose it is.
  public var student: String
  /// The task's name.
  public var task: String
  /// Whether there are points; what became of the last attempt, if there are none.
  public var status: GradeResult.Status
  /// The points of the attempt that counts, or of the average.
  public var raw: Points
  /// What is taken off by policies.
  public var penalty: Points
  /// What is left, which is what gradebooks get.
  public var points: Points
  /// What the task is worth.
  public var maximum: Points
  /// The attempt that counts; `nil` for an average, and without points.
  public var attempt: Int?
  /// How many attempts were graded.
  public var attemptCount: Int
  /// How many started days the attempt that counts is late.
  public var lateDays: Int
  /// How it came to this, a sentence for the student.
  public var explanation: String

  /// Makes a grade.
  public init(
    student: String, task: String, status: GradeResult.Status = .graded, raw: Points,
    penalty: Points = .zero, maximum: Points, attempt: Int? = 1, attemptCount: Int = 1,
    lateDays: Int = 0, explanation: String = ""
  ) {
    self.student = student
    self.task = task
    self.status = status
    self.raw = raw
    self.penalty = min(penalty, raw)
    self.points = raw - penalty
    self.maximum = maximum
    self.attempt = attempt
    self.attemptCount = attemptCount
    self.lateDays = lateDays
    self.explanation = explanation
  }
}

/// The grades of a course: attempts, after policies.
public struct CourseGrades: Sendable, Hashable {
  /// The tasks, in the order that gradebooks have.
  public private(set) var tasks: [CourseTask]
  /// The grades, ordered by the bytes of the students' ids, and of each student by the tasks.
  public private(set) var grades: [TaskGrade] = []
  /// What is odd about the attempts: nothing is left out without a word.
  public private(set) var messages: [String] = []
  private var places: [ByteKey: [Int: Int]] = [:]

  /// Grades that are known already, such as those that a gradebook keeps; of two for the same student
  /// and task the last one is kept.
  public init(tasks: [CourseTask], grades: [TaskGrade]) {
    self.tasks = tasks
    let numbers = numberTasks()
    var kept: [ByteKey: [Int: TaskGrade]] = [:]
    for grade in grades {
      guard let task = numbers[ByteKey(grade.task)] else {
        messages.append(
          "a grade is for `\(PlainText.line(grade.task))`, which is no task of the course")
        continue
      }
      if kept[ByteKey(grade.student), default: [:]].updateValue(grade, forKey: task) != nil {
        messages.append(
          "there are two grades of `\(PlainText.line(grade.student))` for `\(PlainText.line(grade.task))`; the last one is kept"
        )
      }
    }
    take(kept)
  }

  /// Applies policies to all attempts. The result does not depend on their order, unless two have the same
  /// number; then the later one is kept.
  ///
  /// Days of a bank are spent in the order in which tasks are due.
  public init(
    attempts: [Attempt], tasks: [CourseTask], late: LatePolicy = LatePolicy(),
    attemptsPolicy: AttemptsPolicy = .best
  ) {
    self.tasks = tasks
    let numbers = numberTasks()
    var grouped: [ByteKey: [Int: [Int: Attempt]]] = [:]
    var strangers: [ByteKey: Int] = [:]
    for attempt in attempts {
      guard let task = numbers[ByteKey(attempt.task)] else {
        strangers[ByteKey(attempt.task), default: 0] += 1
        continue
      }
      let other = grouped[ByteKey(attempt.student), default: [:]][task, default: [:]]
        .updateValue(attempt, forKey: attempt.number)
      if other != nil {
        messages.append(
          "attempt \(attempt.number) of `\(PlainText.line(attempt.student))` at `\(PlainText.line(attempt.task))` is there twice; the last one counts"
        )
      }
    }
    for (task, count) in strangers.sorted(by: { $0.key < $1.key }) {
      messages.append(
        "\(LatePolicy.counted(count, "attempt")) at `\(PlainText.line(task.text))`, which is no task of the course"
      )
    }
    let order = tasks.indices.sorted { left, right in
      (tasks[left].dueAt ?? .max, left) < (tasks[right].dueAt ?? .max, right)
    }
    var kept: [ByteKey: [Int: TaskGrade]] = [:]
    for (student, byTask) in grouped {
      var bankLeft = 0
      if case .bank(let days, _) = late.rule { bankLeft = max(days, 0) }
      for index in order {
        guard let attempts = byTask[index] else { continue }
        let judge = Judge(
          task: tasks[index], late: late, policy: attemptsPolicy, bankLeft: bankLeft)
        let sorted = attempts.sorted { $0.key < $1.key }.map(\.value)
        let (grade, used) = judge.grade(of: student.text, sorted)
        kept[student, default: [:]][index] = grade
        bankLeft -= used
      }
    }
    take(kept)
  }

  /// A student's grade for a task; `nil` when they have not tried it.
  public func grade(of student: String, for task: Int) -> TaskGrade? {
    places[ByteKey(student)]?[task].map { grades[$0] }
  }

  /// The students who have grades, ordered by the bytes of their ids.
  var students: [String] { places.keys.sorted().map(\.text) }

  /// The first of tasks with the same name is meant.
  private mutating func numberTasks() -> [ByteKey: Int] {
    var numbers: [ByteKey: Int] = [:]
    for (index, task) in tasks.enumerated() {
      if numbers[ByteKey(task.name)] == nil {
        numbers[ByteKey(task.name)] = index
      } else {
        messages.append(
          "there are two tasks `\(PlainText.line(task.name))`; the first one is meant")
      }
    }
    return numbers
  }

  private mutating func take(_ kept: [ByteKey: [Int: TaskGrade]]) {
    for (student, byTask) in kept.sorted(by: { $0.key < $1.key }) {
      for (task, grade) in byTask.sorted(by: { $0.key < $1.key }) {
        places[student, default: [:]][task] = grades.count
        grades.append(grade)
      }
    }
  }
}

/// Applies policies to a student's attempts at one task.
private struct Judge {
  let task: CourseTask
  let late: LatePolicy
  let policy: AttemptsPolicy
  let bankLeft: Int

  /// An attempt after policies.
  private struct Candidate {
    var attempt: Attempt
    /// Among those that were graded, from 1.
    var number: Int
    var days: Int
    var share: Percentage
    var shared: Points
    var penalty: LatePolicy.Penalty
    var final: Points { shared - penalty.points }
  }

  /// The grade, and how many days of the bank it takes.
  func grade(of student: String, _ attempts: [Attempt]) -> (TaskGrade, bankDays: Int) {
    let graded = attempts.filter { $0.status == .graded }
    let candidates = graded.enumerated().map { candidate($0.element, number: $0.offset + 1) }
    var grade = TaskGrade(
      student: student, task: task.name, status: .graded, raw: .zero, maximum: task.maximum,
      attempt: nil, attemptCount: graded.count)
    var counted: Candidate?
    switch policy {
    case .last: counted = candidates.last
    case .best, .declining:
      for candidate in candidates where candidate.final > counted?.final ?? .zero || counted == nil
      {
        counted = candidate
      }
    case .average:
      guard !candidates.isEmpty else { break }
      grade.raw = average(candidates.map(\.attempt.points))
      grade.points = min(average(candidates.map(\.final)), grade.raw)
      grade.penalty = grade.raw - grade.points
      grade.lateDays = candidates.map(\.days).max() ?? 0
      grade.explanation = explanation(ofAverage: grade, candidates)
      return (grade, candidates.map(\.penalty.bankDays).max() ?? 0)
    }
    guard let counted else {
      grade.status = attempts.last?.status ?? .notGradable
      grade.explanation =
        grade.status == .fault
        ? "The grader failed, so there are no points yet."
        : "No attempt could be graded."
      return (grade, 0)
    }
    grade.raw = counted.attempt.points
    grade.points = counted.final
    grade.penalty = grade.raw - grade.points
    grade.attempt = counted.attempt.number
    grade.lateDays = counted.days
    grade.explanation = explanation(of: counted, among: graded.count)
    return (grade, counted.penalty.bankDays)
  }

  private func candidate(_ attempt: Attempt, number: Int) -> Candidate {
    let days = late.startedDays(dueAt: task.dueAt, receivedAt: attempt.receivedAt)
    let share = policy.share(ofAttempt: number)
    let shared = share.of(attempt.points)
    return Candidate(
      attempt: attempt, number: number, days: days, share: share, shared: shared,
      penalty: late.penalty(
        points: shared, maximum: task.maximum, days: days, bankLeft: bankLeft))
  }

  /// Halves up. There are fewer than a million attempts at anything, so that sums have room.
  private func average(_ points: [Points]) -> Points {
    guard !points.isEmpty else { return .zero }
    let count = Int64(points.count)
    // Quotients and remainders apart, so that no sum can overflow.
    let whole = points.reduce(Int64(0)) { $0 + $1.millipoints / count }
    let rest = points.reduce(Int64(0)) { $0 + $1.millipoints % count }
    return Points(millipoints: whole + (rest + count / 2) / count)
  }

  private func explanation(of counted: Candidate, among count: Int) -> String {
    let number = counted.attempt.number
    var text = "Attempt \(number)"
    if count > 1 {
      switch policy {
      case .last: text += ", the last of \(count),"
      case .best: text += ", the best of \(count),"
      case .declining, .average: text += " of \(count)"
      }
    }
    text += " has \(counted.attempt.points.text) of \(task.maximum.text) points"
    if counted.share < .all {
      text += ", of which \(counted.share.text) count"
    }
    if let late = counted.penalty.explanation { text += "; \(late)" }
    if counted.final != counted.attempt.points { text += "; that leaves \(counted.final.text)" }
    return text + "."
  }

  private func explanation(ofAverage grade: TaskGrade, _ candidates: [Candidate]) -> String {
    var text =
      candidates.count == 1
      ? "Attempt \(candidates[0].attempt.number) has \(grade.raw.text) of \(task.maximum.text) points"
      : "\(candidates.count) attempts have \(grade.raw.text) of \(task.maximum.text) points on average"
    for candidate in candidates {
      guard let late = candidate.penalty.explanation else { continue }
      text += "; attempt \(candidate.attempt.number) is \(late)"
    }
    if grade.penalty > .zero { text += "; that leaves \(grade.points.text)" }
    return text + "."
  }
}
