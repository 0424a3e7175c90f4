import ArgumentParser
import Gradebook
import Grades

/// `ringwalk book list BOOK`.
struct BookListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "What everybody has now.",
    discussion: """
      A line for each student and task, in the order of the bytes of their names. Points are those that \
      count: after regradings, the policy for attempts and adjustments by hand (marked with *).
      """)

  @OptionGroup var options: BookOptions

  @Option(help: ArgumentHelp("Only this student.", valueName: "id"))
  var student: String?

  @Option(help: ArgumentHelp("Only this task.", valueName: "name"))
  var task: String?

  @Option(help: "Which attempts count: best, last, average, or \"declining 100% 80%\".")
  var attempts = AttemptsArgument(.best)

  func run() throws {
    try options.use(.read) { book in
      try Terminal.print(
        Self.line(["points", "of", "attempts", "student", "task"], isAdjusted: false))
      try book.forEachGrade(student: student, task: task, policy: attempts.policy) { grade in
        let isMissing = grade.status != .graded && grade.adjustments.isEmpty
        let missing = grade.status == .fault ? "fault" : "-"
        try Terminal.print(
          Self.line(
            [
              isMissing ? missing : grade.points.text, grade.maximum.text, "\(grade.attemptCount)",
              BookText.name(grade.student), BookText.name(grade.task),
            ], isAdjusted: !grade.adjustments.isEmpty))
      }
    }
  }

  /// Numbers stand first: no line begins with what a student could have chosen, which a build log might
  /// take for a command.
  private static func line(_ cells: [String], isAdjusted: Bool) -> String {
    BookText.column(cells[0], 10, isNumber: true) + (isAdjusted ? "*" : " ")
      + BookText.column(cells[1], 8, isNumber: true) + BookText.column(cells[2], 10, isNumber: true)
      + "  " + BookText.column(cells[3], 24) + cells[4] + "\n"
  }
}
