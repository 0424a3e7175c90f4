import Catalogue
import Claims
import Program
import Lesson
import SourceText

/// Verdicts in plain text, for `check` and `build`.
enum VerdictReport {
  /// One line about the file, and below it each claim that does not simply hold, with its place.
  ///
  /// - Parameter time: How long it took, to be said as well.
  static func text(_ lesson: Lesson, time: Duration? = nil) -> String {
    var counts: [Verdict: Int] = [:]
    var details = ""
    for scenario in lesson.scenarios {
      for outcome in scenario.outcomes {
        counts[outcome.judgement.verdict, default: 0] += 1
        guard outcome.judgement.verdict != .holds else { continue }
        details += detail(outcome.text, outcome.judgement, place(outcome.range, lesson))
      }
      for trial in scenario.trials {
        details += table(trial, place(trial.range, lesson), in: lesson.words)
      }
    }
    let name = lesson.sources.files.first?.name ?? lesson.name
    let parts = [(Verdict.holds, "hold"), (.fails, "fail"), (.vacuous, "vacuous")].compactMap {
      verdict, word in
      counts[verdict].map { "\($0) \(verdict == .fails && $0 == 1 ? "fails" : word)" }
    }
    var summary = parts.isEmpty ? "no expectations" : parts.joined(separator: ", ")
    if counts[.holds] == 1 {
      summary = summary.replacing("1 hold", with: "1 holds", maxReplacements: 1)
    }
    if lesson.isBroken { summary += "; it has errors" }
    if let time { summary += " (\(milliseconds(time)) ms)" }
    return DiagnosticRenderer.printable("\(name): \(summary)") + "\n" + details
  }

  private static func milliseconds(_ time: Duration) -> Int64 {
    let (seconds, attoseconds) = time.components
    return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
  }

  /// A claim block with its table of verdicts.
  static func table(
    _ trial: LessonTrial, _ place: String = "", in language: Language
  ) -> String {
    let origin = trial.origin.map { ", from \($0)" } ?? ""
    let head = (place.isEmpty ? "" : "\(place): ") + "claim \"\(trial.title)\"\(origin)"
    var out = ""
    for line in TextLayout.wrap(DiagnosticRenderer.printable(head), width: 76) {
      out += "  \(line)\n"
    }
    var table = trial.table(in: language)
    table.rows = table.rows.map { $0.map { DiagnosticRenderer.printable($0) } }
    for line in table.lines(width: 76) { out += line.isEmpty ? "\n" : "    \(line)\n" }
    return out
  }

  private static func place(_ range: SourceRange, _ lesson: Lesson) -> String {
    guard let file = lesson.sources[range.file] else { return "" }
    let place = file.position(at: range.lower)
    return "\(file.name):\(place.line):\(place.column)"
  }

  private static func detail(_ claim: String, _ judgement: Judgement, _ place: String) -> String {
    var out = ""
    let head = "\(place): \(judgement.verdict.rawValue): \(claim)"
    for line in TextLayout.wrap(DiagnosticRenderer.printable(head), width: 76) {
      out += "  \(line)\n"
    }
    var message = judgement.message
    if let step = judgement.step { message = "step \(step): \(message)" }
    for line in TextLayout.wrap(DiagnosticRenderer.printable(message), width: 74) {
      out += "    \(line)\n"
    }
    return out
  }
}
