public import ArgumentParser
public import Gradebook
import Grades
import Grading
import Lesson
import SourceText

extension RegradePolicy: ExpressibleByArgument {}

/// `ringwalk book regrade BOOK LESSON`.
struct BookRegradeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "regrade",
    abstract: "Grade again what a book has, after the lesson was mended.",
    discussion: """
      Every submission whose result counts and was made by an earlier version of the lesson is graded by \
      this one. replace: the new results count; never-lower: they count unless they have fewer points; \
      report-only: the old ones go on counting. The book keeps both, and undo brings the old ones back. \
      What was interrupted goes on where it stopped. Give the same --key as when grading.
      """)

  @OptionGroup var options: BookOptions

  @Argument(help: "The lesson as it is now.")
  var lesson: String

  @Option(help: "Which results count: replace, never-lower or report-only.")
  var policy: RegradePolicy

  @Flag(help: "Tell who gets other points, by how much, and which checks made it.")
  var diff = false

  @Flag(help: "Enter nothing.")
  var dryRun = false

  @Flag(
    help: "Also what this very version of the lesson has graded, by another version of ringwalk.")
  var all = false

  @Option(
    help: ArgumentHelp(
      "The file with the course's key, by which students' variants are made.", valueName: "file"))
  var key: String?

  @OptionGroup var author: AuthorOptions
  @OptionGroup var limits: LimitOptions

  func run() async throws {
    let grader = try GradeCommand.grader(of: lesson, key: key, limits: limits)
    var status = ExitStatus.holds
    try await options.useAsync(dryRun ? .read : .write) { book in
      let old = try book.lessons(ofTasks: grader.tasks.map(\.name)).filter { digest in
        all || !digest.utf8.elementsEqual(grader.lessonDigest.utf8)
      }
      var total = Gradebook.RegradingSummary()
      for digest in old {
        let regrading = Regrading(
          oldLesson: digest, newLesson: grader.lessonDigest, version: Tool.version, policy: policy,
          reason: author.reason, author: author.by)
        let summary = try await book.regrade(
          regrading, time: AuthorOptions.now, isRecorded: !dryRun,
          grade: { submissions in
            await GradeStream.map(submissions, jobs: GradeCommand.cores) { submission in
              grader.grade(Submission(key: submission.key, source: submission.source))
            }
          },
          change: { change in if diff { try Terminal.print(Self.text(change)) } })
        if let entry = summary.entry, summary.submissions > 0 {
          try Terminal.print("entry \(entry): \(summary.submissions) submissions\n")
        }
        total.submissions += summary.submissions
        total.graded += summary.graded
        total.changed += summary.changed
        total.faults += summary.faults
      }
      try Terminal.print(
        "\(total.submissions) submissions, \(total.graded) graded now, \(total.changed) came out "
          + "in another way\n")
      if total.faults > 0 {
        Terminal.complain(
          "ringwalk: the grader failed on \(total.faults) of them, whose old results count\n")
        status = .broken
      }
    }
    try status.end()
  }

  /// What differs, the points first.
  static func text(_ change: GradeChange) -> String {
    let key = change.submission
    var text = BookText.column(BookText.difference(change.difference), 8, isNumber: true)
    text += "  \(BookText.name(key.student)), \(BookText.name(key.task)), attempt \(key.attempt): "
    text += "\(outcome(change.before)) → \(outcome(change.after))\n"
    for check in change.checks {
      let machine = check.configuration.isEmpty ? "" : " (\(check.configuration))"
      text += BookText.column("", 8) + BookText.name(check.title + machine) + ": "
      text += "\(side(check.before)) → \(side(check.after))\n"
    }
    return text
  }

  private static func outcome(_ outcome: GradeChange.Outcome) -> String {
    switch outcome.status {
    case .graded: BookText.points(outcome.points, of: outcome.maximum)
    case .notGradable: "not gradable"
    case .fault: "the grader failed"
    }
  }

  private static func side(_ side: GradeChange.Check.Side?) -> String {
    guard let side else { return "not there" }
    let words = side.outcome.rawValue.replacing("_", with: " ")
    return "\(words), \(side.points.text) of \(side.maximum.text)"
  }
}
