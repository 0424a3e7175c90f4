import Catalogue
import Claims
import Program
import SourceText
import Trace
import WalkSemantics
import WalkSyntax

// Runs: each scenario as it is written, and on the other machines that the lesson asks about.
extension LessonCompiler {
  mutating func runDrafts() {
    for index in drafts.indices {
      guard !drafts[index].isBroken, let scenario = drafts[index].checked?.scenario else {
        continue
      }
      guard let (run, allowed) = make(scenario, of: parts(of: index), for: .scenario, under: "")
      else { continue }
      diagnostics += run.diagnostics(of: scenario, limits: allowed)
      drafts[index].result = LessonScenario(
        name: drafts[index].name, scenario: scenario, run: run, fences: drafts[index].fences,
        trials: runTrials(index, of: scenario, run))
    }
  }

  /// Runs the scenario of a draft under each configuration of its claim blocks.
  private mutating func runTrials(
    _ index: Int, of scenario: Scenario, _ run: ScenarioRun
  ) -> [LessonTrial] {
    guard let checked = drafts[index].checked, !checked.trials.isEmpty else { return [] }
    var runs: [VariantRun?] = []
    for variant in checked.variants {
      guard let other = variant.scenario else {
        runs.append(nil)
        continue
      }
      guard
        let made = self.run(
          other, of: parts(of: index), for: .trial, under: variant.configuration)
      else {
        runs.append(nil)
        continue
      }
      runs.append(
        VariantRun(
          other, made, sources: expander.sources, isLike: made.trace.events == run.trace.events,
          language: words))
    }
    let fenceOfPart = fenceOfPart(index)
    return checked.trials.map { trial in
      LessonTrial(
        trial, variants: checked.variants, runs: runs,
        fence: fenceOfPart.indices.contains(trial.part) ? fenceOfPart[trial.part] : 0)
    }
  }

  /// All parts of a draft's scenario, in order.
  func parts(of draft: Int) -> [ScenarioPart] {
    world(before: drafts[draft].start) + drafts[draft].fences.flatMap { fences[$0].parts }
  }

  /// Runs a scenario within what is left for all; `nil` when the run is not known and left out.
  private mutating func make(
    _ scenario: Scenario, of parts: [ScenarioPart], for purpose: LessonMemory.Purpose,
    under configuration: String
  ) -> (run: ScenarioRun, allowed: RunLimits)? {
    let allowed = budget.share(limits)
    let run =
      memory == nil
      ? ScenarioRun.run(scenario, limits: allowed, language: words)
      : memory?.run(
        scenario, of: parts, for: purpose, under: configuration, limits: allowed,
        language: words)
    guard let run else { return nil }
    budget.spend(run, allowed)
    return (run, allowed)
  }

  /// Runs a scenario of the lesson on another machine; `nil` when the run is left out.
  ///
  /// - Parameter parts: What the scenario was made of, by which its run is known again.
  mutating func run(
    _ scenario: Scenario, of parts: [ScenarioPart], for purpose: LessonMemory.Purpose,
    under configuration: String
  ) -> ScenarioRun? {
    guard let (run, allowed) = make(scenario, of: parts, for: purpose, under: configuration)
    else { return nil }
    adopt(run.diagnostics(of: scenario, limits: allowed), under: configuration)
    return run
  }

  /// Takes over messages about another machine that were not given about the first one.
  mutating func adopt(_ found: [Diagnostic], under configuration: String) {
    for diagnostic in found
    where !diagnostics.contains(where: {
      $0.code == diagnostic.code && $0.primary?.range == diagnostic.primary?.range
    }) {
      diagnostics.append(diagnostic.under(configuration))
    }
  }

  /// For each part of a draft's script, the fence that it comes from.
  private func fenceOfPart(_ index: Int) -> [Int] {
    let worlds = fences[..<drafts[index].start].indices.filter { fences[$0].info.role == .world }
    return (worlds + drafts[index].fences).flatMap { fence in
      fences[fence].parts.map { _ in fence }
    }
  }
}

/// What the runs of one lesson may take together, so that many endless scenarios cost no more than a
/// few.
struct RunBudget {
  private var steps: Int64
  private var events: Int
  /// What was spent.
  private(set) var work = RunWork()

  init(_ limits: RunLimits) {
    events = Self.times(limits.events)
    steps = Self.times(limits.steps)
  }

  /// The limits of the next run.
  func share(_ limits: RunLimits) -> RunLimits {
    var share = limits
    share.events = min(limits.events, max(events, 1))
    share.steps = min(limits.steps, max(steps, 1))
    return share
  }

  mutating func spend(_ run: ScenarioRun, _ allowed: RunLimits) {
    events -= run.trace.events.count
    work.runs += 1
    work.steps += run.steps
    work.events += run.trace.events.count
    // Runs that come to an end are short beside those that do not.
    if case .limit = run.stop { steps -= allowed.steps }
  }

  private static func times<Number: FixedWidthInteger>(_ number: Number) -> Number {
    let (product, overflow) = number.multipliedReportingOverflow(
      by: Number(LessonLimits.runsPerLesson))
    return overflow ? .max : product
  }
}
