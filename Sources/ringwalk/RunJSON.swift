import Claims
import Lesson
import Narration
import Program
import SourceText
import Trace

/// Traces and verdicts as JSON; `grammar/trace.schema.json` describes them.
enum RunJSON {
  /// Prints the document of some scenarios.
  static func print(_ lesson: Lesson, _ scenarios: [LessonScenario], zoom: Zoom) throws {
    let objects = scenarios.map { scenario in
      var bytes: [UInt8] = []
      TraceJSON.write(
        scenario: scenario.name, trace: scenario.run.trace, stop: scenario.run.stop, zoom: zoom,
        expectations: zip(scenario.scenario.expectations, scenario.judgements).map {
          TraceJSON.Outcome(
            expectation: $0, verdict: $1.verdict.rawValue, step: $1.step, message: $1.message)
        },
        claims: scenario.trials.map(TraceJSON.Claim.init),
        narrator: Narrator(
          trace: scenario.run.trace.header, scenario: scenario.scenario, sources: lesson.sources,
          language: lesson.words),
        sources: lesson.sources, into: &bytes)
      return bytes
    }
    try Terminal.print(TraceJSON.document(objects))
  }
}

extension TraceJSON.Claim {
  /// A claim block as the document has it.
  init(_ trial: LessonTrial) {
    self.init(
      title: trial.title, origin: trial.origin,
      verdicts: trial.claims.flatMap { claim in
        zip(trial.configurations, claim.verdicts).compactMap { configuration, verdict in
          verdict.map {
            TraceJSON.ClaimVerdict(
              text: claim.text, configuration: configuration, isSaidToHold: $0.isSaidToHold,
              verdict: $0.judgement.verdict.rawValue, step: $0.judgement.step,
              message: $0.judgement.message)
          }
        }
      })
  }
}
