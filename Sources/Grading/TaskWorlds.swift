import Lesson
import Program
import Synchronization
import WalkSemantics
import WalkSyntax

/// What submissions to one task have in common, worked out once for all of them, on all threads: the worlds
/// of tasks, of which there is one for each variant, machine and set of checks, their starters, and the keys
/// of questions.
final class TaskWorlds: Sendable {
  /// A task with what stands in the places of the names that vary, in their order.
  private struct Variant: Hashable {
    var task: String
    var literals: [String]

    init(_ task: LessonTask, _ values: [String: String]) {
      self.task = task.name
      literals = task.varied.map { values[$0.name] ?? "" }
    }
  }

  private struct Place: Hashable {
    var variant: Variant
    var configuration: Int
    var checks: Set<Int>
  }

  private let worlds = Memory<Place, TaskWorld>(limit: 1_000)
  private let starters = Memory<Variant, [[ArraySlice<UInt8>]]>(limit: 1_000)
  private let predictions = Memory<Variant, LessonPrediction?>(limit: 10_000)

  /// A question with its key for a student's values; `nil` where a run with them gives none.
  func prediction(
    of task: LessonTask, values: [String: String], _ make: () -> LessonPrediction?
  ) -> LessonPrediction? {
    predictions.value(for: Variant(task, values), make)
  }

  /// The words of a task's starters, with a student's values.
  func starters(of task: LessonTask, values: [String: String]) -> [[ArraySlice<UInt8>]] {
    starters.value(for: Variant(task, values)) {
      Examination.starters(in: WalkChecker.variant(of: task.parts, values: values))
    }
  }

  /// The world of a task on one of its machines, with a student's values.
  func world(
    of checked: CheckedTask, _ task: LessonTask, values: [String: String], configuration: Int,
    checks: Set<Int>
  ) -> TaskWorld {
    let place = Place(
      variant: Variant(task, values), configuration: configuration, checks: checks)
    return worlds.value(for: place) {
      WalkChecker.world(
        of: checked, in: task.parts, values: values, configuration: configuration, checks: checks)
    }
  }
}

/// Values by their keys, each made when it is first asked for; once there are too many, those that are not
/// there are made each time.
private final class Memory<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private let known = Mutex<[Key: Value]>([:])
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  func value(for key: Key, _ make: () -> Value) -> Value {
    if let value = known.withLock({ $0[key] }) { return value }
    // Two threads may both make it; they make the same.
    let value = make()
    known.withLock { known in
      if known.count < limit { known[key] = value }
    }
    return value
  }
}
