public import Catalogue
public import Program
public import SourceText
import WalkSemantics

/// A question of a `predict` fence, with what a run says is right.
public struct LessonPrediction: Sendable {
  /// What is asked, each a paragraph; parts in backquotes are code.
  public var questions: [String]
  /// What is wanted, and what is right.
  public var form: Form
  /// What happens, in sentences that name steps; parts in backquotes are code.
  public var outcome: String

  /// The kinds of questions.
  public enum Form: Sendable {
    /// A value that is typed.
    case typed(Answer)
    /// One or more of some choices.
    case choice([Choice])
    /// Events that are to be brought into order; they stand in the author's.
    case order([Moment])
    /// Values at some moments.
    case table([Moment], [Row])
  }

  /// What a reader is to type, or to choose in a cell.
  public struct Answer: Sendable {
    /// It, as a page would print it.
    public var text: String
    /// All right spellings, each as ``AnswerText/normal(_:)`` gives it.
    public var accepted: [String]
    /// A time as it is, in nanoseconds; `nil` for other values.
    public var nanoseconds: Int64?
    /// How it is to be written; `nil` where that needs no words.
    public var hint: String?

    /// Whether an answer is right: one of the spellings, or a time that is less than a hundredth away.
    ///
    /// - Parameter answer: What was answered, as ``AnswerText/normal(_:)`` gives it.
    public func accepts(_ answer: String) -> Bool {
      if accepted.contains(answer) { return true }
      guard let nanoseconds, answer.last == "t", let given = Int64(answer.dropLast()) else {
        return false
      }
      let (distance, overflow) = given.subtractingReportingOverflow(nanoseconds)
      return !overflow && distance.magnitude < nanoseconds.magnitude / 100 + 1
    }
  }

  /// An answer that is offered.
  public struct Choice: Sendable {
    /// What it says; parts in backquotes are code.
    public var text: String
    /// Whether it is right.
    public var isRight: Bool
    /// Why it is not, or when it would be; may be empty.
    public var explanation: String
    /// Whether the explanation begins with "That", so that it need not repeat what the choice says.
    public var isAboutItself = false
  }

  /// An event with its first step.
  public struct Moment: Sendable {
    /// The event as written.
    public var text: String
    /// The step.
    public var step: Int
  }

  /// A row of a table: something that can be seen, at each moment.
  public struct Row: Sendable {
    /// The expression as written.
    public var text: String
    /// What it could be, where that is one of a few things; else it is typed.
    public var options: [String]
    /// What it is, at each moment.
    public var cells: [Answer]
  }

  /// The steps that it speaks of.
  public var moments: [Moment] {
    switch form {
    case .typed, .choice: []
    case .order(let moments), .table(let moments, _): moments
    }
  }
}

extension LessonTask {
  /// The question with its key for some values of the names that vary.
  ///
  /// - Parameters:
  ///   - values: For each name, the literal in its place.
  ///   - sources: The lesson's files.
  ///   - limits: The limits of each run.
  ///   - language: What the key is written in.
  /// - Returns: `nil` for a task of programs, and where a run with these values gives no key.
  public func prediction(
    with values: [String: String], sources: SourceSet, limits: RunLimits, language: Language
  ) -> LessonPrediction? {
    guard case .question(let prediction) = kind else { return nil }
    guard !varied.isEmpty else { return prediction }
    var compiler = LessonCompiler(words: language, sources: sources, limits: limits)
    return compiler.key(of: WalkChecker.variant(of: parts, values: values), under: "")
  }
}
