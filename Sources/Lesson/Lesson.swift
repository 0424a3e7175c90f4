public import Catalogue
public import Claims
public import Markdown
public import Program
public import SourceText
public import WalkSemantics
public import WalkSyntax

/// A lesson or script that was compiled, run and judged.
///
/// Made by ``compile(_:includes:limits:language:)``; never fails: what is wrong stands in ``diagnostics``, and
/// what could not be run is not in ``scenarios``. A failed expectation is no diagnostic but a
/// verdict. Not `Sendable`, since the document is not.
public struct Lesson {
  /// The file's name without folder and extension: `03-opening-a-file`.
  public var name: String
  /// The title: of the front matter, else the first heading, else the name.
  public var title: String
  /// One or two sentences for an index; may be empty.
  public var summary: String
  /// The language of the prose, as in HTML's `lang`: `en`, `de-AT`.
  public var language: String
  /// The language of what is said besides the prose: sentences about events, verdicts, values.
  public var words = Language.english
  /// The mechanisms that the lesson covers, in the author's order, each once.
  public var covers: [Mechanism]
  /// The lessons of a book in reading order; only its cover has them.
  public var order: [Chapter] = []
  /// The lesson's file, which is the first, and what it includes.
  public var sources: SourceSet
  /// The prose: front matter left out, inline values replaced, fences still code blocks. A script's
  /// document is one code block.
  public var document: MarkdownDocument
  /// The `walk` fences, in order; a script is one.
  public var fences: [LessonFence]
  /// The scenarios that were run, in order.
  public var scenarios: [LessonScenario]
  /// What was found, in order of place; each thing once.
  public var diagnostics: [Diagnostic]
  /// What students hand in: tasks and questions, in order.
  public var tasks: [LessonTask] = []
  /// The inline values that are about a scenario, in order.
  public var values: [LessonValue] = []
  /// The `table` fences, in order.
  public var tables: [LessonTable] = []
  /// The fences with words of the machine, in order.
  public var transcripts: [LessonTranscript] = []
  /// The footnotes that the text refers to, in order of their numbers.
  public var footnotes: [LessonFootnote] = []
  /// The links and images of the prose that lead somewhere, in order.
  public var links: [LessonLink] = []
  /// The files and pictures that links name, by their paths below the lesson's folder.
  public var files: [String: [UInt8]] = [:]
  /// What all its runs took together, those under other configurations included.
  public var work = RunWork()

  /// Whether something does not compile, or a run did not come to its end.
  public var isBroken: Bool { diagnostics.contains { $0.severity == .error } }

  /// Whether a claim fails that the author made.
  public var hasFailures: Bool {
    scenarios.contains(where: \.hasFailures)
  }
}

/// What runs have taken: the same on every machine, as seconds are not.
public struct RunWork: Sendable, Hashable {
  /// How many runs.
  public var runs = 0
  /// User instructions and kernel steps.
  public var steps: Int64 = 0
  /// Recorded events.
  public var events = 0

  /// Nothing yet.
  public init() {}
}

/// A lesson as the cover of its book names it.
public struct Chapter: Sendable, Hashable {
  /// The file's name, without folder and extension.
  public var name: String
  /// Where it is named.
  public var range: SourceRange
}

/// One `walk` fence.
public struct LessonFence {
  /// Its code block.
  public var node: MarkdownNode
  /// What it is for.
  public var role: FenceRole
  /// The `key=value` words behind `walk`, and the roles that stand alone (with empty values).
  public var words: [String: String]
  /// Where it stands, from the opening fence to the end of its content.
  public var range: SourceRange
  /// Its script, as written: included files are not in it.
  public var script: ScriptSyntax
  /// The position in ``Lesson/scenarios`` of the scenario that it belongs to or shows; `nil` for
  /// other roles, and when that scenario could not be run.
  public var scenario: Int?
  /// The statements of that scenario's timeline that come from this fence.
  public var statements: Range<Int>
  /// The errors that an `error` fence was made to have.
  public var taught: [Diagnostic] = []
  /// What a `show` fence shows; empty for a timeline, which the page draws itself.
  public var exhibit: [ExhibitBlock] = []
  /// The question of a `predict` fence with its key; `nil` for other roles, and when something is
  /// wrong with it or with the scenario that it speaks of.
  public var prediction: LessonPrediction?
  /// The picture that a `show` fence asks for, of its scenario at a moment.
  public var picture: LessonPicture?
  /// Runs of its scenario on other machines, named after them, that a `show` fence compares with it.
  public var comparison: [LessonScenario] = []
  /// Its script with the files that it includes, in order.
  public var parts: [ScenarioPart] = []
  /// The names that stand in its scenario, also when something is wrong with it.
  public var scope: ScenarioScope?
  /// What `show=` may show.
  public static let pictures: [String] = Picture.allCases.map(\.rawValue)
  /// Which scenario it belongs to or shows, counting those as well that could not be run; `nil` for others.
  public var draft: Int?
}

/// An inline value, `{= count(E)}`.
public struct LessonValue: Sendable {
  /// Where it stands, braces included.
  public var range: SourceRange
  /// What is asked.
  public var expression: ExpressionSyntax
  /// The position in ``Lesson/fences`` of the last fence before it whose scenario it speaks of.
  public var fence: Int
  /// What stands there on the page; `nil` when there is no value.
  public var text: String?
}

/// A scenario with its run.
public struct LessonScenario: Sendable {
  /// Its name: the one after `scenario=`, or `scenario-1` and so on.
  public var name: String
  /// What was run.
  public var scenario: Scenario
  /// What happened.
  public var run: ScenarioRun
  /// The positions in ``Lesson/fences`` of its `scenario` fence and its `continue` fences.
  public var fences: [Int]

  /// The claim blocks with what became of them, in order.
  public var trials: [LessonTrial] = []

  /// The verdicts, as many as the scenario has expectations.
  public var judgements: [Judgement] { run.judgements }

  /// Whether an expectation fails, or a claim has another verdict than its author said.
  public var hasFailures: Bool {
    judgements.contains { $0.verdict == .fails }
      || trials.contains { $0.verdicts.contains { !$0.isAsSaid } }
  }

  /// Everything that was expected, in order: the scenario's own expectations, then the claim
  /// blocks' with `holds` where a claim has the verdict that its author gave it.
  public var outcomes: [ExpectationOutcome] {
    zip(scenario.expectations, judgements).map {
      ExpectationOutcome(text: $0.text, range: $0.range, judgement: $1)
    } + trials.flatMap(\.outcomes)
  }
}
