import ArgumentParser
import Grades
import Grading
import Lesson
import SourceText

/// A lesson whose tasks are wanted.
struct TaskOptions: ParsableArguments {
  @Argument(help: "The lesson with the tasks.")
  var lesson: String

  @Option(
    help: ArgumentHelp(
      "The file with the course's key, by which students' variants are made.", valueName: "file"))
  var key: String?

  @OptionGroup var limits: LimitOptions

  /// The lesson, ready to grade.
  func grader() throws -> Grader {
    try GradeCommand.quietGrader(of: lesson, key: key, limits: limits)
  }

  /// A task by its name, or the only one.
  func task(_ name: String?, of grader: Grader) throws -> LessonTask {
    let names = grader.tasks.map(\.name)
    guard let name else {
      guard names.count == 1 else {
        throw ValidationError("name the task with --task: \(names.joined(separator: ", "))")
      }
      return grader.tasks[0]
    }
    guard let task = grader.tasks.first(where: { $0.name == name }) else {
      let near = Nearest.name(to: name, among: names).map { "; did you mean \($0)?" } ?? ""
      throw ValidationError(
        "there is no task \(name)\(near) There is \(names.joined(separator: ", "))")
    }
    return task
  }

  /// The bytes of a script.
  static func script(_ path: String) throws -> [UInt8] {
    do throws(FileFailure) {
      return try FileSystem.read(path, limit: SubmissionLimits.bytes)
    } catch {
      throw ValidationError("\(path) cannot be read: \(error.reason)")
    }
  }
}
