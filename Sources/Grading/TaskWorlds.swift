import Lesson
import Program
import Synchronization
import WalkSemantics
import WalkSyntax

/// The worlds of tasks that do not vary, each checked once for all submissions, on all threads.
///
/// Bounded by the lesson: there is one for each task, machine and set of checks.
final class TaskWorlds: Sendable {
  private struct Place: Hashable {
    var task: String
    var configuration: Int
    var checks: Set<Int>
  }

  private let known = Mutex<[Place: TaskWorld]>([:])
  private let starters = Mutex<[String: [[ArraySlice<UInt8>]]]>([:])

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
    guard checked.varied.isEmpty else { return make() }
    let place = Place(task: task.name, configuration: configuration, checks: checks)
    if let world = known.withLock({ $0[place] }) { return world }
    // Two threads may both make it; they make the same.
    let world = make()
    known.withLock { $0[place] = world }
    return world
  }
}
