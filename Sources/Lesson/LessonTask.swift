import SourceText
public import WalkSemantics

/// Something that students hand in: the programs of a `task` fence, or the answer to a question.
public struct LessonTask: Sendable {
  /// Its name: the one after `task=` or `predict=`.
  public var name: String
  /// Which edition of it: what follows `version=`, else `1`. Students' variants are made anew when the
  /// author changes it, and only then.
  public var version: String
  /// The points behind `points=`; `nil` without.
  public var points: Int64?
  /// The position of its fence in ``Lesson/fences``.
  public var fence: Int
  /// What its world is made of: world fences, then its own with what that includes.
  public var parts: [ScenarioPart]
  /// The names that it lets vary; of a question, ``kind`` has the key with the first value of each.
  public var varied: [VariedName]
  /// What is asked for.
  public var kind: Kind

  /// What a task asks for.
  public enum Kind: Sendable {
    /// Programs, which checks judge.
    case programs(CheckedTask)
    /// An answer.
    case question(LessonPrediction)
  }
}

extension LessonCompiler {
  /// The tasks and questions with which nothing is wrong.
  mutating func makeTasks() -> [LessonTask] {
    var made: [LessonTask] = []
    var places: [SourceRange] = []
    for (index, fence) in fences.enumerated() {
      let info = fence.info
      guard [.task, .predict].contains(info.role), let name = info.subject else { continue }
      if let first = made.firstIndex(where: { $0.name == name }) {
        diagnostics.append(.taskTwice(name, first: places[first], at: info.place))
        continue
      }
      let kind: LessonTask.Kind
      if let task = checkedTasks[index] {
        kind = .programs(task)
        reportPoints(task, info)
      } else if let prediction = predictions[index] {
        kind = .question(prediction)
      } else {
        continue
      }
      places.append(info.place)
      let parts = world(before: index) + fence.parts
      made.append(
        LessonTask(
          name: name, version: info.words["version"] ?? "1",
          points: info.words["points"].flatMap { Int64($0) }, fence: index,
          parts: parts, varied: WalkChecker.varied(in: parts), kind: kind))
    }
    return made
  }

  /// Says when a task has other points than its checks have together.
  private mutating func reportPoints(_ task: CheckedTask, _ info: InfoString) {
    guard let text = info.words["points"], let points = Int64(text) else { return }
    let sum = task.checks.reduce(0) { $0 + $1.points }
    guard sum != points else { return }
    diagnostics.append(.pointsDiffer(points, sum: sum, at: info.ranges["points"] ?? info.place))
  }
}

extension Diagnostic {
  static func taskTwice(_ name: String, first: SourceRange, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      code: LessonCode.badTask, severity: .error,
      message: "a task or question is called `\(name)` already",
      primary: Label(range, "used again here"), related: [Label(first, "first here")],
      notes: ["submissions say by its name which one they are for"])
  }

  static func pointsDiffer(_ points: Int64, sum: Int64, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      code: LessonCode.badTask, severity: .error,
      message: "the task has \(points) points, and its checks have \(sum) together",
      primary: Label(range, ""),
      fixIts: [FixIt("write \(sum)", edits: [SourceEdit(range: range, replacement: "\(sum)")])])
  }
}
