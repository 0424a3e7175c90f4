import Lesson
import Program
import Synchronization
import WalkSemantics
import WalkSyntax

/// What submissions to one task have in common, worked out once for all of them, on all threads: the worlds
/// of tasks, of which there is one for each variant, machine and set of checks, and the keys of questions.
final class TaskWorlds: Sendable {
  private struct Place: Hashable {
    var task: String
    /// What stands in the places of the names that vary.
    var literals: [String]
    var configuration: Int
    var checks: Set<Int>
  }

  private let known = Mutex<[Place: TaskWorld]>([:])
  /// How many worlds are kept; where more variants are, the rest are checked for each submission.
  private static let worldLimit = 1_000
  private let starters = Mutex<[String: [[ArraySlice<UInt8>]]]>([:])
  private let predictions = Mutex<[Variant: LessonPrediction?]>([:])
  /// How many keys of questions are kept.
  private static let predictionLimit = 10_000

  /// A question with values of the names that vary, in the order of the names.
  private struct Variant: Hashable {
    var task: String
    var literals: [String]
  }

  /// A question with its key for a student's values; `nil` where a run with them gives none.
  func prediction(
    of task: LessonTask, values: [String: String], _ make: () -> LessonPrediction?
  ) -> LessonPrediction? {
    let variant = Variant(
      task: task.name, literals: task.varied.map { values[$0.name] ?? "" })
    if let known = predictions.withLock({ $0[variant] }) { return known }
    let made = make()
    predictions.withLock { predictions in
      if predictions.count < Self.predictionLimit { predictions[variant] = .some(made) }
    }
    return made
  }

  /// The words of a task's starters, with a student's values.
  func starters(
    of checked: CheckedTask, _ task: LessonTask, values: [String: String]
  ) -> [[ArraySlice<UInt8>]] {
    func make() -> [[ArraySlice<UInt8>]] {
      Examination.starters(in: WalkChecker.variant(of: task.parts, values: values))
    }
    guard checked.varied.isEmpty else { return make() }
    if let words = starters.withLock({ $0[task.name] }) { return words }
    let words = make()
    starters.withLock { $0[task.name] = words }
    return words
  }

  /// The world of a task on one of its machines, with a student's values.
  func world(
    of checked: CheckedTask, _ task: LessonTask, values: [String: String], configuration: Int,
    checks: Set<Int>
  ) -> TaskWorld {
    func make() -> TaskWorld {
      WalkChecker.world(
        of: checked, in: task.parts, values: values, configuration: configuration, checks: checks)
    }
    let place = Place(
      task: task.name, literals: checked.varied.map { values[$0.name] ?? "" },
      configuration: configuration, checks: checks)
    if let world = known.withLock({ $0[place] }) { return world }
    // Two threads may both make it; they make the same.
    let world = make()
    known.withLock { known in
      if known.count < Self.worldLimit { known[place] = world }
    }
    return world
  }
}
