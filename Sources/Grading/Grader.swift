public import Catalogue
import Claims
public import Grades
public import Lesson
import Narration
public import Program
import SourceText
import Trace
import WalkSemantics
import WalkSyntax

/// How a course grades.
public struct GradingOptions: Sendable {
  /// What students' variants are made by; anybody can work out those of an empty one.
  public var courseKey: [UInt8] = []
  /// The limits of each run; a task may have lower ones.
  public var limits: RunLimits
  /// The version of the tool, which results name.
  public var version: String

  /// The defaults: a tenth of what authors have.
  public init(version: String) {
    self.version = version
    limits = RunLimits()
    limits.steps = 2_000_000
    limits.events = 100_000
    limits.outputBytes = 64 << 10
  }
}

/// Grades submissions to the tasks of one lesson.
///
/// A result depends on the lesson, the submission, the course's key and the version, and on nothing
/// else; so submissions can be graded in any order, on any machine, by any number of threads.
public struct Grader: Sendable {
  /// What can be handed in.
  public let tasks: [LessonTask]
  /// SHA-256 of the lesson and of what it includes.
  public let lessonDigest: String
  /// How the course grades.
  public let options: GradingOptions
  let sources: SourceSet
  let language: Language
  let worlds = TaskWorlds()
  /// What sentences are in.
  public var wordsLanguage: Language { language }

  /// Prepares a lesson; tasks with which something is wrong are not among ``tasks``.
  public init(_ lesson: Lesson, options: GradingOptions) {
    tasks = lesson.tasks
    sources = lesson.sources
    language = lesson.words
    self.options = options
    lessonDigest =
      Digest(
        of: lesson.sources.files.map { Digest(of: $0.bytes).rawValue }
      ).rawValue
  }

  /// The seed of a student's variant of a task.
  public func seed(of task: LessonTask, for student: String) -> VariantSeed {
    VariantSeed(
      key: options.courseKey, task: task.name, version: task.version, student: student)
  }

  /// Grades a submission.
  ///
  /// Never fails: what is wrong with the submission, or with the grader, is the result.
  public func grade(_ submission: Submission) -> GradeResult {
    var result = GradeResult(
      submission: submission.key, status: .notGradable, lessonDigest: lessonDigest,
      sourceDigest: Digest(of: submission.source).rawValue, version: options.version)
    guard let task = tasks.first(where: { $0.name == submission.key.task }) else {
      let isMissing = submission.key.task.isEmpty
      result.reason = isMissing ? .missingTask : .unknownTask
      result.message =
        (isMissing ? "It does not say which task it is for." : "There is no such task.")
        + " There is \(tasks.map(\.name).joined(separator: ", "))."
      return result
    }
    let seed = seed(of: task, for: submission.key.student)
    result.seed = seed.text
    result.maximum = Self.maximum(of: task)
    let text: SubmissionText
    do {
      text = try SubmissionText(submission.source)
    } catch {
      result.reason = error.reason
      result.message = error.message
      return result
    }
    var sources = sources
    let file = SourceFile(name: "submission.walk", bytes: text.bytes)
    let script = WalkParser.parse(SourceFragment(file, id: sources.add(file)))
    if script.words.isEmpty {
      result.reason = .empty
      result.message = "Nothing is in it."
      return result
    }
    result.messages = Self.messages(script.diagnostics, in: sources)
    guard !script.diagnostics.contains(where: { $0.severity == .error }) else {
      return Self.uncompiled(result)
    }
    switch task.kind {
    case .programs(let checked):
      var examination = Examination(
        grader: self, task: task, checked: checked, script: script, sources: sources, seed: seed,
        attempt: submission.key.attempt)
      examination.grade(&result)
    case .question:
      let values = seed.values(of: task.varied)
      let prediction = worlds.prediction(of: task, values: values) {
        task.prediction(
          with: values, sources: self.sources, limits: options.limits, language: language)
      }
      guard let prediction else {
        result.status = .fault
        result.reason = .internalError
        let told = task.varied.map { "\($0.name) = \(values[$0.name] ?? "")" }
        result.message =
          "The question has no answer with \(told.joined(separator: ", ")), and the submission is not to blame."
        return result
      }
      AnswerJudge(task: task, prediction: prediction, script: script).grade(&result)
    }
    return result
  }

  /// What a task is worth.
  public func maximum(of task: LessonTask) -> Points { Self.maximum(of: task) }

  static func maximum(of task: LessonTask) -> Points {
    switch task.kind {
    case .programs(let checked):
      checked.checks.reduce(.zero) { $0 + Points(whole: $1.points) }
    case .question: Points(whole: task.points ?? 1)
    }
  }

  static func uncompiled(_ result: GradeResult) -> GradeResult {
    var result = result
    result.reason = .doesNotCompile
    let count = result.messages.count(where: \.isError)
    result.message =
      count == 0
      ? "The task cannot be run with this script."
      : "The script does not compile: \(count == 1 ? "one error" : "\(count) errors")."
    return result
  }

  /// Diagnostics as results have them.
  static func messages(_ diagnostics: [Diagnostic], in sources: SourceSet) -> [SourceMessage] {
    let own = FileID(rawValue: UInt32(truncatingIfNeeded: sources.files.count - 1))
    // What is said about the lesson could tell what is hidden in it, and is none of the student's business.
    return diagnostics.lazy.filter { $0.primary?.range.file == own }
      .prefix(SubmissionLimits.messages).map { diagnostic in
        let place = diagnostic.primary?.range.lower ?? 0
        let position = sources[own]?.position(at: place)
        return SourceMessage(
          code: diagnostic.code.description, isError: diagnostic.severity == .error,
          line: position?.line ?? 1, column: position?.column ?? 1,
          text: ([diagnostic.message] + diagnostic.notes).joined(separator: "\n"))
      }
  }
}
