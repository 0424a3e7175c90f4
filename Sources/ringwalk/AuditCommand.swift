import ArgumentParser
import Grades
import Grading
import Lesson
import SourceText

/// `ringwalk audit LESSON --solutions DIR`.
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Look for holes in the checks of tasks.",
    discussion: """
      Solutions lie in a folder for each task: TASK/right.walk, which has all points, and any others. A first \
      line such as `# 3 of 10: never reads the file` says what one should have. Mistakes are put into \
      right.walk one at a time: listed is what still has all points and does something else, and which checks \
      never fail, or fail only where another one does. Names that vary may stand in solutions. A file \
      TASK/accepted says what the task leaves to students: in each line a mistake as it is listed, ` -- ` and \
      why it is none.
      """)

  @OptionGroup var options: TaskOptions

  @Option(help: ArgumentHelp("The folder with the solutions.", valueName: "dir"))
  var solutions: String

  @Option(help: ArgumentHelp("Only this task.", valueName: "name"))
  var task: String?

  @Option(help: ArgumentHelp("Whose variant the solutions are for.", valueName: "id"))
  var student = "reference"

  func run() async throws {
    let grader = try options.grader()
    var tasks = grader.tasks.filter { if case .programs = $0.kind { true } else { false } }
    if let task { tasks = [try options.task(task, of: grader)] }
    var status = ExitStatus.holds
    for task in tasks {
      guard let found = try read(task) else {
        try Terminal.print("\(task.name): no \(solutions)/\(task.name)/right.walk\n\n")
        status = .fails
        continue
      }
      let audit = await grader.audit(
        task, reference: found.reference, others: found.others, acceptances: found.acceptances,
        student: student
      ) { submissions in
        await GradeStream.map(submissions, jobs: GradeCommand.cores) { grader.grade($0) }
      }
      try Terminal.print(Self.text(audit))
      if !audit.isClean { status = .fails }
    }
    try status.end()
  }

  /// The solutions of a task.
  private func read(_ task: LessonTask) throws -> (
    reference: RubricAudit.Solution, others: [RubricAudit.Solution],
    acceptances: [RubricAudit.Acceptance]
  )? {
    let folder = "\(solutions)/\(task.name)"
    guard let names = try? FileSystem.files(in: folder), names.contains("right.walk") else {
      return nil
    }
    func solution(_ name: String) throws -> RubricAudit.Solution {
      RubricAudit.Solution(name: name, source: try TaskOptions.script("\(folder)/\(name)"))
    }
    return (
      try solution("right.walk"),
      try names.filter { $0.hasSuffix(".walk") && $0 != "right.walk" }.map(solution),
      try acceptances(names.contains("accepted") ? "\(folder)/accepted" : nil)
    )
  }

  /// What an author accepts.
  private func acceptances(_ path: String?) throws -> [RubricAudit.Acceptance] {
    guard let path else { return [] }
    let (found, wrong) = RubricAudit.Acceptance.read(
      String(decoding: try TaskOptions.script(path), as: UTF8.self))
    for line in wrong {
      Terminal.complain("\(path):\(line): a mistake, ` -- ` and why it is none are wanted here\n")
    }
    if !wrong.isEmpty { try ExitStatus.broken.end() }
    return found
  }

  /// A report for a terminal.
  static func text(_ audit: RubricAudit) -> String {
    let own = audit.reference
    var out =
      "\(audit.task): the reference has \(own.points.text) of \(own.maximum.text) points\n"
    if own.status != .graded { out += "  \(DiagnosticRenderer.printable(own.message))\n" }
    for check in own.checks where check.outcome != .passed {
      out += "  not passed: \(DiagnosticRenderer.printable("\(check.title): \(check.seen)"))\n"
    }
    out +=
      "  \(audit.mutantCount) mutants were graded, \(audit.equivalentCount) of them behave like the reference; "
      + "\(audit.brokenCount) more do not compile\n"
    if !audit.accepted.isEmpty {
      out += "  \(audit.accepted.count) have all points, as the author accepts\n"
    }
    for acceptance in audit.stale {
      out +=
        "  accepted, and no mistake with all points: \(DiagnosticRenderer.printable(acceptance.words))\n"
    }
    for survivor in audit.survivors {
      out +=
        "  has all points: line \(survivor.line), \(DiagnosticRenderer.printable(survivor.words))\n"
    }
    for check in audit.neverFailing {
      out += "  never fails: \(DiagnosticRenderer.printable(check))\n"
    }
    for implied in audit.implied {
      out +=
        "  fails only where “\(DiagnosticRenderer.printable(implied.by))” does: \(DiagnosticRenderer.printable(implied.check))\n"
    }
    for surprise in audit.surprises {
      out +=
        "  \(DiagnosticRenderer.printable(surprise.name)): \(surprise.result.points.text) points instead of \(surprise.expected.text)\n"
      for check in surprise.result.checks where check.outcome != .passed {
        out += "    \(DiagnosticRenderer.printable("\(check.title): \(check.seen)"))\n"
      }
      if surprise.result.status != .graded {
        out += "    \(DiagnosticRenderer.printable(surprise.result.message))\n"
      }
    }
    if audit.isClean { out += "  no mistake was let through\n" }
    return out + "\n"
  }
}
