import Lesson
import Narration
import Trace

/// Traces as a table for spreadsheets and statistics.
enum RunCSV {
  /// Prints the rows of some scenarios, as it goes.
  static func print(_ lesson: Lesson, _ scenarios: [LessonScenario], zoom: Zoom) throws {
    try Terminal.print(TraceCSV.head)
    for scenario in scenarios {
      let trace = scenario.run.trace
      try TraceCSV.write(
        scenario: scenario.name, trace: trace, zoom: zoom,
        narrator: Narrator(
          trace: trace.header, scenario: scenario.scenario, sources: lesson.sources,
          language: lesson.words),
        to: { try Terminal.print($0) })
    }
  }
}
