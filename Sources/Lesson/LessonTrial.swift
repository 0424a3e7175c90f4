public import Catalogue
public import Claims
import Narration
import Program
public import SourceText
import Trace
import WalkSemantics

/// An expectation with what became of it.
public struct ExpectationOutcome: Sendable {
  /// The claim as written.
  public var text: String
  /// Where it is written.
  public var range: SourceRange
  /// The verdict on the expectation.
  public var judgement: Judgement

  /// Whether it holds only because nothing matched.
  public var isVacuous: Bool { judgement.verdict == .vacuous }
}

/// A claim block that was put to the test: a sentence, the claims that say what it means, and a
/// verdict on each of them under each configuration.
public struct LessonTrial: Sendable {
  /// The sentence.
  public var title: String
  /// Where it is from.
  public var origin: String?
  /// Where the block stands.
  public var range: SourceRange
  /// The position in ``Lesson/fences`` of the fence that it stands in.
  public var fence: Int
  /// The configurations, as written; the empty one is the machine as written.
  public var configurations: [String]
  /// The claims in order.
  public var claims: [Claim]

  /// A claim with its verdicts.
  public struct Claim: Sendable {
    /// The claim as written.
    public var text: String
    /// Where it is written.
    public var range: SourceRange
    /// One for each configuration; `nil` where nothing is said of it.
    public var verdicts: [Verdict?]
  }

  /// The verdict on a claim under one configuration.
  public struct Verdict: Sendable {
    /// What the trace says.
    public var judgement: Judgement
    /// Whether the author says that the claim holds.
    public var isSaidToHold: Bool
    /// Where the author says so.
    public var range: SourceRange
    /// The sentence of the step that settles it.
    public var sentence: String?
    /// Whether this machine did the same as the scenario's own, step by step.
    public var isLikeScenario: Bool

    /// Whether the trace says what the author says.
    public var isAsSaid: Bool { (judgement.verdict != .fails) == isSaidToHold }

    /// What settles it: the judge's words, and the step with its sentence.
    public func explanation(in language: Language) -> String {
      guard let step = judgement.step, let sentence else { return judgement.message }
      return language(.stepSays, judgement.message, "\(step)", sentence)
    }

    /// What to say where the trace does not say what the author says; `nil` where it does.
    public func surprise(in language: Language) -> String? {
      isAsSaid ? nil : language(isSaidToHold ? .saidToHold : .saidNotToHold)
    }

    /// The verdict in words.
    public func words(in language: Language) -> String {
      switch judgement.verdict {
      case .holds: language(.holds)
      case .fails: language(.doesNotHold)
      case .vacuous: language(.vacuous)
      }
    }
  }

  /// All verdicts, row by row.
  public var verdicts: [Verdict] { claims.flatMap { $0.verdicts.compactMap { $0 } } }

  /// What the sentence itself comes to under a configuration: it holds when all of its claims do.
  ///
  /// - Returns: `nil` where nothing is said of any claim.
  public func verdict(under configuration: Int) -> Claims.Verdict? {
    let verdicts = claims.compactMap { claim in
      claim.verdicts.indices.contains(configuration)
        ? claim.verdicts[configuration]?.judgement.verdict : nil
    }
    guard !verdicts.isEmpty else { return nil }
    if verdicts.contains(.fails) { return .fails }
    return verdicts.contains(.vacuous) ? .vacuous : .holds
  }

  /// The steps that settle its claims under a configuration, in the run that was made there.
  public func steps(under configuration: Int) -> [Int] {
    claims.compactMap { claim in
      claim.verdicts.indices.contains(configuration)
        ? claim.verdicts[configuration]?.judgement.step : nil
    }
  }

  /// The name of a configuration, for a table's head.
  public static func name(of configuration: String, in language: Language) -> String {
    configuration.isEmpty ? language(.asWritten) : configuration
  }

  /// What was expected, with `holds` where a claim has the verdict that its author gave it.
  var outcomes: [ExpectationOutcome] {
    claims.flatMap { claim in
      zip(configurations, claim.verdicts).compactMap { configuration, verdict in
        guard let verdict else { return nil }
        let under = configuration.isEmpty ? "" : "under \(configuration): "
        let word = verdict.isSaidToHold ? "expect" : "refute"
        var judgement = verdict.judgement
        if !verdict.isSaidToHold {
          judgement.verdict = verdict.isAsSaid ? .holds : .fails
          if !verdict.isAsSaid { judgement.message = "But it holds: \(judgement.message)" }
        }
        return ExpectationOutcome(
          text: "\(under)\(word) \(claim.text)", range: verdict.range, judgement: judgement)
      }
    }
  }
}

/// A run of a scenario under another configuration, as far as claim blocks need it.
struct VariantRun {
  /// The verdicts on the expectations of the variant's scenario.
  var judgements: [Judgement]
  /// For each of them, the sentence of the step that settles it.
  var sentences: [String?]
  /// Whether it is, event by event, the scenario's own run.
  var isLike: Bool

  init(
    _ scenario: Scenario, _ run: ScenarioRun, sources: SourceSet, isLike: Bool,
    language: Language
  ) {
    let narrator = Narrator(
      trace: run.trace.header, scenario: scenario, sources: sources, language: language)
    judgements = run.judgements
    sentences = run.judgements.map { judgement in
      judgement.step.flatMap { step in
        run.trace.events.indices.contains(step)
          ? narrator.sentence(run.trace.events[step], at: step) : nil
      }
    }
    self.isLike = isLike
  }
}

extension LessonTrial {
  /// A checked claim block with the verdicts of its runs; `nil` for a run that could not be made.
  init(_ trial: CheckedTrial, variants: [ScenarioVariant], runs: [VariantRun?], fence: Int) {
    let used = variants.indices.filter { variant in
      trial.claims.contains { $0.pins.contains { $0.variant == variant } }
    }
    self.init(
      title: trial.title, origin: trial.origin, range: trial.range, fence: fence,
      configurations: used.map { variants[$0].configuration },
      claims: trial.claims.map { row in
        Claim(
          text: row.text, range: row.range,
          verdicts: used.map { variant in
            guard let pin = row.pins.first(where: { $0.variant == variant }),
              let index = pin.expectation, let run = runs[variant],
              run.judgements.indices.contains(index)
            else { return nil }
            return Verdict(
              judgement: run.judgements[index], isSaidToHold: pin.holds, range: pin.range,
              sentence: run.sentences[index], isLikeScenario: run.isLike)
          })
      })
  }
}

extension Diagnostic {
  /// The message about a run under another configuration.
  func under(_ configuration: String) -> Diagnostic {
    guard !configuration.isEmpty else { return self }
    var diagnostic = self
    diagnostic.notes.append("so it is under `\(configuration)`")
    return diagnostic
  }
}
