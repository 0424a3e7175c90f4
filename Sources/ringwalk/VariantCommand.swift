import ArgumentParser
import Grades
import Grading
import Lesson
import SourceText
import Trace

/// `ringwalk variant LESSON --task T --student ID`.
struct VariantCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "variant",
    abstract: "Print what a student gets for a task that varies, or look at many variants.",
    discussion: """
      What a student gets depends on the course's key, the task with its version, and the student's id, \
      and on nothing else. With --check-variants, a reference solution (in which the names that vary may \
      stand) is run on the variants of as many students, and their steps, page faults and switches are \
      compared: all should be solvable, and about equally hard.
      """)

  @OptionGroup var options: TaskOptions

  @Option(help: ArgumentHelp("The task; need not be named when there is one.", valueName: "name"))
  var task: String?

  @Option(help: ArgumentHelp("The student.", valueName: "id"))
  var student: String?

  @Option(help: ArgumentHelp("How many variants to look at.", valueName: "count"))
  var checkVariants: Int?

  @Option(help: ArgumentHelp("The solution for --check-variants.", valueName: "file"))
  var reference: String?

  func validate() throws {
    guard (student == nil) != (checkVariants == nil) else {
      throw ValidationError("name a student with --student, or a number with --check-variants")
    }
    if checkVariants != nil, reference == nil {
      throw ValidationError("--check-variants needs --reference")
    }
    if let checkVariants, !(1...100_000).contains(checkVariants) {
      throw ValidationError("--check-variants wants a number between 1 and 100000")
    }
  }

  func run() async throws {
    let grader = try options.grader()
    let task = try options.task(task, of: grader)
    if checkVariants != nil, case .question = task.kind {
      throw ValidationError(
        "--check-variants wants a task of programs; `\(task.name)` is a question")
    }
    if let student {
      try Terminal.print(Self.text(grader.variant(of: task, for: student), task, student))
    } else if let checkVariants, let reference {
      try await check(checkVariants, try TaskOptions.script(reference), task, grader)
    }
  }

  /// The starter with what varies, as a script.
  static func text(_ variant: TaskVariant, _ task: LessonTask, _ student: String) -> String {
    var out =
      "# \(task.name), for \(DiagnosticRenderer.printable(student)) (seed \(variant.seed))\n"
    for value in variant.values { out += "# \(value.name) = \(value.literal)\n" }
    for question in variant.questions { out += "# \(DiagnosticRenderer.printable(question))\n" }
    if !variant.questions.isEmpty { out += "\nanswer \(task.name) = \n" }
    for starter in variant.starters {
      let lines = String(decoding: starter, as: UTF8.self)
        .split(separator: "\n", omittingEmptySubsequences: false).map { line in
          line.allSatisfy { $0 == " " || $0 == "\t" } ? "" : line
        }
      let margin =
        lines.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
      var text = lines.map { String($0.dropFirst(margin)) }
      while text.first == "" { text.removeFirst() }
      while text.last == "" { text.removeLast() }
      out += "\n" + text.joined(separator: "\n") + "\n"
    }
    return out
  }

  /// What the reference has on a variant, and how hard it was.
  private struct Measure: Sendable {
    var student: String
    var values: String
    var result: GradeResult
    var steps: Int64 = 0
    var faults = 0
    var switches = 0
  }

  private func check(
    _ count: Int, _ source: [UInt8], _ task: LessonTask, _ grader: Grader
  ) async throws {
    let measures = await GradeStream.map(
      (1...count).map { "variant-\($0)" }, jobs: GradeCommand.cores
    ) { student in
      Self.measure(student, source, task, grader)
    }
    let unsolved = measures.filter { $0.result.points < $0.result.maximum }
    for measure in unsolved.prefix(20) {
      let failed = measure.result.checks.first { $0.outcome != .passed }
      let why = failed.map { "\($0.title): \($0.seen)" } ?? measure.result.message
      try Terminal.print(
        "not solved: \(measure.student) (\(measure.values)): \(DiagnosticRenderer.printable(why))\n"
      )
    }
    let different = Set(measures.map(\.values)).count
    try Terminal.print(
      "\(count) variants, \(different) different: \(count - unsolved.count) solved by the reference\n"
    )
    try Terminal.print(Self.spread("steps", measures.map(\.steps)))
    try Terminal.print(Self.spread("page faults", measures.map { Int64($0.faults) }))
    try Terminal.print(Self.spread("switches", measures.map { Int64($0.switches) }))
    try (unsolved.isEmpty ? ExitStatus.holds : .fails).end()
  }

  private static func measure(
    _ student: String, _ source: [UInt8], _ task: LessonTask, _ grader: Grader
  ) -> Measure {
    let values = grader.variant(of: task, for: student).values
    let submission = Submission(
      key: SubmissionKey(id: student, student: student, task: task.name),
      source: grader.fitted(source, to: task, for: student))
    var measure = Measure(
      student: student,
      values: values.map { "\($0.name) = \($0.literal)" }.joined(separator: ", "),
      result: grader.grade(submission))
    if let seen = grader.seenRun(of: submission, in: .staff) {
      let run = ScenarioRun.run(seen.scenario, limits: seen.limits)
      measure.steps = run.steps
      measure.faults = run.trace.events.count { $0.kind == .faults }
      measure.switches = run.trace.events.count { $0.kind == .switchesContext }
    }
    return measure
  }

  /// From the least to the most, with the ratio of the two.
  private static func spread(_ what: String, _ values: [Int64]) -> String {
    let sorted = values.sorted()
    guard let least = sorted.first, let most = sorted.last else { return "" }
    let ratio = least > 0 ? ", \(most * 10 / least / 10).\(most * 10 / least % 10) times" : ""
    return "\(what): \(least) to \(most), median \(sorted[sorted.count / 2])\(ratio)\n"
  }
}
