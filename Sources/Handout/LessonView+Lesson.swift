import Catalogue
import Claims
public import Lesson
import Narration
import Program
import SourceText
import Trace
import WalkSemantics
import WalkSyntax

extension LessonView {
  /// What a page shows of a compiled lesson.
  init(_ lesson: Lesson) {
    self.init(
      name: lesson.name, title: lesson.title, summary: lesson.summary, covers: lesson.covers,
      language: lesson.language, words: InterfaceWords(language: lesson.words),
      document: lesson.document,
      fences: lesson.fences.map { FenceView($0, in: lesson) },
      scenarios: lesson.scenarios.map { ScenarioView($0, of: lesson) },
      tables: lesson.tables, transcripts: lesson.transcripts, footnotes: lesson.footnotes,
      links: lesson.links, files: lesson.files)
    for link in lesson.links {
      guard case .step(let scenario, let step) = link.target, scenarios.indices.contains(scenario)
      else { continue }
      scenarios[scenario].linked.insert(step)
    }
  }
}

extension FenceView {
  fileprivate init(_ fence: LessonFence, in lesson: Lesson) {
    let style: Style =
      switch fence.role {
      case .world, .scenario, .continue, .claim, .example, .error: .script
      case .task: .task
      case .predict: .question
      case .show:
        if !fence.comparison.isEmpty {
          .comparison
        } else {
          fence.words["show"] == "timeline" ? .picture : fence.picture == nil ? .exhibit : .still
        }
      }
    var words = fence.words
    if fence.role == .error, let first = fence.taught.first, words["error", default: ""].isEmpty {
      words["error"] = "\(first.code)"
    }
    self.init(
      node: fence.node, style: style, role: fence.role.rawValue,
      words: words.filter { !$0.value.isEmpty }, script: fence.script, scenario: fence.scenario,
      comparison: fence.comparison.map { ScenarioView($0, of: lesson) },
      still: fence.picture, prediction: fence.prediction, exhibit: fence.exhibit,
      messages: fence.taught.map { "\($0.code): \($0.message)." })
    guard style == .script, let scenario = fence.scenario,
      lesson.scenarios.indices.contains(scenario)
    else { return }
    let run = lesson.scenarios[scenario]
    trials = run.trials.filter { lesson.fences[$0.fence].range == fence.range }.map {
      TrialView($0, in: lesson.words)
    }
    for statement in fence.statements where run.scenario.timeline.indices.contains(statement) {
      guard case .expect(let index) = run.scenario.timeline[statement],
        run.scenario.expectations.indices.contains(index), run.judgements.indices.contains(index)
      else { continue }
      let judgement = run.judgements[index]
      verdicts.append(
        VerdictView(
          verdict: judgement.verdict, claim: run.scenario.expectations[index].text,
          message: judgement.message, step: judgement.step))
    }
  }
}

extension TrialView {
  fileprivate init(_ trial: LessonTrial, in language: Language) {
    self.init(
      title: trial.title, origin: trial.origin,
      configurations: trial.configurations.map { LessonTrial.name(of: $0, in: language) },
      rows: trial.claims.map { claim in
        Row(
          claim: claim.text,
          cells: claim.verdicts.map { verdict in
            verdict.map {
              Cell(
                verdict: $0.judgement.verdict, message: $0.judgement.message,
                step: $0.judgement.step, sentence: $0.sentence, surprise: $0.surprise(in: language),
                isLikeScenario: $0.isLikeScenario)
            }
          })
      },
      totals: trial.configurations.indices.map { trial.verdict(under: $0) },
      text: trial.table(in: language).lines(width: 72))
  }
}

extension ScenarioView {
  fileprivate init(_ scenario: LessonScenario, of lesson: Lesson) {
    let trace = scenario.run.trace
    let narrator = Narrator(
      trace: trace.header, scenario: scenario.scenario, sources: lesson.sources,
      language: lesson.words)
    self.init(
      name: scenario.name, trace: trace, stop: scenario.run.stop,
      words: InterfaceWords(language: lesson.words),
      sentence: { narrator.sentence($0, at: $1) },
      reason: { narrator.reason(of: $0, in: trace.events) })
  }
}

extension HandoutSummary {
  fileprivate init(_ lesson: Lesson, format: HandoutFormat) {
    self.init(
      title: lesson.title, summary: lesson.summary,
      fileName: "\(lesson.name).\(format.fileExtension)")
    if format == .html {
      search = HandoutSearchText(LessonView(lesson), anchors: lesson.anchors)
    }
    covers = lesson.covers
    scenarioCount = lesson.scenarios.count
    for outcome in lesson.scenarios.flatMap(\.outcomes) {
      switch outcome.judgement.verdict {
      case .holds: holdCount += 1
      case .fails: failCount += 1
      case .vacuous: vacuousCount += 1
      }
    }
  }
}

extension Handout {
  /// The files of a lesson; the first is its page.
  ///
  /// The lesson's tree is edited meanwhile and is afterwards what it was. The files are named after
  /// the lesson, with the format's extension.
  public static func pages(
    of lesson: Lesson, format: HandoutFormat, context: HandoutContext
  ) -> [HandoutFile] {
    render(LessonView(lesson), format: format, context: context)
  }

  /// What an index says of a lesson whose pages have a format.
  public static func summary(of lesson: Lesson, format: HandoutFormat) -> HandoutSummary {
    HandoutSummary(lesson, format: format)
  }
}
