import Catalogue
import Claims
import Lesson
import Markdown
import SourceText
import Trace
import WalkSyntax

/// What a page shows of a lesson: everything worked out, nothing of how it was.
struct LessonView {
  var name: String
  var title: String
  var summary: String
  /// The mechanisms that it covers.
  var covers: [Mechanism] = []
  /// The language of the prose, for HTML's `lang`.
  var language = "en"
  /// The words around the prose.
  var words = InterfaceWords.english
  var document: MarkdownDocument
  var fences: [FenceView]
  var scenarios: [ScenarioView]
  var tables: [LessonTable] = []
  /// The fences with words of the machine.
  var transcripts: [LessonTranscript] = []
  var footnotes: [LessonFootnote] = []
  /// The links and images of the prose.
  var links: [LessonLink] = []
  /// The files and pictures that they name.
  var files: [String: [UInt8]] = [:]
  /// Whom the page is for.
  var edition = HandoutEdition.student
}

extension LessonView {
  /// A page with a title and nothing else.
  init(empty title: String, language: LanguageChoice) {
    self.init(
      name: "", title: title, summary: "", language: language.tag,
      words: InterfaceWords(language: language.words), document: MarkdownDocument(), fences: [],
      scenarios: [])
  }
}

/// A compiled fence.
struct FenceView {
  /// What a page makes of it.
  enum Style {
    /// The script, as written.
    case script
    /// What students are to write.
    case task
    /// A question.
    case question
    /// A timeline picture.
    case picture
    /// A picture of a moment.
    case still
    /// Runs on other machines, side by side.
    case comparison
    /// Tables and words that were worked out.
    case exhibit
  }

  var node: MarkdownNode
  var style: Style
  /// The role's word, for the caption.
  var role: String
  /// The `key=value` words of the info string.
  var words: [String: String]
  var script: ScriptSyntax
  /// Position of its scenario.
  var scenario: Int?
  var verdicts: [VerdictView] = []
  /// Runs on other machines.
  var comparison: [ScenarioView] = []
  /// The picture of a moment.
  var still: LessonPicture?
  /// What a question asks, with its key.
  var prediction: LessonPrediction?
  /// What an exhibit shows.
  var exhibit: [ExhibitBlock] = []
  /// The claim blocks in it.
  var trials: [TrialView] = []
  /// What an `error` fence teaches: the messages that it was made to have.
  var messages: [String] = []
}

/// An expectation and what became of it.
struct VerdictView {
  var verdict: Verdict
  /// The claim as written.
  var claim: String
  var message: String
  /// The step that settles it.
  var step: Int?

  /// All steps it speaks of.
  func steps(_ words: InterfaceWords) -> [Int] {
    let named = StepMention.parts(of: message, words.language).compactMap { part in
      if case .step(let step, _) = part { step } else { nil }
    }
    return (step.map { [$0] } ?? []) + named
  }
}

/// A claim block: a sentence with the verdicts on what it means.
struct TrialView {
  /// The sentence.
  var title: String
  /// Where it is from.
  var origin: String?
  /// The names of the configurations.
  var configurations: [String]
  var rows: [Row]
  /// What the sentence itself comes to, under each configuration.
  var totals: [Verdict?]
  /// The same in letters.
  var text: [String]

  struct Row {
    /// The claim as written.
    var claim: String
    /// One for each configuration.
    var cells: [Cell?]
  }

  struct Cell {
    var verdict: Verdict
    var message: String
    /// The step that settles it, with its sentence.
    var step: Int?
    var sentence: String?
    /// What the author says, where it is something else.
    var surprise: String?
    /// Whether the steps are those of the page's scenario.
    var isLikeScenario: Bool
  }

  /// The steps of the page's scenario that it speaks of.
  func steps(_ words: InterfaceWords) -> [Int] {
    rows.flatMap(\.cells).compactMap { $0 }.filter(\.isLikeScenario).flatMap { cell in
      VerdictView(verdict: cell.verdict, claim: "", message: cell.message, step: cell.step)
        .steps(words)
    }
  }
}

/// A scenario that has been run.
struct ScenarioView {
  var name: String
  var trace: Trace
  var stop: StopReason
  /// The steps that the prose links to.
  var linked: Set<Int> = []
  /// The words around its steps.
  var words = InterfaceWords.english
  /// The sentence for an event.
  var sentence: (TraceEvent, Int) -> String
  /// Why a step happened, as a clause without the step that it names; `nil` where the step before
  /// says it.
  var reason: (Int) -> String? = { _ in nil }

  /// The clause about a step's cause, to be followed by a link to it.
  func because(_ step: Int) -> String {
    reason(step).map { $0 + ":" } ?? words(.becauseOf)
  }
}

extension Verdict {
  /// The sign in front of the word, for those who look.
  var sign: String {
    switch self {
    case .holds: "✓"
    case .fails: "✗"
    case .vacuous: "○"
    }
  }

  /// The verdict on somebody's claim, which may be false and yet nobody's mistake.
  func trialWord(_ words: InterfaceWords) -> String {
    self == .fails ? words(.doesNotHold) : word(words)
  }

  /// The verdict as a word.
  func word(_ words: InterfaceWords) -> String {
    switch self {
    case .holds: words(.holds)
    case .fails: words(.fails)
    case .vacuous: words(.vacuous)
    }
  }
}
