/// What became of one submission to one task.
///
/// It depends on the lesson, the submission, the seed and the version of the tool, and on nothing else:
/// no time, no machine, no order in which submissions come. It holds all that there is to know, also
/// what students are not shown; ``StudentReport`` is what one of them may see.
public struct GradeResult: Sendable, Hashable, Codable {
  /// Whose it is.
  public var submission: SubmissionKey
  /// Whether there are points at all.
  public var status: Status
  /// Why it is not graded or is special; `nil` when it was graded without anything to say.
  public var reason: Reason?
  /// A sentence about ``reason``; empty without one. Students see it.
  public var message: String
  /// What they got, late policies not yet applied.
  public var points: Points
  /// What the checks are worth together.
  public var maximum: Points
  /// The checks in the order of the task; empty unless it is graded.
  public var checks: [CheckResult]
  /// What the compiler says of the submission; empty when nothing is wrong.
  public var messages: [SourceMessage]
  /// The seed of the student's variant, 16 hexadecimal digits.
  public var seed: String
  /// SHA-256 of the lesson, of what it includes and of what graders change of it, 64 hexadecimal digits.
  public var lessonDigest: String
  /// SHA-256 of the submission's bytes.
  public var sourceDigest: String
  /// The version of Ringwalk.
  public var version: String

  /// Whether a submission has points.
  public enum Status: String, Sendable, Hashable, Codable, CaseIterable {
    /// It was run and has points, if only zero.
    case graded
    /// It cannot be run, so no attempt is lost.
    case notGradable = "not_gradable"
    /// The grader failed, and the submission is not to blame.
    case fault
  }

  /// Why.
  public enum Reason: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nothing is in it.
    case empty
    /// It is the starter as it was handed out.
    case unchangedStarter = "unchanged_starter"
    /// There are more bytes, lines or levels than a submission may have.
    case tooLarge = "too_large"
    /// It is no UTF-8 text.
    case encoding
    /// It is no text at all.
    case binary
    /// It has errors.
    case doesNotCompile = "does_not_compile"
    /// A program that the task asks for is not there.
    case missingProgram = "missing_program"
    /// No task has such a name.
    case unknownTask = "unknown_task"
    /// It did not say which task it is for.
    case missingTask = "missing_task"
    /// A line of input is no submission.
    case malformedLine = "malformed_line"
    /// More attempts were made than count.
    case tooManyAttempts = "too_many_attempts"
    /// A file could not be read.
    case unreadable
    /// The simulator found a mistake of its own.
    case internalError = "internal_error"
    /// Grading twice gave two results.
    case notDeterministic = "not_deterministic"
  }

  /// Makes a result.
  public init(
    submission: SubmissionKey, status: Status, reason: Reason? = nil, message: String = "",
    points: Points = .zero, maximum: Points = .zero, checks: [CheckResult] = [],
    messages: [SourceMessage] = [], seed: String = "", lessonDigest: String = "",
    sourceDigest: String = "", version: String = ""
  ) {
    self.submission = submission
    self.status = status
    self.reason = reason
    self.message = message
    self.points = points
    self.maximum = maximum
    self.checks = checks
    self.messages = messages
    self.seed = seed
    self.lessonDigest = lessonDigest
    self.sourceDigest = sourceDigest
    self.version = version
  }
}

/// Which submission a result is about.
public struct SubmissionKey: Sendable, Hashable, Codable {
  /// The name that its sender gave it; what shards are made by.
  public var id: String
  /// The student.
  public var student: String
  /// The task's name.
  public var task: String
  /// Which attempt, from 1.
  public var attempt: Int

  /// Makes a key.
  public init(id: String, student: String, task: String, attempt: Int = 1) {
    self.id = id
    self.student = student
    self.task = task
    self.attempt = attempt
  }
}

/// What the compiler says of a submission.
public struct SourceMessage: Sendable, Hashable, Codable {
  /// The diagnostic's code, such as `W0412`.
  public var code: String
  /// Whether it stands in the way of running; else it is a warning.
  public var isError: Bool
  /// From 1.
  public var line: Int
  /// From 1, in bytes.
  public var column: Int
  /// What is wrong, with notes, a line each.
  public var text: String

  /// Makes a message.
  public init(code: String, isError: Bool, line: Int, column: Int, text: String) {
    self.code = code
    self.isError = isError
    self.line = line
    self.column = column
    self.text = text
  }
}
