import ArgumentParser
import Lesson
import Program
import SourceText

/// `ringwalk coverage PATH…`.
struct CoverageCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coverage",
    abstract: "List what of the kernel lessons show, and what they never do.",
    discussion: """
      Goes through the runs of all scenarios and counts system calls with their errors, exceptions, ways \
      in which page faults are resolved, ways into the kernel, transitions of tasks and kinds of events; \
      and names those of the catalogues that no run shows. Runs under the configurations of claim blocks \
      and solutions of tasks are not counted. With --format json, each line has the lessons that show it.
      """)

  /// How the list is written.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @Argument(help: "Files and folders; - is standard input.")
  var paths: [String]

  @Option(help: "For people, or for other programs.")
  var format = Format.text

  @OptionGroup var input: InputOptions
  @OptionGroup var limits: LimitOptions

  func run() async throws {
    let limits = limits.limits
    let inputs = Input.all(paths, standardInputName: input.name, extensions: [".md", ".walk"])
    var lessons: [(name: String, coverage: LessonCoverage)] = []
    var status = ExitStatus.holds
    try await inOrder(inputs) { input in
      let lesson = input.compile(limits: limits)
      return Part(
        name: lesson.name, coverage: LessonCoverage(of: lesson),
        diagnostics: lesson.renderedDiagnostics, isBroken: lesson.isBroken,
        hasRuns: !lesson.scenarios.isEmpty)
    } each: { part in
      Terminal.complain(part.diagnostics)
      if part.isBroken { status = .broken }
      if part.hasRuns { lessons.append((part.name, part.coverage)) }
    }
    let report = CoverageReport(lessons)
    switch format {
    case .text: try Terminal.print(report.text)
    case .json: try Terminal.print(try report.json())
    }
    try status.end()
  }

  private struct Part: Sendable {
    let name: String
    let coverage: LessonCoverage
    let diagnostics: String
    let isBroken: Bool
    let hasRuns: Bool
  }
}
