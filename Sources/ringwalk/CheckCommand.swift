import ArgumentParser
import Claims
import Lesson
import Program

/// `ringwalk check PATH…`.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check lessons and scripts: verdicts only.",
    discussion: """
      A folder stands for all .md and .walk files below it. Claims that hold are counted; those that \
      fail or are vacuous (hold only because nothing matched) are shown.
      """)

  @Argument(help: "Files and folders; - is standard input.")
  var paths: [String]

  @OptionGroup var input: InputOptions
  @OptionGroup var limits: LimitOptions

  func run() async throws {
    let limits = limits.limits
    let inputs = Input.all(
      paths, standardInputName: input.name, extensions: [".md", ".walk"])
    // The cover is checked like any lesson, and besides the order that it names.
    let book = Book(inputs, paths: paths, limits: limits)
    Terminal.complain(book.renderedDiagnostics)
    var status = book.diagnostics.isEmpty ? ExitStatus.holds : .broken
    try await inOrder(inputs) { input in
      let lesson = input.compile(limits: limits)
      return Report(
        text: VerdictReport.text(lesson), diagnostics: lesson.renderedDiagnostics,
        status: lesson.exitStatus)
    } each: { report in
      Terminal.complain(report.diagnostics)
      try Terminal.print(report.text)
      status = max(status, report.status)
    }
    try status.end()
  }

  private struct Report: Sendable {
    let text: String
    let diagnostics: String
    let status: ExitStatus
  }
}
