import Lesson
import Narration
import Trace

/// Traces in the trace-event format, for Perfetto.
enum RunPerfetto {
  /// Prints the document of some scenarios, as it goes.
  static func print(_ lesson: Lesson, _ scenarios: [LessonScenario], zoom: Zoom) throws {
    var document = TraceEventJSON(zoom: zoom, areScenariosNamed: lesson.scenarios.count > 1)
    for scenario in scenarios {
      let trace = scenario.run.trace
      try document.add(
        scenario: scenario.name, trace: trace,
        narrator: Narrator(
          trace: trace.header, scenario: scenario.scenario, sources: lesson.sources,
          language: lesson.words),
        to: { try Terminal.print($0) })
    }
    try document.finish(to: { try Terminal.print($0) })
  }
}
