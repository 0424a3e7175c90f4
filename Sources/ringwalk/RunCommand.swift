public import ArgumentParser
import Claims
import Lesson
import Program
import SourceText
public import Trace

/// What `run` prints.
enum RunFormat: String, CaseIterable, ExpressibleByArgument {
  case text
  case markdown
  case json
  case perfetto
  case csv
}

extension Zoom: ExpressibleByArgument {
  /// The zoom that a word on the command line names.
  public init?(argument: String) { self.init(name: argument) }

  /// The words that name one.
  public static var allValueStrings: [String] { allCases.map(\.name) }
}

/// `ringwalk run FILE`.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a lesson or script and tell what happens.")

  @Argument(help: "The file; - is standard input.")
  var file: String

  @Option(help: ArgumentHelp("Only the scenario with this name.", valueName: "name"))
  var scenario: String?

  @Option(
    help: ArgumentHelp(
      "How closely to look: overview, mechanism or hardware (default: overview; hardware for JSON and CSV)."
    ))
  var detail: Zoom?

  @Option(
    help: "text, markdown, json, csv, or perfetto (trace events, which Perfetto opens).")
  var format: RunFormat = .text

  @Option(
    help: ArgumentHelp(
      "Instead of the steps, list every process's kernel stack as it is after this step.",
      valueName: "step"))
  var stacks: Int?

  @Flag(help: "Step through the story in the terminal, by keys; ? lists them.")
  var tui = false

  @OptionGroup var input: InputOptions
  @OptionGroup var language: LanguageOptions
  @OptionGroup var limits: LimitOptions

  func validate() throws {
    if let stacks, stacks < 0 { throw ValidationError("a step is 0 or more") }
    if stacks != nil, format != .text {
      throw ValidationError("stacks are listed as text: leave --format away")
    }
    if tui, stacks != nil || format != .text {
      throw ValidationError("--tui prints nothing: leave --format and --stacks away")
    }
    if tui, file == "-" {
      throw ValidationError("--tui reads keys from standard input: name a file")
    }
  }

  func run() throws {
    if tui, !RawTerminal.isThere {
      throw ValidationError(
        "--tui needs a terminal that can move its cursor, for standard input and output")
    }
    let lesson = Input(path: file, standardInputName: input.name).compile(
      limits: limits.limits, language: language.language)
    lesson.complain()
    let scenarios = try chosen(of: lesson)
    if let stacks {
      for scenario in scenarios {
        try Terminal.print(RunStacks.text(scenario, step: stacks, language: lesson.words))
      }
      return try status(of: lesson, scenarios).end()
    }
    if tui {
      if !scenarios.isEmpty, !RunStepper.run(lesson, scenarios, zoom: detail ?? .overview) {
        throw ValidationError("the terminal cannot be switched to single keys")
      }
      return try status(of: lesson, scenarios).end()
    }
    switch format {
    case .text:
      try RunText(lesson, zoom: detail ?? .overview).print(scenarios)
    case .markdown:
      try Terminal.print(RunMarkdown.text(lesson, scenarios, zoom: detail ?? .overview))
    case .json:
      try RunJSON.print(lesson, scenarios, zoom: detail ?? .hardware)
    case .perfetto:
      try RunPerfetto.print(lesson, scenarios, zoom: detail ?? .overview)
    case .csv:
      try RunCSV.print(lesson, scenarios, zoom: detail ?? .hardware)
    }
    try status(of: lesson, scenarios).end()
  }

  /// The scenarios that were asked for.
  private func chosen(of lesson: Lesson) throws -> [LessonScenario] {
    guard let scenario else { return lesson.scenarios }
    let found = lesson.scenarios.filter { $0.name == scenario }
    if found.isEmpty, !lesson.isBroken {
      let names = lesson.scenarios.map(\.name)
      let hint =
        Nearest.name(to: scenario, among: names).map { "did you mean \($0)?" }
        ?? (names.isEmpty ? "it has none" : "it has \(names.joined(separator: ", "))")
      throw ValidationError(
        DiagnosticRenderer.printable("\(file) has no scenario \(scenario); \(hint)"))
    }
    return found
  }

  /// Claims of scenarios that were not asked for do not count.
  private func status(of lesson: Lesson, _ scenarios: [LessonScenario]) -> ExitStatus {
    if lesson.isBroken { return .broken }
    return scenarios.contains(where: \.hasFailures) ? .fails : .holds
  }
}
