import ArgumentParser
import Claims
import Lesson
import Program
import SourceText

/// `ringwalk check PATH…`.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check lessons and scripts: verdicts only.",
    discussion: """
      A folder stands for all .md and .walk files below it. Claims that hold are counted; those that \
      fail or are vacuous (hold only because nothing matched) are shown. With --strict, a vacuous \
      claim counts as one that fails.
      """)

  @Argument(help: "Files and folders; - is standard input.")
  var paths: [String]

  @Flag(help: "Let vacuous claims fail.")
  var strict = false

  @Flag(help: "Say how long each file took; such output is never the same twice.")
  var timings = false

  @OptionGroup var input: InputOptions
  @OptionGroup var limits: LimitOptions

  func run() async throws {
    let limits = limits.limits
    let inputs = Input.all(
      paths, standardInputName: input.name, extensions: [".md", ".walk"])
    // The cover is checked like any lesson, and besides the order that it names.
    let book = Book(inputs, paths: paths, limits: limits, wantsGlossary: false)
    Terminal.complain(book.renderedDiagnostics)
    var status = book.diagnostics.isEmpty ? ExitStatus.holds : .broken
    var lessons: [LinkedLesson] = []
    let (strict, timings) = (strict, timings)
    try await inOrder(inputs) { input in
      let start = ContinuousClock.now
      let lesson = input.compile(limits: limits)
      let linked = LinkedLesson(lesson)
      let time = timings ? ContinuousClock.now - start : nil
      let isTooEmpty =
        strict && lesson.scenarios.contains { $0.outcomes.contains(where: \.isVacuous) }
      return Report(
        linked: linked, text: VerdictReport.text(lesson, time: time),
        diagnostics: lesson.renderedDiagnostics,
        status: max(lesson.exitStatus, isTooEmpty ? .fails : .holds))
    } each: { report in
      Terminal.complain(report.diagnostics)
      try Terminal.print(report.text)
      status = max(status, report.status)
      lessons.append(report.linked)
    }
    for (diagnostic, sources) in LinkedLesson.problems(of: lessons).joined() {
      Terminal.complain(diagnostic, in: sources)
      if diagnostic.severity == .error { status = .broken }
    }
    try status.end()
  }

  private struct Report: Sendable {
    let linked: LinkedLesson
    let text: String
    let diagnostics: String
    let status: ExitStatus
  }
}
